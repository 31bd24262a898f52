import type { Operation } from '../api.ts'
import { type AwsError, CommonError, JSON_NAMES, shapeOf } from '../errors.ts'
import { Timestamp } from '../time.ts'
import { FlatList, NamedList } from '../xml.ts'
import type { Codec, WireAnswer } from './codec.ts'
import { eventStreamAnswer, isEventStream } from './event-stream.ts'

/** JSON 1.0 and 1.1. @see smithy.io "AWS JSON 1.1 protocol" */
export function jsonCodec(version: '1.0' | '1.1', target: string, operations: readonly Operation[]): Codec {
  const type = `application/x-amz-json-${version}`
  return {
    accepts: request => request.header('x-amz-target')?.startsWith(`${target}.`) ?? false,
    read(request, body) {
      const asked = request.header('x-amz-target') ?? ''
      const mine = asked.startsWith(`${target}.`)
      const name = mine ? asked.slice(target.length + 1) : asked
      return { name, operation: mine ? operations.find(each => each.name === name) : undefined, input: readJson(body) }
    },
    success: (_, output, requestId) =>
      isEventStream(output) ? eventStreamAnswer(output, requestId) : jsonAnswer(200, type, output ?? {}, requestId),
    failure: (error, requestId) => jsonFailure(error, requestId, type),
  }
}

/** @throws CommonError malformedBody when it isn't an object */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  if (isDeep(body)) throw new CommonError('malformedBody', `The request body is nested deeper than ${DEEPEST} levels.`)
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new CommonError('malformedBody', 'The request body is not valid JSON.', { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new CommonError('malformedBody', 'The request body must be a JSON object.')
}

/** Deepest nesting. DynamoDB's values may have 32 levels, which take two each; nothing else of AWS comes near. */
const DEEPEST = 100

/** Whether what follows could exhaust the stack. Brackets in texts don't count. */
function isDeep(body: Buffer): boolean {
  let depth = 0
  let inText = false
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]
    if (byte === QUOTE) inText = !inText
    else if (inText) i += byte === BACKSLASH ? 1 : 0
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
    if (depth > DEEPEST) return true
  }
  return false
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = Buffer.from('"\\{}[]')

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
  const { message, further } = error
  const answer = jsonAnswer(status, type, { __type: code, message, Message: message, ...further }, requestId)
  return { ...answer, headers: { ...answer.headers, ...error.headers } }
}
