import type { Operation } from '../api.ts'
import {
  type AwsError,
  CommonError,
  type CommonFailure,
  type ErrorShape,
  JSON_NAMES,
  shapeOf,
  XML_NAMES,
} from '../errors.ts'
import type { GatewayRequest } from '../request.ts'
import { RestAnswer } from '../rest-answer.ts'
import { memberOf, readXml, writeXml } from '../xml.ts'
import type { Codec, WireAnswer } from './codec.ts'
import { readJson, writeJson } from './json.ts'

/** REST-JSON of Lambda, SES v2 …. @see smithy.io "AWS restJson1 protocol" */
export function restJsonCodec(operations: readonly Operation[]): Codec {
  return {
    ...restCodec(operations, body => readJson(body)),
    success(name, output, requestId) {
      const answer = operations.find(operation => operation.name === name)?.http?.answer?.(output)
      const { status, headers, output: body } = answer ?? new RestAnswer(output ?? {})
      return {
        status,
        headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, ...headers },
        body: jsonBody(body),
      }
    },
    failure: restJsonFailure,
  }
}

function jsonBody(output: unknown): string | Uint8Array {
  if (output === undefined) return ''
  return output instanceof Uint8Array ? output : writeJson(output)
}

/** REST-XML of Route 53 and CloudFront. @see smithy.io "AWS restXml protocol" */
export function restXmlCodec(namespace: string, operations: readonly Operation[]): Codec {
  return {
    ...restCodec(operations, body => (body.length === 0 ? {} : memberOfOnly(parse(body)))),
    success(name, answered, requestId) {
      const { output, status, headers } = answered instanceof RestAnswer ? answered : new RestAnswer(answered, {})
      const [root = [`${name}Response`, '']] = Object.entries(Object(output))
      const answer = xmlAnswer(status, writeXml(root[0], root[1], 'member', namespace), requestId)
      return { ...answer, headers: { ...answer.headers, ...headers } }
    },
    failure: (error, requestId) => restXmlFailure(error, requestId, namespace),
  }
}

/** An error of REST-JSON; also the answer when only the form of the request is known. */
export function restJsonFailure(error: AwsError, requestId: string): WireAnswer {
  const { code, status } = restShape(error)
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': code,
      ...error.headers,
    },
    body: JSON.stringify({ ...error.elements, message: error.message, Message: error.message }),
  }
}

const FORBIDDEN: ReadonlySet<CommonFailure> = new Set<CommonFailure>([
  'accessDenied',
  'badSignature',
  'expiredToken',
  'incompleteSignature',
  'invalidToken',
  'missingToken',
  'skewed',
  'unknownKey',
])

/** REST services answer a refused call with 403, where the other JSON protocols have 400. */
function restShape(error: AwsError): ErrorShape {
  const { code, status } = shapeOf(error, JSON_NAMES)
  const forbidden = error instanceof CommonError && FORBIDDEN.has(error.failure)
  return { code, status: forbidden ? 403 : status }
}

/** An error of REST-XML, as Route 53 and CloudFront wrap it. */
export function restXmlFailure(error: AwsError, requestId: string, namespace?: string): WireAnswer {
  const { code, status } = shapeOf(error, XML_NAMES)
  const type = status < 500 ? 'Sender' : 'Receiver'
  const content = { Error: { Type: type, Code: code, Message: error.message }, RequestId: requestId }
  return xmlAnswer(status, writeXml('ErrorResponse', content, 'member', namespace), requestId)
}

const xmlAnswer = (status: number, body: string, requestId: string): WireAnswer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
})

/** Input of a REST operation: the body's members, then those of the header, of the query, and of the path. */
function restCodec(
  operations: readonly Operation[],
  members: (body: Buffer) => unknown,
): Pick<Codec, 'accepts' | 'read'> {
  const find = (request: GatewayRequest) => {
    for (const operation of operations) {
      const found = matchRoute(operation.route ?? '', request)
      if (found) return { operation, found }
    }
    return undefined
  }
  return {
    accepts: request => find(request) !== undefined,
    read(request, body) {
      const match = find(request)
      if (!match) return { name: `${request.method} ${request.path}`, operation: undefined, input: {} }
      const { operation, found } = match
      const { payload, headers = {} } = operation.http ?? {}
      const inBody = payload === undefined ? Object(members(body)) : { [payload]: body }
      const input = { ...inBody, ...headerMembers(request, headers), ...queryMembers(request.query), ...found }
      return { name: operation.name, operation, input }
    },
  }
}

const headerMembers = (request: GatewayRequest, fields: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([field, member]) => {
      const value = request.header(field)
      return value === undefined ? [] : [[member, value]]
    }),
  )

/** A parameter that is there several times is a list. */
const queryMembers = (query: URLSearchParams): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...new Set(query.keys())].map(name => {
      const values = query.getAll(name)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )

/** The labels of a route such as `GET /functions/{FunctionName}/invocations`; nothing when it doesn't fit. */
export function matchRoute(
  route: string,
  request: Pick<GatewayRequest, 'method' | 'path'>,
): Readonly<Record<string, string>> | undefined {
  const [method = '', pattern = ''] = route.split(' ')
  if (method !== request.method) return undefined
  const source = pattern
    .replace(/[.()[\]$^*?|\\]/g, '\\$&')
    .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  const groups = new RegExp(`^${source}/?$`).exec(request.path)
  if (!groups) return undefined
  return Object.fromEntries(
    Object.entries(groups.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  )
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return readXml(body.toString('utf8'))
  } catch (cause) {
    throw new CommonError('malformedBody', 'The request body is not valid XML.', { cause })
  }
}

/** What is inside the root element. */
function memberOfOnly(document: Readonly<Record<string, unknown>>): unknown {
  const root = Object.keys(document).find(name => !name.startsWith('?') && name !== '#text')
  return root === undefined ? {} : memberOf(document, root)
}
