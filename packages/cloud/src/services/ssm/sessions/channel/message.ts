import { createHash } from 'node:crypto'

/**
 * What goes over a data channel: a head of fixed fields, big-endian, then the payload.
 *
 * | bytes | field |
 * |---|---|
 * | 0–3 | offset of the payload's length: 116 |
 * | 4–35 | type, padded |
 * | 36–39 | version of the schema |
 * | 40–47 | when it was made, milliseconds since 1970 |
 * | 48–55 | sequence number |
 * | 56–63 | flags: 1 for the first, 2 for the last |
 * | 64–79 | id: a UUID, its last eight bytes first |
 * | 80–111 | SHA-256 of the payload |
 * | 112–115 | type of the payload |
 * | 116–119 | length of the payload |
 *
 * @see github.com/aws/session-manager-plugin, src/message: the format that its clients read and write
 */
export interface ChannelMessage {
  readonly type: string
  readonly createdAt: number
  readonly sequence: number
  readonly flags: number
  /** UUID. */
  readonly id: string
  readonly payloadType: number
  readonly payload: Buffer
}

export const MESSAGE = {
  input: 'input_stream_data',
  output: 'output_stream_data',
  acknowledge: 'acknowledge',
  closed: 'channel_closed',
} as const

/** What a payload holds. */
export const PAYLOAD = {
  output: 1,
  size: 3,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
  stderr: 11,
  exitCode: 12,
} as const

/** The payload of a flag, four bytes. */
export const FLAG = { disconnectToPort: 1, terminateSession: 2, connectToPortError: 3 } as const

const LENGTH_AT = 116
const PAYLOAD_AT = 120

export function encodeMessage(message: ChannelMessage): Buffer {
  const { payload } = message
  const bytes = Buffer.alloc(PAYLOAD_AT + payload.length)
  bytes.writeUInt32BE(LENGTH_AT, 0)
  bytes.write(message.type.padEnd(32, ' '), 4, 32, 'utf8')
  bytes.writeUInt32BE(1, 36)
  bytes.writeBigUInt64BE(BigInt(message.createdAt), 40)
  bytes.writeBigInt64BE(BigInt(message.sequence), 48)
  bytes.writeBigUInt64BE(BigInt(message.flags), 56)
  const id = Buffer.from(message.id.replaceAll('-', ''), 'hex')
  id.copy(bytes, 64, 8, 16)
  id.copy(bytes, 72, 0, 8)
  createHash('sha256').update(payload).digest().copy(bytes, 80)
  bytes.writeUInt32BE(message.payloadType, 112)
  bytes.writeUInt32BE(payload.length, LENGTH_AT)
  payload.copy(bytes, PAYLOAD_AT)
  return bytes
}

/** @throws Error when it is no message, or its payload is not the one it was made with */
export function decodeMessage(bytes: Buffer): ChannelMessage {
  if (bytes.length < PAYLOAD_AT) throw new Error(`a message has at least ${PAYLOAD_AT} bytes, this one ${bytes.length}`)
  const lengthAt = bytes.readUInt32BE(0)
  if (lengthAt < LENGTH_AT || lengthAt + 4 > bytes.length) throw new Error(`its head can't have ${lengthAt} bytes`)
  const payload = bytes.subarray(lengthAt + 4)
  if (payload.length !== bytes.readUInt32BE(lengthAt)) throw new Error('its payload is not as long as it says')
  if (!createHash('sha256').update(payload).digest().equals(bytes.subarray(80, 112))) {
    throw new Error('its payload is not the one it was made with')
  }
  const id = Buffer.concat([bytes.subarray(72, 80), bytes.subarray(64, 72)]).toString('hex')
  return {
    type: bytes.toString('utf8', 4, 36).replace(/[\0 ]+$/, ''),
    createdAt: Number(bytes.readBigUInt64BE(40)),
    sequence: Number(bytes.readBigInt64BE(48)),
    flags: Number(bytes.readBigUInt64BE(56)),
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    payloadType: bytes.readUInt32BE(112),
    payload,
  }
}
