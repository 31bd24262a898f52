import type { Instant, Random } from '@terrace/kit'
import type { LoadBalancer } from '@terrace/model'
import type { Client } from '../http1/exchange.ts'
import {
  endToEnd,
  getHeader,
  getHeaders,
  type HeaderList,
  removeHeader,
  setHeader,
  writeHeaders,
} from '../http1/headers.ts'
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
  const headers = endToEnd(request.headers)
  // HTTP/1.0 knows no Host: the balancer's own name stands in for it.
  const host = getHeader(headers, 'host') ?? loadBalancer.dnsName
  setHeader(headers, 'Host', loadBalancer.preserveHostHeader ? host : forwardedHost(host, client))
  if (client.http2) recase(headers)
  addForwardedFor(headers, loadBalancer, client)
  setHeader(headers, 'X-Forwarded-Proto', client.secure ? 'https' : 'http')
  setHeader(headers, 'X-Forwarded-Port', String(client.entryPort))
  setHeader(headers, 'X-Amzn-Trace-Id', traceId)
  removeHeader(headers, 'expect')
  if (bodyLength === 'chunked') headers.push('Transfer-Encoding', 'chunked')
  const dropped = loadBalancer.dropInvalidHeaderFields ? dropInvalid(headers) : headers
  const upgrade = wantsWebSocket(request)
    ? `Upgrade: ${getHeader(request.headers, 'upgrade')}\r\nConnection: Upgrade\r\n`
    : 'Connection: keep-alive\r\n'
  return `${request.method} ${request.target} HTTP/1.1\r\n${writeHeaders(dropped)}${upgrade}\r\n`
}

/** Whether a client asks to go on with a WebSocket; other protocols are not passed on. */
export const wantsWebSocket = ({ upgrade, method, headers }: MessageHead): boolean =>
  upgrade && method === 'GET' && getHeader(headers, 'upgrade')?.toLowerCase() === 'websocket'

const FORWARDED_FIELDS = ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Port', 'Host', 'X-Amzn-Trace-Id']

// Names come in lower case by HTTP/2; these are spelled as ever for targets, the others stay as they are.
function recase(headers: HeaderList): void {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]
    headers[index] = FORWARDED_FIELDS.find(field => field.toLowerCase() === name) ?? name ?? ''
  }
}

/** The trace id to send on: a new root, or our own part in front of the root that came. */
export function traceIdFor(incoming: string | undefined, now: Instant, random: Random): string {
  const time = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')
  const own = `1-${time}-${eightDigits(random)}${eightDigits(random)}${eightDigits(random)}`
  if (incoming === undefined || incoming.length > MAX_TRACE_BYTES || !/(^|;)\s*Root=/.test(incoming))
    return `Root=${own}`
  const others = incoming.split(';').filter(field => !field.trim().startsWith('Self='))
  return [`Self=${own}`, ...others].join(';')
}

const eightDigits = (random: Random): string =>
  random
    .integer(2 ** 32)
    .toString(16)
    .padStart(8, '0')

export function tooManyForwarded(request: MessageHead): boolean {
  const forwarded = getHeaders(request.headers, 'x-forwarded-for')
  return forwarded.length > 0 && forwarded.join(',').split(',').length > MAX_FORWARDED_ADDRESSES
}

function addForwardedFor(headers: HeaderList, loadBalancer: LoadBalancer, client: Client): void {
  if (loadBalancer.xffHeaderProcessing === 'preserve') return
  if (loadBalancer.xffHeaderProcessing === 'remove') return removeHeader(headers, 'x-forwarded-for')
  const address = client.address.includes(':') && loadBalancer.xffClientPort ? `[${client.address}]` : client.address
  const own = loadBalancer.xffClientPort ? `${address}:${client.port}` : address
  const before = getHeaders(headers, 'x-forwarded-for').join(', ')
  setHeader(headers, 'X-Forwarded-For', before ? `${before}, ${own}` : own)
}

// The standard ports are dropped, others are written: whatever port the client used to reach this machine.
function forwardedHost(host: string, client: Client): string {
  return client.entryPort === 80 || client.entryPort === 443 ? hostOf(host) : `${hostOf(host)}:${client.entryPort}`
}

function dropInvalid(headers: HeaderList): HeaderList {
  const kept: HeaderList = []
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    if (/^[-A-Za-z0-9]+$/.test(name)) kept.push(name, headers[index + 1] ?? '')
  }
  return kept
}
