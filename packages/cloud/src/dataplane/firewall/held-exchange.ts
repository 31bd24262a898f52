import type { BodyListener, Client, Exchange } from '../http1/exchange.ts'
import type { HeaderList } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'

/** Who waits for the first bytes of a body. */
interface Waiting {
  readonly bytes: number
  /** Called with each piece. */
  came(): void
  /** Called when more bytes than these are here, or all there are; never when the client goes away before that. */
  ready(): void
}

/**
 * An exchange of whose body the first bytes have been read already: whoever reads it gets them again, and then the rest as it
 * comes. Nothing beyond these bytes is held back.
 */
export class HeldExchange implements Exchange {
  readonly #inner: Exchange
  #held: Buffer[] = []
  #heldBytes = 0
  #ended = false
  #listener: BodyListener | undefined
  #waiting: Waiting | undefined

  constructor(inner: Exchange, waiting: Waiting) {
    this.#inner = inner
    this.#waiting = waiting
  }

  /** Nobody waits for the bytes any more. */
  giveUp(): void {
    this.#waiting = undefined
  }

  /** Begins to read. */
  begin(): void {
    this.#inner.readBody({
      onBody: chunk => {
        if (this.#listener) return this.#listener.onBody(chunk)
        // The piece is a part of what the socket gave, which may be written over.
        this.#held.push(Buffer.from(chunk))
        this.#heldBytes += chunk.length
        this.#waiting?.came()
        if (this.#waiting && this.#heldBytes > this.#waiting.bytes) this.#ready()
      },
      onEnd: () => {
        this.#ended = true
        if (this.#listener) this.#listener.onEnd()
        else this.#ready()
      },
      onAbort: () => this.#listener?.onAbort(),
    })
  }

  /** The bytes that are here. */
  get held(): Buffer {
    return Buffer.concat(this.#held)
  }

  readBody(listener: BodyListener): void {
    this.#listener = listener
    const held = this.#held
    this.#held = []
    for (const chunk of held) listener.onBody(chunk)
    if (this.#ended) listener.onEnd()
    else this.#inner.resumeBody()
  }

  #ready(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    // Until somebody reads on, the client waits.
    if (!this.#ended) this.#inner.pauseBody()
    waiting?.ready()
  }

  get request(): MessageHead {
    return this.#inner.request
  }
  get client(): Client {
    return this.#inner.client
  }
  get bodyLength(): number | 'chunked' {
    return this.#inner.bodyLength
  }
  get received(): number {
    return this.#inner.received
  }
  get complete(): boolean {
    return this.#inner.complete
  }
  pauseBody(): void {
    this.#inner.pauseBody()
  }
  resumeBody(): void {
    this.#inner.resumeBody()
  }
  start(status: number, reason: string, headers: HeaderList, length: number | 'chunked'): void {
    this.#inner.start(status, reason, headers, length)
  }
  write(chunk: Buffer): boolean {
    return this.#inner.write(chunk)
  }
  end(): void {
    this.#inner.end()
  }
  flush(): void {
    this.#inner.flush()
  }
  abort(): void {
    this.#inner.abort()
  }
  closeAfter(): void {
    this.#inner.closeAfter()
  }
  takeOver(): ReturnType<Exchange['takeOver']> {
    return this.#inner.takeOver()
  }
  get rewrite(): Exchange['rewrite'] {
    return this.#inner.rewrite
  }
  set rewrite(value: Exchange['rewrite']) {
    this.#inner.rewrite = value
  }
  get onDrain(): Exchange['onDrain'] {
    return this.#inner.onDrain
  }
  set onDrain(value: Exchange['onDrain']) {
    this.#inner.onDrain = value
  }
  get onClose(): Exchange['onClose'] {
    return this.#inner.onClose
  }
  set onClose(value: Exchange['onClose']) {
    this.#inner.onClose = value
  }
  get onDone(): Exchange['onDone'] {
    return this.#inner.onDone
  }
  set onDone(value: Exchange['onDone']) {
    this.#inner.onDone = value
  }
}
