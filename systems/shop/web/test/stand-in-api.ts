import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Answer, answerTo, problem } from './stand-in-routes.ts'
import type { StandInState } from './stand-in-state.ts'

const PICTURES = join(import.meta.dirname, '../../pictures')

/** What a test can do to the stand-in while it runs. */
export interface StandIn {
  readonly listener: RequestListener
  readonly state: StandInState
  /** Every request so far: "POST /api/orders". */
  readonly requests: string[]
  /** Idempotency keys of the orders so far. */
  readonly keys: string[]
  /** Requests that this matches are answered with 500. */
  failing: RegExp | undefined
  /** Requests that this matches are done, but their answer never arrives. */
  silent: RegExp | undefined
  /** Every answer waits this long, milliseconds. */
  delayMs: number
  /** Every answer waits for it: for what is to be seen meanwhile, however long that takes. */
  held: Promise<void> | undefined
  /** Ends all sessions, as if they were over. */
  endSessions(): void
}

/**
 * The shop's API in memory, to the same contract: paths, cookies, CSRF tokens, idempotency keys, problem documents. For
 * tests of the site alone.
 */
export function standInApi(state: StandInState): StandIn {
  const sessions = new Map<string, { accountId: number | null; csrfToken: string }>()
  const answered = new Map<string, Answer>()
  const standIn: StandIn = {
    listener,
    state,
    requests: [],
    keys: [],
    failing: undefined,
    silent: undefined,
    delayMs: 0,
    held: undefined,
    endSessions: () => sessions.clear(),
  }

  async function listener(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    await once(request, 'end')
    const url = new URL(request.url ?? '/', 'http://localhost')
    const line = `${request.method} ${request.url}`
    standIn.requests.push(line)
    if (url.pathname.startsWith('/api/pictures/')) return sendPicture(url, response)
    if (standIn.delayMs > 0) await wait(standIn.delayMs)
    await standIn.held
    const answer = standIn.failing?.test(line)
      ? problem(500, 'stack trace of the server')
      : answerOnce(request, url, Buffer.concat(chunks).toString(), response)
    if (standIn.silent?.test(line)) return void response.destroy()
    if (answer.total !== undefined) response.setHeader('x-total-count', String(answer.total))
    response.setHeader('content-type', answer.status < 400 ? 'application/json' : 'application/problem+json')
    response.writeHead(answer.status).end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }

  function answerOnce(request: IncomingMessage, url: URL, body: string, response: ServerResponse): Answer {
    const sessionId = /session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    const session = sessions.get(sessionId)
    const account = state.accounts.find(({ id }) => id === session?.accountId)
    const isOpen =
      request.method === 'GET' || /^POST \/api\/(sessions|accounts)$/.test(`${request.method} ${url.pathname}`)
    if (!isOpen && (!session || request.headers['x-csrf-token'] !== session.csrfToken))
      return problem(403, 'The CSRF token does not belong to this session; load the page again')
    const key = request.headers['idempotency-key']
    if (typeof key === 'string') standIn.keys.push(key)
    const repeated = answered.get(`${account?.id} ${key}`)
    if (repeated) return repeated
    const answer = answerTo(state, {
      method: request.method ?? '',
      url,
      account,
      body: body === '' ? {} : JSON.parse(body),
    })
    if (typeof key === 'string' && answer.status < 300) answered.set(`${account?.id} ${key}`, answer)
    if (answer.logIn === undefined && url.pathname !== '/api/sessions/current') return answer
    if (answer.logIn === undefined && session && request.method === 'GET')
      return { status: 200, body: sessionBody(session.accountId, session.csrfToken) }
    sessions.delete(sessionId)
    const fresh = { accountId: answer.logIn ?? null, csrfToken: randomUUID() }
    const id = randomUUID()
    sessions.set(id, fresh)
    response.setHeader('set-cookie', `__Host-session=${id}; Path=/; HttpOnly; Secure; SameSite=Lax`)
    return request.method === 'DELETE'
      ? { status: 204 }
      : { status: answer.status, body: sessionBody(fresh.accountId, fresh.csrfToken) }
  }

  function sessionBody(accountId: number | null, csrfToken: string) {
    const found = state.accounts.find(({ id }) => id === accountId)
    if (!found) return { account: null, csrfToken }
    const { password: _, ...account } = found
    return { account, csrfToken }
  }

  return standIn
}

async function sendPicture(url: URL, response: ServerResponse): Promise<void> {
  const content = await readFile(join(PICTURES, basename(url.pathname))).catch(() => undefined)
  response.setHeader('content-type', content ? 'image/jpeg' : 'application/problem+json')
  response.writeHead(content ? 200 : 404).end(content)
}
