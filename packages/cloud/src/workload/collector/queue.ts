import type { Clock, Duration, Stop } from '@terrace/kit'

/** Most documents that wait, and most bytes of them. */
export const MOST_WAITING = 10_000
export const MOST_WAITING_BYTES = 16 * 1024 ** 2

/** Most documents of one call. The X-Ray daemon and the collector send as many. */
export const MOST_OF_A_CALL = 50

/** How often drops are told. */
const TELL_EVERY: Duration = 10_000

export interface QueueOptions {
  readonly clock: Clock
  /** How long a document waits for others. */
  readonly timeout: Duration
  /** How many are enough not to wait. */
  readonly size: number
  /** Never rejects. */
  readonly send: (documents: readonly string[]) => Promise<void>
  /** Documents that had to go since it was told last, and in all. */
  readonly dropped: (count: number, all: number) => void
}

/** Segment documents on their way: sent one call after the other, bounded. */
export class DocumentQueue {
  readonly #options: QueueOptions
  #waiting: string[] = []
  #bytes = 0
  #timer: Stop | undefined
  #sending: Promise<void> | undefined
  #dropped = { untold: 0, all: 0 }
  #telling: Stop | undefined

  constructor(options: QueueOptions) {
    this.#options = options
  }

  add(documents: readonly string[]): void {
    for (const document of documents) {
      this.#waiting.push(document)
      this.#bytes += document.length
    }
    let excess = 0
    while (this.#waiting.length - excess > MOST_WAITING || this.#bytes > MOST_WAITING_BYTES) {
      this.#bytes -= this.#waiting[excess++]?.length ?? 0
    }
    if (excess > 0) this.#drop(excess)
    if (this.#waiting.length === 0 || this.#sending) return
    if (this.#waiting.length >= this.#options.size) return this.#begin()
    this.#timer ??= this.#options.clock.after(this.#options.timeout, () => this.#begin())
  }

  /** Resolves when nothing waits any more. */
  async flush(): Promise<void> {
    if (this.#waiting.length > 0 && !this.#sending) this.#begin()
    await this.#sending
    this.#tell()
  }

  #begin(): void {
    this.#timer?.()
    this.#timer = undefined
    this.#sending = this.#sendAll().then(() => {
      this.#sending = undefined
    })
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const documents = this.#waiting.splice(0, MOST_OF_A_CALL)
      for (const { length } of documents) this.#bytes -= length
      await this.#options.send(documents)
    }
  }

  #drop(count: number): void {
    this.#waiting = this.#waiting.slice(count)
    this.#dropped = { untold: this.#dropped.untold + count, all: this.#dropped.all + count }
    this.#telling ??= this.#options.clock.after(TELL_EVERY, () => this.#tell())
  }

  #tell(): void {
    this.#telling?.()
    this.#telling = undefined
    const { untold, all } = this.#dropped
    if (untold > 0) this.#options.dropped(untold, all)
    this.#dropped = { untold: 0, all }
  }
}
