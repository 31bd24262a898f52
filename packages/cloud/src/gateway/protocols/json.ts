import type { Operation } from '../api.ts'
import { type AwsError, CommonError, JSON_NAMES, shapeOf } from '../errors.ts'
import type { GatewayRequest } from '../request.ts'
import { Timestamp } from '../time.ts'
import { FlatList, NamedList } from '../xml.ts'
import type { Codec, WireAnswer } from './codec.ts'

/** JSON 1.0 and 1.1. @see smithy.io "AWS JSON 1.1 protocol" */
export function jsonCodec(version: '1.0' | '1.1', target: string, operations: readonly Operation[]): Codec {
  const type = `application/x-amz-json-${version}`
  return {
    accepts: request => request.header('x-amz-target')?.startsWith(`${target}.`) ?? false,
    read(request, body) {
      const name = operationName(request)
      return { name, operation: operations.find(each => each.name === name), input: readJson(body) }
    },
    success: (_, output, requestId) => jsonAnswer(200, type, output ?? {}, requestId),
    failure: (error, requestId) => jsonFailure(error, requestId, type),
  }
}

const operationName = (request: GatewayRequest): string =>
  (request.header('x-amz-target') ?? '').split('.').at(-1) ?? ''

/** @throws CommonError malformedBody when it isn't an object */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new CommonError('malformedBody', 'The request body is not valid JSON.', { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new CommonError('malformedBody', 'The request body must be a JSON object.')
}

/** Moments as seconds since 1970, lists as arrays. */
export function writeJson(output: unknown): string {
  return JSON.stringify(output, (_, value: unknown) => {
    if (value instanceof Timestamp) return value.at / 1000
    if (value instanceof NamedList || value instanceof FlatList) return value.items
    return value
  })
}

function jsonAnswer(status: number, type: string, output: unknown, requestId: string): WireAnswer {
  return { status, headers: { 'content-type': type, 'x-amzn-requestid': requestId }, body: writeJson(output) }
}

/** An error of the JSON protocols; also the answer when only the form of the request is known. */
export function jsonFailure(error: AwsError, requestId: string, type = 'application/x-amz-json-1.1'): WireAnswer {
  const { code, status } = shapeOf(error, JSON_NAMES)
  const answer = jsonAnswer(status, type, { __type: code, message: error.message, Message: error.message }, requestId)
  return { ...answer, headers: { ...answer.headers, ...error.headers } }
}
