import { TerraceError } from '@terrace/kit'
import type { Delivery } from '../../deliveries.ts'
import { AccessDenied, AwsError } from '../../gateway/errors.ts'
import type { Authorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import type { World } from '../../world.ts'
import type { Carrier, Parcel } from './carriers/carrier.ts'
import { functionCarrier } from './carriers/function.ts'
import { confirmationCarrier, httpCarrier } from './carriers/http.ts'
import { confirmationMail, mailCarrier } from './carriers/mail.ts'
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
  readonly #memory: FifoMemory
  readonly #carriers: Readonly<Record<Protocol, Carrier>>
  readonly #askers: Readonly<Partial<Record<Protocol, Carrier>>>

  constructor(parts: Parts) {
    const { world, press } = parts
    this.#parts = parts
    this.#deliverer = new Deliverer(world, press)
    this.#memory = new FifoMemory(world.clock)
    const [http, mail] = [httpCarrier(world, press), mailCarrier(world, press)]
    this.#carriers = {
      email: mail,
      'email-json': mail,
      http,
      https: http,
      lambda: functionCarrier(world, press),
      sqs: queueCarrier(world, press),
    }
    const [askHttp, askMail] = [confirmationCarrier(world, press), confirmationMail(world, press)]
    this.#askers = { email: askMail, 'email-json': askMail, http: askHttp, https: askHttp }
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
    const { clock, journal, random } = this.#parts.world
    const { protocol, endpoint } = subscription.kept
    const carrier = Object.entries(this.#askers).find(([name]) => name === protocol)?.[1]
    if (!carrier) return
    const published: Published = {
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
    journal.write({
      kind: 'sns.confirmation',
      message: `${endpoint} was asked to confirm its subscription to ${topic.name}`,
      details: { subscription: subscription.arn, protocol },
    })
    const asked = { ...subscription, deadLetterArn: undefined }
    void this.#deliverer.deliver(carrier, { published, subscription: asked, isQuestion: true })
  }

  stop(): void {
    this.#deliverer.stop()
  }

  #fanOut(published: Published): void {
    for (const subscription of this.#parts.subscriptions.of(published.topic.arn)) {
      if (subscription.kept.pending) continue
      const carrier = Object.entries(this.#carriers).find(([name]) => name === subscription.kept.protocol)?.[1]
      if (carrier && this.#passes({ published, subscription })) {
        void this.#deliverer.deliver(carrier, { published, subscription })
      }
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
