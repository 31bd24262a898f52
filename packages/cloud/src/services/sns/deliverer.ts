import { messageOf } from '@terrace/kit'
import type { World } from '../../world.ts'
import type { Carrier, Outcome, Parcel } from './carriers/carrier.ts'
import { putOn } from './carriers/queue.ts'
import { effectivePolicy } from './delivery-policy.ts'
import { measure, type TopicMetric } from './metrics.ts'
import type { Press } from './notification.ts'

type Surroundings = Pick<World, 'clock' | 'journal' | 'metrics' | 'ports'>

/** Tries deliveries until they succeed or are given up, and puts what is given up on the dead-letter queue. */
export class Deliverer {
  readonly #world: Surroundings
  readonly #press: Press
  readonly #stopped = new AbortController()
  readonly #underWay = new Set<Parcel>()
  /** The last delivery of each group of a FIFO topic to each subscription: the next one waits for it. */
  readonly #lines = new Map<string, Promise<void>>()
  /** When a subscription with a throttle policy may get the next one. */
  readonly #nextAt = new Map<string, number>()

  constructor(world: Surroundings, press: Press) {
    this.#world = world
    this.#press = press
  }

  /** Resolves when it is delivered, or given up; order within a group of a FIFO topic is kept. */
  deliver(carrier: Carrier, parcel: Parcel): Promise<void> {
    const { published, subscription } = parcel
    if (!published.topic.fifo) return this.#send(carrier, parcel)
    const line = JSON.stringify([subscription.arn, published.group])
    const sent = (this.#lines.get(line) ?? Promise.resolve()).then(() => this.#send(carrier, parcel))
    this.#lines.set(line, sent)
    return sent.then(() => {
      if (this.#lines.get(line) === sent) this.#lines.delete(line)
    })
  }

  /** What is still to be tried again is lost, which the journal says. */
  stop(): void {
    this.#stopped.abort(new Error('the cloud has stopped'))
    if (this.#underWay.size === 0) return
    this.#world.journal.write({
      kind: 'sns.lost',
      message: `notifications of SNS that were still to be tried again are lost with this stop: ${this.#underWay.size}`,
      details: { messages: [...this.#underWay].map(({ published }) => published.id) },
    })
    this.#underWay.clear()
  }

  async #send(carrier: Carrier, parcel: Parcel): Promise<void> {
    this.#underWay.add(parcel)
    try {
      const outcome = await this.#attempts(carrier, parcel)
      if (outcome.kind === 'delivered') this.#measure(parcel, 'NumberOfNotificationsDelivered')
      else await this.#giveUp(parcel, outcome.because, carrier.countsAttempts ?? false)
    } catch (error) {
      if (!this.#stopped.signal.aborted) await this.#giveUp(parcel, messageOf(error), false)
    } finally {
      this.#underWay.delete(parcel)
    }
  }

  async #attempts(carrier: Carrier, parcel: Parcel): Promise<Outcome> {
    const { clock } = this.#world
    const delays = carrier.delays(parcel)[Symbol.iterator]()
    for (;;) {
      await this.#pace(parcel)
      const outcome = await this.#attempt(carrier, parcel)
      this.#stopped.signal.throwIfAborted()
      if (outcome.kind !== 'delivered' && carrier.countsAttempts) this.#measure(parcel, 'NumberOfNotificationsFailed')
      if (outcome.kind !== 'failed') return outcome
      const delay = delays.next()
      if (delay.done) return outcome
      if (delay.value > 0) await clock.sleep(delay.value, this.#stopped.signal)
    }
  }

  async #attempt(carrier: Carrier, parcel: Parcel): Promise<Outcome> {
    try {
      return await carrier.attempt(parcel, this.#stopped.signal)
    } catch (error) {
      return { kind: 'failed', because: messageOf(error) }
    }
  }

  /** Holds a delivery back as the throttle policy says. */
  async #pace({ published, subscription, isQuestion }: Parcel): Promise<void> {
    const { arn, kept } = subscription
    if (isQuestion || (kept.protocol !== 'http' && kept.protocol !== 'https')) return
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

  #measure({ published, isQuestion }: Parcel, name: TopicMetric): void {
    if (!isQuestion) measure(this.#world.metrics, published.topic.arn, name)
  }
}
