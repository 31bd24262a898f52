import { messageOf, type Stop, seconds } from '@terrace/kit'
import type { LogEvent, LogGroups } from '../../ports.ts'
import type { World } from '../../world.ts'

/** The driver sends what it has every 5 s on AWS. differs: every second, so that a tail is nearly live */
const FLUSH_EVERY = seconds(1)

/**
 * Sends the lines of an instance's processes to a log group, as Docker's `awslogs` driver in its non-blocking mode does:
 * `<process>/<instance>` is the stream.
 */
export class LogShipping {
  readonly #world: World
  readonly #group: string
  readonly #instance: string
  readonly #waiting = new Map<string, LogEvent[]>()
  #groups: LogGroups | undefined
  #timer: Stop | undefined
  #failed = false

  constructor(world: World, group: string, instance: string) {
    this.#world = world
    this.#group = group
    this.#instance = instance
    void world.ports.need('logGroups').then(
      groups => {
        this.#groups = groups
      },
      () => {},
    )
  }

  line(process: string, message: string): void {
    const events = this.#waiting.get(process) ?? []
    this.#waiting.set(process, events)
    events.push({ at: this.#world.clock.now(), message })
    this.#timer ??= this.#world.realtime.after(FLUSH_EVERY, () => this.flush())
  }

  /** Sends what waits. */
  flush(): void {
    this.#timer?.()
    this.#timer = undefined
    for (const [process, events] of this.#waiting) {
      try {
        this.#groups?.put(this.#group, `${process}/${this.#instance}`, events)
      } catch (error) {
        this.#noteFailure(error)
      }
    }
    this.#waiting.clear()
  }

  #noteFailure(error: unknown): void {
    if (this.#failed) return
    this.#failed = true
    const message = `lines of ${this.#instance} are not in ${this.#group}: ${messageOf(error)}`
    this.#world.journal.write({ kind: 'ec2.logsLost', message, details: { instance: this.#instance } })
  }
}
