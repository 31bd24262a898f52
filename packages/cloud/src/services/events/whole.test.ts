import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { EventTarget, PolicyStatement } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { clientOptions } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { GROUP, group, groupArn, startLogs } from '../logs/testing.ts'
import { sns } from '../sns/index.ts'
import { sqs } from '../sqs/index.ts'
import { events } from './index.ts'
import { lets, queueArn, queueNode, ruleNode, TOPIC } from './testing.ts'

/** EventBridge beside the real queues and log groups. */
async function startWhole(targets: readonly EventTarget[], nodes: Parameters<typeof startLogs>[0]) {
  const rule = ruleNode('orders', targets, { pattern: '{"source":["orders"]}' })
  const cloud = await startLogs([...nodes, rule], { services: [sqs, sns, events] })
  const options = clientOptions(cloud.gateway.url)
  const bridge = new EventBridgeClient(options)
  const queues = new SQSClient(options)
  return {
    cloud,
    put: () =>
      bridge.send(
        new PutEventsCommand({ Entries: [{ Source: 'orders', DetailType: 'Order Paid', Detail: '{"id":7}' }] }),
      ),
    async receive(name: string, WaitTimeSeconds = 0) {
      const QueueUrl = `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`
      const all = { MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['All'] }
      return (
        (await queues.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds, ...all })))
          .Messages ?? []
      )
    },
    async [Symbol.asyncDispose]() {
      bridge.destroy()
      queues.destroy()
      await cloud.stop()
    },
  }
}

describe('a rule beside the real services', () => {
  it('puts events on queues whose policy lets it, in order on a FIFO queue', async () => {
    await using on = await startWhole(
      [
        { id: 'a', arn: queueArn('orders') },
        { id: 'b', arn: queueArn('steps.fifo'), messageGroupId: 'orders' },
      ],
      [queueNode('orders', lets('orders', 'orders')), queueNode('steps.fifo', lets('steps.fifo', 'orders'))],
    )
    await on.put()
    await on.put()
    const [first] = await on.receive('orders')
    expect(JSON.parse(first?.Body ?? '')).toMatchObject({ source: 'orders', detail: { id: 7 } })
    const steps = await on.receive('steps.fifo')
    expect(steps.map(({ Attributes }) => Attributes?.MessageGroupId)).toEqual(['orders', 'orders'])
  })

  it('puts events on the dead-letter queue when the policy of a queue does not let it, or there is no such queue', async () => {
    const deadLetterArn = queueArn('dead')
    await using on = await startWhole(
      [
        { id: 'a', arn: queueArn('orders'), deadLetterArn },
        { id: 'b', arn: queueArn('none'), deadLetterArn },
      ],
      [queueNode('orders', lets('orders', 'other')), queueNode('dead', lets('dead', 'orders'))],
    )
    await on.put()
    await on.cloud.clock.advance(0)
    const dead = await on.receive('dead')
    const codes = dead.map(({ MessageAttributes: { TARGET_ARN, ERROR_CODE } = {} }) => [
      TARGET_ARN?.StringValue,
      ERROR_CODE?.StringValue,
    ])
    expect(codes.sort()).toEqual([
      [queueArn('none'), 'NO_RESOURCE'],
      [queueArn('orders'), 'NO_PERMISSIONS'],
    ])
    expect(await on.receive('orders')).toEqual([])
  })

  it('publishes events to a topic whose policy lets it', async () => {
    const fromTopic: PolicyStatement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn('news'),
    }
    await using on = await startWhole([{ id: 'a', arn: TOPIC }], [queueNode('news', fromTopic)])
    const topics = new SNSClient(clientOptions(on.cloud.gateway.url))
    try {
      await topics.send(new CreateTopicCommand({ Name: 'alarms' }))
      const Attributes = { RawMessageDelivery: 'true' }
      await topics.send(
        new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: queueArn('news'), Attributes }),
      )
      await on.put()
      const { message } = await on.cloud.world.journal.find(({ kind }) => kind === 'events.failed')
      expect(message).toContain('the policy of the topic alarms does not let events.amazonaws.com publish to it')
      const fromRules = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' }
      const AttributeValue = JSON.stringify({ Statement: [{ ...fromRules, Resource: TOPIC }] })
      await topics.send(new SetTopicAttributesCommand({ TopicArn: TOPIC, AttributeName: 'Policy', AttributeValue }))
      await on.put()
      const [published] = await on.receive('news', 1)
      expect(JSON.parse(published?.Body ?? '')).toMatchObject({ source: 'orders', detail: { id: 7 } })
    } finally {
      topics.destroy()
    }
  })

  it('writes events to a log group, as lines or as a template says', async () => {
    const template = '{"timestamp": <at>, "message": "order <id>"}'
    const now = Date.now()
    await using on = await startWhole(
      [
        { id: 'a', arn: groupArn },
        {
          id: 'b',
          arn: `${groupArn}:*`,
          input: { kind: 'transformer', paths: { id: '$.detail.id' }, template: template.replace('<at>', String(now)) },
        },
        { id: 'c', arn: groupArn.replace(GROUP, '/none') },
      ],
      [group],
    )
    await on.put()
    await on.cloud.clock.advance(0)
    const found = await on.cloud.client.send(new FilterLogEventsCommand({ logGroupName: GROUP }))
    const lines = (found.events ?? []).map(({ message = '' }) => message).sort()
    expect(lines).toEqual(['order 7', expect.stringContaining('"detail-type":"Order Paid"')])
    const failed = on.cloud.world.journal.since(0).filter(({ kind }) => kind === 'events.failed')
    expect(failed).toMatchObject([{ details: { code: 'NO_RESOURCE' } }])
  })

  it('is refused at the start where AWS would refuse it, with its place in the template', async () => {
    const start = (targets: readonly EventTarget[], rest: object) =>
      startLogs([ruleNode('bad', targets, rest)], { services: [events] })
    const pattern = '{"source":["a"]}'
    const bad: readonly (readonly [readonly EventTarget[], object])[] = [
      [[], { pattern: '{"source":"a"}' }],
      [[], { schedule: 'rate(1 minutes)' }],
      [[], { pattern, bus: 'none' }],
      [[{ id: 'a', arn: queueArn('a.fifo') }], { pattern }],
    ]
    for (const [targets, rest] of bad) {
      await expect(start(targets, rest)).rejects.toMatchObject({
        code: 'EVENTS_TEMPLATE',
        place: testNode('other', 'x', { properties: {} }).origin.place,
      })
    }
  })
})
