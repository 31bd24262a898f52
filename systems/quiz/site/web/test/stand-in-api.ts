import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Answer, type Asked, invalid, problem } from './stand-in-answers.ts'
import { answerAuthors } from './stand-in-author.ts'
import { paintedPicture } from './stand-in-pictures.ts'
import { answerPlayers } from './stand-in-play.ts'
import type { StandInState } from './stand-in-state.ts'

/** What a test can do to the stand-in while it runs. */
export interface StandIn {
  readonly listener: RequestListener
  readonly state: StandInState
  /** Every request so far: "POST /api/quizzes". */
  readonly requests: string[]
  /** Requests that this matches are answered with 500. */
  failing: RegExp | undefined
  /** Requests that this matches are not answered. */
  silent: RegExp | undefined
  /** Every answer waits for it: for what is to be seen meanwhile, however long that takes. */
  held: Promise<void> | undefined
}

/** Writes that need no token of a session: log-in, sign-up, and everything of players. */
const OPEN = /^GET|^POST \/api\/(?:sessions|accounts)$|\/api\/(?:play|attempts)\//

/**
 * The site's API in memory, to the same contract: paths, cookies, CSRF tokens, idempotency keys, problem documents. For
 * tests of the pages alone.
 */
export function standInApi(state: StandInState): StandIn {
  const sessions = new Map<string, { readonly accountId: number | null; readonly csrfToken: string }>()
  const answered = new Map<string, Answer>()
  const standIn: StandIn = { listener, state, requests: [], failing: undefined, silent: undefined, held: undefined }

  async function listener(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    await once(request, 'end')
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname.startsWith('/media/'))
      return void response.setHeader('content-type', 'image/svg+xml').end(paintedPicture(url.pathname))
    const line = `${request.method} ${request.url}`
    standIn.requests.push(line)
    await standIn.held
    if (standIn.silent?.test(line)) return void response.destroy()
    const answer = standIn.failing?.test(line)
      ? problem(500, 'stack trace of the server')
      : answerOnce(request, url, Buffer.concat(chunks), response)
    if (answer.total !== undefined) response.setHeader('x-total-count', String(answer.total))
    if (answer.csv !== undefined) return void response.setHeader('content-type', 'text/csv').end(answer.csv)
    response.setHeader('content-type', answer.status < 400 ? 'application/json' : 'application/problem+json')
    response.writeHead(answer.status).end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }

  function answerOnce(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): Answer {
    const { method = '', headers } = request
    const sessionId = /session=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? ''
    const session = sessions.get(sessionId)
    if (!OPEN.test(`${method} ${url.pathname}`) && (!session || headers['x-csrf-token'] !== session.csrfToken))
      return problem(403, 'The CSRF token does not belong to this session; load the page again')
    const key = `${url.pathname} ${headers['idempotency-key']}`
    const repeated = headers['idempotency-key'] && answered.get(key)
    if (repeated) return repeated
    const isJson = headers['content-type'] === 'application/json'
    const answer = answerTo({
      method,
      url,
      accountId: session?.accountId ?? undefined,
      token: String(headers['x-attempt-token'] ?? ''),
      body: isJson ? JSON.parse(body.toString()) : {},
    })
    if (answer.status < 300) answered.set(key, answer)
    if (answer.logIn === undefined && url.pathname !== '/api/sessions/current') return answer
    if (answer.logIn === undefined && session && method === 'GET') return { status: 200, body: sessionBody(session) }
    sessions.delete(sessionId)
    const fresh = { accountId: answer.logIn ?? null, csrfToken: randomUUID() }
    const id = randomUUID()
    sessions.set(id, fresh)
    response.setHeader('set-cookie', `__Host-session=${id}; Path=/; HttpOnly; Secure; SameSite=Lax`)
    return method === 'DELETE' ? { status: 204 } : { status: answer.status, body: sessionBody(fresh) }
  }

  function answerTo(asked: Asked): Answer {
    const { method, url, body, accountId } = asked
    const account = state.accounts.find(({ id }) => id === accountId)
    const toPlayers = answerPlayers(state, asked)
    if (toPlayers) return toPlayers
    switch (`${method} ${url.pathname}`) {
      case 'GET /api/status':
        return { status: 200, body: { cutout: { state: 'open', queued: 0, until: null } } }
      case 'GET /api/sessions/current':
      case 'DELETE /api/sessions/current':
        return { status: 200 }
      case 'POST /api/sessions': {
        const found = state.accounts.find(one => one.username === body.username && one.password === body.password)
        return found ? { status: 201, logIn: found.id } : problem(401, 'The user name or the password is wrong')
      }
      case 'POST /api/accounts':
        return signUp(body.username ?? '', body.password ?? '')
    }
    if (!account) return problem(401, 'Log in first')
    switch (`${method} ${url.pathname}`) {
      case 'PUT /api/accounts/current/password':
        if (body.currentPassword !== account.password) return invalid('currentPassword', 'is wrong')
        account.password = body.newPassword ?? ''
        return { status: 200, logIn: account.id }
      case 'POST /api/pictures': {
        const id = `picture${++state.ids}`
        const wanted = url.searchParams.get('cutout') === 'true'
        const how = wanted ? state.uploadedAs : { state: 'stored' as const, busy: false, reason: null }
        const picture = { id, url: `/media/${id}.jpeg`, cutoutUrl: null, ...how }
        state.pictures.push(picture)
        return { status: 202, body: picture }
      }
    }
    return answerAuthors(state, asked)
  }

  function signUp(username: string, password: string): Answer {
    if (password === 'passwordpassword')
      return invalid('password', 'is one of the most common passwords; choose another one')
    if (state.accounts.some(one => one.username === username)) return invalid('username', 'is taken', 409)
    const id = state.accounts.length + 1
    state.accounts.push({ id, username, password })
    return { status: 201, body: { id, username } }
  }

  function sessionBody({ accountId, csrfToken }: { readonly accountId: number | null; readonly csrfToken: string }) {
    const found = state.accounts.find(({ id }) => id === accountId)
    return { account: found ? { id: found.id, username: found.username } : null, csrfToken }
  }

  return standIn
}
