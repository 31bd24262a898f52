import { type App, conflict, type Database, idempotencyHeaders, notFound, sendPage, write } from '@terrace/service'
import * as z from 'zod'
import type { Tables } from '../data/tables.ts'
import { countUsers, deleteUserWithoutBooks, findUsers, insertUser, renameUser, userById } from '../data/users.ts'
import { idParameter } from '../schemas/parameters.ts'
import { newUserSchema, userChangeSchema, userQuerySchema, userSchema } from '../schemas/user.ts'

const tags = ['users']

/** `/users/` and `/users/{id}` */
export function addUserRoutes(app: App, database: Database<Tables>): void {
  const { db } = database

  app.get(
    '/users/',
    {
      schema: { tags, summary: 'List users', querystring: userQuerySchema, response: { 200: z.array(userSchema) } },
    },
    async (request, reply) => {
      const { query } = request
      return sendPage(request, reply, query, await findUsers(db, query), () => countUsers(db, query))
    },
  )

  app.post(
    '/users/',
    {
      schema: {
        tags,
        summary: 'Add a user',
        headers: idempotencyHeaders,
        body: newUserSchema,
        response: { 201: userSchema },
        problems: [409],
      },
    },
    (request, reply) => {
      const { name } = request.body
      return write(database, request, reply, async transaction => {
        const user = await nameable(database, name, () => insertUser(transaction, name))
        return { status: 201, body: user, location: `/users/${user.id}` }
      })
    },
  )

  app.get(
    '/users/:id',
    {
      schema: { tags, summary: 'Show a user', params: idParameter, response: { 200: userSchema }, problems: [404] },
    },
    async request => (await userById(db, request.params.id)) ?? refuse(),
  )

  app.patch(
    '/users/:id',
    {
      schema: {
        tags,
        summary: 'Rename a user',
        params: idParameter,
        body: userChangeSchema,
        response: { 200: userSchema },
        problems: [404, 409],
      },
    },
    async request => {
      const { id } = request.params
      const { name } = request.body
      const changed = await nameable(database, name, () => renameUser(db, id, name))
      return (changed ? await userById(db, id) : undefined) ?? refuse()
    },
  )

  app.delete(
    '/users/:id',
    {
      schema: {
        tags,
        summary: 'Remove a user',
        params: idParameter,
        response: { 204: z.void() },
        problems: [404, 409],
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await deleteUserWithoutBooks(db, id))) {
        if (await userById(db, id)) throw conflict('User has borrowed books; remove the user once they are returned')
        refuse()
      }
      return reply.code(204).send()
    },
  )
}

const refuse = (): never => {
  throw notFound('User not found')
}

/** Says whose name it is instead of failing with the database's own words. */
async function nameable<Result>(
  { dialect }: Database<Tables>,
  name: string,
  save: () => Promise<Result>,
): Promise<Result> {
  try {
    return await save()
  } catch (error) {
    if (!dialect.isDuplicate(error)) throw error
    throw conflict(`A user named ${name} exists already`, [{ path: 'name', message: 'is taken by another user' }])
  }
}
