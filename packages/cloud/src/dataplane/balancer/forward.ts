import { STATUS_CODES } from 'node:http'
import { type Clock, type Duration, seconds } from '@terrace/kit'
import type { ClientConnection } from '../http1/client-connection.ts'
import type { Exchange } from '../http1/exchange.ts'
import { endToEnd, getHeader, removeHeader } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { LiveTarget } from './target.ts'

/** How long an ALB waits for a connection to a target. */
const CONNECT_TIMEOUT = seconds(10)

export interface ForwardOptions {
  readonly clock: Clock
  readonly idleTimeout: Duration
  readonly target: LiveTarget
  /** Nothing: the network drops what the node sends to the target. */
  readonly socket: string | undefined
  /** Request line and header fields for the target. */
  readonly head: string
  /** The target's answer has begun. */
  readonly onTargetStatus: (status: number) => void
  /** No usable answer: 502 or 504, to be made by the balancer. */
  readonly onError: (status: 502 | 504) => void
}

/** Sends a request to a target and its answer back, streaming both ways. */
export function forward(exchange: Exchange, options: ForwardOptions): void {
  options.target.inFlight++
  if (options.socket === undefined) timeOut(exchange, options)
  else {
    const keep = { clock: options.clock, limit: options.idleTimeout }
    new Forwarding(exchange, options, options.target.poolFor(options.socket, keep).take())
  }
}

// Nothing answers, as when a security group drops the packets: a time-out, never a refusal.
function timeOut(exchange: Exchange, { clock, target, onError }: ForwardOptions): void {
  const stop = clock.after(CONNECT_TIMEOUT, () => {
    target.finished()
    onError(504)
  })
  exchange.onClose = () => {
    stop()
    target.finished()
  }
}

class Forwarding {
  readonly #exchange: Exchange
  readonly #options: ForwardOptions
  readonly #connection: ClientConnection
  #lastActivity: number
  #over = false

  constructor(exchange: Exchange, options: ForwardOptions, connection: ClientConnection) {
    this.#exchange = exchange
    this.#options = options
    this.#connection = connection
    this.#lastActivity = options.clock.now()
    exchange.onDrain = () => connection.resume()
    exchange.onClose = () => {
      connection.destroy()
      this.#finish()
    }
    connection.send(options.head, exchange.request.method === 'HEAD', this)
    this.#sendBody()
    this.#watch()
  }

  onHead(head: MessageHead): void {
    this.#lastActivity = this.#options.clock.now()
    const headers = endToEnd(head.headers)
    const length = getHeader(headers, 'content-length')
    removeHeader(headers, 'content-length')
    this.#options.onTargetStatus(head.status)
    this.#exchange.start(
      head.status,
      STATUS_CODES[head.status] ?? '',
      headers,
      length === undefined ? lengthWithout(head) : Number(length),
    )
  }

  onBody(chunk: Buffer): void {
    this.#lastActivity = this.#options.clock.now()
    if (!this.#exchange.write(chunk)) this.#connection.pause()
  }

  onEnd(): void {
    this.#finish()
    this.#exchange.end()
  }

  onTurn(): void {
    this.#exchange.flush()
  }

  onDrain(): void {
    this.#exchange.resumeBody()
  }

  onFailure(_reason: string, responded: boolean): void {
    this.#fail(502, responded)
  }

  #sendBody(): void {
    const { bodyLength } = this.#exchange
    if (bodyLength === 0) return this.#connection.endRequest()
    const chunked = bodyLength === 'chunked'
    this.#exchange.readBody({
      onBody: chunk => {
        this.#lastActivity = this.#options.clock.now()
        if (chunked) this.#connection.writeText(`${chunk.length.toString(16)}\r\n`)
        const room = this.#connection.writeBody(chunk)
        if (chunked) this.#connection.writeText('\r\n')
        if (!room) this.#exchange.pauseBody()
      },
      onEnd: () => {
        if (chunked) this.#connection.writeText('0\r\n\r\n')
        this.#connection.endRequest()
      },
      onAbort: () => this.#connection.destroy(),
    })
  }

  // One timer a request, moved on only when it fires: traffic doesn't touch it.
  #watch(wait: Duration = this.#options.idleTimeout): void {
    this.#stopWatching = this.#options.clock.after(wait, () => {
      const idle = this.#options.clock.now() - this.#lastActivity
      if (idle < this.#options.idleTimeout) return this.#watch(this.#options.idleTimeout - idle)
      this.#connection.destroy()
      this.#fail(504, false)
    })
  }

  #stopWatching: () => void = () => {}

  #fail(status: 502 | 504, responded: boolean): void {
    if (this.#over) return
    this.#finish()
    this.#exchange.onClose = undefined
    if (responded) this.#exchange.abort()
    else this.#options.onError(status)
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.#stopWatching()
    this.#options.target.finished()
  }
}

// Without a length the body ends with its chunks or with the connection; these two have none.
const lengthWithout = (head: MessageHead): number | 'chunked' =>
  head.status === 204 || head.status === 304 ? 0 : 'chunked'
