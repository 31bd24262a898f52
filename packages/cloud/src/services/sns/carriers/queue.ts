import { messageOf, TerraceError } from '@terrace/kit'
import { AwsError } from '../../../gateway/errors.ts'
import type { World } from '../../../world.ts'
import { MOST_RAW_ATTRIBUTES } from '../limits.ts'
import { notificationOf, type Press, writeNotification } from '../notification.ts'
import { awsManagedDelays } from '../retries.ts'
import { snsFor } from '../sender.ts'
import { type Carrier, DELIVERED, type Outcome, type Parcel } from './carrier.ts'

/** Puts notifications on queues, as the queue's policy lets SNS do it for the topic. */
export const queueCarrier = (world: Pick<World, 'ports'>, press: Press): Carrier => ({
  delays: awsManagedDelays,
  async attempt(parcel) {
    const { published, subscription } = parcel
    const names = Object.keys(published.attributes)
    if (subscription.raw && names.length > MOST_RAW_ATTRIBUTES) {
      const because = `it has ${names.length} message attributes, and a queue takes at most ${MOST_RAW_ATTRIBUTES} raw ones`
      return { kind: 'refused', because }
    }
    return putOn(world, press, parcel, subscription.kept.endpoint)
  },
})

/** Puts a notification on a queue: the subscribed one, or the one for dead letters. */
export async function putOn(
  { ports }: Pick<World, 'ports'>,
  press: Press,
  { published, subscription }: Parcel,
  queueArn: string,
): Promise<Outcome> {
  const { topic, attributes, group, deduplicationId } = published
  const queues = await ports.need('queues')
  const body = subscription.raw
    ? published.bodyFor(subscription.kept.protocol)
    : writeNotification(await notificationOf(press, published, subscription))
  const isFifo = queueArn.endsWith('.fifo')
  try {
    queues.send(
      queueArn,
      {
        body,
        ...(subscription.raw ? { attributes } : {}),
        ...(group === undefined ? {} : { group }),
        ...(isFifo && deduplicationId !== undefined ? { deduplicationId } : {}),
      },
      snsFor(topic.arn),
    )
    return DELIVERED
  } catch (error) {
    const because = messageOf(error)
    const isTheirs = (error instanceof AwsError && error.status < 500) || error instanceof TerraceError
    return { kind: isTheirs ? 'refused' : 'failed', because }
  }
}
