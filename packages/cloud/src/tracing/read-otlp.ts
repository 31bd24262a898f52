import { gunzipSync } from 'node:zlib'
import { readOtlpJson } from './read-otlp-json.ts'
import { readOtlpProtobuf } from './read-otlp-protobuf.ts'
import { OtlpError, type Span } from './span.ts'

/** A body of `POST /v1/traces` as it came. */
export interface OtlpRequest {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly body: Uint8Array
}

/** What a body may be. */
export interface OtlpLimits {
  /** Bytes, when nothing compresses it. */
  readonly mostBytes: number
}

/** Which of the two encodings of OTLP a content type names; nothing when it is neither. */
export function otlpFormat(contentType: string | undefined): 'json' | 'protobuf' | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return 'json'
  return type === 'application/x-protobuf' ? 'protobuf' : undefined
}

/**
 * The spans of an export request.
 *
 * @see OpenTelemetry "OTLP Specification", OTLP/HTTP Request
 * @throws OtlpError when it is neither of the two encodings, is compressed otherwise than by gzip, or is too long
 */
export function readOtlp(request: OtlpRequest, { mostBytes }: OtlpLimits): readonly Span[] {
  const format = otlpFormat(request.contentType)
  if (format === undefined) {
    const found = request.contentType ?? 'no content type'
    throw new OtlpError(`traces are taken as application/x-protobuf or application/json, not as ${found}`)
  }
  const body = uncompressed(request, mostBytes)
  return format === 'json' ? readOtlpJson(body) : readOtlpProtobuf(body)
}

function uncompressed({ contentEncoding = 'identity', body }: OtlpRequest, mostBytes: number): Uint8Array {
  const tooLong = `the request is longer than ${mostBytes} bytes`
  if (contentEncoding === 'identity' || contentEncoding === '') {
    if (body.length > mostBytes) throw new OtlpError(tooLong)
    return body
  }
  if (contentEncoding !== 'gzip') {
    throw new OtlpError(`a request may be compressed by gzip, not by ${contentEncoding}`)
  }
  try {
    return gunzipSync(body, { maxOutputLength: mostBytes })
  } catch (cause) {
    const isTooLong = cause instanceof RangeError
    throw new OtlpError(isTooLong ? tooLong : 'the request is not what gzip makes', { cause })
  }
}
