import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock, Duration, Instant } from '@terrace/kit'
import type { ClientConnection, ConnectionFailure, ResponseListener } from '../http1/client-connection.ts'
import type { Exchange } from '../http1/exchange.ts'
import { endToEnd, type HeaderList, headersSize, takeHeader } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { Watched } from '../watch.ts'
import { MAX_RESPONSE_HEADERS_BYTES } from './limits.ts'
import { CONNECT_TIMEOUT, type LiveTarget, type UnderWay } from './target.ts'
import { Tunnel } from './tunnel.ts'

/** Why the balancer has to answer by itself. */
export type ForwardFailure = 'connect' | 'handshake' | 'closed' | 'malformed' | 'timeout' | 'clientStalled'

export interface ForwardOptions {
  readonly clock: Clock
  readonly idleTimeout: Duration
  readonly target: LiveTarget
  /** Nothing: the network drops what the node sends to the target. */
  readonly socket: string | undefined
  /** Request line and header fields for the target. */
  readonly head: string
  /** The client asks for another protocol: the connection is relayed when the target agrees. */
  readonly upgrade: boolean
  /** The target's answer has begun; gives the fields to add to it. */
  readonly onTargetStatus: (status: number, headers: HeaderList) => HeaderList
  /** The target has taken the connection over; told what was relayed when it ends. */
  readonly onTunnelEnd: (sent: number, received: number) => void
  /** No usable answer: to be made by the balancer. */
  readonly onError: (status: 408 | 502 | 504, failure: ForwardFailure) => void
}

/** Sends a request to a target and its answer back, streaming both ways. */
export function forward(exchange: Exchange, options: ForwardOptions): void {
  if (options.socket === undefined) new Unanswered(exchange, options)
  else {
    const pool = options.target.poolFor(options.socket, options.idleTimeout)
    new Forwarding(exchange, options, options.upgrade ? pool.takeFresh(true) : pool.take())
  }
}

/** Nothing answers, as when a security group drops the packets: a time-out, never a refusal. */
class Unanswered implements UnderWay {
  slot = 0
  readonly #exchange: Exchange
  readonly #options: ForwardOptions
  readonly #stop: () => void

  constructor(exchange: Exchange, options: ForwardOptions) {
    this.#exchange = exchange
    this.#options = options
    options.target.started(this)
    this.#stop = options.clock.after(CONNECT_TIMEOUT, () => this.#end(504))
    exchange.onClose = () => this.#end(undefined)
  }

  cut(): void {
    this.#end(502)
  }

  freeze(): void {
    this.#stop()
    this.#options.target.finished(this)
  }

  thaw(): void {
    this.#exchange.abort()
  }

  #end(status: 502 | 504 | undefined): void {
    this.#stop()
    this.#options.target.finished(this)
    this.#exchange.onClose = undefined
    if (status !== undefined) this.#options.onError(status, 'connect')
  }
}

class Forwarding implements ResponseListener, UnderWay, Watched {
  slot = 0
  readonly #exchange: Exchange
  readonly #options: ForwardOptions
  readonly #connection: ClientConnection
  #lastActivity: number
  #responded = false
  #over = false
  readonly onUpgrade: ((head: MessageHead, socket: Socket, rest: Buffer) => void) | undefined

