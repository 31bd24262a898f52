import { open } from 'node:fs/promises'
import { Connection, PIECE } from './connection.ts'

/** As an administrator's client sends it: the gateway's own port takes any signature. */
const SIGNED = [
  'Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
  'X-Amz-Date: 20261122T000000Z',
  'X-Amz-Content-Sha256: UNSIGNED-PAYLOAD',
]

/** Puts files and gets them back, without the work that an SDK does in the client's process. */
export class PlainClient {
  readonly #url: URL
  readonly #idle: { readonly connection: Connection; readonly buffer: Buffer }[] = []

  constructor(url: string) {
    this.#url = new URL(url)
  }

  /** Puts a file as an object. */
  async put(path: string, source: string): Promise<void> {
    const { connection, buffer } = await this.#take()
    const file = await open(source)
    try {
      const { size } = await file.stat()
      void connection.write(this.#head('PUT', path, size))
      for (let sent = 0; sent < size; ) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, sent)
        await connection.write(buffer.subarray(0, bytesRead))
        sent += bytesRead
      }
    } finally {
      await file.close()
    }
    const { status } = await connection.answer()
    if (status !== 200) throw new Error(`PUT ${path} was answered with ${status}`)
    this.#idle.push({ connection, buffer })
  }

  /** Gets an object into a file. */
  async get(path: string, target: string): Promise<void> {
    const { connection, buffer } = await this.#take()
    const file = await open(target, 'w')
    try {
      await connection.write(this.#head('GET', path, 0))
      const { status, length, begun } = await connection.answer()
      if (status !== 200) throw new Error(`GET ${path} was answered with ${status}`)
      await file.write(begun)
      for (let got = begun.length; got < length; ) {
        const piece = await connection.read()
        await file.write(piece)
        got += piece.length
      }
    } finally {
      await file.close()
    }
    this.#idle.push({ connection, buffer })
  }

  /** Closes the connections that nobody uses. */
  close(): void {
    for (const { connection } of this.#idle) connection.close()
  }

  async #take() {
    return this.#idle.pop() ?? { connection: await Connection.open(this.#url), buffer: Buffer.alloc(PIECE) }
  }

  #head(method: string, path: string, length: number): string {
    return [
      `${method} ${path} HTTP/1.1`,
      `Host: ${this.#url.host}`,
      `Content-Length: ${length}`,
      ...SIGNED,
      '',
      '',
    ].join('\r\n')
  }
}
