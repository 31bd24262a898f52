import type { Socket } from 'node:net'
import type { Clock, Duration, Instant, Stop } from '@terrace/kit'
import type { ClientConnection, ConnectionFailure, ResponseListener } from '../http1/client-connection.ts'
import type { Exchange } from '../http1/exchange.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { ConnectionPool } from '../http1/pool.ts'

/** Why no complete answer came; `unconnected`: no connection was made in time, `timeout`: no answer came on one. */
export type OriginFailure = 'unresolved' | 'refused' | 'handshake' | 'unconnected' | 'closed' | 'malformed' | 'timeout'

/** Takes a connection over on which another protocol is spoken from now on. */
export type Upgrade = (head: MessageHead, socket: Socket, rest: Buffer) => void

/** Takes an origin's answer as it comes. */
export interface OriginListener {
  onHead(head: MessageHead): void
  onBody(chunk: Buffer): void
  onEnd(): void
  /** End of one turn of reading. */
  onTurn(): void
  /** @param responded  whether the head had been passed on */
  onFailure(failure: OriginFailure, responded: boolean): void
}

/** What is asked, how often and how patiently. */
export interface OriginCallOptions {
  readonly clock: Clock
  /** Where the next attempt gets its connection; nothing: what is sent there is dropped. */
  readonly pool: () => ConnectionPool | undefined
  readonly method: string
  /** Request line and header fields with the empty line. */
  readonly head: string
  /** Whose body is sent along. */
  readonly body?: Exchange
  /** The origin may change the protocol. */
  readonly upgrade?: Upgrade
  readonly attempts: number
  readonly connectTimeout: Duration
  readonly readTimeout: Duration
}

/**
 * One request to an origin. A connection that is refused or not made in time is tried again, up to the number of
 * attempts; so is a GET or HEAD that is not answered in time. A request with a body is never sent twice.
 *
 * @see CloudFront Developer Guide, "Origin connection timeout and attempts", "Origin response timeout"
 */
export class OriginCall implements ResponseListener {
  readonly #options: OriginCallOptions
  readonly #listener: OriginListener
  #connection: ClientConnection | undefined
  #reused = false
  #attemptsLeft: number
  #lastActivity: Instant
  #paused = false
  #responded = false
  #stopTimer: Stop = () => {}
  #over = false
  readonly onUpgrade: Upgrade | undefined