  constructor(exchange: Exchange, options: ForwardOptions, connection: ClientConnection) {
    this.#exchange = exchange
    this.#options = options
    this.#connection = connection
    this.#lastActivity = options.clock.now()
    if (options.upgrade) this.onUpgrade = (head, socket, rest) => this.#relay(head, socket, rest)
    options.target.started(this)
    exchange.onDrain = () => connection.resume()
    exchange.onClose = () => {
      connection.destroy()
      this.#finish()
    }
    connection.send(options.head, exchange.request.method === 'HEAD', this)
    this.#sendBody()
    const wait = connection.connected ? options.idleTimeout : Math.min(options.idleTimeout, CONNECT_TIMEOUT)
    connection.watch?.begin(this, this.#lastActivity + wait)
  }

  onHead(head: MessageHead): void {
    this.#lastActivity = this.#options.clock.now()
    if (headersSize(head.headers) > MAX_RESPONSE_HEADERS_BYTES) {
      this.#connection.destroy()
      return this.#fail(502, 'malformed')
    }
    const headers = endToEnd(head.headers)
    const length = takeHeader(headers, 'content-length')
    for (const text of this.#options.onTargetStatus(head.status, headers)) headers.push(text)
    this.#responded = true
    this.#exchange.start(
      head.status,
      STATUS_CODES[head.status] ?? '',
      headers,
      length === undefined ? lengthWithout(head) : Number(length),
    )
  }

  onBody(chunk: Buffer): void {
    if (this.#over) return
    this.#lastActivity = this.#options.clock.now()
    if (!this.#exchange.write(chunk)) this.#connection.pause()
  }

  onEnd(): void {
    if (this.#over) return
    this.#finish()
    this.#exchange.end()
  }

  onTurn(): void {
    if (!this.#over) this.#exchange.flush()
  }

  onDrain(): void {
    this.#exchange.resumeBody()
  }

  onFailure(reason: ConnectionFailure, responded: boolean): void {
    this.#responded ||= responded
    this.#fail(502, reason === 'refused' ? 'connect' : reason)
  }

  cut(): void {
    this.#connection.destroy()
    this.#fail(502, 'closed')
  }

  freeze(): void {
    this.#over = true
    this.#connection.watch?.end(this)
    this.#connection.pause()
    this.#exchange.onDrain = undefined
    this.#options.target.finished(this)
  }

  thaw(): void {
    this.#connection.destroy()
    this.#exchange.abort()
  }

  #sendBody(): void {
    const { bodyLength } = this.#exchange
    if (bodyLength === 0) return this.#connection.endRequest()
    const chunked = bodyLength === 'chunked'
    this.#exchange.readBody({
      onBody: chunk => {
        if (this.#over) return
        this.#lastActivity = this.#options.clock.now()
        if (chunked) this.#connection.writeText(`${chunk.length.toString(16)}\r\n`)
        const room = this.#connection.writeBody(chunk)
        if (chunked) this.#connection.writeText('\r\n')
        if (!room) this.#exchange.pauseBody()
      },
      onEnd: () => {
        if (this.#over) return
        if (chunked) this.#connection.writeText('0\r\n\r\n')
        this.#connection.endRequest()
      },
      onAbort: () => this.#connection.destroy(),
    })
  }

  /** Traffic doesn't touch the timer: it is moved on when it fires. */
  look(now: Instant): Instant | undefined {
    const { idleTimeout } = this.#options
    const limit = this.#connection.connected ? idleTimeout : CONNECT_TIMEOUT
    if (now - this.#lastActivity < limit) return this.#lastActivity + limit
    this.#connection.destroy()
    if (!this.#connection.connected) this.#fail(504, this.#connection.reached ? 'handshake' : 'connect')
    else if (this.#exchange.complete) this.#fail(504, 'timeout')
    else this.#fail(408, 'clientStalled')
    return undefined
  }

  #relay(head: MessageHead, socket: Socket, rest: Buffer): void {
    if (this.#over) {
      socket.destroy()
      return
    }
    const client = this.#exchange.takeOver()
    if (!client) {
      socket.destroy()
      return this.#finish()
    }
    this.#options.onTargetStatus(101, head.headers)
    new Tunnel({ ...this.#options, head, client, server: { socket, rest } })
    // Only now, so that a draining target doesn't look idle in between.
    this.#finish()
  }

  #fail(status: 408 | 502 | 504, failure: ForwardFailure): void {
    if (this.#over) return
    this.#finish()
    this.#exchange.onClose = undefined
    if (this.#responded) this.#exchange.abort()
    else this.#options.onError(status, failure)
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.#connection.watch?.end(this)
    this.#options.target.finished(this)
  }
}

// Without a length the body ends with its chunks or with the connection; these two have none.
const lengthWithout = (head: MessageHead): number | 'chunked' =>
  head.status === 204 || head.status === 304 ? 0 : 'chunked'
