import { type Client, decode, RequestError, upload } from '@terrace/ui'
import {
  pictureOf,
  type Question,
  questionOf,
  quizOf,
  resultOf,
  type Session,
  sessionOf,
  wholeQuizOf,
} from './types.ts'

/** A part of a list and the length of the whole. */
export interface Page<T> {
  readonly rows: readonly T[]
  readonly total: number
}

/** Which part of a list. */
export interface PageQuery {
  readonly limit: number
  readonly offset: number
}

/** Which of one's own quizzes, the last changed first. */
export interface QuizzesQuery extends PageQuery {
  readonly q: string | undefined
  readonly state: string | undefined
}

/** What logs in, and what a new account is made of. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** A question as it is sent. An option that was there before has its id. */
export interface QuestionInput
  extends Pick<Question, 'kind' | 'text' | 'explanation' | 'points' | 'pictureId' | 'answers'> {
  readonly options: readonly {
    readonly id?: string
    readonly text: string
    readonly pictureId: string | null
    readonly correct: boolean
  }[]
}

/** The changes of a quiz's state. */
export type StateChange = 'publish' | 'close' | 'reopen' | 'restore'

/** An upload as it goes on. */
export interface PictureUpload {
  readonly cutout: boolean
  readonly idempotencyKey: string
  readonly onProgress: (share: number) => void
  readonly signal: AbortSignal
}

/** The site's API as authors use it. Every method throws `RequestError`. */
export type SiteApi = ReturnType<typeof siteApi>

/**
 * The API of accounts and authors behind a client.
 *
 * It knows the session, and with it the CSRF token that every write carries. A token that the API doesn't take is
 * renewed once, for another tab may have logged in or out; unless somebody else is logged in then, for what one meant
 * to do as oneself isn't done as somebody else.
 *
 * @param onSession  told each session that the API answered with
 * @param onReachable  told after each upload whether the API is there
 */
export function siteApi(
  client: Client,
  onSession: (session: Session) => void,
  onReachable: (isReachable: boolean) => void,
) {
  let known: Session | undefined
  const learn = (session: Session): Session => {
    known = session
    onSession(session)
    return session
  }
  const session = async (signal?: AbortSignal): Promise<Session> =>
    learn((await client.get('/api/sessions/current', sessionOf, signal ? { signal } : {})).value)

  /** After a refusal that looks like the end of the session, finds out. */
  const noticing = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      return await asked
    } catch (error) {
      if (error instanceof RequestError && error.status === 401) await session().catch(() => {})
      throw error
    }
  }

  const read = async <T>(path: string, of: decode.Decoder<T>, signal?: AbortSignal): Promise<T> =>
    (await noticing(client.get(path, of, signal ? { signal } : {}))).value

  const page = async <T>(path: string, of: decode.Decoder<T>, query: Partial<QuizzesQuery>, signal?: AbortSignal) => {
    const asked = client.get(path, decode.list(of), { query: { ...query }, ...(signal && { signal }) })
    const { value, headers } = await noticing(asked)
    return { rows: value, total: Number(headers.get('x-total-count')) } satisfies Page<T>
  }

  /** Does something with the token of the session, and once more with a new one when it was refused. */
  async function withToken<T>(send: (csrfToken: string) => Promise<T>): Promise<T> {
    const before = known ?? (await session())
    try {
      return await noticing(send(before.csrfToken))
    } catch (error) {
      if (!(error instanceof RequestError && error.status === 403)) throw error
      const now = await session()
      if (now.account?.id !== before.account?.id) throw error
      return noticing(send(now.csrfToken))
    }
  }

  const write = <T>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    of: decode.Decoder<T>,
    options: { readonly body?: unknown; readonly idempotencyKey?: string; readonly keepalive?: boolean } = {},
  ): Promise<T> =>
    withToken(async csrfToken => {
      const headers = { 'x-csrf-token': csrfToken }
      return (await client.send(method, path, of, { ...options, headers })).value
    })

  const quizPath = (id: string, more = '') => `/api/quizzes/${encodeURIComponent(id)}${more}`
  const questionPath = (id: string) => `/api/questions/${encodeURIComponent(id)}`

  return {
    session,
    logIn: async (credentials: Credentials): Promise<Session> =>
      learn((await client.send('POST', '/api/sessions', sessionOf, { body: credentials })).value),
    logOut: async (): Promise<Session> => {
      await write('DELETE', '/api/sessions/current', decode.nothing)
      return session()
    },
    signUp: async (account: Credentials): Promise<void> => {
      await client.send('POST', '/api/accounts', decode.nothing, { body: account })
    },
    changePassword: async (passwords: { readonly currentPassword: string; readonly newPassword: string }) =>
      learn(await write('PUT', '/api/accounts/current/password', sessionOf, { body: passwords })),

    quizzes: (query: QuizzesQuery, signal?: AbortSignal) => page('/api/quizzes', quizOf, query, signal),
    quiz: (id: string, signal?: AbortSignal) => read(quizPath(id), wholeQuizOf, signal),
    addQuiz: (body: { readonly title: string; readonly description: string }, idempotencyKey: string) =>
      write('POST', '/api/quizzes', quizOf, { body, idempotencyKey }),
    /** 409 when `version` is not the newest. */
    changeQuiz: (
      id: string,
      body: { readonly title: string; readonly description: string; readonly version: number },
    ) => write('PUT', quizPath(id), quizOf, { body }),
    removeQuiz: (id: string) => write('DELETE', quizPath(id), decode.nothing),
    changeState: (id: string, change: StateChange) => write('POST', quizPath(id, `/${change}`), quizOf),
    copyQuiz: (id: string, idempotencyKey: string) => write('POST', quizPath(id, '/copy'), quizOf, { idempotencyKey }),

    addQuestion: (quizId: string, body: QuestionInput, idempotencyKey: string) =>
      write('POST', quizPath(quizId, '/questions'), questionOf, { body, idempotencyKey }),
    changeQuestion: (id: string, body: QuestionInput) => write('PUT', questionPath(id), questionOf, { body }),
    /** Goes on when the page goes away. */
    removeQuestion: (id: string) => write('DELETE', questionPath(id), decode.nothing, { keepalive: true }),
    orderQuestions: (quizId: string, questionIds: readonly string[]) =>
      write('PUT', quizPath(quizId, '/question-order'), decode.list(questionOf), { body: { questionIds } }),

    picture: (id: string, signal?: AbortSignal) => read(`/api/pictures/${encodeURIComponent(id)}`, pictureOf, signal),
    addPicture: (file: Blob, { cutout, idempotencyKey, onProgress, signal }: PictureUpload) =>
      withToken(csrfToken =>
        upload(`/api/pictures?cutout=${cutout}`, file, pictureOf, {
          headers: { 'x-csrf-token': csrfToken, 'idempotency-key': idempotencyKey },
          onProgress,
          signal,
          onReachable,
        }),
      ),

    results: (quizId: string, query: PageQuery, signal?: AbortSignal) =>
      page(quizPath(quizId, '/results'), resultOf, query, signal),
    /** Where all results are, as a file. */
    resultsFile: (quizId: string): string => quizPath(quizId, '/results.csv'),
  }
}
