import { createHash, type Hash } from 'node:crypto'
import type { Credentials } from '../identity/credentials.ts'
import { sha256Hex } from './canonical.ts'
import { CommonError } from './errors.ts'
import { longDate, type SignedClaim, scopeText } from './signature.ts'
import { same, type Verifier } from './verify.ts'

/** Longest line of the framing: a size with a signature, or a trailer. */
const LONGEST_LINE = 8 * 1024

const EMPTY = sha256Hex('')

/** Whether a body's chunks are signed one after the other. */
export const hasSignedChunks = (payloadHash: string | undefined): boolean =>
  payloadHash?.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') ?? false

/**
 * Lets an `aws-chunked` body through as it is and verifies the signature of each chunk, which covers the one before, and
 * that of the trailer.
 *
 * @throws CommonError badSignature at the end of the chunk that isn't what was signed
 * @see S3 API Reference "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks",
 * "… with trailing headers"
 */
export async function* verifiedChunks(
  source: AsyncIterable<Buffer>,
  claim: SignedClaim,
  credentials: Credentials,
  verifier: Verifier,
): AsyncGenerator<Buffer> {
  const check = new ChunkCheck(claim, (text: string) => verifier.sign(claim, credentials, text))
  for await (const bytes of source) {
    check.take(bytes)
    yield bytes
  }
  check.end()
}

type State =
  | { readonly at: 'size' | 'chunkEnd' | 'trailer' }
  | { readonly at: 'data'; left: number; readonly hash: Hash; readonly signature: string }

class ChunkCheck {
  readonly #claim: SignedClaim
  readonly #sign: (text: string) => string
  #state: State = { at: 'size' }
  #line = ''
  #previous: string
  #trailers = ''
  #lastSeen = false

  constructor(claim: SignedClaim, sign: (text: string) => string) {
    this.#claim = claim
    this.#sign = sign
    this.#previous = claim.signature
  }

  take(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0) rest = this.#state.at === 'data' ? this.#data(rest, this.#state) : this.#lines(rest)
  }

  /** @throws CommonError when the last chunk never came */
  end(): void {
    if (!this.#lastSeen) throw broken()
  }

  #data(bytes: Buffer, state: Extract<State, { at: 'data' }>): Buffer {
    const part = bytes.subarray(0, state.left)
    state.hash.update(part)
    state.left -= part.length
    if (state.left === 0) {
      this.#compare('PAYLOAD', `${EMPTY}\n${state.hash.digest('hex')}`, state.signature)
      this.#state = { at: 'chunkEnd' }
    }
    return bytes.subarray(part.length)
  }

  #lines(bytes: Buffer): Buffer {
    const end = bytes.indexOf(0x0a)
    this.#line += bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
    if (this.#line.length > LONGEST_LINE) throw broken()
    if (end < 0) return bytes.subarray(bytes.length)
    const line = this.#line.replace(/\r$/, '')
    this.#line = ''
    this.#take(line)
    return bytes.subarray(end + 1)
  }

  #take(line: string): void {
    if (this.#state.at === 'chunkEnd') {
      this.#state = { at: 'size' }
    } else if (this.#state.at === 'trailer') {
      this.#trailer(line)
    } else {
      this.#chunk(line)
    }
  }

  #chunk(line: string): void {
    const parts = /^([0-9a-f]{1,8});chunk-signature=([0-9a-f]{64})$/i.exec(line)
    if (!parts) throw broken()
    const [, size = '', signature = ''] = parts
    const left = Number.parseInt(size, 16)
    if (left > 0) {
      this.#state = { at: 'data', left, hash: createHash('sha256'), signature }
      return
    }
    this.#compare('PAYLOAD', `${EMPTY}\n${EMPTY}`, signature)
    this.#lastSeen = true
    this.#state = { at: 'trailer' }
  }

  #trailer(line: string): void {
    const [name = '', value = ''] = line.split(/:(.*)/s)
    if (name.toLowerCase() === 'x-amz-trailer-signature')
      this.#compare('TRAILER', sha256Hex(this.#trailers), value.trim())
    else if (line) this.#trailers += `${name.toLowerCase()}:${value.trim()}\n`
  }

  #compare(kind: 'PAYLOAD' | 'TRAILER', hashes: string, given: string): void {
    const text = [`AWS4-HMAC-SHA256-${kind}`, longDate(this.#claim), scopeText(this.#claim), this.#previous, hashes]
    const expected = this.#sign(text.join('\n'))
    if (!same(expected, given)) throw broken(this.#claim.accessKeyId)
    this.#previous = expected
  }
}

const broken = (accessKeyId?: string) =>
  new CommonError(
    'badSignature',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    accessKeyId === undefined ? {} : { elements: { AWSAccessKeyId: accessKeyId } },
  )
