import { timingSafeEqual } from 'node:crypto'
import { type Clock, milliseconds, type Random, type Stop } from '@terrace/kit'
import type { SocketMessage, WebSocketEnd } from './frames.ts'
import { type ChannelMessage, decodeMessage, encodeMessage, FLAG, MESSAGE, PAYLOAD } from './message.ts'

/** What a session does with what comes through its channel. */
export interface ChannelEnd {
  /** Bytes typed, or sent to a port. */
  input(data: Buffer): void
  resize(columns: number, rows: number): void
  /** The client's connection to the port ended; the next input begins another one. */
  disconnect(): void
  /** Resolves when nothing of it is left. */
  close(): Promise<void>
}

/** What a session sends. */
export interface ChannelOutput {
  send(data: Buffer, stream?: 'out' | 'err'): void
  exitCode(code: number): void
  /** Nothing answers at the port. */
  connectionFailed(): void
  /** Ends the session. @param output  shown by the client */
  end(output: string): void
}

/** The kind of session, as the handshake tells it to the client. */
export interface SessionType {
  readonly name: 'Standard_Stream' | 'Port' | 'InteractiveCommands' | 'NonInteractiveCommands'
  readonly properties: Readonly<Record<string, string>>
}

/**
 * The agent's version, as clients see it: the last one with which port sessions carry one connection at a time, instead of
 * several in a stream of their own.
 */
const AGENT_VERSION = '3.0.196.0'

/** Most data in one message, bytes, as the agent sends it. */
const CHUNK = 1024

/** A message without an answer is sent again after that long. */
const RESEND_AFTER = milliseconds(500)

/** Most messages that may wait for their acknowledgement or, out of their order, for those before them. */
const MOST_WAITING = 10_000

interface ChannelParts {
  readonly clock: Clock
  readonly random: Random
  readonly sessionId: string
  readonly token: string
  readonly type: SessionType
  /** Opens the session, once the handshake is complete. */
  readonly open: (output: ChannelOutput) => Promise<ChannelEnd>
  /** The client asked for the end of the session. */
  readonly onTerminate: () => void
}

/**
 * The agent's end of a data channel: token, handshake, sequence numbers and acknowledgements in both directions.
 *
 * @see Systems Manager User Guide "Session Manager"; github.com/aws/session-manager-plugin, src/datachannel
 */
export class DataChannel {
  readonly #parts: ChannelParts
  readonly #socket: WebSocketEnd
  readonly #unacknowledged = new Map<number, Buffer>()
  readonly #early = new Map<number, ChannelMessage>()
  readonly #stopResending: Stop
  #opened = false
  #outgoing = 0
  #expected = 0
  #end: Promise<ChannelEnd> | undefined
  #closed = false
  #gone: Promise<void> = Promise.resolve()

  constructor(parts: ChannelParts, socket: WebSocketEnd) {
    this.#parts = parts
    this.#socket = socket
    this.#stopResending = parts.clock.every(RESEND_AFTER, () => this.#resend())
  }

