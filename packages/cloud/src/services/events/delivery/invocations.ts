import { type Duration, type Stop, seconds } from '@terrace/kit'
import type { World } from '../../../world.ts'
import { type BusEvent, titleOf } from '../event.ts'
import { RETRY_AGE, RETRY_ATTEMPTS } from '../limits.ts'
import { count, countLatency } from '../metrics.ts'
import { serviceOf } from '../names.ts'
import type { Rule, Target } from '../rule.ts'
import { backoff } from './backoff.ts'
import { toDeadLetterQueue, type Undelivered } from './dead-letters.ts'
import { cantAssume, type Failure, failureOf, invalidInput, LOOP } from './failure.ts'
import { give } from './receivers.ts'
import { senderOf } from './sender.ts'

/** Hands an event to another bus. @throws AccessDenied, ResourceNotFoundException */
export type Forward = (busArn: string, event: BusEvent, from: ReturnType<typeof senderOf>) => void

interface Invocation {
  readonly event: BusEvent
  readonly rule: Rule
  readonly target: Target
}

/**
 * Brings events to targets: a try at once, then others with growing waits, until it is taken, may not be tried again, or is
 * too old; then the dead-letter queue.
 *
 * @see Amazon EventBridge User Guide, "How EventBridge retries delivering events"
 */
export class Invocations {
  readonly #world: World
  readonly #forward: Forward
  readonly #waiting = new Set<Stop>()
  #stopped = false

  constructor(world: World, forward: Forward) {
    this.#world = world
    this.#forward = forward
  }

  /** Sends it to every target of the rule. */
  start(rule: Rule, event: BusEvent): void {
    count(this.#world, rule.stored, 'TriggeredRules')
    for (const target of rule.targets) void this.#try({ rule, target, event }, 0)
  }

  /** What waits for another try is lost. */
  stop(): void {
    this.#stopped = true
    for (const stop of this.#waiting) stop()
    this.#waiting.clear()
  }

  async #try(invocation: Invocation, retries: number): Promise<void> {
    const { rule, event } = invocation
    const { clock } = this.#world
    if (retries === 0) countLatency(this.#world, 'IngestionToInvocationStartLatency', clock.now() - event.ingestedAt)
    count(this.#world, rule.stored, 'InvocationAttempts')
    if (retries > 0) count(this.#world, rule.stored, 'RetryInvocationAttempts')
    const failure = await this.#hand(invocation)
    if (failure === LOOP) return this.#loops(invocation)
    if (failure === undefined) return this.#taken(invocation, retries)
    if (failure.retriable) return this.#tryLater(invocation, failure, retries)
    await this.#giveUp({ ...invocation, failure, retries })
  }

  async #hand({ event, rule, target }: Invocation): Promise<Failure | undefined> {
    const from = senderOf(this.#world.architecture, rule.arn, target.roleArn)
    if (!from) return cantAssume(target.roleArn ?? '')
    const toBus = serviceOf(target.arn) === 'events'
    if (toBus && event.through.includes(rule.arn)) return LOOP
    try {
      if (toBus) {
        this.#forward(target.arn, { ...event, through: [...event.through, rule.arn] }, from)
        return undefined
      }
      const body = bodyOf(event, rule, target)
      if (typeof body !== 'string') return body
      const { arn, messageGroupId } = target
      await give(this.#world, { arn, body, from, messageGroupId, at: event.ingestedAt })
      return undefined
    } catch (error) {
      return failureOf(error)
    }
  }

  #taken({ event, rule, target }: Invocation, retries: number): void {
    const { clock } = this.#world
    count(this.#world, rule.stored, 'SuccessfulInvocationAttempts')
    count(this.#world, rule.stored, 'Invocations')
    countLatency(this.#world, 'IngestionToInvocationCompleteLatency', clock.now() - event.ingestedAt)
    const after = retries === 0 ? '' : ` at try ${retries + 1}`
    this.#tell('delivered', { event, rule, target }, `was taken by ${target.arn}${after}`)
  }

  #loops(invocation: Invocation): void {
    count(this.#world, invocation.rule.stored, 'DeadLetterInvocations')
    this.#tell('loop', invocation, `was not sent to ${invocation.target.arn}: ${LOOP.message}`)
  }

  #tryLater(invocation: Invocation, failure: Failure, retries: number): Promise<void> | undefined {
    const { clock, random } = this.#world
    const { event, target } = invocation
    if (retries >= (target.retryAttempts ?? RETRY_ATTEMPTS)) {
      return this.#giveUp({ ...invocation, failure, retries, exhausted: 'MaximumRetryAttempts' })
    }
    const left = event.ingestedAt + ageOf(target) - clock.now()
    const wait = backoff(retries + 1, random)
    this.#tell('retried', invocation, `was not taken by ${target.arn}, and is tried again: ${failure.message}`)
    if (wait < left) this.#after(wait, () => void this.#try(invocation, retries + 1))
    else {
      const undelivered = { ...invocation, failure, retries, exhausted: 'MaximumEventAgeInSeconds' } as const
      this.#after(Math.max(0, left), () => void this.#giveUp(undelivered))
    }
    return undefined
  }

  async #giveUp(undelivered: Undelivered): Promise<void> {
    const { rule, target, failure, retries } = undelivered
    count(this.#world, rule.stored, 'Invocations')
    count(this.#world, rule.stored, 'FailedInvocations')
    const after = retries === 0 ? '' : ` after ${retries + 1} tries`
    const what = `was not delivered to ${target.arn}${after}: ${failure.message}`
    const details = { code: failure.code, retries }
    if (target.deadLetterArn === undefined) {
      return this.#tell('failed', undelivered, `${what}; it is lost`, details)
    }
    const because = await toDeadLetterQueue(this.#world, target.deadLetterArn, undelivered)
    count(this.#world, rule.stored, because === undefined ? 'InvocationsSentToDlq' : 'InvocationsFailedToBeSentToDlq')
    const then =
      because === undefined
        ? `it is in the dead-letter queue ${target.deadLetterArn}`
        : `it is lost, since its dead-letter queue ${target.deadLetterArn} didn't take it: ${because}`
    this.#tell('failed', undelivered, `${what}; ${then}`, details)
  }

  #after(wait: Duration, action: () => void): void {
    // A try that was under way when everything ended must not start a timer.
    if (this.#stopped) return
    const stop = this.#world.clock.after(wait, () => {
      this.#waiting.delete(stop)
      action()
    })
    this.#waiting.add(stop)
  }

  #tell(what: string, { event, rule, target }: Invocation, message: string, more: object = {}): void {
    const { node, name } = rule.stored
    this.#world.journal.write({
      kind: `events.${what}`,
      ...(node === undefined ? {} : { node }),
      message: `the event ${titleOf(event)} of the rule ${name} ${message}`,
      details: { event: event.content.id, rule: rule.arn, target: target.arn, ...more },
    })
  }
}

const ageOf = ({ retryAgeSeconds }: Target): Duration =>
  retryAgeSeconds === undefined ? RETRY_AGE : seconds(retryAgeSeconds)

function bodyOf(event: BusEvent, rule: Rule, target: Target): string | Failure {
  try {
    return target.makeInput(event, rule)
  } catch (error) {
    return invalidInput(error)
  }
}
