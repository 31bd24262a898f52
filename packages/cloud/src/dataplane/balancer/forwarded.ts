import type { Instant, Random } from '@terrace/kit'
import type { LoadBalancer } from '@terrace/model'
import type { Client } from '../http1/exchange.ts'
import { getHeader, getHeaders, type HeaderList, isHopByHop, namedByConnection, sameName } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { MAX_FORWARDED_ADDRESSES, MAX_TRACE_BYTES } from './limits.ts'
import { hostOf } from './rules.ts'

/**
 * The request as the target gets it: line, forwarded header fields, and the framing of its body.
 * @see ELB User Guide for Application Load Balancers, "HTTP headers and Application Load Balancers"
 */
export function forwardedHead(
  loadBalancer: LoadBalancer,
  request: MessageHead,
  client: Client,
  traceId: string,
  bodyLength: number | 'chunked',
): string {
  const { headers, method, target } = request
  const named = namedByConnection(headers)
  const drops = loadBalancer.dropInvalidHeaderFields
  let text = `${method} ${target} HTTP/1.1\r\n`
  let written = 0
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    if (isHopByHop(name) || named?.includes(name.toLowerCase()) || sameName(name, 'expect')) continue
    if (loadBalancer.tlsHeaders && isTlsField(name)) continue
    const field = ownFieldOf(name)
    if (field < 0) {
      if (!drops || isValidName(name)) text += `${name}: ${headers[index + 1]}\r\n`
      continue
    }
    // What is ours stands once, where the client wrote it first, as the client spells it.
    const repeated = (written & (1 << field)) !== 0
    written |= 1 << field
    const kept = field === FORWARDED_FOR && loadBalancer.xffHeaderProcessing === 'preserve'
    const value = kept ? headers[index + 1] : ownValue(field, headers, index, loadBalancer, client, traceId)
    if (value === undefined || (repeated && !kept)) continue
    text += `${client.http2 ? FORWARDED_FIELDS[field] : name}: ${value}\r\n`
  }
  for (let field = 0; field < FORWARDED_FIELDS.length; field++) {
    if ((written & (1 << field)) !== 0) continue
    const value = ownValue(field, headers, headers.length, loadBalancer, client, traceId)
    if (value !== undefined) text += `${FORWARDED_FIELDS[field]}: ${value}\r\n`
  }
  const { tls } = client
  if (loadBalancer.tlsHeaders && tls) text += `${TLS_VERSION}: ${tls.version}\r\n${TLS_CIPHER}: ${tls.cipher}\r\n`
  if (bodyLength === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  return `${text}${
    wantsWebSocket(request)
      ? `Upgrade: ${getHeader(headers, 'upgrade')}\r\nConnection: Upgrade\r\n\r\n`
      : 'Connection: keep-alive\r\n\r\n'
  }`
}

/** Whether a client asks to go on with a WebSocket; other protocols are not passed on. */
export const wantsWebSocket = ({ upgrade, method, headers }: MessageHead): boolean =>
  upgrade && method === 'GET' && getHeader(headers, 'upgrade')?.toLowerCase() === 'websocket'

const FORWARDED_FIELDS: readonly string[] = [
  'Host',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'X-Forwarded-Port',
  'X-Amzn-Trace-Id',
]
// Both as OpenSSL names them. Who asks for them has the balancer's word alone: what a client sends is taken out.
const TLS_VERSION = 'x-amzn-tls-version'
const TLS_CIPHER = 'x-amzn-tls-cipher-suite'
const isTlsField = (name: string): boolean => sameName(name, TLS_VERSION) || sameName(name, TLS_CIPHER)

const HOST = 0
const FORWARDED_FOR = 1
const FORWARDED_PROTO = 2
const FORWARDED_PORT = 3

function ownFieldOf(name: string): number {
  for (let field = 0; field < FORWARDED_FIELDS.length; field++) {
    if (sameName(name, FORWARDED_FIELDS[field] ?? '')) return field
  }
  return -1
}

/** The value of a field that the balancer writes. @param from  where the client's stands; nothing: it isn't written */
function ownValue(
  field: number,
  headers: HeaderList,
  from: number,
  loadBalancer: LoadBalancer,
  client: Client,
  traceId: string,
): string | undefined {
  switch (field) {
    case HOST: {
      // HTTP/1.0 knows no Host: the balancer's own name stands in for it.
      const host = from < headers.length ? (headers[from + 1] ?? '') : loadBalancer.dnsName
      return loadBalancer.preserveHostHeader ? host : forwardedHost(host, client)
    }
    case FORWARDED_FOR:
      return forwardedFor(from < headers.length ? getHeaders(headers, 'x-forwarded-for') : [], loadBalancer, client)
    case FORWARDED_PROTO:
      return client.secure ? 'https' : 'http'
    case FORWARDED_PORT:
      return String(client.entryPort)
    default:
      return traceId
  }
}

/** The trace id to send on: a new root, or our own part in front of the root that came. */
export function traceIdFor(incoming: string | undefined, now: Instant, random: Random): string {
  const own = `1-${hexadecimalSeconds(now)}-${sixDigits(random)}${sixDigits(random)}${sixDigits(random)}${sixDigits(random)}`
  if (incoming === undefined || incoming.length > MAX_TRACE_BYTES || !/(^|;)\s*Root=/.test(incoming))
    return `Root=${own}`
  const others = incoming.split(';').filter(field => !field.trim().startsWith('Self='))
  return [`Self=${own}`, ...others].join(';')
}

// Looked up and not made: every request gets one.
const THREE_DIGITS: readonly string[] = Array.from({ length: 4096 }, (_, index) => index.toString(16).padStart(3, '0'))

function sixDigits(random: Random): string {
  const number = random.integer(2 ** 24)
  return `${THREE_DIGITS[number >>> 12]}${THREE_DIGITS[number & 4095]}`
}

const hexadecimalSeconds = (() => {
  let known = Number.NaN
  let text = ''
  return (now: Instant): string => {
    const second = Math.floor(now / 1000)
    if (second !== known) text = second.toString(16).padStart(8, '0')
    known = second
    return text
  }
})()

export function tooManyForwarded(request: MessageHead): boolean {
  const forwarded = getHeaders(request.headers, 'x-forwarded-for')
  return forwarded.length > 0 && forwarded.join(',').split(',').length > MAX_FORWARDED_ADDRESSES
}

function forwardedFor(before: readonly string[], loadBalancer: LoadBalancer, client: Client): string | undefined {
  if (loadBalancer.xffHeaderProcessing !== 'append') return undefined
  const address = client.address.includes(':') && loadBalancer.xffClientPort ? `[${client.address}]` : client.address
  const own = loadBalancer.xffClientPort ? `${address}:${client.port}` : address
  const others = before.join(', ')
  return others ? `${others}, ${own}` : own
}

// The standard ports are dropped, others are written: whatever port the client used to reach this machine.
function forwardedHost(host: string, client: Client): string {
  return client.entryPort === 80 || client.entryPort === 443 ? hostOf(host) : `${hostOf(host)}:${client.entryPort}`
}

const isValidName = (name: string): boolean => /^[-A-Za-z0-9]+$/.test(name)
