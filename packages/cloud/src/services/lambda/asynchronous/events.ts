import { type Duration, formatDuration, messageOf, type Stop, seconds } from '@terrace/kit'
import type { World } from '../../../world.ts'
import { RequestTooLargeException, TooManyRequestsException } from '../errors.ts'
import type { EventInvokeConfig, FunctionRecord } from '../function.ts'
import type { Functions, Resolved } from '../functions.ts'
import type { InvocationResult, Invoker } from '../invoker.ts'
import {
  EVENT_AGE,
  EVENT_RETRIES,
  LONGEST_EVENT,
  LONGEST_THROTTLE_WAIT,
  RETRY_WAITS,
  THROTTLE_WAIT,
} from '../limits.ts'
import { type FunctionName, LATEST } from '../names.ts'
import type { Destinations } from './destinations.ts'
import type { KeptEvents, OpenEvent } from './kept-events.ts'

/** An event that nobody waits for; its payload is JSON text. */
export type AsynchronousEvent = OpenEvent['event']

/**
 * Takes events, and has them handled: again after an error of the function, and for as long as they may get old after a
 * throttle.
 *
 * What isn't done with when the cloud stops goes on with the next start. differs: it is lost when the cloud is killed
 * @see Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation"
 */
export class AsynchronousEvents {
  readonly #world: World
  readonly #functions: Functions
  readonly #invoker: Invoker
  readonly #destinations: Destinations
  readonly #kept: KeptEvents
  readonly #open = new Map<string, OpenEvent>()
  readonly #waits = new Set<Stop>()
  #stopped = false

  constructor(
    world: World,
    functions: Functions,
    invoker: Invoker,
    { destinations, kept }: { readonly destinations: Destinations; readonly kept: KeptEvents },
  ) {
    this.#world = world
    this.#functions = functions
    this.#invoker = invoker
    this.#destinations = destinations
    this.#kept = kept
  }

  /** Goes on with what the last stop has left. @throws TerraceError LAMBDA_STATE_CORRUPT */
  start(): void {
    for (const { event, count, throttleWait, due } of this.#kept.take()) {
      this.#after(Math.max(0, due - this.#world.clock.now()), event, count, throttleWait)
    }
  }

  /** @throws ResourceNotFoundException, RequestTooLargeException */
  accept(to: FunctionName, payload: string, requestId: string): void {
    const resolved = this.#functions.resolve(to)
    const bytes = Buffer.byteLength(payload)
    if (bytes > LONGEST_EVENT) {
      const message = `${bytes} byte payload is too large for the Event invocation type (limit ${LONGEST_EVENT} bytes)`
      throw new RequestTooLargeException(message)
    }
    this.#invoker.metrics.asynchronous(resolved, 'AsyncEventsReceived')
    const acceptedAt = this.#world.clock.now()
    const event = { requestId, to, payload, acceptedAt }
    this.#open.set(requestId, { event, count: 1, throttleWait: THROTTLE_WAIT, due: acceptedAt })
    void this.#attempt(event, 1, THROTTLE_WAIT)
  }

