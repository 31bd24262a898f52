import type { App, Database } from '@terrace/service'
import type { Tables } from '../data/tables.ts'
import type { Media } from '../pictures/media.ts'
import type { AttemptTokens } from '../play/attempt-tokens.ts'
import { attemptView } from '../play/attempt-view.ts'
import { answer, finish, mustOwn } from '../play/attempts.ts'
import { idParameter } from '../schemas/common.ts'
import { answeredSchema, answerInputSchema, answerParameter, attemptHeaders, attemptSchema } from '../schemas/play.ts'

const tags = ['play']
// The token is in a header that no other site's form can send, and there is no cookie.
const config = { csrf: 'origin' } as const

/** `/api/attempts/{id}`: for whoever started it, proved by its token. */
export function addAttemptRoutes(
  app: App,
  database: Database<Tables>,
  { media, tokens }: { readonly media: Media; readonly tokens: AttemptTokens },
): void {
  const { db } = database
  const owned = (id: string, token: string) => mustOwn(db, id, tokens.isTokenOf(token, id))

  app.get(
    '/api/attempts/:id',
    {
      schema: {
        tags,
        summary: 'Show an attempt, with its result once it is finished',
        params: idParameter,
        headers: attemptHeaders,
        response: { 200: attemptSchema },
        problems: [404],
      },
    },
    async request => attemptView(db, media, await owned(request.params.id, request.headers['x-attempt-token'])),
  )

  app.put(
    '/api/attempts/:id/answers/:questionId',
    {
      config,
      schema: {
        tags,
        summary: 'Answer a question, or answer it otherwise',
        params: answerParameter,
        headers: attemptHeaders,
        body: answerInputSchema,
        response: { 200: answeredSchema },
        problems: [403, 404, 409],
      },
    },
    async request => {
      const { id, questionId } = request.params
      await owned(id, request.headers['x-attempt-token'])
      const given = await answer(database, id, questionId, request.body)
      return { questionId, optionIds: [...(given?.optionIds ?? [])], text: given?.text ?? null }
    },
  )

  app.post(
    '/api/attempts/:id/finish',
    {
      config,
      schema: {
        tags,
        summary: 'Finish: gives score and right answers',
        params: idParameter,
        headers: attemptHeaders,
        response: { 200: attemptSchema },
        problems: [403, 404, 409],
      },
    },
    async request => {
      const { id } = request.params
      const token = request.headers['x-attempt-token']
      await owned(id, token)
      await finish(database, id)
      return attemptView(db, media, await owned(id, token))
    },
  )
}
