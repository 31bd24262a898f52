import type { Random } from '@terrace/kit'
import { type App, type Config, conflict, type Database, idempotencyHeaders, notFound, write } from '@terrace/service'
import { clientAddress, countTry, guardTries } from '@terrace/service/accounts'
import type { FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import * as z from 'zod'
import { startsOfClient, wrongCodesOfClient } from '../accounts/limits.ts'
import { leaderboard } from '../data/attempts.ts'
import { playable } from '../data/playable.ts'
import { quizByCode, type StoredQuiz } from '../data/quizzes.ts'
import type { Tables } from '../data/tables.ts'
import { readCode } from '../ids.ts'
import type { Media } from '../pictures/media.ts'
import type { AttemptTokens } from '../play/attempt-tokens.ts'
import { attemptView } from '../play/attempt-view.ts'
import { startAttempt } from '../play/attempts.ts'
import { forPlayers } from '../play/for-players.ts'
import { codeParameter, newAttemptSchema, placeSchema, playQuizSchema, startedSchema } from '../schemas/play.ts'
import type { SiteVariables } from '../settings.ts'

const tags = ['play']

/** `/api/play/{code}`: for whoever has the code, without an account. */
export function addPlayRoutes(
  app: App,
  database: Database<Tables>,
  config: Config<SiteVariables>,
  parts: { readonly media: Media; readonly tokens: AttemptTokens; readonly random: Random },
): void {
  const { media, tokens, random } = parts
  const { db, clock } = database

  app.get(
    '/api/play/:code',
    {
      schema: {
        tags,
        summary: 'Show a quiz to its players',
        params: codeParameter,
        response: { 200: playQuizSchema },
        problems: [404, 409, 429],
      },
    },
    async request => {
      const quiz = await mustFind(request, request.params.code)
      if (quiz.state !== 'published') throw conflict('The quiz is closed')
      return forPlayers(await playable(db, quiz), media, quiz.seed)
    },
  )

  app.post(
    '/api/play/:code/attempts',
    {
      config: { csrf: 'origin' },
      schema: {
        tags,
        summary: 'Start: gives the token that answers with',
        params: codeParameter,
        headers: idempotencyHeaders,
        body: newAttemptSchema,
        response: { 201: startedSchema },
        problems: [403, 404, 409, 429],
      },
    },
    async (request, reply) => {
      const limit = startsOfClient(clientAddress(request, config.TRUSTED_PROXIES))
      await guardTries(database, [limit])
      await countTry(database, limit)
      const quiz = await mustFind(request, request.params.code)
      const start = async (transaction: Kysely<Tables>) => {
        const { nickname } = request.body
        const attempt = await startAttempt(transaction, quiz, nickname, { random, now: clock.now() })
        const view = await attemptView(transaction, media, attempt)
        return { status: 201 as const, body: view, location: `/api/attempts/${attempt.id}` }
      }
      // The token is made anew and not kept with the answer.
      const attempt = await write(database, request, reply, start, `players of ${quiz.id}`)
      return { attempt, token: tokens.tokenOf(attempt.id) }
    },
  )

  app.get(
    '/api/play/:code/leaderboard',
    {
      schema: {
        tags,
        summary: 'List the best 50',
        params: codeParameter,
        response: { 200: z.array(placeSchema) },
        problems: [404, 429],
      },
    },
    async request => leaderboard(db, (await mustFind(request, request.params.code)).id),
  )

  // Codes can't be tried out: wrong ones are counted, and who has had too many learns nothing more.
  async function mustFind(request: FastifyRequest, text: string): Promise<StoredQuiz> {
    const limit = wrongCodesOfClient(clientAddress(request, config.TRUSTED_PROXIES))
    await guardTries(database, [limit])
    const code = readCode(text)
    const quiz = code === undefined ? undefined : await quizByCode(db, code)
    if (quiz) return quiz
    await countTry(database, limit)
    throw notFound('There is no quiz with this code')
  }
}
