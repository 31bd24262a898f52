import type { Duplex } from 'node:stream'
import { type Clock, type Duration, type Instant, minutes } from '@terrace/kit'
import type { BodyListener, Client, Exchange } from './exchange.ts'
import { getHeader, type HeaderList, headersSize, writeHeaders } from './headers.ts'
import { Http1Parser, type MessageHead, type MessageListener, ParseError } from './parser.ts'

/** What to do with bytes that are not a request: answer and close. */
export type OnMalformed = (socket: Duplex, error: ParseError) => void

/** How long a connection may stand. Who serves it may only be known with its first request: both can change. */
export interface ConnectionLimits {
  /** Without a byte from the client; absent: as long as it likes. */
  readonly idleTimeout?: Duration
  /** After this the next answer is the last one. */
  readonly keepAlive: Duration
}

export interface ServerConnectionOptions {
  readonly socket: Duplex
  readonly client: Client
  readonly handler: (exchange: Exchange, connection: ServerConnection) => void
  readonly onMalformed: OnMalformed
  readonly clock: Clock
  readonly limits?: ConnectionLimits
}

const DEFAULT_LIMITS: ConnectionLimits = { keepAlive: minutes(60) }

/** Serves the requests of one connection, one after the other. */
export class ServerConnection implements MessageListener {
  limits: ConnectionLimits
  readonly #socket: Duplex
  readonly #client: Client
  readonly #handler: ServerConnectionOptions['handler']
  readonly #parser: Http1Parser
  readonly #onMalformed: OnMalformed
  readonly #clock: Clock
  readonly #openedAt: Instant
  readonly #listeners: readonly [string, (chunk: Buffer) => void][]
  readonly #carrier: Carrier
  #current: ServerExchange | undefined
  #lastActivity: Instant
  /** Bytes have come that are not yet a request. */
  #partial = false
  #closing = false
  #clientDone = false

