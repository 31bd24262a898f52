import { createVerify, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { hours, minutes, seconds, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../deliveries.ts'
import { AccessDenied } from '../../gateway/errors.ts'
import { failureOf, policy } from '../../gateway/testing.ts'
import { sqs } from '../sqs/index.ts'
import { arnIn, START, startEndpoint, startTopics, type TestTopics, testQueue, testTopic } from './testing.ts'
import { WaitingDeliveries } from './waiting.ts'

const NEWS = arnIn('sns', 'news')

const publish = (client: SNSClient, Message: string) => client.send(new PublishCommand({ TopicArn: NEWS, Message }))

/** A confirmed subscription of an HTTP endpoint. */
async function confirmed(topics: TestTopics, url: string, attributes: Record<string, string> = {}): Promise<string> {
  const subscribed = topics.cloud.world.journal.next(({ kind }) => kind === 'sns.confirmed')
  const { SubscriptionArn = '' } = await topics.client.send(
    new SubscribeCommand({
      TopicArn: NEWS,
      Protocol: 'http',
      Endpoint: url,
      Attributes: attributes,
      ReturnSubscriptionArn: true,
    }),
  )
  await subscribed
  return SubscriptionArn
}

/** An endpoint that opens the link it is sent, as AWS asks of them. */
async function confirming() {
  const endpoint = await startEndpoint()
  const opened = endpoint.post(1).then(async ({ body }) => (await fetch(JSON.parse(body).SubscribeURL)).status)
  return { endpoint, opened }
}

describe('an HTTP endpoint', () => {
  it('is asked, confirms by the link, and is sent signed notifications with the header fields of SNS', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const { endpoint, opened } = await confirming()
    await using _ = endpoint
    const arn = await confirmed(topics, endpoint.url)
    expect(await opened).toBe(200)
    const asked = await endpoint.post(1)
    expect(asked.headers).toMatchObject({
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': NEWS,
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
    })
    expect(Object.keys(JSON.parse(asked.body))).toEqual([
      ...['Type', 'MessageId', 'Token', 'TopicArn', 'Message', 'SubscribeURL', 'Timestamp', 'SignatureVersion'],
      ...['Signature', 'SigningCertURL'],
    ])
    const { MessageId } = await publish(topics.client, 'hello')
    const { headers, body } = await endpoint.post(2)
    expect(headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-subscription-arn': arn,
    })
    expect(JSON.parse(body)).toMatchObject({ Type: 'Notification', Message: 'hello', TopicArn: NEWS })
    const { Attributes } = await topics.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }))
    expect(Attributes).toMatchObject({ ConfirmationWasAuthenticated: 'false', PendingConfirmation: 'false' })
  })

  it.each([
    ['1', 'RSA-SHA1'],
    ['2', 'RSA-SHA256'],
  ] as const)(
    'can prove with the certificate that version %s came from the topic',
    async (signatureVersion, algorithm) => {
      await using topics = await startTopics({ nodes: [testTopic('news', { signatureVersion })] })
      const { endpoint } = await confirming()
      await using _ = endpoint
      await confirmed(topics, endpoint.url)
      await topics.client.send(new PublishCommand({ TopicArn: NEWS, Message: 'hello', Subject: 'Greeting' }))
      const said = JSON.parse((await endpoint.post(2)).body)
      const certificate = new X509Certificate(await (await fetch(said.SigningCertURL)).text())
      const text = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
        .map(name => `${name}\n${said[name]}\n`)
        .join('')
      const isProved = (signed: string) =>
        createVerify(algorithm).update(signed).verify(certificate.publicKey, said.Signature, 'base64')
      expect(said.SignatureVersion).toBe(signatureVersion)
      expect(isProved(text)).toBe(true)
      expect(isProved(text.replace('hello', 'other'))).toBe(false)
      expect((await fetch(new URL('/SimpleNotificationService-0.pem', said.SigningCertURL))).status).toBe(404)
    },
  )

  it('gets the message itself when it wants it raw, in its own content type', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const { endpoint } = await confirming()
    await using _ = endpoint
    const requestPolicy = { headerContentType: 'application/json' }
    await confirmed(topics, endpoint.url, {
      RawMessageDelivery: 'true',
      DeliveryPolicy: JSON.stringify({ requestPolicy }),
    })
    await publish(topics.client, '{"a":1}')
    const { headers, body } = await endpoint.post(2)
    expect(body).toBe('{"a":1}')
    expect(headers).toMatchObject({ 'x-amz-sns-rawdelivery': 'true', 'content-type': 'application/json' })
  })

  it('that fails is tried again after 20, 40 and 60 s with the same message; each failure counts', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const { endpoint } = await confirming()
    await using _ = endpoint
    await confirmed(topics, endpoint.url)
    endpoint.status = 503
    const { MessageId } = await publish(topics.client, 'hello')
    for (const attempt of [1, 2, 3, 4]) {
      await endpoint.post(1 + attempt)
      await settled(() => topics.metric('news', 'NumberOfNotificationsFailed') === attempt)
      await topics.clock.advance(seconds(19))
      expect(endpoint.posts).toHaveLength(1 + attempt)
      if (attempt < 4) await topics.clock.advance(seconds(1))
    }
    expect(endpoint.posts.slice(1).map(({ headers }) => headers['x-amz-sns-message-id'])).toEqual(
      Array.from({ length: 4 }, () => MessageId),
    )
    expect(await topics.saidIn('sns.failed')).toContain('has answered 503; it is lost')
    expect(topics.metric('news', 'NumberOfNotificationsDelivered')).toBe(0)
  })

  it('that answers 4xx is not tried again: the message is on the dead-letter queue', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news'), testQueue('dead')], beside: [sqs] })
    const { endpoint } = await confirming()
    await using _ = endpoint
    const redrive = JSON.stringify({ deadLetterTargetArn: arnIn('sqs', 'dead') })
    await confirmed(topics, endpoint.url, { RedrivePolicy: redrive })
    endpoint.status = 404
    await publish(topics.client, 'hello')
    const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/dead'
    const { Messages } = await topics.queues.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({ Type: 'Notification', Message: 'hello' })
    expect(await topics.saidIn('sns.failed')).toContain(`has answered 404; it is on ${arnIn('sqs', 'dead')}`)
    expect(endpoint.posts).toHaveLength(2)
    expect(topics.metric('news', 'NumberOfNotificationsRedrivenToDlq')).toBe(1)
  })

  it('gets no more a second than its throttle policy says', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const { endpoint } = await confirming()
    await using _ = endpoint
    const DeliveryPolicy = JSON.stringify({ throttlePolicy: { maxReceivesPerSecond: 1 } })
    await confirmed(topics, endpoint.url, { DeliveryPolicy })
    for (const text of ['1', '2', '3']) await publish(topics.client, text)
    for (const count of [2, 3, 4]) {
      if (count > 2) await topics.clock.advance(seconds(1))
      await endpoint.post(count)
      expect(endpoint.posts).toHaveLength(count)
    }
  })

  it('whose subscription ends is told so in a signed message, whose link brings it back for two days', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const { endpoint } = await confirming()
    await using _ = endpoint
    const arn = await confirmed(topics, endpoint.url, { FilterPolicy: '{"kind":["a"]}' })
    const list = async () =>
      (await topics.client.send(new ListSubscriptionsByTopicCommand({ TopicArn: NEWS }))).Subscriptions
    await topics.client.send(new UnsubscribeCommand({ SubscriptionArn: arn }))
    const { headers, body } = await endpoint.post(2)
    expect(headers).toMatchObject({
      'x-amz-sns-message-type': 'UnsubscribeConfirmation',
      'x-amz-sns-subscription-arn': arn,
      'x-amz-sns-topic-arn': NEWS,
    })
    const { Signature, SigningCertURL, SignatureVersion, ...said } = JSON.parse(body)
    expect(said).toEqual({
      Type: 'UnsubscribeConfirmation',
      MessageId: headers['x-amz-sns-message-id'],
      Token: expect.stringMatching(/^[0-9a-f]{256}$/),
      TopicArn: NEWS,
      Message: `You have chosen to deactivate subscription ${arn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: expect.stringContaining('Action=ConfirmSubscription'),
      Timestamp: new Date(topics.clock.now()).toISOString(),
    })
    const signed = Object.entries(said).sort(([one], [other]) => (one < other ? -1 : 1))
    const { publicKey } = new X509Certificate(await (await fetch(SigningCertURL)).text())
    const verify = createVerify(SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1')
    verify.update(signed.map(([name, value]) => `${name}\n${value}\n`).join(''))
    expect(verify.verify(publicKey, Signature, 'base64')).toBe(true)
    expect(await list()).toEqual([])

    expect((await fetch(said.SubscribeURL)).status).toBe(200)
    expect(await list()).toMatchObject([{ SubscriptionArn: arn }])
    const { Attributes } = await topics.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }))
    expect(Attributes).toMatchObject({ FilterPolicy: '{"kind":["a"]}', PendingConfirmation: 'false' })
    expect((await fetch(said.SubscribeURL)).status).toBe(400)

    await topics.client.send(new UnsubscribeCommand({ SubscriptionArn: arn }))
    const again = JSON.parse((await endpoint.post(3)).body).SubscribeURL
    await topics.clock.advance(hours(48) + 1)
    expect((await fetch(again)).status).toBe(400)
  })

  it('that is down while the cloud stops gets the same message from the next one, which goes on where it was', async () => {
    await using endpoint = await startEndpoint(503)
    const state = mkdtempSync(join(tmpdir(), 'terrace-sns-'))
    const clock = new VirtualClock(START)
    const nodes = [testTopic('news')]
    try {
      let id: string | undefined
      {
        await using topics = await startTopics({ nodes, state, clock })
        endpoint.status = 200
        const opened = endpoint.post(1).then(({ body }) => fetch(JSON.parse(body).SubscribeURL))
        await confirmed(topics, endpoint.url)
        await opened
        endpoint.status = 503
        id = (await publish(topics.client, 'at last')).MessageId
        await endpoint.post(2)
        await expect.poll(() => new WaitingDeliveries(topics.cloud.world.folders.data).left()).toHaveLength(1)
        await topics.clock.advance(seconds(20))
        await endpoint.post(3)
        await expect
          .poll(() => new WaitingDeliveries(topics.cloud.world.folders.data).left()[0]?.delivery.attempts)
          .toBe(2)
      }
      await clock.advance(seconds(5))
      await using topics = await startTopics({ nodes, state, clock })
      expect(topics.said('sns.resumed')).toEqual(['SNS goes on with notifications of an earlier run: 1'])
      endpoint.status = 200
      await clock.advance(seconds(14))
      expect(endpoint.posts).toHaveLength(3)
      await clock.advance(seconds(1))
      const [first, last] = [await endpoint.post(2), await endpoint.post(4)]
      expect(last.headers['x-amz-sns-message-id']).toBe(id)
      const { Message, Timestamp, Signature } = JSON.parse(first.body)
      expect(JSON.parse(last.body)).toMatchObject({ Message, Timestamp, Signature })
      await expect.poll(() => new WaitingDeliveries(topics.cloud.world.folders.data).left()).toEqual([])
      expect(topics.metric('news', 'NumberOfNotificationsDelivered')).toBe(1)
    } finally {
      rmSync(state, { recursive: true, force: true })
    }
  })

  it('that nobody confirms gets nothing, and is gone after two days', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    await using endpoint = await startEndpoint()
    await topics.client.send(new SubscribeCommand({ TopicArn: NEWS, Protocol: 'http', Endpoint: endpoint.url }))
    const { SubscribeURL } = JSON.parse((await endpoint.post(1)).body)
    await publish(topics.client, 'hello')
    const list = async () =>
      (await topics.client.send(new ListSubscriptionsByTopicCommand({ TopicArn: NEWS }))).Subscriptions ?? []
    expect((await list()).map(({ SubscriptionArn }) => SubscriptionArn)).toEqual(['PendingConfirmation'])
    await topics.clock.advance(hours(48) + 1)
    expect(await list()).toEqual([])
    const late = await fetch(SubscribeURL)
    expect([late.status, await late.text()]).toEqual([400, expect.stringContaining('<Code>InvalidParameter</Code>')])
    expect(endpoint.posts).toHaveLength(1)
  })
})

describe('a queue', () => {
  it('whose policy does not let SNS send gets nothing, and the journal says why', async () => {
    const closed = testQueue('orders', { policy: policy() })
    await using topics = await startTopics({ nodes: [testTopic('news'), closed], beside: [sqs] })
    await topics.client.send(
      new SubscribeCommand({ TopicArn: NEWS, Protocol: 'sqs', Endpoint: arnIn('sqs', 'orders') }),
    )
    await publish(topics.client, 'hello')
    expect(await topics.saidIn('sns.failed')).toContain(
      `the policy of the queue orders does not let sns.amazonaws.com send to it for ${NEWS}`,
    )
    expect(topics.metric('news', 'NumberOfNotificationsFailed')).toBe(1)
  })

  it('gets nothing raw with more than ten attributes', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news'), testQueue('orders')], beside: [sqs] })
    await topics.client.send(
      new SubscribeCommand({
        TopicArn: NEWS,
        Protocol: 'sqs',
        Endpoint: arnIn('sqs', 'orders'),
        Attributes: { RawMessageDelivery: 'true' },
      }),
    )
    const names = Array.from({ length: 11 }, (_, i) => `a${i}`)
    const MessageAttributes = Object.fromEntries(names.map(n => [n, { DataType: 'String', StringValue: 'x' }]))
    await topics.client.send(new PublishCommand({ TopicArn: NEWS, Message: 'x', MessageAttributes }))
    expect(await topics.saidIn('sns.failed')).toContain('it has 11 message attributes')
  })
})

describe('a function', () => {
  const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:count'
  const subscribe = new SubscribeCommand({ TopicArn: NEWS, Protocol: 'lambda', Endpoint: FUNCTION })

  it('gets an event with one record', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const got = Promise.withResolvers<Delivery>()
    topics.cloud.world.deliveries.register('lambda', delivery => got.resolve(delivery))
    const { SubscriptionArn } = await topics.client.send(subscribe)
    await publish(topics.client, 'hello')
    const { to, from, body } = await got.promise
    expect({ to, from }).toEqual({
      to: FUNCTION,
      from: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: NEWS },
    })
    const { Records } = JSON.parse(body)
    expect(Records).toMatchObject([
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: SubscriptionArn,
        Sns: { Type: 'Notification', Message: 'hello', Subject: null, TopicArn: NEWS, MessageAttributes: {} },
      },
    ])
    expect(Object.keys(Records[0].Sns)).toEqual(expect.arrayContaining(['SigningCertUrl', 'UnsubscribeUrl']))
    await settled(() => topics.metric('news', 'NumberOfNotificationsDelivered') === 1)
  })

  it('that refuses SNS is a failure; that fails itself is not', async () => {
    await using topics = await startTopics({ nodes: [testTopic('news')] })
    const errors = [new AccessDenied('no permission for sns.amazonaws.com'), new Error('the handler has thrown')]
    topics.cloud.world.deliveries.register('lambda', () => Promise.reject(errors.shift()))
    await topics.client.send(subscribe)
    await publish(topics.client, 'one')
    expect(await topics.saidIn('sns.failed')).toContain('no permission for sns.amazonaws.com')
    await publish(topics.client, 'two')
    await settled(() => topics.metric('news', 'NumberOfNotificationsDelivered') === 1)
    expect(topics.metric('news', 'NumberOfNotificationsFailed')).toBe(1)
  })
})

describe('a FIFO topic', () => {
  const ORDERED = arnIn('sns', 'ordered.fifo')
  const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/orders.fifo'
  const fifo = (
    rest: Partial<{ contentBasedDeduplication: boolean; throughputScope: 'Topic' | 'MessageGroup' }> = {},
  ) => testTopic('ordered.fifo', { fifo: { contentBasedDeduplication: false, throughputScope: 'Topic', ...rest } })
  const subscribe = (client: SNSClient, Protocol = 'sqs', Endpoint = arnIn('sqs', 'orders.fifo')) =>
    client.send(
      new SubscribeCommand({ TopicArn: ORDERED, Protocol, Endpoint, Attributes: { RawMessageDelivery: 'true' } }),
    )
  const send = (client: SNSClient, Message: string, MessageGroupId: string | undefined, id?: string) =>
    client.send(new PublishCommand({ TopicArn: ORDERED, Message, MessageGroupId, MessageDeduplicationId: id }))
  const received = async ({ queues }: TestTopics) => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All' as const] }
    return (await queues.send(new ReceiveMessageCommand({ ...input, WaitTimeSeconds: 20 }))).Messages ?? []
  }

  it('keeps the order of a group, and numbers its messages', async () => {
    await using topics = await startTopics({ nodes: [fifo(), testQueue('orders.fifo')], beside: [sqs] })
    await subscribe(topics.client)
    const entries = Array.from({ length: 10 }, (_, i) => ({
      Id: `e${i}`,
      Message: String(i),
      MessageGroupId: 'g',
      MessageDeduplicationId: `d${i}`,
    }))
    const answer = await topics.client.send(
      new PublishBatchCommand({ TopicArn: ORDERED, PublishBatchRequestEntries: entries }),
    )
    const numbers = (answer.Successful ?? []).map(({ SequenceNumber = '' }) => SequenceNumber)
    expect(numbers.every(number => /^\d{20}$/.test(number))).toBe(true)
    expect([...numbers].sort()).toEqual(numbers)
    const messages = await received(topics)
    expect(messages.map(({ Body }) => Body)).toEqual(entries.map(({ Message }) => Message))
    expect(messages[0]?.Attributes).toMatchObject({ MessageGroupId: 'g', MessageDeduplicationId: 'd0' })
  })

  it('takes a message again without delivering it for five minutes', async () => {
    await using topics = await startTopics({ nodes: [fifo(), testQueue('orders.fifo')], beside: [sqs] })
    const { client, clock } = topics
    const first = await send(client, 'one', 'g', 'same')
    expect(await send(client, 'two', 'g', 'same')).toMatchObject({
      MessageId: first.MessageId,
      SequenceNumber: first.SequenceNumber,
    })
    expect(topics.metric('ordered.fifo', 'NumberOfMessagesPublished')).toBe(1)
    await clock.advance(minutes(5))
    expect((await send(client, 'three', 'g', 'same')).MessageId).not.toBe(first.MessageId)
  })

  it('knows messages by their content when it is told to, and by their group', async () => {
    const scoped = fifo({ contentBasedDeduplication: true, throughputScope: 'MessageGroup' })
    await using topics = await startTopics({ nodes: [scoped] })
    const [a, again, b] = [
      await send(topics.client, 'same', 'a'),
      await send(topics.client, 'same', 'a'),
      await send(topics.client, 'same', 'b'),
    ]
    expect(again.MessageId).toBe(a.MessageId)
    expect(b.MessageId).not.toBe(a.MessageId)
  })

  it('asks for a group and an id, and lets queues subscribe alone', async () => {
    await using topics = await startTopics({ nodes: [fifo()] })
    const { client } = topics
    expect((await failureOf(send(client, 'x', undefined, 'd'))).message).toBe(
      'Invalid parameter: The MessageGroupId parameter is required for FIFO topics',
    )
    expect((await failureOf(send(client, 'x', 'g'))).message).toContain('ContentBasedDeduplication enabled or')
    expect((await failureOf(subscribe(client, 'email', 'reader@example.com'))).message).toContain(
      'Please use FIFO SQS queue',
    )
    expect((await subscribe(client, 'sqs', arnIn('sqs', 'plain'))).SubscriptionArn).toContain(ORDERED)
    const create = new CreateTopicCommand({ Name: 'ordered.fifo', Attributes: { FifoTopic: 'true' } })
    expect((await client.send(create)).TopicArn).toBe(ORDERED)
  })
})

/** Resolves when it is so: what is awaited is on the way already. */
async function settled(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setImmediate(resolve))
}
