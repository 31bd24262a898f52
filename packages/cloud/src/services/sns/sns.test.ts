import {
  AddPermissionCommand,
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  RemovePermissionCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns'
import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { sqs } from '../sqs/index.ts'
import { arnIn, startTopics, testQueue, testTopic } from './testing.ts'

const NEWS = arnIn('sns', 'news')
const ORDERS = arnIn('sqs', 'orders')
const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/orders'

const subscribe = (client: SNSClient, attributes: Record<string, string> = {}, endpoint = ORDERS) =>
  client.send(new SubscribeCommand({ TopicArn: NEWS, Protocol: 'sqs', Endpoint: endpoint, Attributes: attributes }))

async function received(queues: SQSClient, url = QUEUE_URL) {
  const answer = await queues.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      AttributeNames: ['All'],
      // Until there is one: the clock stands still.
      WaitTimeSeconds: 20,
    }),
  )
  return answer.Messages ?? []
}

describe('topics', () => {
  it('are made once, described, listed and deleted', async () => {
    await using topics = await startTopics()
    const { client } = topics
    const create = new CreateTopicCommand({
      Name: 'news',
      Attributes: { DisplayName: 'News' },
      Tags: [{ Key: 'team', Value: 'shop' }],
    })
    expect((await client.send(create)).TopicArn).toBe(NEWS)
    expect((await client.send(create)).TopicArn).toBe(NEWS)
    const other = new CreateTopicCommand({ Name: 'news', Attributes: { DisplayName: 'Other' } })
    expect(await failureOf(client.send(other))).toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
    })
    const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn: NEWS }))
    expect(Attributes).toMatchObject({
      TopicArn: NEWS,
      Owner: '123456789012',
      DisplayName: 'News',
      SubscriptionsConfirmed: '0',
      SubscriptionsPending: '0',
      SubscriptionsDeleted: '0',
    })
    expect(JSON.parse(Attributes.Policy ?? '')).toMatchObject({ Statement: [{ Sid: '__default_statement_ID' }] })
    expect(JSON.parse(Attributes.EffectiveDeliveryPolicy ?? '')).toMatchObject({
      http: { defaultHealthyRetryPolicy: { numRetries: 3, minDelayTarget: 20, backoffFunction: 'linear' } },
    })
    expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: NEWS }])
    await client.send(new DeleteTopicCommand({ TopicArn: NEWS }))
    await client.send(new DeleteTopicCommand({ TopicArn: NEWS }))
    expect(await failureOf(client.send(new GetTopicAttributesCommand({ TopicArn: NEWS })))).toEqual({
      name: 'NotFoundException',
      status: 404,
      message: 'Topic does not exist',
    })
  })

  it('are listed in pages of a hundred', async () => {
    await using topics = await startTopics()
    const { client } = topics
    for (let i = 0; i < 101; i++) await client.send(new CreateTopicCommand({ Name: `topic-${1000 + i}` }))
    const first = await client.send(new ListTopicsCommand({}))
    expect(first.Topics).toHaveLength(100)
    const second = await client.send(new ListTopicsCommand({ NextToken: first.NextToken }))
    expect(second).toMatchObject({ Topics: [{ TopicArn: arnIn('sns', 'topic-1100') }] })
    expect(second.NextToken).toBeUndefined()
  })

  it('change their attributes, tags and permissions', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const { client } = topics
    await client.send(
      new SetTopicAttributesCommand({ TopicArn: NEWS, AttributeName: 'SignatureVersion', AttributeValue: '2' }),
    )
    await client.send(
      new TagResourceCommand({
        ResourceArn: NEWS,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    )
    await client.send(new UntagResourceCommand({ ResourceArn: NEWS, TagKeys: ['a'] }))
    expect((await client.send(new ListTagsForResourceCommand({ ResourceArn: NEWS }))).Tags).toEqual([
      { Key: 'b', Value: '2' },
    ])
    const permission = { TopicArn: NEWS, Label: 'other', AWSAccountId: ['210987654321'], ActionName: ['Publish'] }
    await client.send(new AddPermissionCommand(permission))
    const attributes = async () =>
      (await client.send(new GetTopicAttributesCommand({ TopicArn: NEWS }))).Attributes ?? {}
    expect((await attributes()).SignatureVersion).toBe('2')
    expect(JSON.parse((await attributes()).Policy ?? '').Statement[1]).toEqual({
      Sid: 'other',
      Effect: 'Allow',
      Principal: { AWS: ['arn:aws:iam::210987654321:root'] },
      Action: ['SNS:Publish'],
      Resource: NEWS,
    })
    await client.send(new RemovePermissionCommand({ TopicArn: NEWS, Label: 'other' }))
    expect(JSON.parse((await attributes()).Policy ?? '').Statement).toHaveLength(1)
    const missing = client.send(new ListTagsForResourceCommand({ ResourceArn: arnIn('sns', 'none') }))
    expect(await failureOf(missing)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 })
  })

  it.each([
    ['a name with a space', { Name: 'no way' }, 'Invalid parameter: Topic Name'],
    ['a FIFO topic without its ending', { Name: 'news', Attributes: { FifoTopic: 'true' } }, 'must end with .fifo'],
    ['an attribute that nobody knows', { Name: 'news', Attributes: { Colour: 'red' } }, 'Unknown attribute Colour'],
    ['a policy that is none', { Name: 'news', Attributes: { Policy: 'no' } }, 'Policy Error'],
    [
      'a delivery policy that is none',
      { Name: 'news', Attributes: { DeliveryPolicy: '{"http":{"x":1}}' } },
      'DeliveryPolicy',
    ],
    [
      'data protection',
      { Name: 'news', DataProtectionPolicy: '{}' },
      'a data protection policy, the member DataProtectionPolicy',
    ],
    ['delivery status logging', { Name: 'news', Attributes: { SQSSuccessFeedbackRoleArn: 'x' } }, 'is not emulated'],
    ['an archive', { Name: 'a.fifo', Attributes: { FifoTopic: 'true', ArchivePolicy: '{}' } }, 'is not emulated'],
  ])('are refused with %s', async (_, input, message) => {
    await using topics = await startTopics()
    const failure = await failureOf(topics.client.send(new CreateTopicCommand(input)))
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining(message) })
  })
})

