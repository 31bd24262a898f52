import { type Clock, formatDuration, type Instant } from '@terrace/kit'
import type { Context } from '../context.ts'

/** One step of a start, as the cloud reports it. */
export interface Step {
  readonly name: string
  readonly state: 'started' | 'done' | 'failed'
  readonly message?: string
}

/** Writes a line for every step that ends, with the time it took. */
export class Progress {
  readonly #context: Pick<Context, 'note' | 'colors'>
  readonly #clock: Clock
  readonly #started = new Map<string, Instant>()

  constructor(context: Pick<Context, 'note' | 'colors'>, clock: Clock) {
    this.#context = context
    this.#clock = clock
  }

  readonly report = ({ name, state, message }: Step): void => {
    if (state === 'started') {
      this.#started.set(name, this.#clock.now())
      return
    }
    const { green, red, dim } = this.#context.colors
    const started = this.#started.get(name)
    const time = started === undefined ? '' : formatDuration(this.#clock.now() - started)
    const mark = state === 'done' ? green('✓') : red('✗')
    this.#context.note(`  ${mark} ${name}${dim(`  ${[message, time].filter(Boolean).join(', ')}`)}`)
  }

  /** Reports `work` as one step; what it returns may say more about itself. */
  async step<T>(name: string, work: () => Promise<T>, describe: (result: T) => string = () => ''): Promise<T> {
    this.report({ name, state: 'started' })
    try {
      const result = await work()
      this.report({ name, state: 'done', message: describe(result) })
      return result
    } catch (error) {
      this.report({ name, state: 'failed' })
      throw error
    }
  }
}
