import { getHeader, type HeaderList } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { ParseError, refusalOf } from '../http1/refusals.ts'

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const CONNECTION_FIELDS = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']

/**
 * The head of an HTTP/2 request in the words of HTTP/1.1: `:authority` is Host, cookies are one field again. What could
 * be read as something else after the translation is refused.
 *
 * @param raw  name, value, name, value, … as they came
 * @see RFC 9113, sections 8.2.2, 8.2.3, 8.3.1
 */
export function requestHead(raw: readonly string[]): {
  readonly request: MessageHead
  readonly refusal: ParseError | undefined
} {
  const headers: HeaderList = []
  const pseudo = new Map<string, string>()
  const cookies: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? ''
    const value = raw[index + 1] ?? ''
    if (name.startsWith(':')) pseudo.set(name, value)
    else if (name === 'cookie') cookies.push(value)
    else headers.push(name, value)
  }
  const authority = pseudo.get(':authority')
  const host = getHeader(headers, 'host')
  if (authority !== undefined && host === undefined) headers.unshift('Host', authority)
  if (cookies.length > 0) headers.push('cookie', cookies.join('; '))
  const method = pseudo.get(':method') ?? ''
  const target = pseudo.get(':path') ?? ''
  const request = { method, target, status: 0, minorVersion: 1, headers, keepAlive: true, upgrade: false }
  return { request, refusal: refusalFor(request, authority, host) }
}

function refusalFor(request: MessageHead, authority: string | undefined, host: string | undefined) {
  const { method, target, headers } = request
  if (!TOKEN.test(method)) return new ParseError('the method is no token')
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase())
    return new ParseError('Host and :authority differ')
  if (CONNECTION_FIELDS.some(name => getHeader(headers, name) !== undefined))
    return new ParseError('a field of HTTP/1.1 connections')
  for (let index = 0; index < headers.length; index += 2) {
    if (!TOKEN.test(headers[index] ?? '')) return new ParseError('the name of a field is no token')
    if (/[\0\r\n]/.test(headers[index + 1] ?? '')) return new ParseError('a line end in a field')
  }
  if (!target.startsWith('/') && target !== '*') return new ParseError('the path is malformed')
  return refusalOf({ method, target, major: 1, minor: 1, headers })
}
