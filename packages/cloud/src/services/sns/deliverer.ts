import { type Duration, messageOf } from '@terrace/kit'
import type { World } from '../../world.ts'
import type { Carrier, Outcome, Parcel } from './carriers/carrier.ts'
import { putOn } from './carriers/queue.ts'
import { effectivePolicy } from './delivery-policy.ts'
import { measure, type TopicMetric } from './metrics.ts'
import type { Press } from './notification.ts'
import type { Progress, WaitingDeliveries } from './waiting.ts'

type Surroundings = Pick<World, 'clock' | 'journal' | 'metrics' | 'ports'>

/** A delivery that is not made yet. */
interface Journey {
  readonly number: number
  readonly parcel: Parcel
  progress: Progress
  /** It is on disk. */
  isKept: boolean
}

const NEW: Progress = { attempts: 0 }

/**
 * Tries deliveries until they succeed or are given up, and puts what is given up on the dead-letter queue. What was not
 * delivered at once is kept on disk, and goes on with the next cloud.
 */
export class Deliverer {
  readonly #world: Surroundings
  readonly #press: Press
  readonly #waiting: WaitingDeliveries
  readonly #stopped = new AbortController()
  /** In the order in which they were published. */
  readonly #underWay = new Set<Journey>()
  /** The last delivery of each group of a FIFO topic to each subscription: the next one waits for it. */
  readonly #lines = new Map<string, Promise<void>>()
  /** When a subscription with a throttle policy may get the next one. */
  readonly #nextAt = new Map<string, number>()

  constructor(world: Surroundings, press: Press, waiting: WaitingDeliveries) {
    this.#world = world
    this.#press = press
    this.#waiting = waiting
  }

