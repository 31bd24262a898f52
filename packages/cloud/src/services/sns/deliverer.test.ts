import { seconds } from '@terrace/kit'
import { expect, it } from 'vitest'
import type { Carrier } from './carriers/carrier.ts'
import { Deliverer } from './deliverer.ts'
import { linksBelow } from './links.ts'
import type { Published } from './message.ts'
import { awsManagedDelays } from './retries.ts'
import { Signer } from './signing.ts'
import { subscriptionOf } from './subscription.ts'
import { arnIn, startTopics, type TestTopics } from './testing.ts'
import { Topic } from './topic.ts'
import { WaitingDeliveries } from './waiting.ts'

const NAME = 'ordered.fifo'

function deliverer({ cloud }: TestTopics): Deliverer {
  const press = { signer: new Signer(cloud.world), linksFor: async () => linksBelow('http://127.0.0.1') }
  return new Deliverer(cloud.world, press, new WaitingDeliveries(cloud.world.folders.data))
}

/** An endpoint that fails as often as it is told, and keeps what reached it. */
function unsteady(failures: number) {
  const reached: string[] = []
  let left = failures
  const carrier: Carrier = {
    delays: awsManagedDelays,
    async attempt({ published }) {
      if (published.group === 'a' && left-- > 0) return { kind: 'failed', because: 'it is down' }
      reached.push(published.id)
      return { kind: 'delivered' }
    },
  }
  return { carrier, reached }
}

const subscription = subscriptionOf({
  arn: `${arnIn('sns', NAME)}:1`,
  topicArn: arnIn('sns', NAME),
  protocol: 'sqs',
  endpoint: arnIn('sqs', 'orders.fifo'),
  attributes: {},
  wasAuthenticated: true,
  authenticateOnUnsubscribe: false,
  isOfTemplate: false,
})

function published(id: string, group: string): Published {
  const home = { region: 'us-east-1', account: '123456789012' }
  const kept = { name: NAME, attributes: { FifoTopic: 'true' }, tags: {}, subscriptionsDeleted: 0 }
  const topic = new Topic(home, kept)
  return {
    ...{ id, topic, at: 0, subject: undefined, attributes: {}, group, sequence: '1', deduplicationId: id },
    bodyFor: () => id,
  }
}

it('a message of a FIFO topic waits for the one before it in its group, and for no other', async () => {
  await using topics = await startTopics()
  const ours = deliverer(topics)
  // Three attempts again at once, then one after a second.
  const { carrier, reached } = unsteady(4)
  const sent = [published('a1', 'a'), published('a2', 'a'), published('b1', 'b')].map(each =>
    ours.deliver(carrier, { kind: 'notification', published: each, subscription }),
  )
  await topics.clock.advance(0)
  expect(reached).toEqual(['b1'])
  await topics.clock.advance(seconds(1))
  await Promise.all(sent)
  expect(reached).toEqual(['b1', 'a1', 'a2'])
})

it('what is still to be tried again at a stop is kept, in its order, and how far it has come', async () => {
  await using topics = await startTopics()
  const { data } = topics.cloud.world.folders
  const ours = deliverer(topics)
  const { carrier, reached } = unsteady(Number.POSITIVE_INFINITY)
  const sent = [published('a1', 'a'), published('a2', 'a')].map(each =>
    ours.deliver(carrier, { kind: 'notification', published: each, subscription }),
  )
  await topics.clock.advance(seconds(1))
  // Already before the stop, which a power failure would leave out.
  expect(new WaitingDeliveries(data).left()).toHaveLength(2)
  ours.stop()
  await Promise.all(sent.slice(0, 1))
  expect(reached).toEqual([])
  const left = new WaitingDeliveries(data).left()
  // Four attempts at once, the next ones after a second each.
  expect(left.map(({ delivery }) => [delivery.message.id, delivery.attempts])).toEqual([
    ['a1', 5],
    ['a2', 0],
  ])
  expect(left[0]?.delivery.due).toBe(topics.clock.now() + seconds(1))
  expect(topics.said('sns.left')).toEqual([
    'notifications of SNS that are still to be delivered wait for the next start: 2',
  ])
})

it('what an earlier run has left is tried again after the rest of its delay, and forgotten when it is delivered', async () => {
  await using topics = await startTopics()
  const waiting = new WaitingDeliveries(topics.cloud.world.folders.data)
  const { carrier, reached } = unsteady(0)
  const parcel = { kind: 'notification', published: published('a1', 'a'), subscription } as const
  const progress = { attempts: 5, due: topics.clock.now() + 400 }
  waiting.keep(7, parcel, progress)
  const sent = deliverer(topics).deliver(carrier, parcel, { number: 7, ...progress })
  await topics.clock.advance(399)
  expect(reached).toEqual([])
  await topics.clock.advance(1)
  await sent
  expect(reached).toEqual(['a1'])
  expect(waiting.left()).toEqual([])
})
