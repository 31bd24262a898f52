import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { TerraceError } from '@terrace/kit'
import { SEGMENT_BYTES } from '../limits.ts'
import { type Kept, Segment } from './segment.ts'

/** Takes one line of the log at the start. @returns what of it is to be kept when its file is taken away */
export type Replay = (record: readonly unknown[]) => Kept | undefined

/** Files that the log may have beyond twice what still counts. */
const SPARE_BYTES = 4 * SEGMENT_BYTES

/**
 * What happened to the messages of one queue, as lines in files of bounded size. What is appended is written to the file
 * before the call returns, not synced to the disk: it survives the end of the process, not that of the machine.
 *
 * Files go from the oldest on: at once when nothing in them counts any more, and when they are mostly waste, after what
 * still counts was written again at the end. The whole has at most twice the size of what counts, and some files.
 */
export class MessageLog {
  readonly #folder: string
  /** The first line of a file: what has to be known when all the earlier ones are gone. */
  readonly #header: () => string
  readonly #segments: Segment[] = []
  readonly #where = new Map<Kept, Segment>()
  #file: number | undefined

  constructor(folder: string, header: () => string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#folder = folder
    this.#header = header
  }

  /** Tells every line that was written, in order; before anything is appended. @throws TerraceError SQS_LOG_CORRUPT */
  load(replay: Replay): void {
    const names = readdirSync(this.#folder).filter(name => name.endsWith('.log'))
    for (const name of names.sort()) this.#load(name, replay)
    this.#clean()
  }

  /** Of all files together. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /**
   * Writes what is new and what has changed, all of it or nothing.
   *
   * @param items  are kept until they are forgotten
   * @param changes  lines that need no keeping of their own
   */
  append(items: readonly Kept[], changes: readonly string[] = []): void {
    if (items.length + changes.length === 0) return
    const segment = this.#current()
    const lines = items.map(item => Buffer.from(`${item.line()}\n`))
    this.#write(segment, Buffer.concat([...lines, ...changes.map(line => Buffer.from(`${line}\n`))]))
    for (const [i, item] of items.entries()) this.#keep(item, segment, lines[i]?.length ?? 0)
    this.#clean()
  }

  /** It doesn't count any more; the line that says so has been appended. */
  forget(item: Kept): void {
    this.#where.get(item)?.drop(item)
    this.#where.delete(item)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #keep(item: Kept, segment: Segment, bytes: number): void {
    this.#where.get(item)?.drop(item)
    this.#where.set(item, segment)
    segment.keep(item, bytes)
  }

  #current(): Segment {
    const last = this.#segments.at(-1)
    if (last && last.bytes < SEGMENT_BYTES) {
      this.#file ??= openSync(last.path, 'a', 0o600)
      return last
    }
    const number = (last?.number ?? 0) + 1
    const next = new Segment(join(this.#folder, `${String(number).padStart(10, '0')}.log`), number)
    this.close()
    this.#file = openSync(next.path, 'a', 0o600)
    this.#segments.push(next)
    this.#write(next, Buffer.from(`${this.#header()}\n`))
    return next
  }

  #write(segment: Segment, bytes: Buffer): void {
    const file = this.#file
    if (file === undefined) throw new TerraceError('SQS_LOG_CLOSED', `${segment.path} is closed`, { blame: 'internal' })
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    } catch (error) {
      // Half of it would be read as the beginning of what comes next.
      ftruncateSync(file, segment.bytes)
      throw error
    }
    segment.bytes += bytes.length
  }

  #clean(): void {
    while (this.#segments.length > 1) {
      const [oldest] = this.#segments
      if (!oldest) return
      if (oldest.live.size > 0) {
        const live = this.#segments.reduce((sum, { liveBytes }) => sum + liveBytes, 0)
        if (this.bytes <= 2 * live + SPARE_BYTES) return
        this.#writeAgain(oldest)
      }
      rmSync(oldest.path, { force: true })
      this.#segments.shift()
    }
  }

  #writeAgain(oldest: Segment): void {
    for (const item of [...oldest.live.keys()]) {
      const segment = this.#current()
      const line = Buffer.from(`${item.line()}\n`)
      this.#write(segment, line)
      this.#keep(item, segment, line.length)
    }
  }

  #load(name: string, replay: Replay): void {
    const path = join(this.#folder, name)
    const content = readFileSync(path)
    const whole = content.lastIndexOf(NEWLINE) + 1
    // The last line was cut off: nobody has been told that it was accepted.
    if (whole < content.length) truncateSync(path, whole)
    const segment = new Segment(path, Number.parseInt(name, 10))
    segment.bytes = whole
    this.#segments.push(segment)
    let from = 0
    for (let end = content.indexOf(NEWLINE); end >= 0 && end < whole; end = content.indexOf(NEWLINE, from)) {
      const kept = replay(readLine(content.toString('utf8', from, end), path))
      if (kept) this.#keep(kept, segment, end + 1 - from)
      from = end + 1
    }
  }
}

const NEWLINE = 10

function readLine(line: string, path: string): readonly unknown[] {
  try {
    const record: unknown = JSON.parse(line)
    if (Array.isArray(record)) return record
  } catch (cause) {
    throw corrupt(path, cause)
  }
  throw corrupt(path)
}

/** A file of messages holds something else. */
export const corrupt = (path: string, cause?: unknown): TerraceError =>
  new TerraceError('SQS_LOG_CORRUPT', `${path} does not hold messages of a queue`, {
    hint: "remove that queue's folder to lose its messages, or forget all data with: terrace reset",
    place: { file: path },
    cause,
  })
