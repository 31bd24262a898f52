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
  #recent: LogLine[] = []
  #subscribers = 0
  readonly #bus = new EventBus<LogLine>()

  constructor(clock: Clock, folder: string) {
    this.#clock = clock
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  write(kind: LogSource, resource: string, line: string): void {
    this.writeAll(kind, resource, [line])
  }

  /** Several at once: a busy balancer writes ten thousand a second. */
  writeAll(kind: LogSource, resource: string, lines: readonly string[]): void {
    const at = this.#clock.now()
    this.#fileOf(kind, resource).write(`${lines.join('\n')}\n`)
    for (const line of this.#subscribers > 0 ? lines : lines.slice(-KEPT_IN_MEMORY)) {
      const entry: LogLine = { kind, at, resource, line }
      this.#recent.push(entry)
      if (this.#subscribers > 0) this.#bus.publish(entry)
    }
    // Seldom and in one go, not line by line.
    if (this.#recent.length > 2 * KEPT_IN_MEMORY) this.#recent = this.#recent.slice(-KEPT_IN_MEMORY)
  }

  /** The newest lines, oldest first. */
  recent(passes: (line: LogLine) => boolean = () => true): readonly LogLine[] {
    return this.#recent.slice(-KEPT_IN_MEMORY).filter(passes)
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

  #fileOf(kind: LogSource, resource: string): WriteStream {
    const name = `${kind}-${resource.replace(/[^\w.-]+/g, '_')}.log`
    const open = this.#files.get(name)
    if (open) return open
    const file = openKeptFile(join(this.#folder, name))
    this.#files.set(name, file)
    return file
  }
}
