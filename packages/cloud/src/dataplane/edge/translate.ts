import type { Client, Exchange } from '../http1/exchange.ts'
import { type HeaderList, mapHeader } from '../http1/headers.ts'

/** The ports that stand for 443 and 80 on this machine. */
export interface PublicPorts {
  readonly https: number
  readonly http: number
}

/**
 * Plain requests at the port that stands for 443 are served as if TLS ended here: on the way in the scheme of Origin and
 * Referer becomes https, on the way out that of Location and Access-Control-Allow-Origin becomes http again. So one
 * origin rule serves both, and a browser needs no certificate.
 *
 * This is the way in; `answerTranslation` is the way out. Redirects name the standard ports, or none: they are led to the ports of this machine.
 */
export function translate({ client, request }: Exchange, isOurs: (host: string) => boolean): void {
  if (!standsForTls(client)) return
  const toSecure = (value: string) => swapScheme(value, 'http', 'https', isOurs)
  mapHeader(request.headers, 'origin', toSecure)
  mapHeader(request.headers, 'referer', toSecure)
}

/** Whether a client's plain requests are served as if they came over TLS. */
export const standsForTls = ({ plain, secure }: Client): boolean => plain && secure

/** The way back: changes the header fields of an answer. @param asPlain  for a client that `standsForTls` */
export function answerTranslation(
  isOurs: (host: string) => boolean,
  ports: () => PublicPorts,
  asPlain: boolean,
): (headers: HeaderList) => void {
  const toPlain = (value: string) => (asPlain ? swapScheme(value, 'https', 'http', isOurs) : value)
  const lead = (value: string) => toPlain(ontoOurPorts(value, isOurs, ports()))
  return headers => {
    mapHeader(headers, 'location', lead)
    if (asPlain) mapHeader(headers, 'access-control-allow-origin', toPlain)
  }
}

/** `http://ours:4430/x` and `https://ours:4430/x`, the one for the other; what isn't ours stays. */
export function swapScheme(url: string, from: string, to: string, isOurs: (host: string) => boolean): string {
  if (!url.startsWith(`${from}://`)) return url
  const rest = url.slice(from.length + 3)
  return isOurs(hostIn(rest)) ? `${to}://${rest}` : url
}

/** Puts this machine's port where a URL of ours names a standard port or none. */
export function ontoOurPorts(url: string, isOurs: (host: string) => boolean, ports: PublicPorts): string {
  const match = /^(https?):\/\/([^/:?#]+)(?::(\d+))?(.*)$/s.exec(url)
  if (!match) return url
  const [, scheme, host = '', port, rest = ''] = match
  const standard = scheme === 'https' ? '443' : '80'
  if (!isOurs(host.toLowerCase()) || (port !== undefined && port !== standard)) return url
  return `${scheme}://${host}:${scheme === 'https' ? ports.https : ports.http}${rest}`
}

const hostIn = (rest: string): string => (/^[^/:?#]+/.exec(rest)?.[0] ?? '').toLowerCase()
