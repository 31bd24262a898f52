import type { Instant } from '@terrace/kit'
import type { Exchange } from '../http1/exchange.ts'
import { getHeader } from '../http1/headers.ts'
import { EDGE_LOCATION } from './limits.ts'
import { parseTarget } from './viewer-request.ts'

/** What X-Cache says, without its ` from cloudfront`. */
export type Result = 'Hit' | 'RefreshHit' | 'Miss' | 'Error' | 'Redirect'

const FIELDS =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) ' +
  'cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken ' +
  'x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status ' +
  'fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len ' +
  'sc-range-start sc-range-end'

/** The two lines at the head of a file of standard logs. */
export const LOG_HEADER: readonly string[] = ['#Version: 1.0', `#Fields: ${FIELDS}`]

/** One answered request. */
export interface LogEntry {
  readonly exchange: Exchange
  readonly id: string
  /** The distribution's own name. */
  readonly domainName: string
  readonly startedAt: Instant
  /** Nothing when no answer began. */
  readonly firstByteAt: Instant | undefined
  readonly endedAt: Instant
  readonly bytesSent: number
  readonly status: number
  readonly result: Result
  readonly contentType: string | undefined
  readonly contentLength: number | 'chunked'
  readonly range: { readonly first: number; readonly last: number } | undefined
  /** The distribution logs cookies, too. */
  readonly cookies: boolean
}

/**
 * One line of the standard logs: 33 fields between tabs, `-` for what is unknown.
 *
 * @see CloudFront Developer Guide, "Standard logging reference"
 */
export function logLine(entry: LogEntry): string {
  const { exchange, range } = entry
  const { request, client } = exchange
  const header = (name: string) => getHeader(request.headers, name)
  const target = parseTarget(request.target)
  const ended = new Date(entry.endedAt).toISOString()
  const secondsUntil = (moment: Instant) => ((moment - entry.startedAt) / 1000).toFixed(3)
  const requestBytes = request.headers.reduce((sum, text) => sum + text.length + 2, request.target.length)
  const values: (string | number | undefined)[] = [
    ended.slice(0, 10),
    ended.slice(11, 19),
    EDGE_LOCATION,
    entry.bytesSent,
    client.address,
    request.method,
    entry.domainName,
    target?.path,
    entry.status,
    header('referer'),
    header('user-agent'),
    target?.query,
    entry.cookies ? header('cookie') : undefined,
    entry.result,
    entry.id,
    header('host'),
    client.secure ? 'https' : 'http',
    requestBytes + (exchange.bodyLength === 'chunked' ? 0 : exchange.bodyLength),
    secondsUntil(entry.endedAt),
    header('x-forwarded-for'),
    client.tls?.version,
    client.tls?.cipher,
    entry.result,
    `HTTP/1.${request.minorVersion}`,
    undefined,
    undefined,
    client.port,
    secondsUntil(entry.firstByteAt ?? entry.endedAt),
    entry.result,
    entry.contentType,
    entry.contentLength === 'chunked' ? undefined : entry.contentLength,
    range?.first,
    range?.last,
  ]
  return values.map(value => (typeof value === 'number' ? value : fieldOf(value))).join('\t')
}

// White space, quotes, percent signs and what is not printable ASCII are percent-encoded: nothing can forge a field.
function fieldOf(value: string | undefined): string {
  if (value === undefined || value === '') return '-'
  return value.replace(/[^\x21-\x7e]|["%]/g, character => {
    if (character === '%') return '%25'
    return `%${(character.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`
  })
}
