import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const LOCAL_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Why a request may not pass. */
export interface Refusal {
  readonly status: 401 | 403
  readonly message: string
}

/**
 * Lets only those pass who can read the state folder. The `Host` check keeps out web pages that reach the port under a
 * name of their own (DNS rebinding); the token keeps out everybody else.
 */
export function refusalOf(headers: IncomingHttpHeaders, token: string): Refusal | undefined {
  const host = headers.host?.replace(/:\d+$/, '')
  if (host === undefined || !LOCAL_NAMES.has(host)) {
    return { status: 403, message: `the host ${headers.host ?? '(none)'} is not this machine: use 127.0.0.1` }
  }
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (given === undefined) return { status: 401, message: 'no bearer token: it is in control.json' }
  if (!sameText(given, token)) return { status: 401, message: 'that is not the token of this run' }
  return undefined
}

// Hashing first gives both the same length, which the comparison in constant time asks for.
const sameText = (one: string, other: string) => timingSafeEqual(sha256(one), sha256(other))
const sha256 = (text: string) => createHash('sha256').update(text).digest()
