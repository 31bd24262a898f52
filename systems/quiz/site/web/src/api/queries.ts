import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { PlayApi, Ticket } from './play-api.ts'
import type { PageQuery, QuizzesQuery, SiteApi } from './site-api.ts'
import type { Picture } from './types.ts'

/** What somebody may see of an account is remembered under its id, and forgotten when somebody else logs in. */
export const mine = (accountId: number) => ['mine', accountId] as const

/** A picture whose background is being removed is looked at again this often, milliseconds. */
const PICTURE_MS = 1_500

/** The leaderboard is asked for again this often while somebody looks at it, milliseconds. */
const LEADERBOARD_MS = 10_000

/** The questions that the site's views ask, each with the name it is remembered under. */
export const ask = {
  session: (api: SiteApi) => queryOptions({ queryKey: ['session'], queryFn: ({ signal }) => api.session(signal) }),
  quizzes: (api: SiteApi, accountId: number, query: QuizzesQuery) =>
    queryOptions({
      queryKey: [...mine(accountId), 'quizzes', query],
      queryFn: ({ signal }) => api.quizzes(query, signal),
      placeholderData: keepPreviousData,
    }),
  quiz: (api: SiteApi, accountId: number, id: string) =>
    queryOptions({ queryKey: [...mine(accountId), 'quiz', id], queryFn: ({ signal }) => api.quiz(id, signal) }),
  picture: (api: SiteApi, accountId: number, id: string) =>
    queryOptions({
      queryKey: [...mine(accountId), 'picture', id],
      queryFn: ({ signal }) => api.picture(id, signal),
      refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? PICTURE_MS : false),
    }),
  results: (api: SiteApi, accountId: number, quizId: string, query: PageQuery) =>
    queryOptions({
      queryKey: [...mine(accountId), 'results', quizId, query],
      queryFn: ({ signal }) => api.results(quizId, query, signal),
      placeholderData: keepPreviousData,
    }),
  playQuiz: (play: PlayApi, code: string) =>
    queryOptions({ queryKey: ['play', code], queryFn: ({ signal }) => play.quiz(code, signal) }),
  attempt: (play: PlayApi, ticket: Ticket) =>
    queryOptions({
      queryKey: ['attempt', ticket.id],
      queryFn: ({ signal }) => play.attempt(ticket, signal),
      // What one answers is known here before it is known there.
      staleTime: Number.POSITIVE_INFINITY,
    }),
  leaderboard: (play: PlayApi, code: string) =>
    queryOptions({
      queryKey: ['leaderboard', code],
      queryFn: ({ signal }) => play.leaderboard(code, signal),
      refetchInterval: LEADERBOARD_MS,
    }),
}

/** Whether the removal of its background goes on. */
export const isUnderWay = ({ state }: Pick<Picture, 'state'>): boolean => state === 'queued' || state === 'working'
