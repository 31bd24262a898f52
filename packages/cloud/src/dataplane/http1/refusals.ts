import { type HeaderList, sameName } from './headers.ts'

/** What is wrong with a message, and the status that a server answers it with. */
export class ParseError extends Error {
  override readonly name = 'ParseError'
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

/** The first part of a request as llhttp read it. */
export interface RequestStart {
  readonly method: string
  readonly target: string
  readonly major: number
  readonly minor: number
  readonly headers: HeaderList
}

/**
 * Why a request that llhttp takes is refused all the same: another server behind this one could read it in another way.
 * Nothing when it is unambiguous.
 *
 * @see RFC 9112, sections 3.2 (target and Host), 6.1 and 6.3 (length), 2.3 (version)
 */
export function refusalOf({ method, target, major, minor, headers }: RequestStart): ParseError | undefined {
  if (major !== 1 || minor > 1) return new ParseError(`HTTP/${major}.${minor} is not served`, 505)
  if (method === 'CONNECT') return new ParseError('CONNECT is not served', 405)
  let codings = 0
  let lengths = 0
  let chunked = true
  let hosts = 0
  let host = ''
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? ''
    if (sameName(name, 'transfer-encoding')) {
      codings++
      chunked &&= headers[index + 1]?.toLowerCase() === 'chunked'
    } else if (sameName(name, 'content-length')) {
      lengths++
    } else if (sameName(name, 'host')) {
      hosts++
      host = headers[index + 1] ?? ''
    }
  }
  if (codings > 0) {
    if (minor === 0) return new ParseError('Transfer-Encoding in HTTP/1.0')
    if (lengths > 0) return new ParseError('both Content-Length and Transfer-Encoding')
    if (!chunked) return new ParseError('a transfer coding other than chunked', 501)
    if (codings > 1) return new ParseError('Transfer-Encoding is repeated')
  }
  if (lengths > 1) return new ParseError('Content-Length is repeated')
  const wrong = wrongTarget(method, target)
  if (wrong) return wrong
  if (hosts > 1) return new ParseError('Host is repeated')
  return wrongHost(minor, hosts === 0 ? undefined : host)
}

/** Host and path of a request target in absolute form; nothing for the other forms. RFC 9112, section 3.2.2. */
export function absoluteForm(target: string): { readonly host: string; readonly path: string } | undefined {
  const match = /^https?:\/\/([^/?#]*)(.*)$/is.exec(target)
  if (!match) return undefined
  const [, host = '', path = ''] = match
  return { host, path: path.startsWith('/') ? path : `/${path}` }
}

// Visible ASCII but a fragment: what is outside, servers drop, cut at, or encode, each in its own way.
const TARGET = /^[!-"$-~]+$/
// Two digits must follow, and NUL ends texts in many languages.
const BAD_ESCAPE = /%(?![0-9a-f]{2})|%00/i
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]+)(:\d{0,5})?$/i

function wrongTarget(method: string, target: string): ParseError | undefined {
  if (!TARGET.test(target)) return new ParseError('the request target has characters that must be encoded')
  const mark = target.indexOf('?')
  if (target.includes('%') && BAD_ESCAPE.test(mark < 0 ? target : target.slice(0, mark)))
    return new ParseError('an escape in the path stands for nothing')
  if (target.startsWith('/')) return undefined
  if (target === '*') return method === 'OPTIONS' ? undefined : new ParseError('the request target * is for OPTIONS')
  const host = absoluteForm(target)?.host
  return host !== undefined && HOST.test(host) ? undefined : new ParseError('the request target is malformed')
}

function wrongHost(minor: number, host: string | undefined): ParseError | undefined {
  if (host === undefined) return minor === 0 ? undefined : new ParseError('Host is missing')
  return HOST.test(host) ? undefined : new ParseError('Host is malformed')
}
