import { Readable } from 'node:stream'
import { type App, type Database, notFound, sendPage } from '@terrace/service'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { SiteVisitors } from '../accounts/visitors.ts'
import { quizOf } from '../data/quizzes.ts'
import { countResults, findResults } from '../data/results.ts'
import type { Tables } from '../data/tables.ts'
import { resultsCsv } from '../results/export.ts'
import { idParameter } from '../schemas/common.ts'
import { quizResultSchema, resultQuerySchema } from '../schemas/results.ts'

const tags = ['results']

/** What players reached in one's own quizzes. */
export function addResultRoutes(app: App, database: Database<Tables>, visitors: SiteVisitors): void {
  const { db } = database

  app.get(
    '/api/quizzes/:id/results',
    {
      schema: {
        tags,
        summary: 'List finished attempts, newest first',
        params: idParameter,
        querystring: resultQuerySchema,
        response: { 200: z.array(quizResultSchema) },
        problems: [401, 404],
      },
    },
    async (request, reply) => {
      const quizId = await mustOwn(request, request.params.id)
      const { query } = request
      return sendPage(request, reply, query, await findResults(db, quizId, query), () => countResults(db, quizId))
    },
  )

  app.get(
    '/api/quizzes/:id/results.csv',
    { schema: { tags, summary: 'All of them as a CSV file', params: idParameter, problems: [401, 404] } },
    async (request, reply) => {
      const quizId = await mustOwn(request, request.params.id)
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="results.csv"')
        .send(Readable.from(resultsCsv(db, quizId)))
    },
  )

  async function mustOwn(request: FastifyRequest, id: string): Promise<string> {
    const account = await visitors.mustBeLoggedIn(request)
    const quiz = await quizOf(db, account.id, id)
    if (!quiz) throw notFound('Quiz not found')
    return quiz.id
  }
}
