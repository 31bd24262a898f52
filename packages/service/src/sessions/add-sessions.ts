import cookie, { Signer } from '@fastify/cookie'
import { type Clock, days, hours, minutes, type Random } from '@terrace/kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../http/app.ts'
import { decodeState, encodeState, SESSION_COOKIE, type SessionLife, sessionCookieOptions } from './cookie.ts'
import { type CsrfRule, checkCsrf } from './csrf.ts'
import { Session, type SessionState } from './session.ts'

/** How precisely `seenAt` is known: a cookie with every answer would be waste. */
const SEEN_PRECISION = minutes(1)

export interface SessionOptions extends Partial<SessionLife> {
  /** The first signs; cookies that another one signed are still good, and signed anew. At least 32 characters each. */
  readonly secrets: readonly string[]
  readonly clock: Clock
  /** Must be unpredictable. */
  readonly random: Random
  /** Where pages may come from, besides the host that was asked: `https://shop.example.com`. None by default. */
  readonly origins?: readonly string[]
  /** For routes that don't say otherwise with `config: { csrf }`. Default `token`. */
  readonly csrf?: CsrfRule
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The visitor's session; only where `addSessions` was called. */
    readonly session: Session
  }
  interface FastifyContextConfig {
    /** How this route is protected against requests from other sites; what `addSessions` was told, by default. */
    readonly csrf?: CsrfRule
  }
}

/**
 * Gives every request below `app` a session, made when it is looked at, in a signed cookie, and protects every unsafe method against requests that
 * other sites had a browser send. A session needs no account: the cookie holds an id, two times and a message, nothing
 * else. It lasts 7 days, and 24 hours from its last request, unless said otherwise. A cookie that was forged, changed
 * or is over is taken for none.
 *
 * An answer that caches may share (`Cache-Control: public`) never gets a cookie.
 */
export function addSessions(app: App, options: SessionOptions): void {
  const { clock, random, origins = [], csrf = 'token' } = options
  const life: SessionLife = { lifetime: options.lifetime ?? days(7), idle: options.idle ?? hours(24) }
  const signer = new Signer([...options.secrets])
  const source = { random, now: () => clock.now() }
  const signedAnew = new WeakSet<FastifyRequest>()

  const known = (request: FastifyRequest): SessionState | undefined => {
    const value = request.cookies[SESSION_COOKIE]
    if (value === undefined) return undefined
    const unsigned = signer.unsign(value)
    if (!unsigned.valid) return undefined
    if (unsigned.renew) signedAnew.add(request)
    return decodeState(unsigned.value, clock.now(), life)
  }
  const write = (request: FastifyRequest, reply: FastifyReply, session: Session): void => {
    if (String(reply.getHeader('cache-control')).startsWith('public')) return
    const { change, state } = session.outcome
    const now = clock.now()
    if (change === 'end') {
      reply.clearCookie(SESSION_COOKIE, sessionCookieOptions)
      return
    }
    const isStale = session.isKnown && (now - state.seenAt > SEEN_PRECISION || signedAnew.has(request))
    if (change === 'none' && !isStale) return
    const maxAge = Math.floor((state.startedAt + life.lifetime - now) / 1000)
    const value = signer.sign(encodeState({ ...state, seenAt: now }))
    reply.setCookie(SESSION_COOKIE, value, { ...sessionCookieOptions, maxAge })
  }

  // Made when it is first looked at: an answer that has nothing to do with its visitor doesn't touch the cookie either.
  const sessions = new WeakMap<FastifyRequest, Session>()
  const sessionOf = (request: FastifyRequest): Session => {
    const session = sessions.get(request) ?? new Session(source, known(request))
    sessions.set(request, session)
    return session
  }

  app.register(cookie)
  app.decorateRequest('session', {
    getter() {
      return sessionOf(this)
    },
  })
  app.addHook('preValidation', (request, _reply, done) => {
    checkCsrf(request, request.routeOptions.config.csrf ?? csrf, origins)
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    const session = sessions.get(request)
    if (session) write(request, reply, session)
    done()
  })
}
