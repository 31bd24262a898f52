import { IncompleteBody, InvalidRequest } from './errors.ts'

/** Longest line of the framing: a size with a signature, or a trailer. */
const LONGEST_LINE = 8 * 1024

const NOTHING = Buffer.alloc(0)

/**
 * Takes the `aws-chunked` framing off a body: `<hex size>[;chunk-signature=…]\r\n<data>\r\n` until size 0, then trailers.
 * Signatures of chunks are not verified.
 *
 * @param onTrailer  hears each trailer field, its name in lower case, before the body ends
 * @throws IncompleteBody when it ends too early, InvalidRequest when it isn't that framing
 * @see S3 API Reference "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks"
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  onTrailer: (name: string, value: string) => void,
): AsyncGenerator<Buffer> {
  const input = new Input(source)
  try {
    yield* chunksOf(input)
    for (let line = await input.line(); line; line = await input.line()) {
      const colon = line.indexOf(':')
      if (colon > 0) onTrailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
    }
  } finally {
    await input.release()
  }
}

async function* chunksOf(input: Input): AsyncGenerator<Buffer> {
  for (;;) {
    const line = await input.line()
    if (line === undefined) throw new IncompleteBody()
    const size = /^([0-9a-f]{1,8})\s*(;.*)?$/i.exec(line)?.[1]
    if (size === undefined) throw new InvalidRequest('The aws-chunked body has an invalid chunk size line.')
    const length = Number.parseInt(size, 16)
    if (length === 0) return
    yield* input.bytes(length)
    if ((await input.line()) !== '') {
      throw new InvalidRequest('The aws-chunked body has a chunk that does not end where it says.')
    }
  }
}

/** Bytes as they come, read by lines and by counts. */
class Input {
  readonly #source: AsyncIterator<Buffer>
  #pending: Buffer = NOTHING

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** A line without its end; nothing when the input is over. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#pending.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#pending.toString('latin1', 0, end)
        this.#pending = this.#pending.subarray(end + 2)
        return line
      }
      if (this.#pending.length > LONGEST_LINE)
        throw new InvalidRequest('The aws-chunked body has a line that is too long.')
      if (!(await this.#more())) return undefined
    }
  }

  async *bytes(count: number): AsyncGenerator<Buffer> {
    let left = count
    while (left > 0) {
      if (this.#pending.length === 0 && !(await this.#more())) throw new IncompleteBody()
      const part = this.#pending.subarray(0, left)
      // Not even an empty view of bytes that are given away: who takes them may give their memory back.
      this.#pending = part.length === this.#pending.length ? NOTHING : this.#pending.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  /** Lets go of the source, which may have more than was read. */
  async release(): Promise<void> {
    await this.#source.return?.()
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next()
    if (done) return false
    this.#pending = this.#pending.length === 0 ? value : Buffer.concat([this.#pending, value])
    return true
  }
}
