import { connect, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { errnoOf, type Instant } from '@terrace/kit'
import type { Watch } from '../watch.ts'
import { Http1Parser, type MessageHead, type MessageListener, ParseError } from './parser.ts'

/** Nobody took the connection, TLS came to nothing, it ended too early, or what came was no answer. */
export type ConnectionFailure = 'refused' | 'handshake' | 'closed' | 'malformed'

/** Takes the answer to one request as it comes. */
export interface ResponseListener {
  onHead(head: MessageHead): void
  onBody(chunk: Buffer): void
  onEnd(): void
  /** End of one turn of reading: time to send on what was collected. */
  onTurn(): void
  onDrain(): void
  /** The server speaks another protocol from now on: the connection is the listener's, with what has been read of it. */
  readonly onUpgrade?: ((head: MessageHead, socket: Socket, rest: Buffer) => void) | undefined
  /** No complete answer will come. `responded` tells whether its head had been passed on. */
  onFailure(reason: ConnectionFailure, responded: boolean): void
}

/** What a read gives: it is used up before the next one, of whichever connection. As large as in Node's own sockets. */
const READ = Buffer.allocUnsafeSlow(65_536)

/** Opens a socket to a server; what it gives tells `connect`, or `secureConnect` when it speaks TLS. */
export type Dial = () => Socket

/** What became of a connection, for flow logs. Bytes. */
export interface ConnectionEnd {
  readonly sent: number
  readonly received: number
}

/** One connection to a server. Carries one request at a time. */
export class ClientConnection implements MessageListener {
  readonly #socket: Socket
  readonly #parser: Http1Parser
  readonly #onFree: (connection: ClientConnection, reusable: boolean) => void
  #listener: ResponseListener | undefined
  readonly #listeners: readonly [string, (chunk: Buffer) => void][]
  #silent = false
  #sharesMemory = false
  #headOnly = false
  #upgraded: MessageHead | undefined
  #responded = false
  #keepAlive = false
  #requestDone = false
  #responseDone = false
  #connected = false
  #reached = false

  /**
   * @param server  a Unix socket, or how to reach one
   * @param onFree  called when a request is over, once a request
   * @param upgradable  the server may speak another protocol on it
   */
  constructor(
    server: string | Dial,
    onFree: (connection: ClientConnection, reusable: boolean) => void,
    upgradable = false,
  ) {
    this.#onFree = onFree
    this.#parser = new Http1Parser('response', this)
    this.#socket = typeof server === 'string' ? this.#dial(server, upgradable) : server()
    this.#socket.on('connect', () => {
      this.#reached = true
      this.#connected ||= !(this.#socket instanceof TLSSocket)
    })
    this.#socket.on('secureConnect', () => {
      this.#connected = true
    })
    this.#listeners = [
      ['data', (chunk: Buffer) => this.#receive(chunk)],
      ['drain', () => this.#listener?.onDrain()],
      ['end', () => this.#finish()],
      ['close', () => this.#closed()],
    ]
    for (const [event, listener] of this.#listeners) this.#socket.on(event, listener)
    this.#socket.on('error', error => {
      // The server has stopped accepting: to a client of the network that is silence, not a refusal.
      if (errnoOf(error) === 'EAGAIN') this.#silent = true
      this.#fail(this.#reasonToEnd())
    })
  }

  /** Whether it carries a request, and since when it doesn't: its pool's affair. */
  busy = true
  idleSince: Instant = 0

  /** Looks after the request that it carries. */
  watch: Watch | undefined

  /** Called when the connection has ended. */
  onClosed: ((end: ConnectionEnd) => void) | undefined

  /** False until the server has accepted: what comes to nothing till then never reached it. */
  get connected(): boolean {
    return this.#connected
  }

  /** The server has accepted; TLS may still have to be agreed on. */
  get reached(): boolean {
    return this.#reached
  }

  /** @param head  request line and header fields, with the empty line @param headOnly  the answer has no body */
  send(head: string, headOnly: boolean, listener: ResponseListener): void {
    this.#listener = listener
    this.#headOnly = headOnly
    this.#responded = false
    this.#requestDone = false
    this.#responseDone = false
    this.#socket.write(head, 'latin1')
  }

  writeBody(chunk: Buffer): boolean {
    return this.#socket.write(chunk)
  }

  writeText(text: string): boolean {
    return this.#socket.write(text, 'latin1')
  }

  /** The request has been written completely. */
  endRequest(): void {
    this.#requestDone = true
    this.#maybeFree()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#listener = undefined
    // What this turn has still to read must not end the request and make the connection look free.
    this.#parser.free()
    this.#socket.destroy()
  }

  onHead(head: MessageHead): 'body' | 'noBody' {
    if (head.status === 101 && this.#listener?.onUpgrade) {
      this.#upgraded = head
      return 'noBody'
    }
    // Interim answers are for this connection alone; the final one follows.
    if (head.status >= 100 && head.status < 200) return 'noBody'
    // An answer to nothing: whatever came next would be taken for the answer to the next request.
    if (this.#listener === undefined) this.destroy()
    this.#keepAlive = head.keepAlive
    this.#responded = true
    this.#listener?.onHead(head)
    return this.#headOnly ? 'noBody' : 'body'
  }

  onBody(chunk: Buffer): void {
    // What lies in shared memory is overwritten by the next read.
    this.#listener?.onBody(this.#sharesMemory ? Buffer.from(chunk) : chunk)
  }

  onComplete(): 'continue' | 'pause' {
    if (this.#upgraded) return 'pause'
    if (!this.#responded) return 'continue'
    const listener = this.#listener
    this.#responseDone = true
    listener?.onEnd()
    this.#maybeFree()
    return 'continue'
  }

  // Node would make a new buffer for every read, most of it unused.
  #dial(path: string, upgradable: boolean): Socket {
    if (upgradable) return connect(path)
    this.#sharesMemory = true
    const callback = (bytes: number): boolean => {
      this.#receive(READ.subarray(0, bytes))
      return true
    }
    return connect({ path, onread: { buffer: READ, callback } })
  }

  #receive(chunk: Buffer): void {
    const listener = this.#listener
    if (listener === undefined) return this.#fail('malformed')
    try {
      this.#parser.execute(chunk)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      this.#fail('malformed')
      return
    }
    if (this.#upgraded) return this.#handOver(this.#upgraded, listener)
    listener.onTurn()
  }

  #handOver(head: MessageHead, listener: ResponseListener): void {
    for (const [event, handler] of this.#listeners) this.#socket.off(event, handler)
    this.#socket.once('close', () => this.#reportEnd())
    const rest = this.#parser.takeRest()
    this.#parser.free()
    this.#listener = undefined
    this.#onFree(this, false)
    listener.onUpgrade?.(head, this.#socket, rest)
  }

  #closed(): void {
    this.#fail(this.#reasonToEnd())
    this.#reportEnd()
  }

  #reportEnd(): void {
    this.onClosed?.({ sent: this.#socket.bytesWritten ?? 0, received: this.#socket.bytesRead ?? 0 })
  }

  #finish(): void {
    try {
      this.#parser.finish()
      this.#listener?.onTurn()
    } catch {
      // An answer cut short; `close` follows and tells.
    }
  }

  #maybeFree(): void {
    if (!this.#responseDone) return
    const reusable = this.#keepAlive && this.#requestDone
    this.#listener = undefined
    // Whoever held the answer back is gone; the next one, and the news that the server closes, must get through.
    this.#socket.resume()
    this.#onFree(this, reusable)
    if (!reusable) this.#socket.destroy()
  }

  #reasonToEnd(): ConnectionFailure {
    if (this.#connected) return 'closed'
    return this.#reached ? 'handshake' : 'refused'
  }

  #fail(reason: ConnectionFailure): void {
    this.#parser.free()
    const listener = this.#listener
    // Forgotten first: the end of the socket is told, too, and nobody may hear of a failure twice.
    this.#listener = undefined
    this.#socket.destroy()
    // Whoever waits for the answer goes on waiting until his own time-out.
    if (this.#silent) return
    this.#onFree(this, false)
    listener?.onFailure(reason, this.#responded)
  }
}
