import { crc32 } from 'node:zlib'
import type { LiveTailMessage, TailedEvent } from './messages.ts'

/**
 * One message of an event stream: lengths and their checksum, headers, JSON, checksum of everything.
 *
 * @see smithy.io "Amazon Event Stream specification"
 */
export function eventStreamMessage(headers: Readonly<Record<string, string>>, content: unknown): Uint8Array {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => headerOf(name, value)))
  const payload = Buffer.from(JSON.stringify(content))
  const prelude = Buffer.alloc(12)
  prelude.writeUInt32BE(prelude.length + head.length + payload.length + 4, 0)
  prelude.writeUInt32BE(head.length, 4)
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8)
  const message = Buffer.concat([prelude, head, payload])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(message))
  return Buffer.concat([message, checksum])
}

/** The type of a header's value: text. */
const TEXT = 7

function headerOf(name: string, value: string): Buffer {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)]
  const length = Buffer.alloc(2)
  length.writeUInt16BE(valueBytes.length)
  return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, Buffer.from([TEXT]), length, valueBytes])
}

/**
 * What begins the event stream of a JSON protocol: the members of the answer that are no stream, here none.
 *
 * @see smithy.io "Event streams", "Initial response messages"
 */
export const initialResponse = (): Uint8Array => event('initial-response', {})

/** A message of a live tail on the wire. */
export function wireMessage(message: LiveTailMessage): Uint8Array {
  switch (message.kind) {
    case 'start': {
      const { requestId, sessionId, request } = message
      return event('sessionStart', { requestId, sessionId, ...request })
    }
    case 'update': {
      const { sampled, events } = message
      return event('sessionUpdate', { sessionMetadata: { sampled }, sessionResults: events.map(wireEvent) })
    }
    case 'timeout': {
      const headers = { ':message-type': 'exception', ':exception-type': 'SessionTimeoutException', ...JSON_CONTENT }
      return eventStreamMessage(headers, { message: 'The Live Tail session has timed out after 3 hours.' })
    }
  }
}

const JSON_CONTENT = { ':content-type': 'application/json' }

const event = (type: string, content: unknown) =>
  eventStreamMessage({ ':message-type': 'event', ':event-type': type, ...JSON_CONTENT }, content)

const wireEvent = ({ stream, group, message, at, ingested }: TailedEvent) => ({
  logStreamName: stream,
  logGroupIdentifier: group,
  message,
  timestamp: at,
  ingestionTime: ingested,
})
