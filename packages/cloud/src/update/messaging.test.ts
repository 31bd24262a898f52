import { ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, PublishCommand } from '@aws-sdk/client-sns'
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { minutes, seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../gateway/testing.ts'
import { queueArn, ruleArnOf, ruleNode, startEvents } from '../services/events/testing.ts'
import { arnIn, startTopics, testQueue, testTopic } from '../services/sns/testing.ts'
import { sqs } from '../services/sqs/index.ts'
import { startQueues } from '../services/sqs/testing.ts'
import { testNode } from '../testing/architecture.ts'
import { COMPLETE, update } from './testing.ts'

describe('an update of queues', () => {
  it('changes attributes and policies, and what waits in the queue stays', async () => {
    await using on = await startQueues({ nodes: [testQueue('orders'), testQueue('old')] })
    const { QueueUrl } = await on.client.send(new GetQueueUrlCommand({ QueueName: 'orders' }))
    await on.client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'waiting' }))
    const dead = testQueue('dead')
    const { policy: _, ...bare } = testQueue('orders')
    const wanted = {
      ...bare,
      visibilityTimeout: seconds(90),
      retention: minutes(10),
      redrive: { deadLetterArn: dead.arn, maxReceiveCount: 3 },
      tags: { team: 'a' },
    }

    expect(await update(on.cloud, [dead, wanted], ['old'])).toEqual(COMPLETE)

    const { Attributes } = await on.client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    expect(Attributes).toMatchObject({ VisibilityTimeout: '90', MessageRetentionPeriod: '600' })
    expect(Attributes?.Policy).toBeUndefined()
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toMatchObject({ deadLetterTargetArn: dead.arn })
    const { Messages = [] } = await on.client.send(new ReceiveMessageCommand({ QueueUrl }))
    expect(Messages.map(({ Body }) => Body)).toEqual(['waiting'])
    expect((await failureOf(on.client.send(new GetQueueUrlCommand({ QueueName: 'old' })))).status).toBe(400)
  })

  it('is refused where AWS would make another queue', async () => {
    await using on = await startQueues({ nodes: [testQueue('orders')] })
    await expect(update(on.cloud, [{ ...testQueue('orders'), name: 'other' }])).rejects.toThrow(
      'another name or kind means another queue',
    )
  })
})

const toQueue = (topic: string, queue: string) =>
  testNode('subscription', `${topic}-${queue}`, {
    arn: `${arnIn('sns', topic)}:${queue}`,
    topicArn: arnIn('sns', topic),
    protocol: 'sqs',
    endpoint: arnIn('sqs', queue),
    rawDelivery: false,
    filterPolicyScope: 'MessageAttributes',
  })

describe('an update of topics', () => {
  it('changes, adds and removes topics and subscriptions; the next message goes by what holds now', async () => {
    const nodes = [testTopic('news'), testQueue('a'), testQueue('b'), toQueue('news', 'a')]
    await using on = await startTopics({ nodes, beside: [sqs] })
    const TopicArn = arnIn('sns', 'news')
    const received = async (QueueName: string, WaitTimeSeconds = 0) => {
      const { QueueUrl } = await on.queues.send(new GetQueueUrlCommand({ QueueName }))
      const { Messages = [] } = await on.queues.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }))
      return Messages.map(({ Body }) => JSON.parse(Body ?? '{}').Message)
    }

    const wanted = [{ ...testTopic('news'), displayName: 'News' }, testTopic('more'), toQueue('news', 'b')]
    expect(await update(on.cloud, wanted, ['news-a'])).toEqual(COMPLETE)

    await on.client.send(new PublishCommand({ TopicArn, Message: 'hello' }))
    expect([await received('b', 5), await received('a')]).toEqual([['hello'], []])
    const { Attributes } = await on.client.send(new GetTopicAttributesCommand({ TopicArn }))
    expect(Attributes?.DisplayName).toBe('News')
    const { Subscriptions } = await on.client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
    expect(Subscriptions?.map(({ Endpoint }) => Endpoint)).toEqual([arnIn('sqs', 'b')])
    await update(on.cloud, [], ['more'])
    const gone = on.client.send(new GetTopicAttributesCommand({ TopicArn: arnIn('sns', 'more') }))
    expect(await failureOf(gone)).toMatchObject({ name: 'NotFoundException' })
  })
})

