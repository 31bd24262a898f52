import { TerraceError } from '@terrace/kit'
import type { Delivery } from '../../deliveries.ts'
import { AccessDenied, AwsError } from '../../gateway/errors.ts'
import type { Authorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import type { World } from '../../world.ts'
import type { Carrier, Parcel } from './carriers/carrier.ts'
import { functionCarrier } from './carriers/function.ts'
import { confirmationCarrier, farewellCarrier, httpCarrier } from './carriers/http.ts'
import { confirmationMail, farewellMail, mailCarrier } from './carriers/mail.ts'
import { queueCarrier } from './carriers/queue.ts'
import { Deliverer } from './deliverer.ts'
import type { Protocol } from './endpoint.ts'
import { KmsRefusal } from './errors.ts'
import { FifoMemory } from './fifo.ts'
import { LONGEST_SUBJECT } from './limits.ts'
import { bodiesOf, checkDraft, type Draft, type Published, sizeOfDraft } from './message.ts'
import { measure } from './metrics.ts'
import type { Press } from './notification.ts'
import { publisherKeys } from './policy.ts'
import type { Subscription } from './subscription.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Topic } from './topic.ts'
import type { Topics } from './topics.ts'
import { WaitingDeliveries } from './waiting.ts'

/** What `Publish` answers. */
export interface Receipt {
  readonly id: string
  /** Of FIFO topics. */
  readonly sequence?: string
}

interface Parts {
  readonly world: World
  readonly topics: Topics
  readonly subscriptions: Subscriptions
  readonly authorizer: Authorizer
  readonly press: Press
}

/** Takes messages, and has them delivered to whoever has subscribed. */
export class Publisher {
  readonly #parts: Parts
  readonly #deliverer: Deliverer
  readonly #waiting: WaitingDeliveries
  readonly #memory: FifoMemory
  readonly #carriers: Readonly<Record<Parcel['kind'], Readonly<Partial<Record<Protocol, Carrier>>>>>

  constructor(parts: Parts) {
    const { world, press } = parts
    this.#parts = parts
    this.#waiting = new WaitingDeliveries(world.folders.data)
    this.#deliverer = new Deliverer(world, press, this.#waiting)
    this.#memory = new FifoMemory(world.clock)
    const [http, mail] = [httpCarrier(world, press), mailCarrier(world, press)]
    const notification = {
      ...overBoth(http, mail),
      lambda: functionCarrier(world, press),
      sqs: queueCarrier(world, press),
    }
    const question = overBoth(confirmationCarrier(world, press), confirmationMail(world, press))
    const farewell = overBoth(farewellCarrier(world, press), farewellMail(world, press))
    this.#carriers = { notification, question, farewell }
  }

  /** Goes on with what an earlier run could not deliver; what concerns nobody any more is forgotten. */
  resume(): void {
    const { world, topics, subscriptions } = this.#parts
    const left = this.#waiting.left()
    if (left.length === 0) return
    for (const { number, delivery } of left) {
      const { kind, message, attempts, due } = delivery
      const topic = topics.find(delivery.topic)
      const of = delivery.subscription
      const subscription = kind === 'farewell' ? subscriptions.findEnded(of) : subscriptions.find(of)
      if (!topic || !subscription) {
        this.#waiting.forget(number)
        continue
      }
      const { subject, group, deduplicationId, sequence } = message
      const published = { ...message, subject, group, deduplicationId, sequence, topic, bodyFor: () => message.body }
      this.#send({ kind, published, subscription }, { number, attempts, due })
    }
    const message = `SNS goes on with notifications of an earlier run: ${left.length}`
    world.journal.write({ kind: 'sns.resumed', message, details: { deliveries: left.length } })
  }

  /**
   * Takes a message; it is delivered afterwards.
   * @throws InvalidParameter, ParameterValueInvalid, KmsRefusal
   */
  async publish(topic: Topic, draft: Draft, from: Principal): Promise<Receipt> {
    checkDraft(draft, topic)
    const bodyFor = bodiesOf(draft)
    await this.#requireKey(topic, from)
    const { clock, metrics, random } = this.#parts.world
    const known = topic.fifo ? this.#memory.find(topic, draft) : undefined
    if (known) return known
    const id = random.uuid()
    const accepted = topic.fifo ? this.#memory.accept(topic, draft, id) : undefined
    measure(metrics, topic.arn, 'NumberOfMessagesPublished')
    measure(metrics, topic.arn, 'PublishSize', sizeOfDraft(draft))
    const { subject, attributes, group } = draft
    this.#fanOut({
      id,
      topic,
      at: clock.now(),
      subject,
      attributes,
      bodyFor,
      group,
      deduplicationId: topic.fifo ? this.#memory.idOf(draft) : undefined,
      sequence: accepted?.sequence,
    })
    return accepted ?? { id }
  }

  /** What another service of AWS sends to a topic; a subject is cut to fit. @throws what keeps it out, for the journal */
  async take({ to, from, body, subject }: Delivery): Promise<void> {
    const { topics } = this.#parts
    const topic = topics.find(to)
    if (!topic) throw new TerraceError('SNS_NO_TOPIC', `there is no topic ${to}`)
    this.#requirePermission(topic, from)
    const fitting = subject?.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_SUBJECT)
    await this.publish(topic, { message: body, subject: fitting, attributes: {} }, from)
  }

  /** Asks whoever is behind an endpoint to confirm the subscription. */
  ask(topic: Topic, subscription: Subscription): void {
    const { protocol, endpoint } = subscription.kept
    this.#parts.world.journal.write({
      kind: 'sns.confirmation',
      message: `${endpoint} was asked to confirm its subscription to ${topic.name}`,
      details: { subscription: subscription.arn, protocol },
    })
    this.#send({ kind: 'question', published: this.#own(topic), subscription })
  }

  /**
   * Tells an endpoint that its subscription has ended, and how to have it again: over HTTP always, by mail when somebody
   * else than the owner has ended it.
   *
   * @see Amazon SNS Developer Guide, "HTTP/HTTPS unsubscribe confirmation JSON format"; API Reference, "Unsubscribe"
   */
  sayFarewell(ended: Subscription, by: { readonly isSigned: boolean }): void {
    const { protocol, topicArn } = ended.kept
    const topic = this.#parts.topics.find(topicArn)
    if (!topic || (by.isSigned && protocol.startsWith('email'))) return
    this.#send({ kind: 'farewell', published: this.#own(topic), subscription: ended })
  }

  /** What SNS says itself. */
  #own(topic: Topic): Published {
    const { clock, random } = this.#parts.world
    return {
      id: random.uuid(),
      topic,
      at: clock.now(),
      subject: undefined,
      attributes: {},
      bodyFor: () => '',
      group: undefined,
      deduplicationId: undefined,
      sequence: undefined,
    }
  }

  #send(parcel: Parcel, left?: Parameters<Deliverer['deliver']>[2]): void {
    const { kind, subscription } = parcel
    const carrier = Object.entries(this.#carriers[kind]).find(([name]) => name === subscription.kept.protocol)?.[1]
    if (!carrier) return
    const sent =
      kind === 'notification' ? parcel : { ...parcel, subscription: { ...subscription, deadLetterArn: undefined } }
    void this.#deliverer.deliver(carrier, sent, left)
  }

  stop(): void {
    this.#deliverer.stop()
  }

  #fanOut(published: Published): void {
    for (const subscription of this.#parts.subscriptions.of(published.topic.arn)) {
      if (subscription.kept.pending) continue
      const parcel: Parcel = { kind: 'notification', published, subscription }
      if (this.#passes(parcel)) this.#send(parcel)
    }
  }

  #passes({ published, subscription }: Parcel): boolean {
    const { topic, attributes } = published
    const body = published.bodyFor(subscription.kept.protocol)
    const refusal = subscription.filter?.refusalOf({ body, attributes })
    if (refusal === undefined) return true
    const { metrics } = this.#parts.world
    measure(metrics, topic.arn, 'NumberOfNotificationsFilteredOut')
    measure(metrics, topic.arn, `NumberOfNotificationsFilteredOut-${refusal}`)
    return false
  }

  /** Whoever publishes to an encrypted topic has to be allowed to use its key. */
  async #requireKey({ arn, kmsKeyId }: Topic, principal: Principal): Promise<void> {
    if (kmsKeyId === undefined) return
    const kms = await this.#parts.world.ports.need('kms')
    try {
      kms.generateDataKey({ keyId: kmsKeyId, context: { 'aws:sns:topicArn': arn }, via: 'sns', caller: { principal } })
    } catch (error) {
      throw error instanceof AwsError ? new KmsRefusal(error) : error
    }
  }

  /** What a service is refused, AWS tells nobody: the journal has to say why. */
  #requirePermission({ arn, name, policy }: Topic, principal: Principal): void {
    const { authorizer, world } = this.#parts
    const context = publisherKeys(principal, world.architecture.account)
    try {
      authorizer.require({ principal, context }, { action: 'sns:Publish', resource: arn, resourcePolicy: policy })
    } catch (error) {
      if (principal.kind !== 'service' || !(error instanceof AccessDenied)) throw error
      throw new AccessDenied(
        `the policy of the topic ${name} does not let ${principal.service} publish to it for ${principal.sourceArn} (sns:Publish)`,
      )
    }
  }
}

const overBoth = (http: Carrier, mail: Carrier) => ({ email: mail, 'email-json': mail, http, https: http })
