import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Bytes that go through a connection at once, in either direction. */
export const PIECE = 256 * 1024

/** Longest head of an answer. */
const LONGEST_HEAD = 16 * 1024

/** The head of an answer, and what came of the body with it. */
export interface Answer {
  readonly status: number
  /** Bytes of the body. */
  readonly length: number
  readonly begun: Buffer
}

/** A connection that is kept for one HTTP/1.1 request after the other. It reads into one buffer, again and again. */
export class Connection {
  readonly #socket: Socket
  #heard: { resolve(piece: Buffer): void; reject(error: Error): void } | undefined

  private constructor(port: number, host: string) {
    const onread = {
      buffer: Buffer.alloc(PIECE),
      callback: (size: number, buffer: Uint8Array) => this.#take(size, buffer),
    }
    this.#socket = connect({ port, host, onread })
    this.#socket.pause()
    this.#socket.on('error', error => this.#heard?.reject(error))
    this.#socket.on('close', () => this.#heard?.reject(new Error('the gateway closed the connection')))
  }

  static async open({ port, hostname }: URL): Promise<Connection> {
    const connection = new Connection(Number(port), hostname)
    await once(connection.#socket, 'connect')
    return connection
  }

  /** Resolves when the bytes are out of the buffer. */
  write(bytes: Buffer | string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, error => (error ? reject(error) : resolve()))
    })
  }

  /** What comes next. It is there until it is asked for more. */
  read(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#heard = { resolve, reject }
      this.#socket.resume()
    })
  }

  async answer(): Promise<Answer> {
    let bytes = Buffer.alloc(0)
    for (;;) {
      bytes = Buffer.concat([bytes, await this.read()])
      const end = bytes.indexOf('\r\n\r\n')
      if (end >= 0) return { ...readHead(bytes.toString('latin1', 0, end)), begun: bytes.subarray(end + 4) }
      if (bytes.length > LONGEST_HEAD) throw new Error('the gateway answered with something that is not HTTP')
    }
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(size: number, buffer: Uint8Array): boolean {
    this.#heard?.resolve(Buffer.from(buffer.buffer, buffer.byteOffset, size))
    this.#heard = undefined
    return false
  }
}

function readHead(head: string): Omit<Answer, 'begun'> {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  return { status, length }
}
