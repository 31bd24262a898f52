import { decode, encode, type TagDecoder, Token, Type, type TypeEncoder } from 'cborg'
import type { Operation } from '../api.ts'
import { type AwsError, CommonError, JSON_NAMES, shapeOf } from '../errors.ts'
import { Timestamp } from '../time.ts'
import { FlatList, NamedList } from '../xml.ts'
import type { Codec, WireAnswer } from './codec.ts'

const HEADERS = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }

/** RPC v2 with CBOR, which botocore prefers for CloudWatch. @see smithy.io "Smithy RPC v2 CBOR protocol" */
export function cborCodec(service: string, operations: readonly Operation[]): Codec {
  const prefix = `/service/${service}/operation/`
  return {
    accepts: request => request.header('smithy-protocol') === 'rpc-v2-cbor' && request.path.startsWith(prefix),
    read(request, body) {
      const name = request.path.slice(prefix.length)
      return { name, operation: operations.find(each => each.name === name), input: readCbor(body) }
    },
    success: (_, output, requestId) => cborAnswer(200, output ?? {}, requestId),
    failure: cborFailure,
  }
}

/** An error of the CBOR protocol; also the answer when only the form of the request is known. */
export function cborFailure(error: AwsError, requestId: string): WireAnswer {
  const { code, status } = shapeOf(error, JSON_NAMES)
  const answer = cborAnswer(status, { __type: code, message: error.message, Message: error.message }, requestId)
  return { ...answer, headers: { ...answer.headers, ...error.headers } }
}

function cborAnswer(status: number, output: unknown, requestId: string): WireAnswer {
  return { status, headers: { ...HEADERS, 'x-amzn-requestid': requestId }, body: writeCbor(output) }
}

/** Moments are seconds since 1970 under tag 1. Big numbers have no tag here: decoding one can take minutes. */
const TAGS: TagDecoder[] = []
TAGS[1] = (content: unknown) => content

/** @throws CommonError malformedBody when it isn't a map, or nested deeper than the stack allows */
export function readCbor(body: Buffer): unknown {
  if (body.length === 0) return {}
  let value: unknown
  try {
    value = decode(body, { tags: TAGS, rejectDuplicateMapKeys: true, coerceUndefinedToNull: true })
  } catch (cause) {
    throw new CommonError('malformedBody', 'The request body is not valid CBOR.', { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new CommonError('malformedBody', 'The request body must be a CBOR map.')
}

/** Members that are undefined are left out. */
export const writeCbor = (output: unknown): Uint8Array =>
  encode(plain(output), { typeEncoders: { Object: taggedTime }, ignoreUndefinedProperties: true })

const taggedTime: TypeEncoder = (value: unknown) =>
  value instanceof Timestamp ? [new Token(Type.tag, 1), new Token(Type.float, value.at / 1000)] : null

/** Lists without the names that XML has for their items. */
function plain(value: unknown): unknown {
  if (value instanceof NamedList || value instanceof FlatList) return plain(value.items)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Timestamp || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}
