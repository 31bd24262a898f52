import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { BodyListener, Client, Exchange } from '../http1/exchange.ts'
import { type HeaderList, headersSize } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'

/** Fields that HTTP/2 has no place for. RFC 9113, section 8.2.2. */
const DROPPED = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/** One HTTP/2 stream as a request and its answer. */
export class Http2Exchange implements Exchange {
  readonly request: MessageHead
  readonly client: Client
  readonly bodyLength: number | 'chunked'
  rewrite: ((headers: HeaderList) => void) | undefined
  onDrain: (() => void) | undefined
  onClose: (() => void) | undefined
  onDone: ((bytesSent: number) => void) | undefined

  readonly #stream: ServerHttp2Stream
  #listener: BodyListener | undefined
  #head: OutgoingHttpHeaders | undefined
  #headBytes = 0
  #bodyBytes = 0
  #sent = 0
  #noBody = false
  #received: boolean
  #ended = false
  #over = false

  constructor(stream: ServerHttp2Stream, request: MessageHead, client: Client, contentLength: string | undefined) {
    this.#stream = stream
    this.request = request
    this.client = client
    this.#received = stream.endAfterHeaders
    const length = contentLength === undefined ? 'chunked' : Number(contentLength)
    this.bodyLength = stream.endAfterHeaders ? 0 : length
    stream.on('drain', () => this.onDrain?.())
    stream.once('close', () => this.#closed())
  }

  get received(): number {
    const { method, target, headers } = this.request
    return method.length + target.length + headersSize(headers) + this.#bodyBytes
  }

  get complete(): boolean {
    return this.#received
  }

  readBody(listener: BodyListener): void {
    this.#listener = listener
    if (this.#received) return listener.onEnd()
    this.#stream.on('data', (chunk: Buffer) => {
      this.#bodyBytes += chunk.length
      if (!this.#ended) listener.onBody(chunk)
    })
    this.#stream.once('end', () => {
      this.#received = true
      listener.onEnd()
    })
  }

  pauseBody(): void {
    this.#stream.pause()
  }

  resumeBody(): void {
    this.#stream.resume()
  }

  start(status: number, _reason: string, headers: HeaderList, length: number | 'chunked'): void {
    this.rewrite?.(headers)
    const head: OutgoingHttpHeaders = { ':status': status }
    for (let index = 0; index < headers.length; index += 2) {
      const name = (headers[index] ?? '').toLowerCase()
      const value = headers[index + 1] ?? ''
      if (DROPPED.has(name)) continue
      const before = head[name]
      if (before === undefined) head[name] = value
      else head[name] = [...(Array.isArray(before) ? before : [String(before)]), value]
    }
    this.#noBody = this.request.method === 'HEAD' || status === 204 || status === 304
    if (length !== 'chunked' && status !== 204 && !(status === 304 && length === 0)) head['content-length'] = length
    this.#headBytes = headersSize(headers)
    this.#head = head
  }

  write(chunk: Buffer): boolean {
    if (this.#over || this.#noBody || chunk.length === 0) return true
    this.flush()
    this.#sent += chunk.length
    return this.#stream.write(chunk)
  }

  flush(): void {
    if (this.#head === undefined || this.#over || this.#stream.destroyed) return
    const head = this.#head
    this.#head = undefined
    this.#sent += this.#headBytes
    try {
      this.#stream.respond(head, { endStream: this.#noBody })
    } catch {
      // A field that HTTP/2 can't carry.
      this.abort()
    }
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.flush()
    if (this.#stream.destroyed) return
    this.#stream.end()
    // What the client still sends of its request is of no use to anybody.
    if (!this.#received) this.#stream.resume()
  }

  abort(): void {
    if (!this.#stream.destroyed) this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  }

  closeAfter(): void {
    this.#stream.session?.close()
  }

  takeOver(): undefined {
    return undefined
  }

  #closed(): void {
    if (this.#over) return
    this.#over = true
    if (!this.#ended) {
      this.onClose?.()
      if (!this.#received) this.#listener?.onAbort()
    }
    this.onDone?.(this.#sent)
  }
}
