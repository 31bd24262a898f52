import { messageOf, TerraceError } from '@terrace/kit'
import { AwsError } from '../../../gateway/errors.ts'
import type { World } from '../../../world.ts'
import { lambdaEvent, notificationOf, type Press } from '../notification.ts'
import { awsManagedDelays } from '../retries.ts'
import { snsFor } from '../sender.ts'
import { type Carrier, DELIVERED } from './carrier.ts'

/**
 * Invokes functions asynchronously: once Lambda has taken an event, its retries, destinations and dead letters are Lambda's.
 */
export const functionCarrier = ({ deliveries }: Pick<World, 'deliveries'>, press: Press): Carrier => ({
  delays: awsManagedDelays,
  async attempt({ published, subscription }) {
    const { arn, kept } = subscription
    const body = lambdaEvent(await notificationOf(press, published, subscription), arn)
    try {
      await deliveries.handOver({ to: kept.endpoint, from: snsFor(published.topic.arn), body })
      return DELIVERED
    } catch (error) {
      // Anything else is the function's own failure, in an invocation that Lambda did take.
      if (!(error instanceof AwsError || error instanceof TerraceError)) return DELIVERED
      // While the cloud starts and stops, Lambda comes after SNS and goes before it.
      const isOurs = error instanceof AwsError ? error.status >= 500 : error.code === 'DELIVERY_NO_RECEIVER'
      return { kind: isOurs ? 'failed' : 'refused', because: messageOf(error) }
    }
  },
})
