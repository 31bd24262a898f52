import { hostAndPort } from './destinations.ts'
import type { Directive } from './parse.ts'
import { wordOf } from './print.ts'

/** What a listener keeps on a Unix socket; the rest tunes TCP. */
const KEPT = new Set(['default_server', 'default', 'ssl', 'http2', 'spdy', 'proxy_protocol'])

/** Where a listener listens. */
export interface Listening {
  readonly port: number
  readonly directive: Directive
}

/**
 * A `listen` of the configuration on the socket that stands for its port on the host's interface; IPv4 and IPv6 are one.
 *
 * differs: one that names an address, such as 127.0.0.1, listens for all; listeners for QUIC are left out
 */
export function listenHere(directive: Directive, socketOf: (port: number) => string): Listening | undefined {
  const [address, ...rest] = directive.words
  const text = address?.text ?? '80'
  if (rest.some(({ text: word }) => word === 'quic')) return undefined
  if (text.startsWith('unix:')) return { port: 0, directive }
  const port = /^\d+$/.test(text) ? Number(text) : (hostAndPort(text).port ?? 80)
  const words = [wordOf(`unix:${socketOf(port)}`), ...rest.filter(({ text: word }) => KEPT.has(word))]
  return { port, directive: { ...directive, words } }
}
