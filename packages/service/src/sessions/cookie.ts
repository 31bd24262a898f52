import type { CookieSerializeOptions } from '@fastify/cookie'
import type { Duration, Instant } from '@terrace/kit'
import * as z from 'zod'
import type { SessionState } from './session.ts'

/**
 * The cookie's name. The prefix makes browsers take it only from this very host, over TLS and for all paths, so that no
 * neighbour under the same domain can set it.
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie "Cookie prefixes"
 */
export const SESSION_COOKIE = '__Host-session'

/** Out of reach of scripts, sent over TLS alone, and not with what other sites submit. */
export const sessionCookieOptions: CookieSerializeOptions = {
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'lax',
}

/** How long a session lasts. */
export interface SessionLife {
  /** From its beginning, whatever happens. */
  readonly lifetime: Duration
  /** From its last request. */
  readonly idle: Duration
}

const stateSchema = z.object({
  id: z.string().regex(/^[a-z0-9]{32}$/),
  startedAt: z.int(),
  seenAt: z.int(),
  flash: z.string().optional(),
})

/** The state as the cookie's value, yet to be signed. */
export const encodeState = (state: SessionState): string => Buffer.from(JSON.stringify(state)).toString('base64url')

/**
 * The state that a value, whose signature was good, stands for; undefined when it is over, or was made by another
 * version.
 */
export function decodeState(value: string, now: Instant, life: SessionLife): SessionState | undefined {
  const parsed = stateSchema.safeParse(jsonOrUndefined(Buffer.from(value, 'base64url').toString()))
  if (!parsed.success) return undefined
  const { startedAt, seenAt } = parsed.data
  return now - startedAt < life.lifetime && now - seenAt < life.idle ? parsed.data : undefined
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
