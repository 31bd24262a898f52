import type { Clock, Random, Stop } from '@terrace/kit'
import type { FilterPattern } from '../filter-pattern/pattern.ts'
import type { Ingested } from '../ingested.ts'
import { LIVE_TAIL_BUFFER, LIVE_TAIL_INTERVAL, LIVE_TAIL_SAMPLE, LONGEST_LIVE_TAIL } from '../limits.ts'
import type { LiveTailMessage, LiveTailRequest, TailedEvent } from './messages.ts'
import { Sample } from './sample.ts'

/** What a session is made of. */
export interface SessionOptions {
  readonly request: LiveTailRequest
  /** Names of the groups, with the ARN that each was asked for by. */
  readonly groups: ReadonlyMap<string, string>
  readonly pattern: FilterPattern
  readonly requestId: string
  readonly clock: Clock
  readonly random: Random
}

/**
 * One live tail: tells at its start what it is about, then every second what came in, and its end after three hours. Whoever
 * reads too slowly misses the oldest updates.
 *
 * @see CloudWatch Logs API Reference "StartLiveTail"
 */
export class LiveTailSession {
  readonly #options: SessionOptions
  readonly #sample: Sample<TailedEvent>
  readonly #stops: readonly Stop[]
  #waiting: LiveTailMessage[]
  #wake = Promise.withResolvers<void>()
  #over = false

  /** It begins at once. */
  constructor(options: SessionOptions) {
    const { clock, random, request, requestId } = options
    this.#options = options
    this.#sample = new Sample(LIVE_TAIL_SAMPLE, random)
    this.#waiting = [{ kind: 'start', requestId, sessionId: random.uuid(), request }]
    this.#stops = [
      clock.every(LIVE_TAIL_INTERVAL, () => this.#update()),
      clock.after(LONGEST_LIVE_TAIL, () => this.#timeOut()),
    ]
  }

  /** Takes what a stream took in, as far as it is asked for. */
  offer({ group, stream, events }: Ingested): void {
    const { groups, request, pattern } = this.#options
    const identifier = groups.get(group)
    if (identifier === undefined || !isWanted(stream, request)) return
    for (const event of events) {
      if (pattern.match(event.message)) this.#sample.add({ ...event, group: identifier })
    }
  }

  /** Ends it; what waits is dropped. */
  end(): void {
    this.#waiting = []
    this.#finish()
  }

  /** What it tells, until it is over. To be read once. */
  async *messages(): AsyncGenerator<LiveTailMessage> {
    for (;;) {
      const message = this.#waiting.shift()
      if (message) yield message
      else if (this.#over) return
      else await this.#wake.promise
    }
  }

  #update(): void {
    const { items, sampled } = this.#sample.take()
    const updates = this.#waiting.filter(({ kind }) => kind === 'update')
    const [oldest] = updates
    if (oldest && updates.length >= LIVE_TAIL_BUFFER) this.#waiting = this.#waiting.filter(each => each !== oldest)
    this.#tell({ kind: 'update', sampled, events: items })
  }

  #timeOut(): void {
    // What came in the last second is told before.
    this.#update()
    this.#tell({ kind: 'timeout' })
    this.#finish()
  }

  #tell(message: LiveTailMessage): void {
    this.#waiting.push(message)
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  #finish(): void {
    for (const stop of this.#stops) stop()
    this.#over = true
    this.#wake.resolve()
  }
}

function isWanted(stream: string, { logStreamNames, logStreamNamePrefixes }: LiveTailRequest): boolean {
  if (logStreamNames) return logStreamNames.includes(stream)
  return logStreamNamePrefixes?.some(prefix => stream.startsWith(prefix)) ?? true
}