const put = (source: string) =>
  new PutEventsCommand({ Entries: [{ Source: source, DetailType: 'order', Detail: '{}' }] })

const bus = (name: string) =>
  testNode('eventBus', name, { name, arn: `arn:aws:events:us-east-1:123456789012:event-bus/${name}`, description: '' })

describe('an update of events', () => {
  const to = (queue: string) => [{ id: 'q', arn: queueArn(queue) }]

  it('changes patterns and targets of rules, adds and removes them; the next event goes by what holds now', async () => {
    await using on = await startEvents({
      nodes: [
        ruleNode('orders', to('a'), { pattern: '{"source":["shop"]}' }),
        ruleNode('old', to('old'), { pattern: '{"source":["shop"]}' }),
      ],
    })
    const wanted = [
      ruleNode('orders', to('b'), { pattern: '{"source":["till"]}' }),
      ruleNode('new', to('c'), { pattern: '{"source":["till"]}', tags: { team: 'a' } }),
    ]

    expect(await update(on.cloud, wanted, ['old'])).toEqual(COMPLETE)

    await on.client.send(put('shop'))
    await on.client.send(put('till'))
    await on.clock.advance(seconds(1))
    expect(on.queued.map(({ to: name }) => name).sort()).toEqual([queueArn('b'), queueArn('c')])
  })

  it('lets a schedule that stays go on counting, and starts another one anew', async () => {
    const every = (name: string, schedule: string) => ruleNode(name, to(name), { schedule })
    await using on = await startEvents({ nodes: [every('kept', 'rate(10 minutes)'), every('other', 'rate(1 hour)')] })
    await on.clock.advance(minutes(6))

    const kept = { ...every('kept', 'rate(10 minutes)'), description: 'said anew' }
    await update(on.cloud, [kept, every('other', 'rate(5 minutes)')])
    await on.clock.advance(minutes(4) + seconds(30))
    expect(on.queued.map(({ to: name }) => name)).toEqual([queueArn('kept')])
    await on.clock.advance(minutes(1))
    expect(on.queued.map(({ to: name }) => name)).toEqual([queueArn('kept'), queueArn('other')])
  })

  it('keeps the statements of a bus that is said anew, and takes a removed one away', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: bus('shop').arn,
    } as const
    const allows = (id: string) =>
      testNode('eventBusPolicy', id, { bus: 'shop', statementId: id, statement: { ...statement } })
    const rule = ruleNode('r', to('a'), { bus: 'shop', pattern: '{"source":["shop"]}' })
    await using on = await startEvents({ nodes: [bus('shop'), allows('one'), allows('two'), rule] })
    const { world } = on.cloud
    const rules = async () =>
      (await on.client.send(new ListRulesCommand({ EventBusName: 'shop' }))).Rules?.map(({ Name }) => Name)

    expect(await update(on.cloud, [{ ...bus('shop'), description: 'orders' }], ['two'])).toEqual(COMPLETE)
    const { DescribeEventBusCommand } = await import('@aws-sdk/client-eventbridge')
    const told = async () => (await on.client.send(new DescribeEventBusCommand({ Name: 'shop' }))).Policy ?? ''
    expect(JSON.parse(await told()).Statement.map(({ Sid }: { readonly Sid: string }) => Sid)).toEqual(['one'])

    const renamed = { ...rule, name: 'renamed', arn: ruleArnOf('renamed') }
    await update(on.cloud, [renamed])
    expect(await rules()).toEqual(['renamed'])
    await update(on.cloud, [], ['r', 'one', 'shop'])
    expect((await failureOf(told())).name).toBe('ResourceNotFoundException')
    expect(world.journal.since(0).filter(({ kind }) => kind === 'events.busDeleted')).toHaveLength(1)
  })
})
