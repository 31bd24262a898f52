import { HEX, type Instant, type Random } from '@terrace/kit'
import type { LoadBalancer } from '@terrace/model'
import type { Client } from '../http1/exchange.ts'
import { endToEnd, getHeader, type HeaderList, removeHeader, setHeader, writeHeaders } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { hostOf } from './rules.ts'

/** More addresses than these in X-Forwarded-For are answered with 463. */
export const MAX_FORWARDED_ADDRESSES = 30

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
  if (!loadBalancer.preserveHostHeader)
    setHeader(headers, 'Host', forwardedHost(getHeader(headers, 'host') ?? '', client))
  addForwardedFor(headers, loadBalancer, client)
  setHeader(headers, 'X-Forwarded-Proto', client.secure ? 'https' : 'http')
  setHeader(headers, 'X-Forwarded-Port', String(client.entryPort))
  setHeader(headers, 'X-Amzn-Trace-Id', traceId)
  removeHeader(headers, 'expect')
  if (bodyLength === 'chunked') headers.push('Transfer-Encoding', 'chunked')
  const dropped = loadBalancer.dropInvalidHeaderFields ? dropInvalid(headers) : headers
  return `${request.method} ${request.target} HTTP/1.1\r\n${writeHeaders(dropped)}Connection: keep-alive\r\n\r\n`
}

/** The trace id to send on: a new root, or our own part in front of the root that came. */
export function traceIdFor(incoming: string | undefined, now: Instant, random: Random): string {
  const time = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')
  const own = `1-${time}-${random.text(24, HEX)}`
  if (incoming === undefined || !/(^|;)\s*Root=/.test(incoming)) return `Root=${own}`
  const others = incoming.split(';').filter(field => !field.trim().startsWith('Self='))
  return [`Self=${own}`, ...others].join(';')
}

export function tooManyForwarded(request: MessageHead): boolean {
  const forwarded = getHeader(request.headers, 'x-forwarded-for')
  return forwarded !== undefined && forwarded.split(',').length > MAX_FORWARDED_ADDRESSES
}

function addForwardedFor(headers: HeaderList, loadBalancer: LoadBalancer, client: Client): void {
  if (loadBalancer.xffHeaderProcessing === 'preserve') return
  if (loadBalancer.xffHeaderProcessing === 'remove') return removeHeader(headers, 'x-forwarded-for')
  const own = loadBalancer.xffClientPort ? `${client.address}:${client.port}` : client.address
  const before = getHeader(headers, 'x-forwarded-for')
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
