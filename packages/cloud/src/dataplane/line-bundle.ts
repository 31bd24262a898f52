/** Lines of text, UTF-8, each with its line end. */
export interface LineBundle {
  /** It owns its memory: it can be transferred to another thread. */
  readonly text: Uint8Array<ArrayBuffer>
  /** How many lines it holds. */
  readonly count: number
}

const LEAST_BYTES = 4096
/** A full bundle is handed on at once: this bounds what waits, and what a collection of garbage has to walk. */
const MOST_BYTES = 262_144

/**
 * Collects lines as bytes. A busy balancer writes ten thousand lines a second: kept as texts they would outlive
 * collections of garbage, each with all the pieces that it was put together from.
 */
export class LineBundler {
  readonly #send: (bundle: LineBundle) => void
  #bytes: Buffer<ArrayBuffer> | undefined
  #used = 0
  #count = 0
  /** Sized by the bundle before. */
  #size = LEAST_BYTES

  constructor(send: (bundle: LineBundle) => void) {
    this.#send = send
  }

  /** @param line  without its line end */
  add(line: string): void {
    // No character takes more than three bytes for each of its UTF-16 units.
    const most = 3 * line.length + 1
    if (this.#bytes !== undefined && this.#used + most > this.#bytes.length) {
      this.#size = Math.min(2 * this.#bytes.length, MOST_BYTES)
      this.#handOn(this.#bytes)
    }
    this.#bytes ??= Buffer.allocUnsafeSlow(Math.max(this.#size, most))
    this.#used += this.#bytes.write(line, this.#used)
    this.#bytes[this.#used++] = LINE_FEED
    this.#count++
  }

  /** Sends what waits, if anything does. */
  flush(): void {
    if (this.#bytes === undefined) return
    if (this.#used < this.#bytes.length / 2) this.#size = Math.max(this.#bytes.length / 2, LEAST_BYTES)
    this.#handOn(this.#bytes)
  }

  #handOn(bytes: Buffer<ArrayBuffer>): void {
    // Whoever keeps it keeps all of its memory: what is mostly empty is copied.
    const full = this.#used > bytes.length / 2
    const text = full ? new Uint8Array(bytes.buffer, 0, this.#used) : new Uint8Array(bytes.subarray(0, this.#used))
    const bundle = { text, count: this.#count }
    this.#bytes = undefined
    this.#used = 0
    this.#count = 0
    this.#send(bundle)
  }
}

const LINE_FEED = 10
