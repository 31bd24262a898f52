import type { Instant } from '@terrace/kit'
import { type Exchange, respond } from '../http1/exchange.ts'
import { writeHeaders } from '../http1/headers.ts'

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  460: 'Client Closed Request',
  463: 'X-Forwarded-For Too Long',
  464: 'Incompatible Protocol Versions',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  505: 'HTTP Version Not Supported',
  507: 'Insufficient Storage',
}

/** `502 Bad Gateway`; a status that is not made by balancers is a plain `Error`. */
export const reasonPhrase = (status: number): string => REASONS[status] ?? 'Error'

/**
 * The page that an ALB makes itself; real ones end their lines with CRLF.
 * @see captured responses in public repositories; the documentation shows none
 */
export function errorPage(status: number): string {
  return page(`${status} ${reasonPhrase(status)}`)
}

/** An HTML page that says its title, as ALBs write them. */
export const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`

/** The header fields of a response that a balancer makes itself. @param server  whether it says what made it */
export const ownHeaders = (now: Instant, contentType: string, server = true): string[] => [
  ...ownFields(now, server),
  'Content-Type',
  contentType,
]

/** What they have in common with answers of functions, which the balancer writes for them. */
export const ownFields = (now: Instant, server: boolean): string[] => [
  ...(server ? ['Server', 'awselb/2.0'] : []),
  'Date',
  new Date(now).toUTCString(),
]

/** Answers with a response of the balancer's own. */
export function respondWithError(exchange: Exchange, status: number, now: Instant, server = true): void {
  respond(exchange, status, reasonPhrase(status), ownHeaders(now, 'text/html', server), errorPage(status))
}

/** The whole answer to bytes that are no request: there is nothing to answer but the connection. */
export function refusalText(status: number, now: Instant, server = true): string {
  const body = errorPage(status)
  const head = writeHeaders(ownHeaders(now, 'text/html', server))
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
}
