import { type Exchange, respond } from '../http1/exchange.ts'

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  460: 'Client Closed Request',
  463: 'X-Forwarded-For Too Long',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  507: 'Insufficient Storage',
}

/** The page that an ALB makes itself; real ones end their lines with CRLF. */
export function errorPage(status: number): string {
  const title = `${status} ${REASONS[status] ?? 'Error'}`
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
}

export const reasonPhrase = (status: number): string => REASONS[status] ?? 'Error'

/** Answers with a response of the balancer's own. */
export function respondWithError(exchange: Exchange, status: number, date: string): void {
  const headers = ['Server', 'awselb/2.0', 'Date', date, 'Content-Type', 'text/html']
  respond(exchange, status, reasonPhrase(status), headers, errorPage(status))
}
