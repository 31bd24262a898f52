import type { Clock, Instant } from '@terrace/kit'
import { CONSOLE_BYTES } from './limits.ts'

/** What an instance prints on its serial console: the newest 64 KB, as GetConsoleOutput gives them. */
export class ConsoleOutput {
  readonly #clock: Clock
  readonly #lines: string[] = []
  /** How many have left it. */
  #gone = 0
  #bytes = 0
  #changedAt: Instant
  #bootedAt: Instant

  constructor(clock: Clock) {
    this.#clock = clock
    this.#changedAt = clock.now()
    this.#bootedAt = clock.now()
  }

  /** A boot begins; the times of the lines count from here. */
  boot(): void {
    this.#bootedAt = this.#clock.now()
  }

  /** What the kernel or cloud-init says, with the time since the boot. */
  say(line: string): void {
    const elapsed = ((this.#clock.now() - this.#bootedAt) / 1000).toFixed(6).padStart(12)
    this.write(`[${elapsed}] ${line}`)
  }

  write(line: string): void {
    this.#lines.push(line)
    this.#bytes += Buffer.byteLength(line) + 1
    this.#changedAt = this.#clock.now()
    while (this.#bytes > CONSOLE_BYTES) {
      this.#bytes -= Buffer.byteLength(this.#lines.shift() ?? '') + 1
      this.#gone++
    }
  }

  /** How many lines were ever written. */
  get written(): number {
    return this.#gone + this.#lines.length
  }

  /** The lines after the first so many that were ever written, as far as they are still there. */
  since(count: number): readonly string[] {
    return this.#lines.slice(Math.max(0, count - this.#gone))
  }

  get changedAt(): Instant {
    return this.#changedAt
  }

  get text(): string {
    return this.#lines.map(line => `${line}\n`).join('')
  }
}
