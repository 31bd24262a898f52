import { type App, type Database, notFound, sendPage } from '@terrace/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { bookById } from '../data/books.ts'
import { countLoans, findLoans } from '../data/loans.ts'
import type { Tables } from '../data/tables.ts'
import { userById } from '../data/users.ts'
import { historyQuerySchema, type Loan, type LoanQuery, loanQuerySchema, loanSchema } from '../schemas/loan.ts'
import { idParameter } from '../schemas/parameters.ts'

const tags = ['loans']
const response = { 200: z.array(loanSchema) }

/** `/loans/`, and the histories of one user and of one book, newest first. */
export function addLoanRoutes(app: App, database: Database<Tables>): void {
  const { db } = database
  const send = async (request: FastifyRequest, reply: FastifyReply, query: LoanQuery): Promise<Loan[]> =>
    sendPage(request, reply, query, await findLoans(db, query), () => countLoans(db, query))

  app.get(
    '/loans/',
    { schema: { tags, summary: 'List loans', querystring: loanQuerySchema, response } },
    (request, reply) => send(request, reply, request.query),
  )

  app.get(
    '/users/:id/loans',
    {
      schema: {
        tags,
        summary: "List a user's loans",
        params: idParameter,
        querystring: historyQuerySchema,
        response,
        problems: [404],
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await userById(db, id))) throw notFound('User not found')
      return send(request, reply, { ...request.query, user_id: id })
    },
  )

  app.get(
    '/books/:id/loans',
    {
      schema: {
        tags,
        summary: "List a book's loans",
        params: idParameter,
        querystring: historyQuerySchema,
        response,
        problems: [404],
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!(await bookById(db, id))) throw notFound('Book not found')
      return send(request, reply, { ...request.query, book_id: id })
    },
  )
}
