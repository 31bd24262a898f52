import type { Random } from '@terrace/kit'
import {
  type App,
  conflict,
  type Database,
  idempotencyHeaders,
  inTransaction,
  invalid,
  notFound,
  write,
} from '@terrace/service'
import type { Kysely } from 'kysely'
import * as z from 'zod'
import type { SiteVisitors } from '../accounts/visitors.ts'
import { forAuthor, questionsOf, type StoredQuestion } from '../data/questions.ts'
import type { StoredQuiz } from '../data/quizzes.ts'
import type { Tables } from '../data/tables.ts'
import type { Media } from '../pictures/media.ts'
import { addQuestion, lockForQuestions, replaceQuestion } from '../quizzes/write-questions.ts'
import { idParameter } from '../schemas/common.ts'
import { type Question, questionInputSchema, questionOrderSchema, questionSchema } from '../schemas/question.ts'

const tags = ['questions']
const problems = [401, 403, 404, 409]

/** The questions of one's own quizzes. */
export function addQuestionRoutes(
  app: App,
  database: Database<Tables>,
  { visitors, media, random }: { readonly visitors: SiteVisitors; readonly media: Media; readonly random: Random },
): void {
  const { clock } = database

  app.post(
    '/api/quizzes/:id/questions',
    {
      schema: {
        tags,
        summary: 'Add a question at the end',
        params: idParameter,
        headers: idempotencyHeaders,
        body: questionInputSchema,
        response: { 201: questionSchema },
        problems,
      },
    },
    async (request, reply) => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const add = async (transaction: Kysely<Tables>) => {
        const quiz = await lockForQuestions(transaction, accountId, request.params.id)
        const question = await addQuestion(transaction, quiz, request.body, random)
        await touch(transaction, quiz)
        return { status: 201 as const, body: await shown(transaction, question) }
      }
      return write(database, request, reply, add, `account ${accountId}`)
    },
  )

  app.put(
    '/api/questions/:id',
    {
      schema: {
        tags,
        summary: 'Replace a question',
        params: idParameter,
        body: questionInputSchema,
        response: { 200: questionSchema },
        problems,
      },
    },
    async request => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      return inTransaction(database, async transaction => {
        const { quiz, question } = await mustLock(transaction, accountId, request.params.id)
        const replaced = await replaceQuestion(transaction, quiz, question, request.body, random)
        await touch(transaction, quiz)
        return shown(transaction, replaced)
      })
    },
  )

  app.delete(
    '/api/questions/:id',
    {
      schema: {
        tags,
        summary: 'Delete a question',
        params: idParameter,
        response: { 204: z.void() },
        problems,
      },
    },
    async (request, reply) => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      await inTransaction(database, async transaction => {
        const { quiz, question } = await mustLock(transaction, accountId, request.params.id)
        if (quiz.state !== 'draft' && (await questionsOf(transaction, quiz.id)).length === 1)
          throw conflict('A published quiz keeps at least one question')
        await transaction.deleteFrom('questions').where('id', '=', question.id).execute()
        await touch(transaction, quiz)
      })
      return reply.code(204).send()
    },
  )

  app.put(
    '/api/quizzes/:id/question-order',
    {
      schema: {
        tags,
        summary: 'Put the questions in order',
        params: idParameter,
        body: questionOrderSchema,
        response: { 200: z.array(questionSchema) },
        problems,
      },
    },
    async request => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const { questionIds } = request.body
      return inTransaction(database, async transaction => {
        const quiz = await lockForQuestions(transaction, accountId, request.params.id)
        const known = new Set((await questionsOf(transaction, quiz.id)).map(({ id }) => id))
        const isWhole = questionIds.length === known.size && new Set(questionIds).size === known.size
        if (!isWhole || questionIds.some(id => !known.has(id)))
          throw invalid([{ path: 'questionIds', message: 'must be all questions of the quiz, each once' }])
        for (const [index, id] of questionIds.entries())
          await transaction
            .updateTable('questions')
            .set({ position: index + 1 })
            .where('id', '=', id)
            .execute()
        await touch(transaction, quiz)
        return forAuthor(transaction, media, await questionsOf(transaction, quiz.id))
      })
    },
  )

  // The quiz first, as everywhere: whoever locks in another order may wait for ever.
  async function mustLock(
    transaction: Kysely<Tables>,
    accountId: number,
    id: string,
  ): Promise<{ readonly quiz: StoredQuiz; readonly question: StoredQuestion }> {
    const found = await transaction.selectFrom('questions').select('quiz_id').where('id', '=', id).executeTakeFirst()
    if (!found) throw notFound('Question not found')
    const quiz = await lockForQuestions(transaction, accountId, found.quiz_id)
    const question = (await questionsOf(transaction, quiz.id)).find(one => one.id === id)
    if (!question) throw notFound('Question not found')
    return { quiz, question }
  }

  async function shown(db: Kysely<Tables>, question: StoredQuestion): Promise<Question> {
    const [view] = await forAuthor(db, media, [question])
    if (!view) throw notFound('Question not found')
    return view
  }

  async function touch(transaction: Kysely<Tables>, quiz: StoredQuiz): Promise<void> {
    await transaction.updateTable('quizzes').set({ updated_at: clock.now() }).where('id', '=', quiz.id).execute()
  }
}
