import { type Client, decode } from '@terrace/ui'
import { attemptOf, placeOf, playQuizOf, startedOf } from './types.ts'

/** What a player answers: options, for an order all of them, or a text. Empty takes the answer back. */
export type Given = { readonly optionIds: readonly string[] } | { readonly text: string }

/** Whose attempt it is: its id, and the token that starting it gave. */
export interface Ticket {
  readonly id: string
  readonly token: string
}

/** The API as players use it: no account, no session. Every method throws `RequestError`. */
export type PlayApi = ReturnType<typeof playApi>

/** The API of players behind a client. */
export function playApi(client: Client) {
  const path = (code: string, more = '') => `/api/play/${encodeURIComponent(code)}${more}`
  const attemptPath = ({ id }: Ticket, more = '') => `/api/attempts/${encodeURIComponent(id)}${more}`
  const withTicket = ({ token }: Ticket) => ({ headers: { 'x-attempt-token': token } })
  const abortable = (signal: AbortSignal | undefined) => (signal ? { signal } : {})

  return {
    /** 404 unknown, 409 closed, 429 after many wrong codes. */
    quiz: async (code: string, signal?: AbortSignal) =>
      (await client.get(path(code), playQuizOf, abortable(signal))).value,
    start: async (code: string, nickname: string, idempotencyKey: string) =>
      (await client.send('POST', path(code, '/attempts'), startedOf, { body: { nickname }, idempotencyKey })).value,
    attempt: async (ticket: Ticket, signal?: AbortSignal) =>
      (await client.get(attemptPath(ticket), attemptOf, { ...withTicket(ticket), ...abortable(signal) })).value,
    /** Goes on when the page goes away. */
    answer: async (ticket: Ticket, questionId: string, given: Given): Promise<void> => {
      const to = attemptPath(ticket, `/answers/${encodeURIComponent(questionId)}`)
      await client.send('PUT', to, decode.nothing, { body: given, keepalive: true, ...withTicket(ticket) })
    },
    finish: async (ticket: Ticket) =>
      (await client.send('POST', attemptPath(ticket, '/finish'), attemptOf, withTicket(ticket))).value,
    leaderboard: async (code: string, signal?: AbortSignal) =>
      (await client.get(path(code, '/leaderboard'), decode.list(placeOf), abortable(signal))).value,
    /** Something small, to see whether the API answers. */
    probe: async (): Promise<void> => {
      await client.get('/api/status', decode.nothing)
    },
  }
}
