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

const NAME = 'ordered.fifo'

function deliverer({ cloud }: TestTopics): Deliverer {
  return new Deliverer(cloud.world, {
    signer: new Signer(cloud.world),
    linksFor: async () => linksBelow('http://127.0.0.1'),
  })
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
    ours.deliver(carrier, { published: each, subscription }),
  )
  await topics.clock.advance(0)
  expect(reached).toEqual(['b1'])
  await topics.clock.advance(seconds(1))
  await Promise.all(sent)
  expect(reached).toEqual(['b1', 'a1', 'a2'])
})

it('what is still to be tried again at a stop is lost, and the journal says so', async () => {
  await using topics = await startTopics()
  const ours = deliverer(topics)
  const { carrier, reached } = unsteady(Number.POSITIVE_INFINITY)
  const sent = ours.deliver(carrier, { published: published('a1', 'a'), subscription })
  await topics.clock.advance(seconds(1))
  ours.stop()
  await sent
  expect(reached).toEqual([])
  expect(topics.said('sns.lost')).toEqual([
    'notifications of SNS that were still to be tried again are lost with this stop: 1',
  ])
})