describe('subscriptions', () => {
  it('of queues are confirmed at once, described, changed and ended', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const { client } = topics
    const { SubscriptionArn: arn = '' } = await subscribe(client, { RawMessageDelivery: 'true' })
    expect(arn).toMatch(/^arn:aws:sns:us-east-1:123456789012:news:[0-9a-f-]{36}$/)
    // Again with the same attributes, or without any.
    expect((await subscribe(client, { RawMessageDelivery: 'true' })).SubscriptionArn).toBe(arn)
    expect((await subscribe(client)).SubscriptionArn).toBe(arn)
    expect((await failureOf(subscribe(client, { RawMessageDelivery: 'false' }))).message).toBe(
      'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
    )
    const set = { SubscriptionArn: arn, AttributeName: 'FilterPolicy', AttributeValue: '{"kind":["order"]}' }
    await client.send(new SetSubscriptionAttributesCommand(set))
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }))
    expect(Attributes).toMatchObject({
      SubscriptionArn: arn,
      TopicArn: NEWS,
      Protocol: 'sqs',
      Endpoint: ORDERS,
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
      RawMessageDelivery: 'true',
      FilterPolicy: '{"kind":["order"]}',
      FilterPolicyScope: 'MessageAttributes',
    })
    const entry = { SubscriptionArn: arn, Owner: '123456789012', Protocol: 'sqs', Endpoint: ORDERS, TopicArn: NEWS }
    expect((await client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([entry])
    const ofTopic = new ListSubscriptionsByTopicCommand({ TopicArn: NEWS })
    expect((await client.send(ofTopic)).Subscriptions).toEqual([entry])
    await client.send(new UnsubscribeCommand({ SubscriptionArn: arn }))
    await client.send(new UnsubscribeCommand({ SubscriptionArn: arn }))
    expect((await client.send(ofTopic)).Subscriptions).toEqual([])
    expect(await failureOf(client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn })))).toMatchObject({
      name: 'NotFoundException',
      message: 'Subscription does not exist',
    })
    const counted = await client.send(new GetTopicAttributesCommand({ TopicArn: NEWS }))
    expect(counted.Attributes?.SubscriptionsDeleted).toBe('1')
  })

  it.each([
    ['a protocol that nobody knows', 'fax', 'x', 'Amazon SNS does not support this protocol string: fax'],
    ['text messages', 'sms', '+15550100', 'the protocol sms of SNS is not emulated'],
    ['mobile devices', 'application', 'x', 'the protocol application of SNS is not emulated'],
    ['Firehose', 'firehose', 'x', 'the protocol firehose of SNS is not emulated'],
    ['what is no queue', 'sqs', 'orders', 'Invalid parameter: SQS endpoint ARN'],
    ['a queue of another account', 'sqs', 'arn:aws:sqs:us-east-1:210987654321:orders', 'is not emulated'],
    ['a FIFO queue at a standard topic', 'sqs', arnIn('sqs', 'a.fifo'), 'FIFO SQS Queues can not be subscribed'],
    ['what is no function', 'lambda', 'orders', 'Invalid parameter: Lambda endpoint ARN'],
    ['the wrong protocol', 'https', 'http://localhost/x', 'Endpoint must match the specified protocol'],
    ['another machine', 'https', 'https://example.com/x', 'is not emulated'],
    ['what is no address', 'email', 'reader', 'Invalid parameter: Email address'],
  ])('are refused for %s', async (_, Protocol, Endpoint, message) => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const failure = await failureOf(topics.client.send(new SubscribeCommand({ TopicArn: NEWS, Protocol, Endpoint })))
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining(message) })
  })

  it.each([
    ['RawMessageDelivery', 'yes', 'Must be true or false'],
    ['FilterPolicy', '{"a":{"b":["c"]}}', 'does not support nested filter policy'],
    ['FilterPolicy', 'no', 'FilterPolicy: failed to parse JSON.'],
    ['FilterPolicyScope', 'Everything', 'Please use either MessageBody or MessageAttributes'],
    ['DeliveryPolicy', '{}', 'does not support a delivery policy'],
    ['RedrivePolicy', '{}', 'must have a deadLetterTargetArn'],
    ['RedrivePolicy', JSON.stringify({ deadLetterTargetArn: arnIn('sqs', 'a.fifo') }), 'standard queue'],
    ['Colour', 'red', 'Attributes Reason: Unknown attribute: Colour'],
    ['ReplayPolicy', '{}', 'is not emulated'],
  ])('are refused with %s %s', async (name, value, message) => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const failure = await failureOf(subscribe(topics.client, { [name]: value }))
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining(message) })
  })

  it('cannot be confirmed with what is no token', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const confirm = new ConfirmSubscriptionCommand({ TopicArn: NEWS, Token: 'guessed' })
    expect(await failureOf(topics.client.send(confirm))).toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Token',
    })
  })
})

