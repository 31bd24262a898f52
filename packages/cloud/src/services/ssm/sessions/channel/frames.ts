import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** One WebSocket message. @see RFC 6455 */
export interface SocketMessage {
  readonly kind: 'text' | 'binary'
  readonly data: Buffer
}

/** The server's end of a WebSocket. */
export interface WebSocketEnd {
  send(data: Buffer): void
  /** Sends what is waiting, says goodbye and closes. */
  close(): void
}

export interface WebSocketEvents {
  readonly onMessage: (message: SocketMessage) => void
  readonly onClose: () => void
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Longest message, bytes: the plugin sends at most 1024 bytes of data in one. */
const LONGEST = 1024 * 1024

const OP = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** Agrees to a WebSocket, or refuses with 400; nothing is negotiated. @returns nothing when it was refused */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  events: WebSocketEvents,
): WebSocketEnd | undefined {
  const key = request.headers['sec-websocket-key']
  if (key === undefined || request.headers['sec-websocket-version'] !== '13') {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    return undefined
  }
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  const reader = new FrameReader(
    events.onMessage,
    payload => void socket.write(frame(OP.pong, payload)),
    () => socket.end(frame(OP.close, Buffer.from([0x03, 0xe8]))),
  )
  const take = (chunk: Buffer) => {
    try {
      reader.push(chunk)
    } catch {
      socket.destroy()
    }
  }
  socket.on('data', take)
  socket.on('error', () => socket.destroy())
  socket.once('close', () => events.onClose())
  if (head.length > 0) take(head)
  return {
    send: data => void (socket.writable && socket.write(frame(OP.binary, data))),
    close: () => void (socket.writable && socket.end(frame(OP.close, Buffer.from([0x03, 0xe8])))),
  }
}

/** A frame as a server sends it: whole and without a mask. */
function frame(code: number, payload: Buffer): Buffer {
  const { length } = payload
  const head =
    length < 126
      ? Buffer.from([0x80 | code, length])
      : length < 65_536
        ? Buffer.from([0x80 | code, 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x80 | code, 127, 0, 0, 0, 0]), uint32(length)])
  return Buffer.concat([head, payload])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Puts a client's frames together. @throws Error for what breaks the protocol */
class FrameReader {
  readonly #onMessage: (message: SocketMessage) => void
  readonly #onPing: (payload: Buffer) => void
  readonly #onClose: () => void
  #rest = Buffer.alloc(0)
  #parts: Buffer[] = []
  #kind: SocketMessage['kind'] = 'binary'

  constructor(onMessage: (message: SocketMessage) => void, onPing: (payload: Buffer) => void, onClose: () => void) {
    this.#onMessage = onMessage
    this.#onPing = onPing
    this.#onClose = onClose
  }

  push(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    for (let next = this.#next(); next; next = this.#next()) this.#take(next)
  }

  #next(): { readonly code: number; readonly last: boolean; readonly payload: Buffer } | undefined {
    const bytes = this.#rest
    if (bytes.length < 2) return undefined
    const [first = 0, second = 0] = bytes
    if ((second & 0x80) === 0) throw new Error('a frame of a client has to be masked')
    const short = second & 0x7f
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0
    if (bytes.length < 2 + extra + 4) return undefined
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
    if (length > LONGEST) throw new Error(`a frame has ${length} bytes, at most ${LONGEST} are allowed`)
    const start = 2 + extra + 4
    if (bytes.length < start + length) return undefined
    const mask = bytes.subarray(start - 4, start)
    const payload = Buffer.from(bytes.subarray(start, start + length))
    for (let i = 0; i < payload.length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0)
    this.#rest = bytes.subarray(start + length)
    return { code: first & 0x0f, last: (first & 0x80) !== 0, payload }
  }

  #take({ code, last, payload }: { code: number; last: boolean; payload: Buffer }): void {
    if (code === OP.ping) return this.#onPing(payload)
    if (code === OP.pong) return
    if (code === OP.close) return this.#onClose()
    if (code !== OP.continuation) this.#kind = code === OP.text ? 'text' : 'binary'
    this.#parts.push(payload)
    if (this.#parts.reduce((sum, part) => sum + part.length, 0) > LONGEST) throw new Error('a message is too long')
    if (!last) return
    const data = Buffer.concat(this.#parts)
    this.#parts = []
    this.#onMessage({ kind: this.#kind, data })
  }
}
