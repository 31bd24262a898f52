import { type App, conflict, type Database, idempotencyHeaders, notFound, sendPage, write } from '@terrace/service'
import * as z from 'zod'
import {
  allBooks,
  bookById,
  compileAllBooks,
  countBooks,
  deleteAvailableBook,
  findBooks,
  insertBook,
  updateBook,
} from '../data/books.ts'
import type { Tables } from '../data/tables.ts'
import { bookChangeSchema, bookQuerySchema, bookSchema, newBookSchema } from '../schemas/book.ts'
import { idParameter } from '../schemas/parameters.ts'

const tags = ['books']

/** `/books/` and `/books/{id}` */
export function addBookRoutes(app: App, database: Database<Tables>): void {
  const { db } = database
  const everything = compileAllBooks(db)

  app.get(
    '/books/',
    {
      schema: { tags, summary: 'List books', querystring: bookQuerySchema, response: { 200: z.array(bookSchema) } },
    },
    async (request, reply) => {
      const { query } = request
      const plain = !request.url.includes('?')
      const books = plain ? await allBooks(db, everything) : await findBooks(db, query)
      return sendPage(request, reply, query, books, () => countBooks(db, query))
    },
  )

  app.post(
    '/books/',
    {
      schema: {
        tags,
        summary: 'Add a book',
        headers: idempotencyHeaders,
        body: newBookSchema,
        response: { 201: bookSchema },
      },
    },
    (request, reply) =>
      write(database, request, reply, async transaction => {
        const book = await insertBook(transaction, request.body)
        return { status: 201, body: book, location: `/books/${book.id}` }
      }),
  )

  app.get(
    '/books/:id',
    {
      schema: { tags, summary: 'Show a book', params: idParameter, response: { 200: bookSchema }, problems: [404] },
    },
    async request => (await bookById(db, request.params.id)) ?? refuse(),
  )

  app.patch(
    '/books/:id',
    {
      schema: {
        tags,
        summary: 'Change a book',
        params: idParameter,
        body: bookChangeSchema,
        response: { 200: bookSchema },
        problems: [404],
      },
    },
    async request => {
      const { id } = request.params
      const changed = await updateBook(db, id, request.body)
      return (changed ? await bookById(db, id) : undefined) ?? refuse()
    },
  )

  app.delete(
    '/books/:id',
    {
      schema: {
        tags,
        summary: 'Remove a book',
        params: idParameter,
        response: { 204: z.void() },
        problems: [404, 409],
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await deleteAvailableBook(db, id))) {
        if (await bookById(db, id)) throw conflict('Book is borrowed; it can be removed once it is returned')
        refuse()
      }
      return reply.code(204).send()
    },
  )
}

const refuse = (): never => {
  throw notFound('Book not found')
}