describe('a message', () => {
  it('reaches a queue as a notification, with its attributes', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news'), testQueue('orders')], beside: [sqs] })
    const { client, queues } = topics
    await subscribe(client)
    const { MessageId } = await client.send(
      new PublishCommand({
        TopicArn: NEWS,
        Message: 'order "1"',
        Subject: 'Order',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'order' },
          picture: { DataType: 'Binary', BinaryValue: Buffer.from('png') },
        },
      }),
    )
    const [message] = await received(queues)
    expect(message?.Body?.startsWith(`{\n  "Type" : "Notification",\n  "MessageId" : "${MessageId}",\n`)).toBe(true)
    const body = JSON.parse(message?.Body ?? '')
    expect(Object.keys(body)).toEqual([
      ...['Type', 'MessageId', 'TopicArn', 'Subject', 'Message', 'Timestamp', 'SignatureVersion', 'Signature'],
      ...['SigningCertURL', 'UnsubscribeURL', 'MessageAttributes'],
    ])
    expect(body).toMatchObject({
      TopicArn: NEWS,
      Subject: 'Order',
      Message: 'order "1"',
      Timestamp: '2026-11-22T09:30:00.000Z',
      MessageAttributes: {
        kind: { Type: 'String', Value: 'order' },
        picture: { Type: 'Binary', Value: Buffer.from('png').toString('base64') },
      },
    })
    expect(topics.metric('news', 'NumberOfMessagesPublished')).toBe(1)
    expect(topics.metric('news', 'NumberOfNotificationsDelivered')).toBe(1)
    expect(topics.metric('news', 'PublishSize')).toBe(9 + 4 + 6 + 5 + 7 + 6 + 3)
  })

  it('reaches a queue raw, its attributes as those of the queue, and its group', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news'), testQueue('orders')], beside: [sqs] })
    const { client, queues } = topics
    await subscribe(client, { RawMessageDelivery: 'true' })
    const MessageAttributes = { kind: { DataType: 'String.Array', StringValue: '["a"]' } }
    await client.send(new PublishCommand({ TopicArn: NEWS, Message: 'plain', MessageAttributes, MessageGroupId: 'g' }))
    expect(await received(queues)).toMatchObject([
      { Body: 'plain', MessageAttributes, Attributes: { MessageGroupId: 'g' } },
    ])
  })

  it('is another one for each protocol with a message structure', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news'), testQueue('orders')], beside: [sqs] })
    const { client, queues } = topics
    await subscribe(client, { RawMessageDelivery: 'true' })
    const publish = (Message: string) =>
      client.send(new PublishCommand({ TopicArn: NEWS, Message, MessageStructure: 'json' }))
    await publish(JSON.stringify({ default: 'for all', sqs: 'for queues' }))
    await publish(JSON.stringify({ default: 'for all', email: 'for people' }))
    expect((await received(queues)).map(({ Body }) => Body)).toEqual(['for queues', 'for all'])
    expect((await failureOf(publish('{"sqs":"x"}'))).message).toContain('No default entry in JSON message body')
    expect((await failureOf(publish('no'))).message).toContain('JSON message body failed to parse')
  })

  it('goes to those alone whose filter policy it meets', async () => {
    const nodes = [testTopic('news'), testQueue('orders'), testQueue('large')]
    await using topics = await startTopics({ nodes, beside: [sqs] })
    const { client, queues } = topics
    await subscribe(client, { FilterPolicy: '{"kind":["order"]}', RawMessageDelivery: 'true' })
    const large = { FilterPolicy: '{"total":[{"numeric":[">",100]}]}', FilterPolicyScope: 'MessageBody' }
    await subscribe(client, { ...large, RawMessageDelivery: 'true' }, arnIn('sqs', 'large'))
    const kind = (StringValue: string) => ({ kind: { DataType: 'String', StringValue } })
    await client.send(new PublishCommand({ TopicArn: NEWS, Message: '{"total":5}', MessageAttributes: kind('order') }))
    await client.send(
      new PublishCommand({ TopicArn: NEWS, Message: '{"total":500}', MessageAttributes: kind('other') }),
    )
    await client.send(new PublishCommand({ TopicArn: NEWS, Message: 'no JSON' }))
    expect((await received(queues)).map(({ Body }) => Body)).toEqual(['{"total":5}'])
    const others = await received(queues, 'https://sqs.us-east-1.amazonaws.com/123456789012/large')
    expect(others.map(({ Body }) => Body)).toEqual(['{"total":500}'])
    expect(topics.metric('news', 'NumberOfNotificationsFilteredOut')).toBe(4)
    expect(topics.metric('news', 'NumberOfNotificationsFilteredOut-MessageAttributes')).toBe(1)
    expect(topics.metric('news', 'NumberOfNotificationsFilteredOut-NoMessageAttributes')).toBe(1)
    expect(topics.metric('news', 'NumberOfNotificationsFilteredOut-MessageBody')).toBe(1)
    expect(topics.metric('news', 'NumberOfNotificationsFilteredOut-InvalidMessageBody')).toBe(1)
  })

  it('goes with others in a batch, each with its own answer', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news'), testQueue('orders')], beside: [sqs] })
    const { client, queues } = topics
    await subscribe(client, { RawMessageDelivery: 'true' })
    const batch = (entries: { Id: string; Message: string; Subject?: string }[]) =>
      client.send(new PublishBatchCommand({ TopicArn: NEWS, PublishBatchRequestEntries: entries }))
    const answer = await batch([
      { Id: 'one', Message: '1' },
      { Id: 'two', Message: '2', Subject: 'two\nlines' },
    ])
    expect(answer).toMatchObject({
      Successful: [{ Id: 'one' }],
      Failed: [{ Id: 'two', Code: 'InvalidParameter', Message: 'Invalid parameter: Subject', SenderFault: true }],
    })
    expect((await received(queues)).map(({ Body }) => Body)).toEqual(['1'])
    const same = [
      { Id: 'one', Message: '1' },
      { Id: 'one', Message: '2' },
    ]
    expect((await failureOf(batch(same))).name).toBe('BatchEntryIdsNotDistinctException')
    const many = Array.from({ length: 11 }, (_, i) => ({ Id: String(i), Message: 'x' }))
    expect((await failureOf(batch(many))).name).toBe('TooManyEntriesInBatchRequestException')
    expect((await failureOf(batch([]))).name).toBe('EmptyBatchRequestException')
    expect((await failureOf(batch([{ Id: 'a b', Message: 'x' }]))).name).toBe('InvalidBatchEntryIdException')
    const long = ['a', 'b'].map(Id => ({ Id, Message: 'x'.repeat(200_000) }))
    expect((await failureOf(batch(long))).name).toBe('BatchRequestTooLongException')
  })

  it.each([
    ['without a body', { Message: '' }, 'Invalid parameter: Empty message'],
    ['too long', { Message: 'x'.repeat(262_145) }, 'Invalid parameter: Message too long'],
    ['with a subject of two lines', { Message: 'x', Subject: 'two\nlines' }, 'Invalid parameter: Subject'],
    ['with a subject that is too long', { Message: 'x', Subject: 'x'.repeat(101) }, 'Invalid parameter: Subject'],
    ['of an unknown structure', { Message: 'x', MessageStructure: 'xml' }, 'Invalid parameter: MessageStructure'],
    ['with a deduplication id', { Message: 'x', MessageDeduplicationId: 'x' }, 'not valid for this topic type'],
    ['to a telephone', { Message: 'x', PhoneNumber: '+15550100' }, 'is not emulated'],
    ['to two targets', { Message: 'x', TargetArn: NEWS }, 'not both, must be specified'],
    [
      'with an attribute without a value',
      { Message: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      'must contain non-empty message attribute value',
    ],
    [
      'with an attribute of an unknown type',
      { Message: 'x', MessageAttributes: { a: { DataType: 'Date', StringValue: 'x' } } },
      'has an invalid message attribute type',
    ],
  ])('is refused %s', async (_, input, message) => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const failure = await failureOf(topics.client.send(new PublishCommand({ TopicArn: NEWS, ...input })))
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining(message) })
  })

  it('needs a topic', async () => {
    await using topics = await startTopics()
    const publish = (TopicArn: string) => topics.client.send(new PublishCommand({ TopicArn, Message: 'x' }))
    expect(await failureOf(publish(NEWS))).toMatchObject({ name: 'NotFoundException', status: 404 })
    expect(await failureOf(publish('news'))).toMatchObject({
      message: 'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    })
  })
})
