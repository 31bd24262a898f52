import { PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { PolicyStatement } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { failureOf, policy, sessionOf, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { kms } from '../kms/index.ts'
import { sqs } from '../sqs/index.ts'
import { arnIn, startTopics, type TestTopics, testQueue, testTopic } from './testing.ts'

const NEWS = arnIn('sns', 'news')

const lets = (Action: string, Resource = NEWS): PolicyStatement => ({ Effect: 'Allow', Action, Resource })

const publishAs = async (topics: TestTopics, role: Parameters<typeof sessionOf>[0]) => {
  const client = new SNSClient(await topics.cloud.as(sessionOf(role)))
  return client.send(new PublishCommand({ TopicArn: NEWS, Message: 'x' })).finally(() => client.destroy())
}

describe('a role', () => {
  it('may publish with its own permission', async () => {
    const role = testRole('app', lets('sns:Publish'))
    await using topics = await startTopics({ nodes: [testTopic('news'), role] })
    expect((await publishAs(topics, role)).MessageId).toBeDefined()
  })

  it('may not without one, which SNS calls an authorization error', async () => {
    const role = testRole('app', lets('sns:ListTopics', '*'))
    await using topics = await startTopics({ nodes: [testTopic('news'), role] })
    expect(await failureOf(publishAs(topics, role))).toEqual({
      name: 'AuthorizationErrorException',
      status: 403,
      message: `User: arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0 is not authorized to perform: sns:Publish on resource: ${NEWS} because no identity-based policy allows the sns:Publish action`,
    })
  })

  it("may when the topic's policy names it", async () => {
    const role = testRole('app')
    const named = policy({ ...lets('sns:Publish'), Principal: { AWS: role.arn } })
    await using topics = await startTopics({ nodes: [testTopic('news', { policy: named }), role] })
    expect((await publishAs(topics, role)).MessageId).toBeDefined()
  })

  it('may subscribe by the protocols alone that its policy names', async () => {
    const role = testRole('app', { ...lets('sns:Subscribe'), Condition: { StringEquals: { 'sns:Protocol': 'sqs' } } })
    await using topics = await startTopics({ nodes: [testTopic('news'), role] })
    const client = new SNSClient(await topics.cloud.as(sessionOf(role)))
    const subscribe = (Protocol: string, Endpoint: string) =>
      client.send(new SubscribeCommand({ TopicArn: NEWS, Protocol, Endpoint }))
    expect((await subscribe('sqs', arnIn('sqs', 'orders'))).SubscriptionArn).toContain(NEWS)
    expect((await failureOf(subscribe('email', 'reader@example.com'))).name).toBe('AuthorizationErrorException')
    client.destroy()
  })
})

describe('a service of AWS', () => {
  const deliver = (topics: TestTopics, service: string, sourceArn: string) =>
    topics.cloud.world.deliveries.deliver({
      to: NEWS,
      from: { kind: 'service', service, sourceArn },
      body: '{"a":1}',
      subject: 'Said by a service',
    })
  const ALARM = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:busy'
  const BUCKET = 'arn:aws:s3:::pages'
  const subscriber = testNode('subscription', 'ToOrders', {
    arn: `${NEWS}:11111111-1111-4111-8111-111111111111`,
    topicArn: NEWS,
    protocol: 'sqs',
    endpoint: arnIn('sqs', 'orders'),
    rawDelivery: false,
    filterPolicyScope: 'MessageAttributes',
  })

  it('publishes its own words: an alarm needs no statement in a new topic', async () => {
    const nodes = [testTopic('news'), testQueue('orders'), subscriber]
    await using topics = await startTopics({ nodes, beside: [sqs] })
    expect(await deliver(topics, 'cloudwatch.amazonaws.com', ALARM)).toBe(true)
    const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/orders'
    const { Messages } = await topics.queues.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({ Subject: 'Said by a service', Message: '{"a":1}' })
  })

  it('needs a statement as a bucket, and as an alarm once the topic has a policy of its own', async () => {
    const forBucket = policy({
      ...lets('sns:Publish'),
      Principal: { Service: 's3.amazonaws.com' },
      Condition: { ArnLike: { 'aws:SourceArn': BUCKET } },
    })
    {
      await using topics = await startTopics({ nodes: [testTopic('news')] })
      expect(await deliver(topics, 's3.amazonaws.com', BUCKET)).toBe(false)
      expect(topics.said('delivery.failed')).toEqual([
        `"Said by a service" to ${NEWS} was not delivered: the policy of the topic news does not let s3.amazonaws.com publish to it for ${BUCKET} (sns:Publish)`,
      ])
    }
    await using topics = await startTopics({ nodes: [testTopic('news', { policy: forBucket })] })
    expect(await deliver(topics, 's3.amazonaws.com', BUCKET)).toBe(true)
    expect(await deliver(topics, 's3.amazonaws.com', 'arn:aws:s3:::other')).toBe(false)
    expect(await deliver(topics, 'cloudwatch.amazonaws.com', ALARM)).toBe(false)
  })

  it('is told by the journal that there is no such topic', async () => {
    await using topics = await startTopics()
    expect(await deliver(topics, 'cloudwatch.amazonaws.com', ALARM)).toBe(false)
    expect(topics.said('delivery.failed')[0]).toContain(`there is no topic ${NEWS}`)
  })
})

describe('an encrypted topic', () => {
  it('lets publish who may use its key', async () => {
    const allowed = testRole('allowed', lets('sns:Publish'), lets('kms:GenerateDataKey', '*'))
    const other = testRole('other', lets('sns:Publish'))
    const key = testNode('kmsKey', 'Key', {
      keyId: '22222222-2222-4222-8222-222222222222',
      arn: 'arn:aws:kms:us-east-1:123456789012:key/22222222-2222-4222-8222-222222222222',
      description: '',
      enabled: true,
      usage: 'ENCRYPT_DECRYPT',
      spec: 'SYMMETRIC_DEFAULT',
    })
    const nodes = [testTopic('news', { kmsKeyId: key.arn }), key, allowed, other]
    await using topics = await startTopics({ nodes, beside: [kms] })
    expect((await publishAs(topics, allowed)).MessageId).toBeDefined()
    expect(await failureOf(publishAs(topics, other))).toMatchObject({ name: 'KMSAccessDeniedException', status: 400 })
  })
})
