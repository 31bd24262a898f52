import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import type { Subscription } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policy } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { arnIn, startTopics, testTopic } from './testing.ts'

const NEWS = arnIn('sns', 'news')
const ARN = `${NEWS}:11111111-1111-4111-8111-111111111111`

const toOrders = (rest: Partial<Subscription> = {}): Subscription => ({
  ...testNode('subscription', 'ToOrders', {
    arn: ARN,
    topicArn: NEWS,
    protocol: 'sqs',
    endpoint: arnIn('sqs', 'orders'),
    rawDelivery: false,
    filterPolicyScope: 'MessageAttributes',
  }),
  ...rest,
})

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-sns-'))
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

describe('what a template says', () => {
  it('is there: topic, policy, key, tags and subscriptions', async () => {
    const topic = testTopic('news', {
      displayName: 'News',
      policy: policy({ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: NEWS }),
      subscriptions: [{ protocol: 'sqs', endpoint: arnIn('sqs', 'inline') }],
    })
    const subscription = toOrders({
      rawDelivery: true,
      filterPolicy: { a: ['x'] },
      filterPolicyScope: 'MessageBody',
      deadLetterArn: arnIn('sqs', 'dead'),
    })
    await using topics = await startTopics({ nodes: [topic, subscription] })
    const { Attributes = {} } = await topics.client.send(new GetTopicAttributesCommand({ TopicArn: NEWS }))
    expect(Attributes).toMatchObject({ DisplayName: 'News', SubscriptionsConfirmed: '2' })
    expect(JSON.parse(Attributes.Policy ?? '')).toMatchObject({ Statement: [{ Principal: '*' }] })
    const described = await topics.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: ARN }))
    expect(described.Attributes).toMatchObject({
      RawMessageDelivery: 'true',
      FilterPolicy: '{"a":["x"]}',
      FilterPolicyScope: 'MessageBody',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnIn('sqs', 'dead') }),
    })
  })

  it('is what counts at the next start; what the API made stays', async () => {
    {
      await using topics = await startTopics({ state, nodes: [testTopic('news', { displayName: 'News' }), toOrders()] })
      await topics.client.send(new CreateTopicCommand({ Name: 'own' }))
      const wish = { TopicArn: NEWS, Protocol: 'sqs', Endpoint: arnIn('sqs', 'own') }
      await topics.client.send(new SubscribeCommand(wish))
    }
    {
      await using topics = await startTopics({ state, nodes: [testTopic('news')] })
      const { Attributes } = await topics.client.send(new GetTopicAttributesCommand({ TopicArn: NEWS }))
      expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsDeleted: '1' })
      expect(Attributes?.DisplayName).toBe('')
      const { Subscriptions } = await topics.client.send(new ListSubscriptionsCommand({}))
      expect(Subscriptions).toMatchObject([{ Endpoint: arnIn('sqs', 'own') }])
    }
    await using topics = await startTopics({ state })
    const { Topics } = await topics.client.send(new ListTopicsCommand({}))
    expect(Topics).toEqual([{ TopicArn: arnIn('sns', 'own') }])
  })

  it('is refused with its place where AWS would refuse it', async () => {
    const start = startTopics({ nodes: [testTopic('news'), toOrders({ filterPolicy: { a: { b: ['x'] } } })] })
    await expect(start).rejects.toMatchObject({
      code: 'SNS_TEMPLATE',
      message: expect.stringContaining('does not support nested filter policy'),
      place: { file: 'test.yaml', line: 1 },
    })
  })

  it('and is not carried out here is in the journal', async () => {
    const elsewhere = toOrders({ protocol: 'https', endpoint: 'https://example.com/news' })
    await using topics = await startTopics({ nodes: [testTopic('news'), elsewhere] })
    expect(topics.said('sns.notSubscribed')).toEqual([
      expect.stringContaining('https://example.com/news gets nothing of news: the endpoint https://example.com/news'),
    ])
  })
})
