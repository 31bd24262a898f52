import { s3Headers } from '../../gateway/protocols/s3-failure.ts'
import { writeXml } from '../../gateway/xml.ts'
import type { ServiceCall } from './call.ts'

/** Namespace of S3's answers. */
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

type Headers = Readonly<Record<string, string | undefined>>

/** Sends the head of an answer; header fields that are undefined are left out. */
export function sendHead(
  { exchange, outcome, realtime }: Pick<ServiceCall, 'exchange' | 'outcome' | 'realtime'>,
  status: number,
  headers: Headers = {},
): void {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  outcome.answered = realtime.now()
  outcome.bytes = exchange.request.method === 'HEAD' ? 0 : Number(headers['content-length'] ?? 0)
  const versionId = headers['x-amz-version-id']
  if (versionId !== undefined) outcome.versionId = versionId
  exchange.response.writeHead(status, { ...s3Headers(exchange.requestId), ...Object.fromEntries(given) })
}

/** An answer without a body. */
export function sendEmpty(
  call: Pick<ServiceCall, 'exchange' | 'outcome' | 'realtime'>,
  status: number,
  headers: Headers = {},
): void {
  const bodiless = status === 204 || status === 304
  sendHead(call, status, bodiless ? headers : { 'content-length': '0', ...headers })
  call.exchange.response.end()
}

/** An answer with one XML element. */
export function sendXml(call: ServiceCall, root: string, content: unknown, headers: Headers = {}): void {
  sendText(call, 'application/xml', writeXml(root, content, 'member', NAMESPACE), headers)
}

/** An answer with a short text. */
export function sendText(call: ServiceCall, type: string, body: string, headers: Headers = {}): void {
  sendHead(call, 200, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)), ...headers })
  call.exchange.response.end(body)
}

/** The second id of a request, which answers and events carry. */
export const s3HostId = (requestId: string): string => s3Headers(requestId)['x-amz-id-2'] ?? ''
