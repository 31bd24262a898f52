import type { Clock, Random } from '@terrace/kit'
import { type App, idempotencyHeaders, Problem } from '@terrace/service/plain'
import { type CursorKeys, readCursor, writeCursor } from '../cursors/cursor.ts'
import type { ItemRepository } from '../data/repository.ts'
import { searchKey } from '../data/rows.ts'
import { fingerprintOf, idFrom } from '../http/derived-id.ts'
import { etagOf } from '../http/etag.ts'
import { ITEM_BODY_BYTES, itemSchema, itemTextSchema } from '../schemas/item.ts'
import { listQuerySchema, pageSchema } from '../schemas/list.ts'

const tags = ['items']

export interface ItemRoutes {
  readonly items: ItemRepository
  readonly keys: CursorKeys
  readonly clock: Clock
  /** Unpredictable: ids of items that nobody gave a key for. */
  readonly random: Random
}

/** `/api/v1/items` */
export function addItemRoutes(app: App, { items, keys, clock, random }: ItemRoutes): void {
  app.get(
    '/api/v1/items',
    {
      schema: {
        tags,
        summary: 'List items, newest first',
        querystring: listQuerySchema,
        response: { 200: pageSchema },
        problems: [400, 503],
      },
    },
    async request => {
      const { limit, cursor, q } = request.query
      const scope = q === undefined ? '' : searchKey(q)
      const after = cursor === undefined ? undefined : await readCursor(keys, cursor, scope)
      const page = await items.list({ limit, search: q, after })
      return { items: page.items, next: page.next === undefined ? null : writeCursor(keys, page.next, scope) }
    },
  )

  app.post(
    '/api/v1/items',
    {
      bodyLimit: ITEM_BODY_BYTES,
      schema: {
        tags,
        summary: 'Create an item',
        headers: idempotencyHeaders,
        body: itemTextSchema,
        response: { 201: itemSchema },
        problems: [403, 503],
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const id = key === undefined ? random.uuid() : idFrom(key)
      const created = await items.create({ ...request.body, id, fingerprint: fingerprintOf(request.body) }, clock.now())
      if (created.kind === 'taken')
        throw new Problem(422, 'This Idempotency-Key was used with another request; choose a new one')
      if (created.kind === 'repeated') reply.header('idempotency-replayed', 'true')
      return reply
        .code(201)
        .header('location', `/api/v1/items/${id}`)
        .header('etag', etagOf(created.item.version))
        .send(created.item)
    },
  )
}