  constructor({ socket, client, handler, onMalformed, clock, limits }: ServerConnectionOptions) {
    this.#socket = socket
    this.#client = client
    this.#handler = handler
    this.#onMalformed = onMalformed
    this.#clock = clock
    this.#openedAt = clock.now()
    this.#lastActivity = this.#openedAt
    this.limits = limits ?? DEFAULT_LIMITS
    this.#parser = new Http1Parser('request', this)
    this.#carrier = { finished: exchange => this.#done(exchange), takeOver: () => this.#takeOver() }
    this.#listeners = [
      ['data', (chunk: Buffer) => this.receive(chunk)],
      ['drain', () => this.#current?.onDrain?.()],
      ['close', () => this.#closed()],
      ['end', () => this.#finish()],
    ]
    for (const [event, listener] of this.#listeners) socket.on(event, listener)
    socket.on('error', () => socket.destroy())
  }

  /** Also called with bytes that were read before the connection was handed over. */
  receive(chunk: Buffer): void {
    if (this.#current === undefined) {
      this.#partial = true
      this.#lastActivity = this.#clock.now()
    }
    this.#read(() => this.#parser.execute(chunk))
    if (this.#parser.heldBytes > HOLD_LIMIT) this.#socket.pause()
  }

  /** True when no request is under way. */
  get idle(): boolean {
    return this.#current === undefined
  }

  /** Ends the connection when it was idle for too long: with 408 when a request had begun to come. */
  sweep(now: Instant): void {
    const { idleTimeout, keepAlive } = this.limits
    if (!this.idle || now - this.#lastActivity < (idleTimeout ?? keepAlive)) return
    if (!this.#partial) return this.close()
    this.#closing = true
    this.#parser.free()
    this.#onMalformed(this.#socket, new ParseError('the request did not come in time', 408))
  }

  /** No further request: closes at once when idle, else after the answer under way. */
  close(): void {
    this.#closing = true
    if (this.idle) this.#end()
    else this.#current?.closeAfter()
  }

  onHead(head: MessageHead): 'body' {
    const last = this.#closing || this.#clock.now() - this.#openedAt > this.limits.keepAlive
    const exchange = new ServerExchange(this.#socket, head, this.#client, last, this.#carrier)
    this.#current = exchange
    this.#partial = false
    if (getHeader(head.headers, 'expect')?.toLowerCase() === '100-continue')
      this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    this.#handler(exchange, this)
    return 'body'
  }

  onBody(chunk: Buffer): void {
    this.#current?.receiveBody(chunk)
  }

  onComplete(): 'continue' | 'pause' {
    const exchange = this.#current
    exchange?.receiveEnd()
    return this.#current === undefined ? 'continue' : 'pause'
  }

  #done(exchange: ServerExchange): void {
    if (this.#current !== exchange) return
    this.#current = undefined
    this.#lastActivity = this.#clock.now()
    if (!exchange.keepsAlive || this.#closing) return this.#end()
    this.#read(() => this.#parser.resume())
    if (this.#clientDone && this.idle) this.#end()
  }

  #read(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      this.#closing = true
      this.#parser.free()
      if (this.#current) this.#socket.destroy()
      else this.#onMalformed(this.#socket, error)
    }
  }

  // Bytes of the other protocol may already be here: the parser holds them, or will get them in this very turn.
  #takeOver(): { readonly socket: Duplex; readonly rest: Buffer } {
    for (const [event, listener] of this.#listeners) this.#socket.off(event, listener)
    this.#current = undefined
    const rest = this.#parser.takeRest()
    this.#parser.free()
    return { socket: this.#socket, rest }
  }

  // What the client still sends is read and thrown away: a request behind the last answer is never run.
  #end(): void {
    this.#parser.free()
    this.#socket.end()
  }

  // The client sends no more; what it has asked for is still answered, if its socket is half open.
  #finish(): void {
    this.#clientDone = true
    try {
      this.#parser.finish()
    } catch {
      this.#socket.destroy()
      return
    }
    if (this.idle) this.#end()
  }

  #closed(): void {
    this.#parser.free()
    this.#current?.connectionClosed()
  }
}

/** The most of a head and a first piece of body that are joined into one write. */
const JOIN_LIMIT = 65_536

/** Bytes that may wait here, for a listener or for the answer before them, until the client is held back. */
const HOLD_LIMIT = 65_536

/** What an exchange needs of its connection. */
interface Carrier {
  finished(exchange: ServerExchange): void
  takeOver(): { readonly socket: Duplex; readonly rest: Buffer }
}

class ServerExchange implements Exchange {
  readonly request: MessageHead
  readonly client: Client
  readonly bodyLength: number | 'chunked'
  rewrite: ((headers: HeaderList) => void) | undefined
  onDrain: (() => void) | undefined
  onClose: (() => void) | undefined
  onDone: ((bytesSent: number) => void) | undefined

  readonly #socket: Duplex
  readonly #connection: Carrier
  #bodyBytes = 0
  #listener: BodyListener | undefined
  #buffered: Buffer[] = []
  #bufferedBytes = 0
  #received = false
  #head: string | undefined
  #chunked = false
  #noBody = false
  #sent = 0
  #ended = false
  #keepAlive: boolean
  #over = false

  constructor(socket: Duplex, request: MessageHead, client: Client, closing: boolean, connection: Carrier) {
    this.#socket = socket
    this.request = request
    this.client = client
    this.#connection = connection
    this.#keepAlive = request.keepAlive && !closing
    this.bodyLength = lengthOf(request.headers)
  }

  get received(): number {
    const { method, target, headers } = this.request
    return method.length + target.length + 14 + headersSize(headers) + this.#bodyBytes
  }

  get complete(): boolean {
    return this.#received || this.bodyLength === 0
  }

  get keepsAlive(): boolean {
    return this.#keepAlive
  }

  closeAfter(): void {
    this.#keepAlive = false
  }

  readBody(listener: BodyListener): void {
    this.#listener = listener
    if (this.#bufferedBytes > HOLD_LIMIT) this.#socket.resume()
    for (const chunk of this.#buffered.splice(0)) listener.onBody(chunk)
    if (this.#received) listener.onEnd()
  }

  pauseBody(): void {
    this.#socket.pause()
  }

  resumeBody(): void {
    this.#socket.resume()
  }

  receiveBody(chunk: Buffer): void {
    this.#bodyBytes += chunk.length
    if (this.#ended) return
    if (this.#listener) return this.#listener.onBody(chunk)
    this.#buffered.push(chunk)
    this.#bufferedBytes += chunk.length
    if (this.#bufferedBytes > HOLD_LIMIT) this.#socket.pause()
  }

  receiveEnd(): void {
    this.#received = true
    this.#listener?.onEnd()
    this.#maybeDone()
  }

  connectionClosed(): void {
    if (this.#over) return
    this.#over = true
    if (!this.#ended) {
      this.onClose?.()
      if (!this.#received) this.#listener?.onAbort()
    }
    this.onDone?.(this.#sent)
  }

  start(status: number, reason: string, headers: HeaderList, length: number | 'chunked'): void {
    this.rewrite?.(headers)
    // RFC 9112, section 6.3: these never have a body, whatever is announced.
    this.#noBody = this.request.method === 'HEAD' || status === 204 || status === 304
    let head = `HTTP/1.1 ${status} ${reason}\r\n${writeHeaders(headers)}`
    if (length !== 'chunked') {
      if (status !== 204 && !(status === 304 && length === 0)) head += `Content-Length: ${length}\r\n`
    } else if (this.request.minorVersion === 0) {
      this.#keepAlive = false
    } else if (!this.#noBody) {
      this.#chunked = true
      head += 'Transfer-Encoding: chunked\r\n'
    }
    // An unread body would be taken for the next request.
    if (!this.#received && this.#listener === undefined && this.bodyLength !== 0) this.#keepAlive = false
    head += this.#keepAlive ? 'Connection: keep-alive\r\n\r\n' : 'Connection: close\r\n\r\n'
    this.#head = head
  }

  write(chunk: Buffer): boolean {
    if (this.#over || this.#noBody || chunk.length === 0) return true
    this.#sent += chunk.length
    if (!this.#chunked && this.#head !== undefined && chunk.length < JOIN_LIMIT) return this.#joined(chunk)
    this.flush()
    if (this.#chunked) this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
    const room = this.#socket.write(chunk)
    return this.#chunked ? this.#socket.write('\r\n', 'latin1') : room
  }

  flush(): void {
    if (this.#head === undefined || this.#over) return
    this.#sent += this.#head.length
    this.#socket.write(this.#head, 'latin1')
    this.#head = undefined
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.flush()
    if (this.#chunked && !this.#over) this.#socket.write('0\r\n\r\n', 'latin1')
    this.#maybeDone()
  }

  abort(): void {
    this.#socket.destroy()
  }

  takeOver(): { readonly socket: Duplex; readonly rest: Buffer } {
    this.#over = true
    this.#ended = true
    return this.#connection.takeOver()
  }

  #joined(chunk: Buffer): boolean {
    const head = this.#head ?? ''
    this.#head = undefined
    this.#sent += head.length
    const joined = Buffer.allocUnsafe(head.length + chunk.length)
    joined.write(head, 0, 'latin1')
    chunk.copy(joined, head.length)
    return this.#socket.write(joined)
  }

  #maybeDone(): void {
    if (!this.#ended || this.#over) return
    if (!this.#received) {
      // Answered before the parser has said that a request without a body is over: it says so next.
      if (this.bodyLength === 0) return
      // The rest of the body is of no use; the connection can't be kept without reading it.
      if (this.#listener === undefined || !this.#keepAlive) this.#keepAlive = false
      else return this.resumeBody()
    }
    this.#over = true
    this.#socket.resume()
    this.onDone?.(this.#sent)
    this.#connection.finished(this)
  }
}

function lengthOf(headers: HeaderList): number | 'chunked' {
  if (getHeader(headers, 'transfer-encoding') !== undefined) return 'chunked'
  return Number(getHeader(headers, 'content-length') ?? 0)
}
