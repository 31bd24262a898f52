import { type Duration, messageOf, minutes, seconds } from '@terrace/kit'
import type { World } from '../../../world.ts'
import { TooManyRequestsException } from '../errors.ts'
import type { Functions } from '../functions.ts'
import type { Invoker } from '../invoker.ts'
import { FIRST_BATCHES, MORE_BATCHES_A_MINUTE, MOST_BATCHES } from '../limits.ts'
import type { FunctionRoles } from '../roles.ts'
import { eventOf, handledOf, recordOf } from './batch.ts'
import { fitsAny } from './filter.ts'
import type { Mapping } from './mapping.ts'
import { QueueCalls, type QueueRecord } from './queue-calls.ts'

/** How long a receive waits for messages. */
const LONGEST_WAIT_SECONDS = 20

/** Wait after a call that failed. */
const AFTER_FAILURE: Duration = seconds(5)

/** Wait before a throttled batch is tried again. */
const AFTER_THROTTLE: Duration = seconds(1)

/** What pollers need. */
export interface PollerParts {
  readonly world: World
  readonly functions: Functions
  readonly invoker: Invoker
  readonly roles: FunctionRoles
}

/**
 * Takes messages from one queue to one function, in as many lanes as there is work for.
 *
 * differs: one lane when there is nothing to do, where AWS keeps two to five
 * @see Lambda Developer Guide, "Using Lambda with Amazon SQS", "Configuring scaling behavior for SQS event source mappings"
 */
export class Poller {
  readonly #parts: PollerParts
  readonly #mapping: Mapping
  readonly #calls: QueueCalls
  readonly #stopped = new AbortController()
  readonly #lanes = new Set<Promise<void>>()
  #allowed: number
  #allowedSince: number
  #said = ''

  constructor(parts: PollerParts, mapping: Mapping) {
    const { world, functions, roles } = parts
    this.#parts = parts
    this.#mapping = mapping
    const { version } = functions.resolve(nameOf(mapping))
    const principal = roles.principalOf(mapping.functionName, version.settings.roleArn)
    this.#calls = new QueueCalls(world, principal, mapping.sourceArn)
    this.#allowed = FIRST_BATCHES
    this.#allowedSince = world.clock.now()
    this.#addLane()
  }

  /** What went wrong last; empty when nothing did. */
  get problem(): string {
    return this.#said
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all(this.#lanes)
    await this.#calls.close()
  }

  #addLane(): void {
    const lane = this.#work().finally(() => this.#lanes.delete(lane))
    this.#lanes.add(lane)
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      try {
        const batch = await this.#collect(signal)
        if (batch.length > 0 && this.#lanes.size < this.#mostLanes()) this.#addLane()
        await this.#handle(batch)
        this.#said = ''
        // The first lane stays; the others end when they find nothing.
        if (batch.length === 0 && this.#lanes.size > 1) return
      } catch (error) {
        if (signal.aborted) return
        this.#tell(messageOf(error))
        await this.#pause(AFTER_FAILURE)
      }
    }
  }

  /** Messages of one batch: what is there at once, and what comes while the window is open. */
  async #collect(signal: AbortSignal): Promise<readonly QueueRecord[]> {
    const { batchSize, batchingWindowSeconds } = this.#mapping
    const { realtime } = this.#parts.world
    const wait = this.#lanes.size > 1 ? 1 : LONGEST_WAIT_SECONDS
    const batch = [...(await this.#calls.receive(Math.min(10, batchSize), wait, signal))]
    if (batch.length === 0) return batch
    const end = realtime.now() + seconds(batchingWindowSeconds)
    while (batch.length < batchSize) {
      const left = Math.max(0, end - realtime.now())
      const more = Math.min(10, batchSize - batch.length)
      const received = await this.#calls.receive(more, Math.min(LONGEST_WAIT_SECONDS, Math.ceil(left / 1000)), signal)
      batch.push(...received)
      if (received.length === 0 && left === 0) break
    }
    return batch
  }

  async #handle(received: readonly QueueRecord[]): Promise<void> {
    const { filters, sourceArn } = this.#mapping
    const wanted = received.filter(message => fitsAny(filters, recordOf(message, sourceArn)))
    // What no filter wants is gone for good.
    await this.#calls.delete(received.filter(message => !wanted.includes(message)))
    if (wanted.length === 0) return
    const handled = await this.#invoke(wanted)
    await this.#calls.delete(handled)
  }

  /** @returns what is handled: the rest is visible again when its time is over */
  async #invoke(messages: readonly QueueRecord[]): Promise<readonly QueueRecord[]> {
    const { functions, invoker, world } = this.#parts
    const { sourceArn, reportsBatchItemFailures } = this.#mapping
    const payload = JSON.stringify(eventOf(messages, sourceArn))
    try {
      const resolved = functions.resolve(nameOf(this.#mapping))
      const result = await invoker.invoke(resolved, { requestId: world.random.uuid(), payload })
      if (result.functionError) return []
      return reportsBatchItemFailures ? handledOf(messages, result.payload) : messages
    } catch (error) {
      if (!(error instanceof TooManyRequestsException)) throw error
      await this.#pause(AFTER_THROTTLE)
      return []
    }
  }

  #mostLanes(): number {
    const { clock } = this.#parts.world
    const grown = Math.floor(((clock.now() - this.#allowedSince) / minutes(1)) * MORE_BATCHES_A_MINUTE)
    if (this.#lanes.size === 1) {
      this.#allowed = FIRST_BATCHES
      this.#allowedSince = clock.now()
    }
    const allowed = Math.min(MOST_BATCHES, this.#allowed + Math.max(0, grown))
    const isFifo = this.#mapping.sourceArn.endsWith('.fifo')
    // The groups of a FIFO queue keep their order whatever the number of lanes; AWS scales by them.
    return Math.min(isFifo ? FIRST_BATCHES : allowed, this.#mapping.maximumConcurrency ?? MOST_BATCHES)
  }

  async #pause(wait: Duration): Promise<void> {
    await this.#parts.world.realtime.sleep(wait, this.#stopped.signal).catch(() => {})
  }

  #tell(problem: string): void {
    if (problem === this.#said) return
    this.#said = problem
    const { functionName, sourceArn, node } = this.#mapping
    this.#parts.world.journal.write({
      kind: 'lambda.pollFailed',
      ...(node === undefined ? {} : { node }),
      message: `the function ${functionName} gets no messages of ${sourceArn}: ${problem}`,
      details: { function: functionName, source: sourceArn },
    })
  }
}

/** The function of a mapping. */
export const nameOf = ({ functionName, qualifier }: Mapping) => ({
  name: functionName,
  ...(qualifier === undefined ? {} : { qualifier }),
})
