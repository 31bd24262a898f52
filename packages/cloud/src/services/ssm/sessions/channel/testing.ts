import { randomUUID } from 'node:crypto'
import type { StartSessionCommandOutput } from '@aws-sdk/client-ssm'
import { systemClock } from '@terrace/kit'
import { type ChannelMessage, decodeMessage, encodeMessage, MESSAGE, PAYLOAD } from './message.ts'

/** A client of a data channel, as the session-manager-plugin is one. */
export class TestPlugin {
  readonly #socket: WebSocket
  readonly #heard = new Set<() => void>()
  readonly messages: ChannelMessage[] = []
  #sequence = 0
  #expected = 0
  closed = false
  sessionType: unknown

  private constructor(socket: WebSocket, token: string) {
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.onopen = () =>
      socket.send(JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: randomUUID(), TokenValue: token }))
    socket.onmessage = ({ data }) => this.#take(decodeMessage(Buffer.from(data)))
    socket.onclose = () => {
      this.closed = true
      this.#wake()
    }
  }

  static open({
    StreamUrl = '',
    TokenValue = '',
  }: Pick<StartSessionCommandOutput, 'StreamUrl' | 'TokenValue'>): TestPlugin {
    return new TestPlugin(new WebSocket(StreamUrl), TokenValue)
  }

  get output(): string {
    const parts = this.messages.filter(
      ({ type, payloadType }) => type === MESSAGE.output && payloadType === PAYLOAD.output,
    )
    return Buffer.concat(parts.map(({ payload }) => payload)).toString('utf8')
  }

  payloadOf(payloadType: number): string | undefined {
    return this.messages
      .find(each => each.payloadType === payloadType && each.type === MESSAGE.output)
      ?.payload.toString()
  }

  send(payloadType: number, payload: Buffer | string): void {
    this.#write(MESSAGE.input, this.#sequence++, payloadType, Buffer.from(payload))
  }

  type(text: string): void {
    this.send(PAYLOAD.output, text)
  }

  /** Resolves when it is so. */
  until(passes: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (!passes()) return
        this.#heard.delete(look)
        resolve()
      }
      this.#heard.add(look)
      look()
    })
  }

  close(): void {
    this.#socket.close()
  }

  #take(message: ChannelMessage): void {
    if (message.type === MESSAGE.output) {
      const content = {
        AcknowledgedMessageType: message.type,
        AcknowledgedMessageId: message.id,
        AcknowledgedMessageSequenceNumber: message.sequence,
        IsSequentialMessage: true,
      }
      this.#write(MESSAGE.acknowledge, 0, 0, Buffer.from(JSON.stringify(content)))
      if (message.sequence !== this.#expected) return
      this.#expected++
    }
    this.messages.push(message)
    if (message.payloadType === PAYLOAD.handshakeRequest) {
      const request = JSON.parse(message.payload.toString())
      this.sessionType = request.RequestedClientActions[0].ActionParameters
      const done = {
        ClientVersion: '1.2.0.0',
        ProcessedClientActions: [{ ActionType: 'SessionType', ActionStatus: 1 }],
      }
      this.send(PAYLOAD.handshakeResponse, JSON.stringify(done))
    }
    this.#wake()
  }

  #write(type: string, sequence: number, payloadType: number, payload: Buffer): void {
    this.#socket.send(
      encodeMessage({ type, createdAt: systemClock.now(), sequence, flags: 0, id: randomUUID(), payloadType, payload }),
    )
  }

  #wake(): void {
    for (const look of [...this.#heard]) look()
  }
}
