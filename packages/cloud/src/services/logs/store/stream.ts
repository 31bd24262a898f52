import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Instant } from '@terrace/kit'
import { SEGMENT_BYTES, SEGMENT_SPAN } from '../limits.ts'
import type { LogEvent } from '../log-groups.ts'
import type { OpenFiles } from './open-files.ts'
import { count, lineOf, newSegment, recount, type Segment, type SegmentRecord } from './segment.ts'

interface StreamRecord {
  readonly name: string
  readonly created: Instant
  readonly lastIngestion?: Instant
  readonly segments: readonly SegmentRecord[]
}

/** Where a stream's files are: `<base>.json` describes it, `<base>.<n>.log` are its segments. */
interface Place {
  readonly folder: string
  readonly base: string
  readonly files: OpenFiles
}

/** A log stream on disk: append-only files, the newest of which grows. */
export class Stream {
  readonly name: string
  readonly created: Instant
  readonly #place: Place
  #segments: readonly Segment[]
  #lastIngestion: Instant | undefined
  #nextSequence: number

  private constructor(record: StreamRecord, place: Place, segments: readonly Segment[]) {
    this.name = record.name
    this.created = record.created
    this.#place = place
    this.#segments = segments
    this.#lastIngestion = record.lastIngestion
    const last = segments.at(-1)
    this.#nextSequence = last ? last.firstSequence + last.events : 0
  }

  static create(name: string, created: Instant, place: Place): Stream {
    const stream = new Stream({ name, created, segments: [] }, place, [])
    stream.save()
    return stream
  }

  /** @throws SyntaxError when the description is damaged */
  static open(place: Place): Stream {
    const record: StreamRecord = JSON.parse(readFileSync(join(place.folder, `${place.base}.json`), 'utf8'))
    const segments = record.segments.map(each => {
      const segment = { ...each, path: segmentPath(place, each.number) }
      const size = statSync(segment.path, { throwIfNoEntry: false })?.size ?? 0
      return size === segment.size ? segment : recount(segment)
    })
    return new Stream(record, place, segments)
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  get lastIngestion(): Instant | undefined {
    return this.#lastIngestion
  }

  /** Of the oldest and the newest event. */
  get span(): { readonly first: Instant; readonly last: Instant } | undefined {
    const filled = this.#segments.filter(({ events }) => events > 0)
    if (filled.length === 0) return undefined
    return {
      first: Math.min(...filled.map(({ first }) => first)),
      last: Math.max(...filled.map(({ last }) => last)),
    }
  }

  /**
   * Puts events at the end; they are with the operating system when this returns.
   *
   * @returns the place of the first one in the stream
   */
  append(events: readonly LogEvent[], now: Instant): number {
    const first = this.#nextSequence
    if (events.length === 0) return first
    const segment = this.#current(now)
    const lines = events.map(({ at, message }) => lineOf(at, now, message))
    this.#place.files.append(segment.path, Buffer.concat(lines))
    for (const [i, { at, message }] of events.entries()) count(segment, at, message, lines[i]?.length ?? 0)
    this.#nextSequence += events.length
    this.#lastIngestion = now
    return first
  }

  /** Removes the segments whose events are all older. */
  expire(before: Instant): void {
    const old = this.#segments.filter(({ last, events }) => events > 0 && last < before)
    if (old.length === 0) return
    this.#segments = this.#segments.filter(segment => !old.includes(segment))
    this.save()
    for (const segment of old) this.#remove(segment)
  }

  save(): void {
    const segments = this.#segments.map(({ path: _, ...rest }) => rest)
    const ingestion = this.#lastIngestion === undefined ? {} : { lastIngestion: this.#lastIngestion }
    const record: StreamRecord = { name: this.name, created: this.created, ...ingestion, segments }
    const file = join(this.#place.folder, `${this.#place.base}.json`)
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  delete(): void {
    for (const segment of this.#segments) this.#remove(segment)
    rmSync(join(this.#place.folder, `${this.#place.base}.json`), { force: true })
  }

  #current(now: Instant): Segment {
    const last = this.#segments.at(-1)
    if (last && last.size < SEGMENT_BYTES && now - last.started < SEGMENT_SPAN) return last
    if (last) this.#place.files.close(last.path)
    const number = (last?.number ?? -1) + 1
    const segment = newSegment(segmentPath(this.#place, number), number, this.#nextSequence, now)
    this.#segments = [...this.#segments, segment]
    // Before the first line: a start after a crash must know of the file.
    this.save()
    return segment
  }

  #remove({ path }: Segment): void {
    this.#place.files.close(path)
    rmSync(path, { force: true })
  }
}

const segmentPath = ({ folder, base }: Place, number: number) => join(folder, `${base}.${number}.log`)
