import { connect, type Socket } from 'node:net'
import { Http1Parser, type MessageHead, type MessageListener, ParseError } from './parser.ts'

/** Takes the answer to one request as it comes. */
export interface ResponseListener {
  onHead(head: MessageHead): void
  onBody(chunk: Buffer): void
  onEnd(): void
  /** End of one turn of reading: time to send on what was collected. */
  onTurn(): void
  onDrain(): void
  /** No complete answer will come. `responded` tells whether its head had been passed on. */
  onFailure(reason: 'refused' | 'closed' | 'malformed', responded: boolean): void
}

/** One connection to a server. Carries one request at a time. */
export class ClientConnection implements MessageListener {
  readonly #socket: Socket
  readonly #parser: Http1Parser
  readonly #onFree: (connection: ClientConnection, reusable: boolean) => void
  #listener: ResponseListener | undefined
  #headOnly = false
  #responded = false
  #keepAlive = false
  #requestDone = false
  #responseDone = false
  #connected = false

  /** @param socketPath  a Unix socket @param onFree  called when a request is over, once a request */
  constructor(socketPath: string, onFree: (connection: ClientConnection, reusable: boolean) => void) {
    this.#onFree = onFree
    this.#parser = new Http1Parser('response', this)
    this.#socket = connect(socketPath)
    this.#socket.on('connect', () => {
      this.#connected = true
    })
    this.#socket.on('data', chunk => this.#receive(chunk))
    this.#socket.on('drain', () => this.#listener?.onDrain())
    this.#socket.on('end', () => this.#finish())
    this.#socket.on('error', () => this.#fail(this.#connected ? 'closed' : 'refused'))
    this.#socket.on('close', () => this.#fail(this.#connected ? 'closed' : 'refused'))
  }

  /** False until the server has accepted: what comes to nothing till then never reached it. */
  get connected(): boolean {
    return this.#connected
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
    this.#listener?.onBody(chunk)
  }

  onComplete(): 'continue' {
    if (!this.#responded) return 'continue'
    const listener = this.#listener
    this.#responseDone = true
    listener?.onEnd()
    this.#maybeFree()
    return 'continue'
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
    listener.onTurn()
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

  #fail(reason: 'refused' | 'closed' | 'malformed'): void {
    this.#parser.free()
    const listener = this.#listener
    this.#listener = undefined
    this.#socket.destroy()
    this.#onFree(this, false)
    listener?.onFailure(reason, this.#responded)
  }
}
