import { createReadStream, readFileSync, truncateSync } from 'node:fs'
import { errnoOf, type Instant } from '@terrace/kit'

/** An event as it is kept. */
export interface StoredEvent {
  readonly at: Instant
  readonly ingested: Instant
  /** Its place in its stream, from 0, in the order of arrival. */
  readonly sequence: number
  readonly message: string
}

/** One file of a stream, and what is known of it without reading. */
export interface Segment {
  readonly path: string
  readonly number: number
  readonly firstSequence: number
  /** When its first event arrived. */
  readonly started: Instant
  events: number
  /** Of the file. */
  size: number
  /** Of the messages in UTF-8. */
  messageBytes: number
  first: Instant
  last: Instant
}

/** As it stands in a stream's description: without the path, which may be another at the next start. */
export type SegmentRecord = Omit<Segment, 'path'>

export const newSegment = (path: string, number: number, firstSequence: number, started: Instant): Segment => ({
  path,
  number,
  firstSequence,
  started,
  events: 0,
  size: 0,
  messageBytes: 0,
  first: Number.MAX_SAFE_INTEGER,
  last: 0,
})

/** One line: moment, arrival, message. */
export const lineOf = (at: Instant, ingested: Instant, message: string): Buffer =>
  Buffer.from(`${JSON.stringify([at, ingested, message])}\n`)

/** Takes an event into account that was appended. */
export function count(segment: Segment, at: Instant, message: string, bytes: number): void {
  segment.events += 1
  segment.size += bytes
  segment.messageBytes += Buffer.byteLength(message)
  if (at < segment.first) segment.first = at
  if (at > segment.last) segment.last = at
}

/**
 * Counts again what a segment holds: after a crash its description may be older than the file. A line that was cut off is
 * taken away.
 */
export function recount(segment: Segment): Segment {
  const fresh = newSegment(segment.path, segment.number, segment.firstSequence, segment.started)
  const content = readContent(segment.path)
  const whole = content.subarray(0, content.lastIndexOf(10) + 1)
  if (whole.length < content.length) truncateSync(segment.path, whole.length)
  let from = 0
  for (let end = whole.indexOf(10); end >= 0; end = whole.indexOf(10, from)) {
    const event = readLine(whole.toString('utf8', from, end))
    if (event) count(fresh, event[0], event[2], 0)
    from = end + 1
  }
  fresh.size = whole.length
  return fresh
}

function readContent(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

/** The events of a segment as it was when this was called, one after the other. */
export async function* readSegment({ path, size, firstSequence }: Segment): AsyncGenerator<StoredEvent> {
  if (size === 0) return
  const stream = createReadStream(path, { encoding: 'utf8', end: size - 1, highWaterMark: 256 * 1024 })
  let sequence = firstSequence
  let rest = ''
  try {
    for await (const chunk of stream) {
      const text: string = rest + chunk
      let from = 0
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        const event = readLine(text.slice(from, end))
        if (event) yield { at: event[0], ingested: event[1], message: event[2], sequence: sequence++ }
        from = end + 1
      }
      rest = text.slice(from)
    }
  } catch (error) {
    // Retention has taken it away meanwhile.
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

function readLine(line: string): readonly [Instant, Instant, string] | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (!Array.isArray(value)) return undefined
    const [at, ingested, message] = value as readonly unknown[]
    if (typeof at !== 'number' || typeof ingested !== 'number' || typeof message !== 'string') return undefined
    return [at, ingested, message]
  } catch {
    return undefined
  }
}