  /**
   * Resolves when it is delivered, given up, or left to the next cloud; order within a group of a FIFO topic is kept.
   * @param left  of an earlier run: its number, and how far it had come
   */
  deliver(carrier: Carrier, parcel: Parcel, left?: { readonly number: number } & Progress): Promise<void> {
    const { published, subscription } = parcel
    const number = left?.number ?? this.#waiting.newNumber()
    const journey: Journey = { number, parcel, progress: left ?? NEW, isKept: left !== undefined }
    this.#underWay.add(journey)
    if (!published.topic.fifo) return this.#send(carrier, journey)
    const line = JSON.stringify([subscription.arn, published.group])
    const before = this.#lines.get(line)
    if (before) this.#keep(journey)
    const sent = (before ?? Promise.resolve()).then(() => this.#send(carrier, journey))
    this.#lines.set(line, sent)
    return sent.then(() => {
      if (this.#lines.get(line) === sent) this.#lines.delete(line)
    })
  }

  /** What is not delivered yet is left to the next cloud, which the journal says. */
  stop(): void {
    this.#stopped.abort(new Error('the cloud has stopped'))
    if (this.#underWay.size === 0) return
    for (const journey of this.#underWay) this.#keep(journey)
    this.#world.journal.write({
      kind: 'sns.left',
      message: `notifications of SNS that are still to be delivered wait for the next start: ${this.#underWay.size}`,
      details: { messages: [...this.#underWay].map(({ parcel }) => parcel.published.id) },
    })
  }

  async #send(carrier: Carrier, journey: Journey): Promise<void> {
    const { parcel } = journey
    try {
      const outcome = await this.#attempts(carrier, journey)
      if (outcome.kind === 'delivered') this.#measure(parcel, 'NumberOfNotificationsDelivered')
      else await this.#giveUp(parcel, outcome.because, carrier.countsAttempts ?? false)
    } catch (error) {
      if (this.#stopped.signal.aborted) return
      await this.#giveUp(parcel, messageOf(error), false)
    }
    this.#underWay.delete(journey)
    if (journey.isKept) this.#waiting.forget(journey.number)
  }

  async #attempts(carrier: Carrier, journey: Journey): Promise<Outcome> {
    const { parcel } = journey
    const delays = carrier.delays(parcel)[Symbol.iterator]()
    await this.#goOn(delays, journey.progress)
    for (;;) {
      await this.#pace(parcel)
      this.#stopped.signal.throwIfAborted()
      const outcome = await this.#attempt(carrier, parcel)
      if (outcome.kind !== 'delivered') {
        this.#stopped.signal.throwIfAborted()
        if (carrier.countsAttempts) this.#measure(parcel, 'NumberOfNotificationsFailed')
      }
      if (outcome.kind !== 'failed') return outcome
      const delay = delays.next()
      if (delay.done) return outcome
      const due = this.#world.clock.now() + delay.value
      journey.progress = { attempts: journey.progress.attempts + 1, due }
      if (delay.value === 0) continue
      this.#keep(journey)
      await this.#world.clock.sleep(delay.value, this.#stopped.signal)
    }
  }

  /** Goes on where an earlier run has ended: after what is left of its last delay. */
  async #goOn(delays: Iterator<Duration>, { attempts, due = 0 }: Progress): Promise<void> {
    let delay = 0
    for (let made = 0; made < attempts; made++) delay = delays.next().value ?? 0
    const { clock } = this.#world
    // A scaled clock that starts anew may be behind the one before it: never longer than the delay itself.
    const rest = Math.min(delay, due - clock.now())
    if (rest > 0) await clock.sleep(rest, this.#stopped.signal)
  }

  #keep(journey: Journey): void {
    this.#waiting.keep(journey.number, journey.parcel, journey.progress)
    journey.isKept = true
  }

  async #attempt(carrier: Carrier, parcel: Parcel): Promise<Outcome> {
    try {
      return await carrier.attempt(parcel, this.#stopped.signal)
    } catch (error) {
      return { kind: 'failed', because: messageOf(error) }
    }
  }

  /** Holds a delivery back as the throttle policy says. */
  async #pace({ published, subscription, kind }: Parcel): Promise<void> {
    const { arn, kept } = subscription
    if (kind !== 'notification' || (kept.protocol !== 'http' && kept.protocol !== 'https')) return
    const policy = effectivePolicy(published.topic.deliveryPolicy, kept.attributes.DeliveryPolicy)
    if (policy.maxReceivesPerSecond === undefined) return
    const now = this.#world.clock.now()
    const at = Math.max(now, this.#nextAt.get(arn) ?? now)
    this.#nextAt.set(arn, at + 1000 / policy.maxReceivesPerSecond)
    if (at > now) await this.#world.clock.sleep(at - now, this.#stopped.signal)
  }

  async #giveUp(parcel: Parcel, because: string, isCounted: boolean): Promise<void> {
    const { subscription, published } = parcel
    const { deadLetterArn, kept } = subscription
    if (!isCounted) this.#measure(parcel, 'NumberOfNotificationsFailed')
    const rescue = deadLetterArn === undefined ? undefined : await this.#rescue(parcel, deadLetterArn)
    const what = rescue ?? 'it is lost, for the subscription has no dead-letter queue'
    this.#world.journal.write({
      kind: 'sns.failed',
      message: `${published.topic.name} could not deliver a message to ${kept.endpoint}: ${because}; ${what}`,
      details: { topic: published.topic.arn, subscription: subscription.arn, messageId: published.id },
    })
  }

  /** @returns what came of it, as the end of a sentence */
  async #rescue(parcel: Parcel, queueArn: string): Promise<string> {
    const outcome = await putOn(this.#world, this.#press, parcel, queueArn)
    if (outcome.kind === 'delivered') {
      this.#measure(parcel, 'NumberOfNotificationsRedrivenToDlq')
      return `it is on ${queueArn}`
    }
    this.#measure(parcel, 'NumberOfNotificationsFailedToRedriveToDlq')
    return `it is lost, for ${queueArn} has not taken it: ${outcome.because}`
  }

  #measure({ published, kind }: Parcel, name: TopicMetric): void {
    if (kind === 'notification') measure(this.#world.metrics, published.topic.arn, name)
  }
}
