import { Readable } from 'node:stream'
import { bytesOf, continueBody } from '../../gateway/request.ts'
import { readXml } from '../../gateway/xml.ts'
import { decodeAwsChunked } from './aws-chunked.ts'
import type { ServiceCall } from './call.ts'
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumAlgorithm, checksumHeader } from './checksums.ts'
import {
  EntityTooLarge,
  InvalidArgument,
  InvalidDigest,
  InvalidRequest,
  MalformedXml,
  MissingContentLength,
} from './errors.ts'
import { LARGEST_PUT_BYTES, LONGEST_XML_BYTES } from './limits.ts'
import { type IncomingBody, receiveText } from './receive.ts'

/**
 * The body of an upload as its header fields describe it. Nothing is read yet.
 *
 * @param announced  the algorithm that the object or the upload is to have, when the body brings no checksum itself
 * @throws InvalidDigest, InvalidRequest, MissingContentLength, EntityTooLarge
 */
export function incomingBody(call: ServiceCall, announced?: ChecksumAlgorithm): IncomingBody {
  const { header, exchange } = call
  const hash = header('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD'
  const chunked = hash.startsWith('STREAMING-') || (header('content-encoding') ?? '').split(',').some(isAwsChunked)
  const length = lengthOf(header(chunked ? 'x-amz-decoded-content-length' : 'content-length'))
  if (length > LARGEST_PUT_BYTES) throw new EntityTooLarge(LARGEST_PUT_BYTES)
  const trailers = new Map<string, string>()
  const body = bytesOf(exchange.request.message)
  const source = chunked
    ? Readable.from(
        decodeAwsChunked(body, (name, value) => trailers.set(name, value)),
        { objectMode: false },
      )
    : body
  return {
    source: onDemand(call, source),
    owned: true,
    largest: LARGEST_PUT_BYTES,
    length,
    md5: md5Of(header('content-md5')),
    sha256: /^[0-9a-f]{64}$/.test(hash) ? hash : undefined,
    checksum: checksumOf(header, trailers, announced),
  }
}

/** A small body as text. @throws as `incomingBody` and `receive` do */
export const textBody = (call: ServiceCall): Promise<string> =>
  receiveText({ ...incomingBody(call), largest: LONGEST_XML_BYTES })

/** A small XML body. @throws as `incomingBody` and `receive` do */
export async function xmlBody(call: ServiceCall): Promise<Readonly<Record<string, unknown>>> {
  const text = await textBody(call)
  try {
    return readXml(text)
  } catch (cause) {
    throw new MalformedXml(cause)
  }
}

const isAwsChunked = (encoding: string) => encoding.trim().toLowerCase() === 'aws-chunked'

/** `Content-Encoding` as it is kept: without `aws-chunked`, which was only for the way. */
export function keptEncoding(encoding: string): string {
  const kept = encoding.split(',').filter(each => !isAwsChunked(each))
  return kept.map(each => each.trim()).join(', ')
}

function lengthOf(field: string | undefined): number {
  if (field === undefined) throw new MissingContentLength()
  const length = Number(field)
  if (!Number.isSafeInteger(length) || length < 0) throw new InvalidArgument('Invalid length', 'Content-Length', field)
  return length
}

function md5Of(field: string | undefined): string | undefined {
  if (field !== undefined && Buffer.from(field, 'base64').length !== 16) throw new InvalidDigest(field)
  return field
}

type Header = ServiceCall['header']

function checksumOf(
  header: Header,
  trailers: ReadonlyMap<string, string>,
  announced: ChecksumAlgorithm | undefined,
): IncomingBody['checksum'] {
  const given = CHECKSUM_ALGORITHMS.filter(algorithm => header(checksumHeader(algorithm)) !== undefined)
  if (given.length > 1)
    throw new InvalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
  const [algorithm] = given
  if (algorithm) {
    const name = checksumHeader(algorithm)
    const value = header(name) ?? ''
    if (Buffer.from(value, 'base64').length !== SIZES[algorithm])
      throw new InvalidRequest(`Value for ${name} header is invalid.`)
    return { algorithm, expected: () => value, trailing: false }
  }
  const trailer = header('x-amz-trailer')?.trim().toLowerCase()
  const trailing = trailer?.startsWith('x-amz-checksum-')
    ? checksumAlgorithm(trailer.slice('x-amz-checksum-'.length))
    : undefined
  if (trailer !== undefined && !trailing)
    throw new InvalidRequest('The value specified in the x-amz-trailer header is not supported')
  if (trailing) return { algorithm: trailing, expected: () => trailers.get(checksumHeader(trailing)), trailing: true }
  return announced && { algorithm: announced, expected: () => undefined, trailing: false }
}

/** Bytes of each algorithm's sum. */
const SIZES: Readonly<Record<ChecksumAlgorithm, number>> = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 }

/** Tells a waiting client to send only when its first byte is wanted. */
const onDemand = ({ exchange }: ServiceCall, source: AsyncIterable<Buffer>): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]() {
    continueBody(exchange.request.message, exchange.response)
    return source[Symbol.asyncIterator]()
  },
})
