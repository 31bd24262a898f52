import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { Delivery } from '../../../deliveries.ts'
import { sendEvent } from '../../../events.ts'
import type { QueuesPort } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { BucketState } from '../bucket-state.ts'
import { UnreachableDestination } from '../errors.ts'
import type { BucketSettings, NotificationTarget } from '../settings.ts'
import { type Change, covers } from './change.ts'
import { busEvent, changeMessage, testMessage } from './message.ts'

/** Tells queues, topics, functions and the event bus what changes in buckets. */
export class Changes {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  tell(bucket: BucketState, change: Change): void {
    const { architecture, clock } = this.#world
    const { eventBridge, targets } = bucket.settings.notifications
    for (const target of targets.filter(each => isMeant(each, change))) {
      void this.#deliver(bucket, target, changeMessage(bucket, target, change, clock.now(), architecture))
    }
    if (eventBridge) sendEvent(this.#world, { source: 'aws.s3', resources: [bucket.arn], ...busEvent(bucket, change) })
  }

  /**
   * Sends the test message to the queues and topics of a configuration, to know whether they take it.
   *
   * @throws UnreachableDestination when a queue isn't there or its policy doesn't let S3 send. differs: topics are not asked
   */
  async test(bucket: BucketState, { targets }: BucketSettings['notifications'], requestId: string): Promise<void> {
    const body = testMessage(bucket, this.#world.clock.now(), requestId)
    for (const { target } of targets) {
      if (this.#hasQueue(target)) this.#try(await this.#world.ports.need('queues'), bucket, target, body)
      else if (serviceIn(target) !== 'lambda') await this.#deliver(bucket, { target }, body)
    }
  }

  /** Sends the test messages of what a template has configured since the last start. */
  async testNew(bucket: BucketState): Promise<void> {
    const { notifications } = bucket.settings
    if (isDeepStrictEqual(bucket.before?.notifications ?? { eventBridge: false, targets: [] }, notifications)) return
    const body = testMessage(bucket, this.#world.clock.now(), this.#world.random.uuid())
    for (const target of notifications.targets) {
      if (serviceIn(target.target) !== 'lambda') await this.#deliver(bucket, target, body)
    }
  }

  #try(queues: QueuesPort, bucket: BucketState, target: string, body: string): void {
    try {
      queues.send(target, { body }, this.#sender(bucket))
    } catch (cause) {
      throw new UnreachableDestination(target, messageOf(cause))
    }
  }

  async #deliver(bucket: BucketState, { target }: Pick<NotificationTarget, 'target'>, body: string): Promise<void> {
    // While the cloud starts, a queue of the template may come after the bucket; when the start fails, never.
    if (this.#hasQueue(target)) await this.#world.ports.need('queues').catch(() => {})
    await this.#world.deliveries.deliver({ to: target, from: this.#sender(bucket), body })
  }

  #hasQueue(target: string): boolean {
    const { architecture, ports } = this.#world
    return serviceIn(target) === 'sqs' && (ports.comes('queues') || nodesOf(architecture, 'queue').length > 0)
  }

  #sender({ arn }: BucketState): Delivery['from'] {
    return { kind: 'service', service: 's3.amazonaws.com', sourceArn: arn }
  }
}

const serviceIn = (arn: string) => arn.split(':')[2] ?? ''

const isMeant = ({ events, prefix, suffix }: NotificationTarget, { event, version: { key } }: Change): boolean =>
  events.some(each => covers(each, event)) && key.startsWith(prefix) && key.endsWith(suffix)
