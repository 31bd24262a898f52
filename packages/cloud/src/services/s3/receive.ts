import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Blob, Blobs } from './blobs.ts'
import { type ChecksumAlgorithm, newSum } from './checksums.ts'
import { BadDigest, ContentSha256Mismatch, EntityTooLarge, IncompleteBody, InvalidRequest } from './errors.ts'

/** A body on its way in, its framing taken off, and what the client promised about it. */
export interface IncomingBody {
  readonly source: AsyncIterable<Buffer> | Readable
  /** Nobody else has the pieces of the source: their memory may be given back before the garbage collector comes. */
  readonly owned?: boolean | undefined
  readonly largest: number
  /** Bytes to come. */
  readonly length?: number | undefined
  /** Base64. */
  readonly md5?: string | undefined
  /** Hex. */
  readonly sha256?: string | undefined
  readonly checksum?:
    | {
        readonly algorithm: ChecksumAlgorithm
        /** Base64; asked for after the end, since a trailer brings it. Nothing: compute one without comparing. */
        readonly expected: () => string | undefined
        readonly trailing: boolean
      }
    | undefined
}

/** A body that is on disk and is what the client promised. */
export interface Received {
  readonly blob: Blob
  /** Hex. */
  readonly md5: string
  /** Base64. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined
}

/** A body that is being read: its bytes, and at the end what they came to. */
interface Measured {
  readonly bytes: AsyncGenerator<Buffer>
  /** @throws BadDigest, ContentSha256Mismatch, InvalidRequest when it isn't what was promised */
  verify(): Omit<Received, 'blob'>
}

/**
 * Streams a body to disk and computes its sums on the way. Nothing stays when it ends early or isn't what was promised.
 *
 * @throws IncompleteBody, EntityTooLarge, BadDigest, ContentSha256Mismatch
 */
export async function receive(blobs: Blobs, body: IncomingBody): Promise<Received> {
  const { bytes, verify } = measure(body)
  const blob = await blobs.write(bytes, body.owned)
  try {
    return { blob, ...verify() }
  } catch (error) {
    blobs.remove([blob])
    throw error
  }
}

/** A small body whole, as text. @throws as `receive` does */
export async function receiveText(body: IncomingBody): Promise<string> {
  const { bytes, verify } = measure(body)
  const chunks: Buffer[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  verify()
  return Buffer.concat(chunks).toString('utf8')
}

function measure(body: IncomingBody): Measured {
  const md5 = createHash('md5')
  const sha256 = body.sha256 === undefined ? undefined : createHash('sha256')
  const sum = body.checksum && newSum(body.checksum.algorithm)
  async function* bytes(): AsyncGenerator<Buffer> {
    let size = 0
    for await (const chunk of body.source) {
      size += chunk.length
      if (size > body.largest) throw new EntityTooLarge(body.largest)
      md5.update(chunk)
      sha256?.update(chunk)
      sum?.update(chunk)
      yield chunk
    }
    if (body.length !== undefined && size !== body.length) throw new IncompleteBody()
  }
  return {
    bytes: bytes(),
    verify() {
      const digest = md5.digest()
      if (body.md5 !== undefined && digest.toString('base64') !== body.md5) throw new BadDigest('Content-MD5')
      const hash = sha256?.digest('hex')
      if (hash !== undefined && body.sha256 !== undefined && hash !== body.sha256) {
        throw new ContentSha256Mismatch(body.sha256, hash)
      }
      const checksum = verified(body.checksum, sum?.digest().toString('base64'))
      return { md5: digest.toString('hex'), checksum }
    },
  }
}

function verified(promised: IncomingBody['checksum'], computed: string | undefined): Received['checksum'] {
  if (!promised || computed === undefined) return undefined
  const expected = promised.expected()
  if (promised.trailing && expected === undefined) {
    throw new InvalidRequest('The trailer that the header x-amz-trailer announces is missing.')
  }
  if (expected !== undefined && expected !== computed) throw new BadDigest(promised.algorithm.toUpperCase())
  return { algorithm: promised.algorithm, value: computed }
}
