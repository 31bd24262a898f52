import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Instant } from '@terrace/kit'
import { FILE_BYTES, LONGEST_TRACE, MOST_KEPT, RETENTION } from '../limits.ts'
import { type Document, isUnprocessed, readDocument } from './document.ts'

interface Kept {
  readonly at: Instant
  readonly document: Document
  readonly bytes: number
}

/** Documents that lie in one file, in the order of their arrival. */
interface File {
  readonly number: number
  bytes: number
  newest: Instant
  readonly kept: Kept[]
}

/** The documents of one trace. */
export interface StoredTrace {
  readonly id: string
  /** The newest of each id. */
  readonly documents: readonly Document[]
  /** How many times something was added. */
  readonly revision: number
  /** When the newest of them came. */
  readonly received: Instant
  /** Some were left away, because the trace would have been too long. */
  readonly limitExceeded: boolean
}

interface Entry {
  readonly documents: Map<string, Kept>
  bytes: number
  revision: number
  received: Instant
  limitExceeded: boolean
}

/**
 * The documents of traces: lines of JSON below `data/xray`, and in memory. A file that is full is followed by the next; when
 * all of them are longer than 16 MiB, or the newest of one is older than 30 days, the oldest file goes with what is in it.
 */
export class TraceStore {
  readonly #folder: string
  readonly #clock: Clock
  readonly #traces = new Map<string, Entry>()
  readonly #files: File[] = []
  /** Files that this process has begun. */
  readonly #opened = new Set<number>()

  /** @param clock  the machine's own: workloads, too, write its time into their documents */
  constructor(data: string, clock: Clock) {
    this.#folder = join(data, 'xray', 'traces')
    this.#clock = clock
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#load()
    this.expire()
  }

  get(id: string): StoredTrace | undefined {
    const entry = this.#traces.get(id)
    return entry && storedOf(id, entry)
  }

  /** In the order in which the first of their documents came. */
  get all(): readonly StoredTrace[] {
    return [...this.#traces].map(([id, entry]) => storedOf(id, entry))
  }

  /** They are with the operating system when this returns. */
  put(documents: readonly Document[]): void {
    if (documents.length === 0) return
    const at = this.#clock.now()
    const lines = documents.map(document => `${JSON.stringify({ at, document })}\n`)
    const file = this.#current()
    appendFileSync(this.#path(file), lines.join(''), { mode: 0o600 })
    for (const [i, document] of documents.entries()) {
      this.#take(file, { at, document, bytes: Buffer.byteLength(lines[i] ?? '') })
    }
    this.expire()
  }

  /** Takes away what is too old, or too much. */
  expire(): void {
    const tooOld = this.#clock.now() - RETENTION
    const total = () => this.#files.reduce((sum, { bytes }) => sum + bytes, 0)
    for (;;) {
      const [oldest] = this.#files
      if (!oldest || (oldest.newest >= tooOld && (total() <= MOST_KEPT || this.#files.length === 1))) return
      this.#files.shift()
      rmSync(this.#path(oldest), { force: true })
      for (const kept of oldest.kept) this.#forget(kept)
    }
  }

  #load(): void {
    const numbers = readdirSync(this.#folder)
      .map(name => Number(/^(\d+)\.jsonl$/.exec(name)?.[1] ?? Number.NaN))
      .filter(Number.isInteger)
      .sort((a, b) => a - b)
    for (const number of numbers) {
      const file: File = { number, bytes: 0, newest: 0, kept: [] }
      this.#files.push(file)
      const text = readFileSync(this.#path(file), 'utf8')
      for (const line of text.split('\n')) {
        const kept = readLine(line)
        if (kept) this.#take(file, kept)
      }
    }
  }

  // What a crash has torn is only ever the end of a file: the next line begins in a new one.
  #current(): File {
    const last = this.#files.at(-1)
    if (last && last.bytes < FILE_BYTES && last.kept.length > 0 && this.#opened.has(last.number)) return last
    const file: File = { number: (last?.number ?? 0) + 1, bytes: 0, newest: this.#clock.now(), kept: [] }
    this.#opened.add(file.number)
    this.#files.push(file)
    return file
  }

  #take(file: File, kept: Kept): void {
    file.kept.push(kept)
    file.bytes += kept.bytes
    file.newest = Math.max(file.newest, kept.at)
    const { trace_id: trace, id } = kept.document
    const entry = this.#traces.get(trace) ?? {
      documents: new Map<string, Kept>(),
      bytes: 0,
      revision: 0,
      received: kept.at,
      limitExceeded: false,
    }
    this.#traces.set(trace, entry)
    const before = entry.documents.get(id)
    // A segment may be sent while it is in progress and once more when it is complete, in any order.
    if (before && kept.document.in_progress === true && before.document.in_progress !== true) return
    if (entry.bytes - (before?.bytes ?? 0) + kept.bytes > LONGEST_TRACE) {
      entry.limitExceeded = true
      return
    }
    entry.documents.set(id, kept)
    entry.bytes += kept.bytes - (before?.bytes ?? 0)
    entry.revision++
    entry.received = Math.max(entry.received, kept.at)
  }

  #forget(kept: Kept): void {
    const { trace_id: trace, id } = kept.document
    const entry = this.#traces.get(trace)
    if (!entry || entry.documents.get(id) !== kept) return
    entry.documents.delete(id)
    entry.bytes -= kept.bytes
    if (entry.documents.size === 0) this.#traces.delete(trace)
  }

  #path({ number }: File): string {
    return join(this.#folder, `${number}.jsonl`)
  }
}

const storedOf = (id: string, { documents, revision, received, limitExceeded }: Entry): StoredTrace => ({
  id,
  documents: [...documents.values()].map(({ document }) => document),
  revision,
  received,
  limitExceeded,
})

/** Nothing for a line that is torn. */
function readLine(line: string): Kept | undefined {
  if (line === '') return undefined
  try {
    const parsed: unknown = JSON.parse(line)
    const at: unknown = Reflect.get(Object(parsed), 'at')
    const document = readDocument(JSON.stringify(Reflect.get(Object(parsed), 'document')))
    if (typeof at !== 'number' || isUnprocessed(document)) return undefined
    return { at, document, bytes: Buffer.byteLength(line) + 1 }
  } catch {
    return undefined
  }
}
