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

/** Collects the lines of everything that runs: one file a resource, the newest ones in memory, and live. */
export class Logs {
  readonly #clock: Clock
  readonly #folder: string
  readonly #files = new Map<string, WriteStream>()
  readonly #recent: LogLine[] = []
  readonly #bus = new EventBus<LogLine>()

  constructor(clock: Clock, folder: string) {
    this.#clock = clock
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  write(kind: LogSource, resource: string, line: string): void {
    const entry: LogLine = { kind, at: this.#clock.now(), resource, line }
    this.#recent.push(entry)
    if (this.#recent.length > KEPT_IN_MEMORY) this.#recent.shift()
    this.#fileOf(kind, resource).write(`${line}\n`)
    this.#bus.publish(entry)
  }

  /** The newest lines, oldest first. */
  recent(passes: (line: LogLine) => boolean = () => true): readonly LogLine[] {
    return this.#recent.filter(passes)
  }

  subscribe(listener: (line: LogLine) => void): Stop {
    return this.#bus.subscribe(listener)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map(file => new Promise<void>(resolve => file.end(() => resolve()))))
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
