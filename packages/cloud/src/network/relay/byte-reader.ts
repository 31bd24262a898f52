import type { Socket } from 'node:net'

/** Reads the beginning of a connection piece by piece; what isn't read stays in the socket. */
export class ByteReader {
  readonly #socket: Socket
  #buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
  }

  async take(count: number): Promise<Buffer> {
    while (this.#buffer.length < count) await this.#more()
    return this.#cut(count)
  }

  async peek(): Promise<number> {
    while (this.#buffer.length === 0) await this.#more()
    return this.#buffer[0] ?? 0
  }

  /** Everything up to and with the end mark. @throws Error when there is none within so many bytes */
  async takeUntil(end: string, largest: number): Promise<Buffer> {
    for (;;) {
      const at = this.#buffer.indexOf(end)
      if (at >= 0) return this.#cut(at + end.length)
      if (this.#buffer.length > largest) throw new Error(`no end of the request's head within ${largest} bytes`)
      await this.#more()
    }
  }

  /** Gives back what was read too much. */
  release(): void {
    if (this.#buffer.length > 0) this.#socket.unshift(this.#buffer)
    this.#buffer = Buffer.alloc(0)
  }

  #cut(count: number): Buffer {
    const piece = this.#buffer.subarray(0, count)
    this.#buffer = this.#buffer.subarray(count)
    return piece
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket
      const settle = (action: () => void) => {
        socket.off('readable', onReadable)
        socket.off('end', onEnd)
        socket.off('close', onEnd)
        action()
      }
      const onReadable = () => {
        const chunk: Buffer | null = socket.read()
        if (chunk === null) return
        this.#buffer = Buffer.concat([this.#buffer, chunk])
        settle(resolve)
      }
      const onEnd = () => settle(() => reject(new Error('the client left')))
      socket.on('readable', onReadable)
      socket.on('end', onEnd)
      socket.on('close', onEnd)
      onReadable()
    })
  }
}
