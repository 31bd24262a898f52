import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { otlpFormat, readOtlp } from '../../tracing/read-otlp.ts'
import { OtlpError, type Span } from '../../tracing/span.ts'
import type { Endpoint } from './configuration.ts'

/** Longest body, bytes. README of the collector's confighttp: `max_request_body_size`. */
const LONGEST_BODY = 20 * 1024 ** 2

/** Takes spans by OTLP over HTTP. @see OpenTelemetry "OTLP Specification", OTLP/HTTP @throws what listening fails with */
export const receiveOtlp = (endpoint: Endpoint, take: (spans: readonly Span[]) => void): Promise<Server> =>
  listen(endpoint, (request, response) => {
    void answer(request, response, take)
  })

/** Answers every GET with 200, as the collector's extension `health_check` does. */
export const answerHealth = (endpoint: Endpoint): Promise<Server> =>
  listen(endpoint, (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"Server available"}')
  })

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  take: (spans: readonly Span[]) => void,
): Promise<void> {
  const path = request.url?.split('?')[0]
  if (path !== '/v1/traces') return refuse(response, 404, `nothing is received at ${path}: traces come to /v1/traces`)
  if (request.method !== 'POST') return refuse(response, 405, `405 method not allowed, supported: [POST]`)
  const contentType = request.headers['content-type']
  const format = otlpFormat(contentType)
  if (format === undefined) {
    return refuse(response, 415, '415 unsupported media type, supported: [application/json, application/x-protobuf]')
  }
  const body = await bodyOf(request).catch(() => undefined)
  if (body === undefined)
    return refuse(response, 413, `the request is longer than ${LONGEST_BODY} bytes, or was broken off`)
  try {
    const contentEncoding = request.headers['content-encoding']
    take(readOtlp({ contentType, contentEncoding, body }, { mostBytes: LONGEST_BODY }))
  } catch (error) {
    if (error instanceof OtlpError) return refuse(response, 400, error.message)
    return refuse(response, 500, String(error))
  }
  if (format === 'json') response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}')
  else response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
}

/** @throws when it is too long, or broken off */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > LONGEST_BODY) throw new RangeError('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 413 ? { connection: 'close' } : {}) })
  response.end(JSON.stringify({ code: status === 400 ? 3 : 2, message }))
}

function listen(
  { host, port }: Endpoint,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handle)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}
