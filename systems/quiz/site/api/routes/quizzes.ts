import type { Random } from '@terrace/kit'
import {
  type App,
  conflict,
  type Database,
  idempotencyHeaders,
  inTransaction,
  notFound,
  sendPage,
  write,
} from '@terrace/service'
import type { Kysely } from 'kysely'
import * as z from 'zod'
import type { SiteVisitors } from '../accounts/visitors.ts'
import { forAuthor, questionsOf } from '../data/questions.ts'
import { countQuizzes, findQuizzes, lockQuiz, quizOf, type StoredQuiz } from '../data/quizzes.ts'
import type { Tables } from '../data/tables.ts'
import type { Media } from '../pictures/media.ts'
import { changeState, stateChanges } from '../quizzes/change-state.ts'
import { copyQuiz, newQuizRow } from '../quizzes/copy-quiz.ts'
import { idParameter } from '../schemas/common.ts'
import {
  newQuizSchema,
  type Quiz,
  quizChangeSchema,
  quizQuerySchema,
  quizSchema,
  wholeQuizSchema,
} from '../schemas/quiz.ts'

const tags = ['quizzes']
const SUMMARIES = {
  publish: 'Publish: it gets a code',
  close: 'Close: nobody can answer any more',
  reopen: 'Open again what was closed',
}

/** `/api/quizzes`: one's own. */
export function addQuizRoutes(
  app: App,
  database: Database<Tables>,
  { visitors, media, random }: { readonly visitors: SiteVisitors; readonly media: Media; readonly random: Random },
): void {
  const { db, clock } = database

  app.get(
    '/api/quizzes',
    {
      schema: {
        tags,
        summary: "List one's own quizzes, the last changed first",
        querystring: quizQuerySchema,
        response: { 200: z.array(quizSchema) },
        problems: [401],
      },
    },
    async (request, reply) => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const { query } = request
      const filter = { accountId, q: query.q, state: query.state }
      return sendPage(request, reply, query, await findQuizzes(db, filter, query), () => countQuizzes(db, filter))
    },
  )

  app.post(
    '/api/quizzes',
    {
      schema: {
        tags,
        summary: 'Make a quiz',
        headers: idempotencyHeaders,
        body: newQuizSchema,
        response: { 201: quizSchema },
        problems: [401, 403],
      },
    },
    async (request, reply) => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const make = async (transaction: Kysely<Tables>) => {
        const row = { ...newQuizRow(accountId, random, clock.now()), ...request.body }
        await transaction.insertInto('quizzes').values(row).execute()
        return created(await mustFind(transaction, accountId, row.id))
      }
      return write(database, request, reply, make, `account ${accountId}`)
    },
  )

  app.get(
    '/api/quizzes/:id',
    {
      schema: {
        tags,
        summary: "Show one of one's own quizzes, with its questions",
        params: idParameter,
        response: { 200: wholeQuizSchema },
        problems: [401, 404],
      },
    },
    async request => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const quiz = await mustFind(db, accountId, request.params.id)
      return { ...quiz, questions: await forAuthor(db, media, await questionsOf(db, quiz.id)) }
    },
  )

  app.put(
    '/api/quizzes/:id',
    {
      schema: {
        tags,
        summary: 'Change title and description',
        params: idParameter,
        body: quizChangeSchema,
        response: { 200: quizSchema },
        problems: [401, 403, 404, 409],
      },
    },
    async request => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const { title, description, version } = request.body
      return inTransaction(database, async transaction => {
        const quiz = await mustLock(transaction, accountId, request.params.id)
        if (quiz.version !== version)
          throw conflict('The quiz was changed elsewhere meanwhile; load it again and repeat your change')
        const change = { title, description, version: version + 1, updated_at: clock.now() }
        await transaction.updateTable('quizzes').set(change).where('id', '=', quiz.id).execute()
        return mustFind(transaction, accountId, quiz.id)
      })
    },
  )

  app.delete(
    '/api/quizzes/:id',
    {
      schema: {
        tags,
        summary: 'Delete a quiz; for 30 days it can be restored',
        params: idParameter,
        response: { 204: z.void() },
        problems: [401, 403, 404],
      },
    },
    async (request, reply) => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const { numUpdatedRows } = await db
        .updateTable('quizzes')
        .set({ deleted_at: clock.now() })
        .where('id', '=', request.params.id)
        .where('account_id', '=', accountId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw notFound('Quiz not found')
      return reply.code(204).send()
    },
  )

  app.post(
    '/api/quizzes/:id/restore',
    {
      schema: {
        tags,
        summary: 'Take a deletion back',
        params: idParameter,
        response: { 200: quizSchema },
        problems: [401, 403, 404],
      },
    },
    async request => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const { id } = request.params
      await db
        .updateTable('quizzes')
        .set({ deleted_at: null })
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .execute()
      return mustFind(db, accountId, id)
    },
  )

  for (const change of stateChanges) {
    app.post(
      `/api/quizzes/:id/${change}`,
      {
        schema: {
          tags,
          summary: SUMMARIES[change],
          params: idParameter,
          response: { 200: quizSchema },
          problems: [401, 403, 404, 409],
        },
      },
      async request => {
        const { id: accountId } = await visitors.mustBeLoggedIn(request)
        return inTransaction(database, async transaction => {
          const quiz = await mustLock(transaction, accountId, request.params.id)
          await changeState(transaction, quiz, change, { random, now: clock.now() })
          return mustFind(transaction, accountId, quiz.id)
        })
      },
    )
  }

  app.post(
    '/api/quizzes/:id/copy',
    {
      schema: {
        tags,
        summary: 'Make a draft with the same questions',
        params: idParameter,
        headers: idempotencyHeaders,
        response: { 201: quizSchema },
        problems: [401, 403, 404],
      },
    },
    async (request, reply) => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const make = async (transaction: Kysely<Tables>) => {
        const quiz = await mustLock(transaction, accountId, request.params.id)
        return created(await mustFind(transaction, accountId, await copyQuiz(transaction, quiz, random, clock.now())))
      }
      return write(database, request, reply, make, `account ${accountId}`)
    },
  )
}

const created = (quiz: Quiz) => ({ status: 201 as const, body: quiz, location: `/api/quizzes/${quiz.id}` })

async function mustFind(db: Kysely<Tables>, accountId: number, id: string): Promise<Quiz> {
  const quiz = await quizOf(db, accountId, id)
  if (!quiz) throw notFound('Quiz not found')
  return quiz
}

async function mustLock(transaction: Kysely<Tables>, accountId: number, id: string): Promise<StoredQuiz> {
  const quiz = await lockQuiz(transaction, accountId, id)
  if (!quiz) throw notFound('Quiz not found')
  return quiz
}