  constructor(options: OriginCallOptions, listener: OriginListener) {
    this.#options = options
    this.#listener = listener
    this.#attemptsLeft = options.attempts
    this.#lastActivity = options.clock.now()
    const { upgrade } = options
    if (!upgrade) return
    this.onUpgrade = (head, socket, rest) => {
      if (this.#over) return void socket.destroy()
      this.#finish()
      upgrade(head, socket, rest)
    }
  }

  start(): void {
    this.#attempt(false)
  }

  pause(): void {
    this.#paused = true
    this.#connection?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#touch()
    this.#connection?.resume()
  }

  /** Gives up; the listener hears nothing more. */
  cancel(): void {
    if (this.#over) return
    const connection = this.#connection
    this.#finish()
    connection?.destroy()
  }

  onHead(head: MessageHead): void {
    this.#responded = true
    this.#touch()
    this.#listener.onHead(head)
  }

  onBody(chunk: Buffer): void {
    this.#touch()
    if (!this.#over) this.#listener.onBody(chunk)
  }

  onEnd(): void {
    if (this.#over) return
    this.#finish()
    this.#listener.onEnd()
  }

  onTurn(): void {
    this.#listener.onTurn()
  }

  onDrain(): void {
    this.#options.body?.resumeBody()
  }

  onFailure(reason: ConnectionFailure, responded: boolean): void {
    if (this.#over) return
    const unheard = reason === 'closed' && !responded
    // The origin closed the kept connection just when it was used again: that is no answer of the origin's.
    if (unheard && this.#reused) return this.#attempt(true)
    if (reason === 'refused' && this.#options.body === undefined && this.#attemptsLeft > 0) return this.#attempt(true)
    this.#fail(reason, responded)
  }

  #attempt(fresh: boolean): void {
    const { method, head, body } = this.#options
    const pool = this.#options.pool()
    if (pool === undefined) return this.#waitInVain()
    const repeatable = body === undefined && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')
    const connection =
      fresh || !repeatable || this.onUpgrade ? pool.takeFresh(this.onUpgrade !== undefined) : pool.take()
    this.#connection = connection
    this.#reused = connection.connected
    if (!this.#reused || fresh) this.#attemptsLeft--
    this.#touch()
    this.#watch(this.#limit())
    connection.send(head, method === 'HEAD', new Attempt(this))
    if (body) this.#sendBody(body, connection)
    else connection.endRequest()
  }

  #waitInVain(): void {
    this.#connection = undefined
    this.#attemptsLeft--
    this.#touch()
    this.#watch(this.#limit())
  }

  #sendBody(body: Exchange, connection: ClientConnection): void {
    const chunked = body.bodyLength === 'chunked'
    body.readBody({
      onBody: chunk => {
        if (this.#over) return
        this.#touch()
        if (chunked) connection.writeText(`${chunk.length.toString(16)}\r\n`)
        let room = connection.writeBody(chunk)
        if (chunked) room = connection.writeText('\r\n')
        if (!room) body.pauseBody()
      },
      onEnd: () => {
        if (this.#over) return
        this.#touch()
        if (chunked) connection.writeText('0\r\n\r\n')
        connection.endRequest()
      },
      onAbort: () => this.cancel(),
    })
  }

  #limit(): Duration {
    const { connectTimeout, readTimeout } = this.#options
    return this.#connection?.connected ? readTimeout : connectTimeout
  }

  // One timer for all the packets of an answer: it looks at the time of the last one and waits for the rest.
  #watch(delay: Duration): void {
    this.#stopTimer()
    this.#stopTimer = this.#options.clock.after(delay, () => {
      const left = this.#limit() - (this.#options.clock.now() - this.#lastActivity)
      if (this.#paused) this.#watch(this.#options.readTimeout)
      else if (left > 0) this.#watch(left)
      else this.#expire()
    })
  }

  #expire(): void {
    const { method, body } = this.#options
    const connection = this.#connection
    const connected = connection?.connected === true
    const repeatable = method === 'GET' || method === 'HEAD' || !connected
    connection?.destroy()
    if (!this.#responded && body === undefined && repeatable && this.#attemptsLeft > 0) return this.#attempt(true)
    this.#fail(connected ? 'timeout' : 'unconnected', this.#responded)
  }

  #fail(failure: OriginFailure, responded: boolean): void {
    this.#finish()
    this.#listener.onFailure(failure, responded)
  }

  #finish(): void {
    this.#over = true
    this.#stopTimer()
    this.#connection = undefined
  }

  #touch(): void {
    this.#lastActivity = this.#options.clock.now()
  }
}

/** One attempt of a call: a connection that fails may say so twice, when another one has been tried already. */
class Attempt implements ResponseListener {
  readonly #call: OriginCall
  #failed = false

  constructor(call: OriginCall) {
    this.#call = call
  }

  get onUpgrade(): Upgrade | undefined {
    return this.#call.onUpgrade
  }

  onHead(head: MessageHead): void {
    this.#call.onHead(head)
  }

  onBody(chunk: Buffer): void {
    this.#call.onBody(chunk)
  }

  onEnd(): void {
    this.#call.onEnd()
  }

  onTurn(): void {
    this.#call.onTurn()
  }

  onDrain(): void {
    this.#call.onDrain()
  }

  onFailure(reason: ConnectionFailure, responded: boolean): void {
    if (this.#failed) return
    this.#failed = true
    this.#call.onFailure(reason, responded)
  }
}
