import type { WriteStream } from 'node:fs'
import { type Clock, EventBus, type Instant, type Stop } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { openKeptFile } from './kept-file.ts'

/** One thing that happened in the cloud. `kind` is `<service>.<what>`, such as `autoscaling.launch`. */
export interface JournalEntry {
  readonly sequence: number
  readonly at: Instant
  readonly kind: string
  /** The part of the model it happened to. */
  readonly node?: NodeId
  /** For people: one sentence. */
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

export type JournalNote = Omit<JournalEntry, 'sequence' | 'at'>

const KEPT_IN_MEMORY = 10_000

/**
 * The append-only log of everything the control plane does: the source of timelines, of `terrace logs` and of what tests
 * wait for. Kept as lines of JSON in the state folder, and the newest ones in memory.
 */
export class Journal {
  readonly #clock: Clock
  readonly #file: WriteStream | undefined
  readonly #bus = new EventBus<JournalEntry>()
  readonly #recent: JournalEntry[] = []
  #sequence = 0

  constructor(clock: Clock, file?: string) {
    this.#clock = clock
    this.#file = file === undefined ? undefined : openKeptFile(file)
  }

  write(note: JournalNote): JournalEntry {
    const entry: JournalEntry = { sequence: this.#sequence++, at: this.#clock.now(), ...note }
    this.#recent.push(entry)
    if (this.#recent.length > KEPT_IN_MEMORY) this.#recent.shift()
    this.#file?.write(`${JSON.stringify(entry)}\n`)
    this.#bus.publish(entry)
    return entry
  }

  /** The entries still in memory from `sequence` on. */
  since(sequence: number): readonly JournalEntry[] {
    return this.#recent.filter(entry => entry.sequence >= sequence)
  }

  subscribe(listener: (entry: JournalEntry) => void): Stop {
    return this.#bus.subscribe(listener)
  }

  /** The first entry that passes: one already written, or the next one to come. */
  async find(passes: (entry: JournalEntry) => boolean, signal?: AbortSignal): Promise<JournalEntry> {
    return this.#recent.find(passes) ?? this.#bus.next(passes, signal)
  }

  /** The next entry that passes; what was written before doesn't count. */
  next(passes: (entry: JournalEntry) => boolean, signal?: AbortSignal): Promise<JournalEntry> {
    return this.#bus.next(passes, signal)
  }

  close(): Promise<void> {
    return new Promise(resolve => (this.#file ? this.#file.end(() => resolve()) : resolve()))
  }
}
