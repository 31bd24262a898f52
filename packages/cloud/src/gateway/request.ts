import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request as it came in, before anybody knows which service it is for. */
export interface GatewayRequest {
  readonly message: IncomingMessage
  readonly method: string
  /** Without port, in lower case: `site.s3.us-east-1.amazonaws.com`. */
  readonly host: string
  /** Percent-encoded as sent, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** One value of a header field; several are joined with a comma. */
  header(name: string): string | undefined
}

/** @throws URIError when the target cannot be read at all */
export function readRequest(message: IncomingMessage): GatewayRequest {
  const target = message.url ?? '/'
  // A proxy's absolute form is allowed by HTTP; the path is what counts.
  const relative = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, '') || '/'
  const mark = relative.indexOf('?')
  return {
    message,
    method: message.method ?? 'GET',
    host: hostName(message.headers.host ?? ''),
    path: mark < 0 ? relative : relative.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : relative.slice(mark + 1)),
    header(name) {
      const value = message.headers[name]
      return typeof value === 'object' ? value.join(', ') : value
    },
  }
}

/** The name in a `Host` field: no port, no brackets around an IPv6 address, lower case. */
export function hostName(field: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(field)
  return (bracketed ? (bracketed[1] ?? '') : field.replace(/:\d*$/, '')).toLowerCase()
}

/**
 * Tells a client that waits with `Expect: 100-continue` to send its body. Called when the body is read, so that a refused
 * upload is never sent.
 */
export function continueBody(message: IncomingMessage, response: ServerResponse): void {
  if (message.headers.expect?.toLowerCase() === '100-continue' && !response.headersSent) response.writeContinue()
}

/** What a body goes through on its way in, when something is to be said about it before anybody takes it. */
export type BodyCheck = (source: AsyncGenerator<Buffer>) => AsyncGenerator<Buffer>

const CHECKS = new WeakMap<IncomingMessage, BodyCheck>()

/**
 * Sends the body of this request, whoever reads it, through a check, after those that it has; the one who reads hears what
 * it throws.
 */
export function checkBody(message: IncomingMessage, check: BodyCheck): void {
  const before = CHECKS.get(message)
  CHECKS.set(message, before ? source => check(before(source)) : check)
}

/**
 * The bytes of a request. Whoever stops reading early leaves the message whole, so that the rest can be let through and
 * the connection goes on: a plain `for await` over it would destroy it.
 */
export function bytesOf(message: IncomingMessage): AsyncGenerator<Buffer> {
  const check = CHECKS.get(message)
  return check ? check(rawBytes(message)) : rawBytes(message)
}

async function* rawBytes(message: IncomingMessage): AsyncGenerator<Buffer> {
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
  }
}

/**
 * Lets through what nobody reads of a body any more, so that its connection goes on. Whoever read it may not have let go
 * yet: while they listen, `resume` alone does nothing, then or later; with a listener to its data it flows as soon as they
 * have.
 */
export function letThrough(message: IncomingMessage): void {
  message.on('data', () => {})
  message.resume()
}
