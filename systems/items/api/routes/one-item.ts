import type { Clock } from '@terrace/kit'
import { type App, notFound, Problem } from '@terrace/service/plain'
import type { FastifyReply } from 'fastify'
import * as z from 'zod'
import type { Changed, ItemRepository } from '../data/repository.ts'
import { etagOf, expectedVersions, namesVersion } from '../http/etag.ts'
import { ifMatchHeaders, ifNoneMatchHeaders } from '../schemas/headers.ts'
import {
  ITEM_BODY_BYTES,
  type Item,
  itemParameter,
  itemPatchSchema,
  itemSchema,
  itemTextSchema,
} from '../schemas/item.ts'

const tags = ['items']

export interface OneItemRoutes {
  readonly items: ItemRepository
  readonly clock: Clock
}

/** `/api/v1/items/{id}` and `…/restore` */
export function addOneItemRoutes(app: App, { items, clock }: OneItemRoutes): void {
  app.get(
    '/api/v1/items/:id',
    {
      schema: {
        tags,
        summary: 'Show an item',
        params: itemParameter,
        headers: ifNoneMatchHeaders,
        response: { 200: itemSchema, 304: z.void() },
        problems: [404, 503],
      },
    },
    async (request, reply) => {
      const item = (await items.byId(request.params.id)) ?? missing()
      reply.header('etag', etagOf(item.version)).header('cache-control', 'private, no-cache')
      if (namesVersion(request.headers['if-none-match'], item.version)) return reply.code(304).send()
      return reply.send(item)
    },
  )

  const changing = {
    tags,
    params: itemParameter,
    headers: ifMatchHeaders,
    response: { 200: itemSchema },
    problems: [403, 404, 412, 503],
  }

  app.put(
    '/api/v1/items/:id',
    { bodyLimit: ITEM_BODY_BYTES, schema: { ...changing, summary: 'Replace an item', body: itemTextSchema } },
    async (request, reply) => {
      const expected = expectedVersions(request.headers['if-match'])
      return answer(reply, await items.change(request.params.id, request.body, expected, clock.now()))
    },
  )

  app.patch(
    '/api/v1/items/:id',
    { bodyLimit: ITEM_BODY_BYTES, schema: { ...changing, summary: 'Change a part of an item', body: itemPatchSchema } },
    async (request, reply) => {
      const expected = expectedVersions(request.headers['if-match'])
      return answer(reply, await items.change(request.params.id, request.body, expected, clock.now()))
    },
  )

  app.delete(
    '/api/v1/items/:id',
    { schema: { ...changing, summary: 'Delete an item', response: { 204: z.void() } } },
    async (request, reply) => {
      done(await items.remove(request.params.id, expectedVersions(request.headers['if-match']), clock.now()))
      return reply.code(204).send()
    },
  )

  app.post(
    '/api/v1/items/:id/restore',
    {
      schema: {
        tags,
        summary: 'Bring a deleted item back, within a day',
        params: itemParameter,
        response: { 200: itemSchema },
        problems: [403, 404, 503],
      },
    },
    async (request, reply) => answer(reply, await items.restore(request.params.id, clock.now())),
  )
}

function answer(reply: FastifyReply, changed: Changed): Item {
  const item = done(changed)
  reply.header('etag', etagOf(item.version))
  return item
}

function done(changed: Changed): Item {
  if (changed.kind === 'done') return changed.item
  if (changed.kind === 'missing') return missing()
  const etag = etagOf(changed.version)
  throw new Problem(412, `The item was changed in the meantime; its ETag is ${etag} now`, { headers: { etag } })
}

function missing(): never {
  throw notFound('Item not found')
}