  /** What arrived. Anything that breaks the protocol ends the channel. */
  take({ kind, data }: SocketMessage): void {
    try {
      if (this.#opened) this.#message(decodeMessage(data))
      else if (kind === 'text') this.#greeting(data.toString('utf8'))
      else throw new Error('the channel was not opened')
    } catch {
      void this.close()
    }
  }

  /** Ends it, with what the client shows. */
  finish(output: string): void {
    if (this.#closed) return
    const { sessionId, clock, random } = this.#parts
    const MessageId = random.uuid()
    const content = {
      MessageType: MESSAGE.closed,
      MessageId,
      DestinationId: random.uuid(),
      SessionId: sessionId,
      SchemaVersion: 1,
      CreatedDate: new Date(clock.now()).toISOString(),
      Output: output,
    }
    this.#write(MESSAGE.closed, 0, 0, Buffer.from(JSON.stringify(content)), MessageId)
    void this.close()
  }

  /** Resolves when what it opened is gone. */
  close(): Promise<void> {
    if (this.#closed) return this.#gone
    this.#closed = true
    this.#stopResending()
    this.#gone = this.#with(end => end.close())
    this.#socket.close()
    return this.#gone
  }

  /** Once the session is open; one that could not be opened has been told so. */
  async #with(act: (end: ChannelEnd) => void | Promise<void>): Promise<void> {
    const end = await this.#end?.catch(() => undefined)
    if (end) await act(end)
  }

  /** The client's first words, with the token of StartSession. */
  #greeting(text: string): void {
    const greeting: unknown = JSON.parse(text)
    const token: unknown = typeof greeting === 'object' && greeting !== null && Reflect.get(greeting, 'TokenValue')
    if (typeof token !== 'string' || !isSame(token, this.#parts.token)) throw new Error('that is not the token')
    this.#opened = true
    const { name, properties } = this.#parts.type
    const ActionParameters = { SessionType: name, Properties: properties }
    this.#send(PAYLOAD.handshakeRequest, {
      AgentVersion: AGENT_VERSION,
      RequestedClientActions: [{ ActionType: 'SessionType', ActionParameters }],
    })
  }

  #message(message: ChannelMessage): void {
    if (message.type === MESSAGE.acknowledge) {
      const content: unknown = JSON.parse(message.payload.toString('utf8'))
      const sequence: unknown = Reflect.get(Object(content), 'AcknowledgedMessageSequenceNumber')
      if (typeof sequence === 'number') this.#unacknowledged.delete(sequence)
      return
    }
    if (message.type !== MESSAGE.input) return
    if (message.sequence > this.#expected && this.#early.size >= MOST_WAITING) return
    this.#acknowledge(message)
    // One that came already was acknowledged once more; one that comes too early waits for its turn.
    if (message.sequence >= this.#expected) this.#early.set(message.sequence, message)
    for (let next = this.#early.get(this.#expected); next; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected++)
      this.#input(next)
    }
  }

  #input({ payloadType, payload }: ChannelMessage): void {
    if (payloadType === PAYLOAD.handshakeResponse) return this.#begin(payload)
    if (payloadType === PAYLOAD.flag && payload.length === 4) {
      const flag = payload.readUInt32BE(0)
      if (flag === FLAG.terminateSession) return this.#parts.onTerminate()
      if (flag === FLAG.disconnectToPort) void this.#with(end => end.disconnect())
      return
    }
    if (payloadType === PAYLOAD.size) {
      const size: unknown = JSON.parse(payload.toString('utf8'))
      const [columns, rows] = ['cols', 'rows'].map(name => Number(Reflect.get(Object(size), name)))
      if (columns && rows) void this.#with(end => end.resize(columns, rows))
      return
    }
    const data = Buffer.from(payload)
    if (payloadType === PAYLOAD.output) void this.#with(end => end.input(data))
  }

  /** The client agreed, or could not: then the session is over before it began. */
  #begin(payload: Buffer): void {
    const response: unknown = JSON.parse(payload.toString('utf8'))
    const errors: unknown = Reflect.get(Object(response), 'Errors')
    if (Array.isArray(errors) && errors.length > 0) return this.finish(errors.join(', '))
    if (this.#end) return
    this.#send(PAYLOAD.handshakeComplete, { HandshakeTimeToComplete: 0, CustomerMessage: '' })
    this.#end = this.#parts.open({
      send: (data, stream = 'out') => {
        const type = stream === 'err' ? PAYLOAD.stderr : PAYLOAD.output
        for (let at = 0; at < data.length; at += CHUNK) this.#stream(type, data.subarray(at, at + CHUNK))
      },
      exitCode: code => this.#stream(PAYLOAD.exitCode, Buffer.from(String(code))),
      connectionFailed: () => this.#stream(PAYLOAD.flag, Buffer.from([0, 0, 0, FLAG.connectToPortError])),
      end: output => this.finish(output),
    })
    this.#end.catch((error: unknown) => this.finish(String(error)))
  }

  #acknowledge({ type, id, sequence }: ChannelMessage): void {
    const content = {
      AcknowledgedMessageType: type,
      AcknowledgedMessageId: id,
      AcknowledgedMessageSequenceNumber: sequence,
      IsSequentialMessage: true,
    }
    // The flags of a message that is first and last.
    this.#write(MESSAGE.acknowledge, 0, 3, Buffer.from(JSON.stringify(content)), this.#parts.random.uuid())
  }

  #send(payloadType: number, content: object): void {
    this.#stream(payloadType, Buffer.from(JSON.stringify(content)))
  }

  #stream(payloadType: number, payload: Buffer): void {
    if (this.#closed) return
    const sequence = this.#outgoing++
    const { clock, random } = this.#parts
    const bytes = encodeMessage({
      type: MESSAGE.output,
      createdAt: Math.round(clock.now()),
      sequence,
      flags: sequence === 0 ? 1 : 0,
      id: random.uuid(),
      payloadType,
      payload,
    })
    if (this.#unacknowledged.size < MOST_WAITING) this.#unacknowledged.set(sequence, bytes)
    this.#socket.send(bytes)
  }

  #write(type: string, sequence: number, flags: number, payload: Buffer, id: string): void {
    const createdAt = Math.round(this.#parts.clock.now())
    this.#socket.send(encodeMessage({ type, createdAt, sequence, flags, id, payloadType: 0, payload }))
  }

  #resend(): void {
    const [oldest] = this.#unacknowledged.values()
    if (oldest) this.#socket.send(oldest)
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
