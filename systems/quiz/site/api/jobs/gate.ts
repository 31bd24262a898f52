import { type Clock, type Instant, type Logger, messageOf, seconds } from '@terrace/kit'
import * as z from 'zod'
import type { ReadParameter } from '../aws/gate-parameter.ts'

/** How often the parameter is read. */
const INTERVAL = seconds(5)

const gateSchema = z.object({
  state: z.enum(['open', 'restricted']),
  until: z.string().optional(),
  reason: z.string().optional(),
})

/**
 * Whether the removal tier may be called, as the guard says in a parameter. A restriction whose end is past, or that
 * has none, counts for nothing, and so does a parameter that can't be read: a guard that fails must not close the tier
 * for ever, and the tier refuses by itself what is too much.
 */
export class Gate {
  readonly #read: ReadParameter | undefined
  readonly #clock: Clock
  readonly #log: Logger
  readonly #onChange: () => void
  #until: Instant = 0
  #complained = false
  #stop = () => {}

  /** @param onChange  called when the parameter was read and says something else than before */
  constructor(read: ReadParameter | undefined, clock: Clock, log: Logger, onChange: () => void) {
    this.#read = read
    this.#clock = clock
    this.#log = log
    this.#onChange = onChange
  }

  /** Reads it, and goes on reading it. */
  async start(): Promise<void> {
    if (!this.#read) return
    this.#stop = this.#clock.every(INTERVAL, () => this.refresh())
    await this.refresh()
  }

  stop(): void {
    this.#stop()
  }

  /** When the restriction ends; undefined when there is none. */
  get restrictedUntil(): Instant | undefined {
    return this.#until > this.#clock.now() ? this.#until : undefined
  }

  async refresh(): Promise<void> {
    const before = this.#until
    this.#until = await this.#look()
    if (this.#until !== before) this.#onChange()
  }

  async #look(): Promise<Instant> {
    try {
      const text = await this.#read?.()
      if (text === undefined) return 0
      const { state, until, reason } = gateSchema.parse(JSON.parse(text))
      this.#complained = false
      const end = Date.parse(until ?? '')
      if (state === 'open' || Number.isNaN(end)) return 0
      if (end !== this.#until) this.#log.info('the removal tier is restricted', { until, reason })
      return end
    } catch (error) {
      if (!this.#complained)
        this.#log.warn('the gate could not be read; it counts as open', { error: messageOf(error) })
      this.#complained = true
      return 0
    }
  }
}
