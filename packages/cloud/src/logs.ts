import { mkdirSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { type Clock, EventBus, type Instant, type Stop } from '@terrace/kit'
import { openKeptFile } from './kept-file.ts'

export type LogSource = 'application' | 'access' | 'control'

/** One line that a workload, a balancer or the cloud wrote. */
export interface LogLine {
  readonly kind: LogSource
  readonly at: Instant
  /** Who wrote it: an instance id, a load balancer's name, a database identifier. */
  readonly resource: string
  /** Without its newline. */
  readonly line: string
}

const KEPT_IN_MEMORY = 2_000

/** Lines that came together. */
interface Page {
  readonly count: number
  read(): readonly LogLine[]
}

/** Collects the lines of everything that runs: one file a resource, the newest ones in memory, and live. */
export class Logs {
  readonly #clock: Clock
  readonly #folder: string
  readonly #files = new Map<string, WriteStream>()
  #recent: Page[] = []
  #kept = 0
  #subscribers = 0
  readonly #bus = new EventBus<LogLine>()

  constructor(clock: Clock, folder: string) {
    this.#clock = clock
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  write(kind: LogSource, resource: string, line: string): void {
    const entry: LogLine = { kind, at: this.#clock.now(), resource, line }
    this.#fileOf(kind, resource).write(`${line}\n`)
    this.#keep({ count: 1, read: () => [entry] })
    if (this.#subscribers > 0) this.#bus.publish(entry)
  }

  /**
   * Several at once: a busy balancer writes ten thousand a second. They are read only when somebody asks for them.
   *
   * @param text  UTF-8, each line with its line end; nobody changes it afterwards
   * @param count  how many lines it holds
   */
  writeAll(kind: LogSource, resource: string, text: Uint8Array, count: number): void {
    const at = this.#clock.now()
    this.#fileOf(kind, resource).write(text)
    const read = () => linesIn(text).map((line): LogLine => ({ kind, at, resource, line }))
    this.#keep({ count, read })
    if (this.#subscribers > 0) for (const entry of read()) this.#bus.publish(entry)
  }

  /** The newest lines, oldest first. */
  recent(passes: (line: LogLine) => boolean = () => true): readonly LogLine[] {
    return this.#recent
      .flatMap(({ read }) => read())
      .slice(-KEPT_IN_MEMORY)
      .filter(passes)
  }

  subscribe(listener: (line: LogLine) => void): Stop {
    const stop = this.#bus.subscribe(listener)
    this.#subscribers++
    let over = false
    return () => {
      if (!over) this.#subscribers--
      over = true
      stop()
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map(file => new Promise<void>(resolve => file.end(() => resolve()))))
  }

  #keep(page: Page): void {
    this.#recent.push(page)
    this.#kept += page.count
    // Seldom and in one go, not line by line.
    if (this.#kept <= 2 * KEPT_IN_MEMORY) return
    let needed = 0
    let from = this.#recent.length
    while (from > 0 && needed < KEPT_IN_MEMORY) needed += this.#recent[--from]?.count ?? 0
    this.#recent = this.#recent.slice(from)
    this.#kept = needed
  }

  #fileOf(kind: LogSource, resource: string): WriteStream {
    const name = `${kind}-${resource.replace(/[^\w.-]+/g, '_')}.log`
    const open = this.#files.get(name)
    if (open) return open
    const file = openKeptFile(join(this.#folder, name))
    this.#files.set(name, file)
    return file
  }
}

const linesIn = (text: Uint8Array): string[] => {
  const lines = new TextDecoder().decode(text).split('\n')
  lines.pop()
  return lines
}