  stop(): void {
    this.#stopped = true
    for (const stop of this.#waits) stop()
    this.#waits.clear()
    this.#kept.put([...this.#open.values()])
  }

  async #attempt(event: AsynchronousEvent, count: number, throttleWait: Duration): Promise<void> {
    if (this.#stopped) return
    try {
      const resolved = this.#functions.resolve(event.to)
      // A reservation of nothing: it would never be otherwise.
      if (resolved.record.reservedConcurrency === 0) {
        return this.#give(resolved, event, { condition: 'EventAgeExceeded', count: count - 1 })
      }
      this.#invoker.metrics.asynchronous(resolved, 'AsyncEventAge', this.#ageOf(event))
      const result = await this.#invoker.invoke(resolved, event)
      // Its process was ended by the stop: that is no try.
      if (this.#stopped) return
      if (!result.functionError) return this.#give(resolved, event, { condition: 'Success', count, result })
      this.#afterError(resolved, event, count, result)
    } catch (error) {
      this.#afterThrottle(event, count, throttleWait, error)
    }
  }

  #afterError(resolved: Resolved, event: AsynchronousEvent, count: number, result: InvocationResult): void {
    const { maximumRetries = EVENT_RETRIES } = configOf(resolved)
    const wait = RETRY_WAITS[count - 1]
    if (count > maximumRetries || wait === undefined) {
      return this.#give(resolved, event, { condition: 'RetriesExhausted', count, result })
    }
    if (this.#ageOf(event) + wait > ageLimitOf(resolved)) {
      return this.#give(resolved, event, { condition: 'EventAgeExceeded', count, result })
    }
    this.#after(wait, event, count + 1, THROTTLE_WAIT)
    const { record } = resolved
    this.#world.journal.write({
      kind: 'lambda.retry',
      ...(record.node === undefined ? {} : { node: record.node }),
      message: `an event of the function ${record.name} is tried again in ${formatDuration(wait)}`,
      details: { function: record.name, requestId: event.requestId },
    })
  }

  #afterThrottle(event: AsynchronousEvent, count: number, wait: Duration, error: unknown): void {
    const record = this.#functions.find(event.to.name)
    if (this.#stopped) return
    if (!record) return void this.#open.delete(event.requestId)
    const resolved = this.#functions.resolve(event.to)
    if (!(error instanceof TooManyRequestsException)) {
      const message = `the function ${record.name} could not be run: ${messageOf(error)}`
      this.#world.journal.write({ kind: 'lambda.notRun', message, details: { function: record.name } })
    }
    if (this.#ageOf(event) + wait > ageLimitOf(resolved)) {
      return this.#give(resolved, event, { condition: 'EventAgeExceeded', count: count - 1 })
    }
    this.#after(wait, event, count, Math.min(2 * wait, LONGEST_THROTTLE_WAIT))
  }

  #give(resolved: Resolved, event: AsynchronousEvent, end: EventEnd): void {
    this.#open.delete(event.requestId)
    if (end.condition !== 'Success') {
      const { record } = resolved
      this.#invoker.metrics.asynchronous(resolved, 'AsyncEventsDropped')
      this.#world.journal.write({
        kind: 'lambda.eventDropped',
        ...(record.node === undefined ? {} : { node: record.node }),
        message: `an event of the function ${record.name} was given up after ${end.count} tries: ${end.condition}`,
        details: { function: record.name, requestId: event.requestId, condition: end.condition },
      })
    }
    void this.#destinations.send(resolved, configOf(resolved), event, end)
  }

  /** Another try. */
  #after(wait: Duration, event: AsynchronousEvent, count: number, throttleWait: Duration): void {
    this.#open.set(event.requestId, { event, count, throttleWait, due: this.#world.clock.now() + wait })
    const stop = this.#world.clock.after(wait, () => {
      this.#waits.delete(stop)
      void this.#attempt(event, count, throttleWait)
    })
    this.#waits.add(stop)
  }

  #ageOf = ({ acceptedAt }: AsynchronousEvent): Duration => this.#world.clock.now() - acceptedAt
}

/** How it ended with an event. */
export interface EventEnd {
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded'
  /** How often the function was invoked. */
  readonly count: number
  readonly result?: InvocationResult
}

const NOTHING: EventInvokeConfig = { modified: 0 }

const configOf = ({ record, qualifier = LATEST }: Pick<Resolved, 'record' | 'qualifier'>): EventInvokeConfig =>
  ofQualifier(record, qualifier) ?? NOTHING

const ofQualifier = ({ invokeConfigs }: FunctionRecord, qualifier: string) => invokeConfigs[qualifier]

function ageLimitOf(resolved: Resolved): Duration {
  const { maximumAgeSeconds } = configOf(resolved)
  return maximumAgeSeconds === undefined ? EVENT_AGE : seconds(maximumAgeSeconds)
}
