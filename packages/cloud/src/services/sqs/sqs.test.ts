import {
  AddPermissionCommand,
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'
import { minutes, seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { failureOf, policy, sessionOf, testRole } from '../../gateway/testing.ts'
import { LARGEST_MESSAGE_BYTES } from './limits.ts'
import { startQueues } from './testing.ts'

const ARN = 'arn:aws:sqs:us-east-1:123456789012'
const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012'

async function start(options?: Parameters<typeof startQueues>[0]) {
  const queues = await startQueues(options)
  const { client } = queues
  const create = async (QueueName: string, Attributes: Partial<Record<QueueAttributeName, string>> = {}) => {
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }))
    return QueueUrl
  }
  return {
    ...queues,
    create,
    async send(QueueUrl: string, MessageBody: string, rest: object = {}) {
      return await client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...rest }))
    },
    async receive(QueueUrl: string, rest: object = {}) {
      const input = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const], ...rest }
      return (await client.send(new ReceiveMessageCommand(input))).Messages ?? []
    },
    async attributes(QueueUrl: string, ...AttributeNames: QueueAttributeName[]) {
      return (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes ?? {}
    },
    [Symbol.asyncDispose]: () => queues[Symbol.asyncDispose](),
  }
}

const bodies = (messages: readonly { readonly Body?: string | undefined }[]) => messages.map(({ Body }) => Body)

describe('queues through the SDK', () => {
  it('are made, found, listed, described, changed and deleted', async () => {
    await using on = await start()
    const url = await on.create('orders', { VisibilityTimeout: '45' })
    expect(url).toBe(`${URL}/orders`)
    expect(await on.create('orders', { VisibilityTimeout: '45' })).toBe(url)
    expect(await on.create('orders')).toBe(url)
    expect(await on.client.send(new GetQueueUrlCommand({ QueueName: 'orders' }))).toMatchObject({ QueueUrl: url })
    expect(await on.attributes(url, 'All')).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      CreatedTimestamp: '1795339800',
      DelaySeconds: '0',
      LastModifiedTimestamp: '1795339800',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      QueueArn: `${ARN}:orders`,
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '45',
    })
    await on.clock.advance(seconds(5))
    const changed = { DelaySeconds: '3', KmsMasterKeyId: 'alias/aws/sqs' }
    await on.client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: changed }))
    expect(
      await on.attributes(
        url,
        'DelaySeconds',
        'KmsMasterKeyId',
        'SqsManagedSseEnabled',
        'LastModifiedTimestamp',
        'Policy',
      ),
    ).toEqual({ ...changed, SqsManagedSseEnabled: 'false', LastModifiedTimestamp: '1795339805' })
    await on.client.send(new DeleteQueueCommand({ QueueUrl: url }))
    expect((await on.client.send(new ListQueuesCommand({}))).QueueUrls).toBeUndefined()
    expect(await failureOf(on.create('orders'))).toMatchObject({ name: 'QueueDeletedRecently' })
    await on.clock.advance(seconds(60))
    expect(await on.create('orders')).toBe(url)
  })

  it('are listed by name, in pages, by prefix', async () => {
    await using on = await start()
    for (const name of ['b1', 'a2', 'a1', 'a3']) await on.create(name)
    const list = async (input: object) => {
      const { QueueUrls = [], NextToken } = await on.client.send(new ListQueuesCommand(input))
      return { names: QueueUrls.map(url => url.slice(URL.length + 1)), NextToken }
    }
    expect(await list({})).toEqual({ names: ['a1', 'a2', 'a3', 'b1'], NextToken: undefined })
    const first = await list({ QueueNamePrefix: 'a', MaxResults: 2 })
    expect(first.names).toEqual(['a1', 'a2'])
    const last = await list({ QueueNamePrefix: 'a', MaxResults: 2, NextToken: first.NextToken })
    expect(last).toEqual({ names: ['a3'], NextToken: undefined })
  })

  it('have tags', async () => {
    await using on = await start()
    const QueueUrl = await on.create('orders')
    await on.client.send(new TagQueueCommand({ QueueUrl, Tags: { team: 'shop', tier: 'queue' } }))
    await on.client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['tier'] }))
    expect((await on.client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'shop' })
  })

  it('have permissions, which are statements of their policy', async () => {
    await using on = await start()
    const QueueUrl = await on.create('orders')
    const permission = { QueueUrl, Label: 'share', AWSAccountIds: ['123456789012'], Actions: ['SendMessage'] }
    await on.client.send(new AddPermissionCommand(permission))
    expect(JSON.parse((await on.attributes(QueueUrl, 'Policy')).Policy ?? '')).toMatchObject({
      Statement: [{ Sid: 'share', Effect: 'Allow', Action: ['SQS:SendMessage'], Resource: `${ARN}:orders` }],
    })
    expect(await failureOf(on.client.send(new AddPermissionCommand(permission)))).toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Value share for parameter Label is invalid. Reason: Already exists.',
    })
    await on.client.send(new RemovePermissionCommand({ QueueUrl, Label: 'share' }))
    expect(await on.attributes(QueueUrl, 'Policy')).toEqual({})
    expect(await failureOf(on.client.send(new RemovePermissionCommand({ QueueUrl, Label: 'share' })))).toMatchObject({
      name: 'InvalidParameterValue',
    })
  })
})

describe('messages through the SDK', () => {
  it('are received with their attributes, whose digests the SDK checks', async () => {
    await using on = await start()
    const url = await on.create('orders')
    const sent = await on.send(url, 'Ein Krug für 9 €', {
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'order' },
        'kind.detail': { DataType: 'String.text', StringValue: 'ünïcode' },
        count: { DataType: 'Number', StringValue: '3' },
        raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 250) },
      },
      MessageSystemAttributes: {
        AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5e1b4151-5ac6c58dc39a6b6d6d8f2f0a' },
      },
    })
    expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/)
    const [message] = await on.receive(url, { MessageAttributeNames: ['All'] })
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'Ein Krug für 9 €',
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: {
        AWSTraceHeader: 'Root=1-5e1b4151-5ac6c58dc39a6b6d6d8f2f0a',
        ApproximateFirstReceiveTimestamp: String(on.clock.now()),
        ApproximateReceiveCount: '1',
        SenderId: expect.stringMatching(/^AIDA/),
        SentTimestamp: String(on.clock.now()),
      },
      MessageAttributes: {
        count: { DataType: 'Number', StringValue: '3' },
        raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 250) },
      },
    })
    await on.clock.advance(seconds(30))
    const [some] = await on.receive(url, { MessageAttributeNames: ['kind.*', 'none'], MessageSystemAttributeNames: [] })
    expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['kind', 'kind.detail'])
    expect(some).not.toHaveProperty('Attributes')
    await on.clock.advance(seconds(30))
    const [none] = await on.receive(url)
    expect(none).not.toHaveProperty('MessageAttributes')
  })

  it('carry the header of their trace, which each of a batch has its own of and which counts for no size', async () => {
    await using on = await start()
    const url = await on.create('orders')
    const largest = 'x'.repeat(1_048_576)
    const traced = (StringValue: string) => ({
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue } },
    })
    const [one, two] = [1, 2].map(id => `Root=1-5e1b4151-5ac6c58dc39a6b6d6d8f2f0a;Parent=${id};Sampled=1`)
    await on.send(url, largest, traced(one ?? ''))
    const Entries = [
      { Id: 'with', MessageBody: 'a', ...traced(two ?? '') },
      { Id: 'without', MessageBody: 'b' },
    ]
    const { Failed } = await on.client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
    expect(Failed).toBeUndefined()
    const received = await on.receive(url, { MessageSystemAttributeNames: ['AWSTraceHeader'] })
    expect(received.map(({ Attributes }) => Attributes)).toEqual([
      { AWSTraceHeader: one },
      { AWSTraceHeader: two },
      undefined,
    ])
  })

  it('stay in flight until they are deleted, made visible, or their time is over', async () => {
    await using on = await start()
    const url = await on.create('orders')
    for (const body of ['a', 'b', 'c']) await on.send(url, body)
    const [a, b, c] = await on.receive(url)
    expect(await on.receive(url)).toEqual([])
    expect(await on.attributes(url, 'ApproximateNumberOfMessagesNotVisible')).toEqual({
      ApproximateNumberOfMessagesNotVisible: '3',
    })
    const handle = (message: typeof a) => ({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle ?? '' })
    await on.client.send(new DeleteMessageCommand(handle(a)))
    await on.client.send(new ChangeMessageVisibilityCommand({ ...handle(b), VisibilityTimeout: 0 }))
    await on.client.send(new ChangeMessageVisibilityCommand({ ...handle(c), VisibilityTimeout: 90 }))
    expect(bodies(await on.receive(url))).toEqual(['b'])
    await on.clock.advance(seconds(89))
    expect(bodies(await on.receive(url))).toEqual(['b'])
    await on.clock.advance(seconds(1))
    expect(bodies(await on.receive(url))).toEqual(['c'])
    await on.client.send(new DeleteMessageCommand(handle(a)))
  })

  it('wake a receive that waits, at once, also when they come back or their delay is over', async () => {
    await using on = await start()
    const url = await on.create('orders', { ReceiveMessageWaitTimeSeconds: '20' })
    const waiting = on.receive(url)
    await on.send(url, 'now')
    const [now] = await waiting
    expect(now?.Body).toBe('now')
    await on.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: now?.ReceiptHandle ?? '' }))
    await on.send(url, 'later', { DelaySeconds: 10 })
    expect(await on.attributes(url, 'ApproximateNumberOfMessagesDelayed')).toEqual({
      ApproximateNumberOfMessagesDelayed: '1',
    })
    const wait = async (most: number) => {
      const received = on.receive(url)
      let done = false
      void received.finally(() => {
        done = true
      })
      const begun = on.clock.now()
      // The call has to arrive first; a second of virtual time at most is lost that way.
      while (!done && on.clock.now() - begun < seconds(most)) await on.clock.advance(seconds(0.01))
      return { messages: bodies(await received), after: Math.round((on.clock.now() - begun) / 1000) }
    }
    expect((await wait(15)).messages).toEqual(['later'])
    expect((await wait(40)).messages).toEqual([])
    expect((await wait(40)).messages).toEqual(['later'])
  })

  it('go by tens, and fail one by one', async () => {
    await using on = await start()
    const url = await on.create('orders')
    const entries = Array.from({ length: 10 }, (_, i) => ({ Id: `m${i}`, MessageBody: `body ${i}` }))
    const mixed = [...entries.slice(0, 8), { Id: 'empty', MessageBody: '' }, { Id: 'bell', MessageBody: '\u0007' }]
    const sent = await on.client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: mixed }))
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(entries.slice(0, 8).map(({ Id }) => Id))
    expect(sent.Failed).toMatchObject([
      { Id: 'empty', SenderFault: true, Code: 'MissingParameter' },
      { Id: 'bell', SenderFault: true, Code: 'InvalidMessageContents' },
    ])
    const received = await on.receive(url)
    const handles = received.map(({ ReceiptHandle = '' }, i) => ({ Id: `r${i}`, ReceiptHandle }))
    const bad = { Id: 'bad', ReceiptHandle: 'none' }
    const visible = await on.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: [...handles.slice(0, 4), bad].map(entry => ({ ...entry, VisibilityTimeout: 0 })),
      }),
    )
    expect(visible.Successful?.map(({ Id }) => Id)).toEqual(['r0', 'r1', 'r2', 'r3'])
    expect(visible.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }])
    const deleted = await on.client.send(
      new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...handles.slice(4), bad] }),
    )
    expect(deleted.Successful?.map(({ Id }) => Id)).toEqual(['r4', 'r5', 'r6', 'r7'])
    expect(deleted.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }])
    expect(bodies(await on.receive(url))).toEqual(['body 0', 'body 1', 'body 2', 'body 3'])
  })

  it('are gone after a purge, which is once a minute', async () => {
    await using on = await start()
    const url = await on.create('orders')
    for (const body of ['a', 'b']) await on.send(url, body)
    await on.receive(url, { MaxNumberOfMessages: 1 })
    await on.client.send(new PurgeQueueCommand({ QueueUrl: url }))
    await on.clock.advance(seconds(59))
    expect(await on.receive(url)).toEqual([])
    const again = () => on.client.send(new PurgeQueueCommand({ QueueUrl: url }))
    expect(await failureOf(again())).toMatchObject({ name: 'PurgeQueueInProgress', status: 403 })
    await on.clock.advance(seconds(1))
    await again()
  })
})

describe('dead letters', () => {
  const redrive = (queue: string, maxReceiveCount: number) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}:${queue}`, maxReceiveCount }),
  })

  it('go to their queue at the receive after the last one that is allowed, and back when they are told to', async () => {
    await using on = await start()
    const dead = await on.create('orders-dead')
    const url = await on.create('orders', { VisibilityTimeout: '1', ...redrive('orders-dead', 2) })
    const AWSTraceHeader = 'Root=1-5e1b4151-5ac6c58dc39a6b6d6d8f2f0a'
    const { MessageId } = await on.send(url, 'bad', {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: AWSTraceHeader } },
    })
    const sentAt = String(on.clock.now())
    for (const count of ['1', '2']) {
      expect(await on.receive(url)).toMatchObject([{ Body: 'bad', Attributes: { ApproximateReceiveCount: count } }])
      await on.clock.advance(seconds(1))
    }
    expect(await on.receive(dead)).toEqual([])
    expect(await on.receive(url)).toEqual([])
    expect(await on.receive(dead, { VisibilityTimeout: 0 })).toMatchObject([
      { MessageId, Attributes: { DeadLetterQueueSourceArn: `${ARN}:orders`, SentTimestamp: sentAt, AWSTraceHeader } },
    ])
    expect(on.cloud.world.journal.since(0).find(({ kind }) => kind === 'sqs.deadLetter')?.message).toBe(
      'a message of orders went to orders-dead: received 2 times and never deleted',
    )
    const sources = await on.client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }))
    expect(sources.queueUrls).toEqual([url])

    const SourceArn = `${ARN}:orders-dead`
    await on.client.send(new StartMessageMoveTaskCommand({ SourceArn }))
    expect((await on.client.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results).toMatchObject([
      { Status: 'COMPLETED', SourceArn, ApproximateNumberOfMessagesMoved: 1, ApproximateNumberOfMessagesToMove: 1 },
    ])
    const [back] = await on.receive(url)
    expect(back).toMatchObject({ Body: 'bad', Attributes: { ApproximateReceiveCount: '1', AWSTraceHeader } })
    expect(back?.MessageId).not.toBe(MessageId)
    expect(back?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn')
  })

  it('are moved as fast as they may, until the task is cancelled', async () => {
    await using on = await start()
    const dead = await on.create('dead')
    const elsewhere = await on.create('elsewhere')
    await on.create('orders', redrive('dead', 1))
    for (let i = 0; i < 9; i++) await on.send(dead, `${i}`)
    const task = { SourceArn: `${ARN}:dead`, DestinationArn: `${ARN}:elsewhere`, MaxNumberOfMessagesPerSecond: 2 }
    const { TaskHandle } = await on.client.send(new StartMessageMoveTaskCommand(task))
    expect(await failureOf(on.client.send(new StartMessageMoveTaskCommand(task)))).toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('already a task running'),
    })
    await on.clock.advance(seconds(2))
    const list = () => on.client.send(new ListMessageMoveTasksCommand({ SourceArn: `${ARN}:dead` }))
    expect((await list()).Results).toMatchObject([
      { TaskHandle, Status: 'RUNNING', MaxNumberOfMessagesPerSecond: 2, ApproximateNumberOfMessagesMoved: 6 },
    ])
    const cancelled = await on.client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
    expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(6)
    await on.clock.advance(seconds(5))
    expect(await on.receive(elsewhere)).toHaveLength(6)
    expect(await on.receive(dead)).toHaveLength(3)
    expect((await list()).Results).toMatchObject([{ Status: 'CANCELLED' }])
    expect(await failureOf(on.client.send(new CancelMessageMoveTaskCommand({ TaskHandle })))).toMatchObject({
      message: 'Only active tasks can be cancelled.',
    })
  })

  it.each<[string, string, { redrivePermission?: string; sourceQueueArns?: string[] }, string]>([
    ['a queue that is none', 'none', {}, 'Dead letter target does not exist.'],
    ['one of another type', 'steps.fifo', {}, 'Dead letter target queue must be same type of queue as the source.'],
    ['one that denies it', 'closed', { redrivePermission: 'denyAll' }, 'does not allow orders to use it'],
    [
      'one that allows others',
      'closed',
      { redrivePermission: 'byQueue', sourceQueueArns: [`${ARN}:other`] },
      'does not allow orders to use it',
    ],
  ])('can not go to %s', async (_, target, allow, message) => {
    await using on = await start()
    await on.create('steps.fifo', { FifoQueue: 'true' })
    await on.create('closed', allow.redrivePermission ? { RedriveAllowPolicy: JSON.stringify(allow) } : {})
    expect(await failureOf(on.create('orders', redrive(target, 3)))).toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining(message),
    })
  })
})

describe('a FIFO queue', () => {
  const FIFO = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
  const group = (MessageGroupId: string, MessageDeduplicationId?: string) => ({
    MessageGroupId,
    MessageDeduplicationId,
  })

  it('keeps the order of each group, and gives nothing of a group while some of it is in flight', async () => {
    await using on = await start()
    const url = await on.create('steps.fifo', FIFO)
    const sent = []
    for (const body of ['a1', 'b1', 'a2', 'b2', 'a3']) sent.push(await on.send(url, body, group(body.charAt(0))))
    const numbers = sent.map(({ SequenceNumber = '' }) => SequenceNumber)
    expect(numbers).toEqual(numbers.toSorted())
    expect(numbers[0]).toMatch(/^\d{20}$/)
    const first = await on.receive(url, { MaxNumberOfMessages: 2 })
    expect(bodies(first)).toEqual(['a1', 'a2'])
    expect(first[0]).toMatchObject({
      Attributes: {
        MessageGroupId: 'a',
        SequenceNumber: numbers[0],
        MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
    expect(bodies(await on.receive(url))).toEqual(['b1', 'b2'])
    expect(await on.receive(url)).toEqual([])
    const done = (at: number) =>
      on.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first[at]?.ReceiptHandle ?? '' }))
    await done(0)
    expect(await on.receive(url)).toEqual([])
    await done(1)
    expect(bodies(await on.receive(url))).toEqual(['a3'])
    await on.clock.advance(seconds(30))
    expect(bodies(await on.receive(url)).sort()).toEqual(['a3', 'b1', 'b2'])
  })

  it('takes a message once in five minutes, also when it was deleted', async () => {
    await using on = await start()
    const url = await on.create('steps.fifo', FIFO)
    const first = await on.send(url, 'pay', group('g'))
    const [message] = await on.receive(url)
    await on.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle ?? '' }))
    await on.clock.advance(minutes(5) - 1)
    expect(await on.send(url, 'pay', group('other'))).toMatchObject({
      MessageId: first.MessageId,
      SequenceNumber: first.SequenceNumber,
    })
    expect(await on.receive(url)).toEqual([])
    await on.clock.advance(1)
    expect((await on.send(url, 'pay', group('g'))).MessageId).not.toBe(first.MessageId)
    expect(bodies(await on.receive(url))).toEqual(['pay'])
  })

  it('tells messages of different groups apart when it deduplicates by group', async () => {
    await using on = await start()
    const high = { ...FIFO, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
    const url = await on.create('fast.fifo', high)
    for (const id of ['a', 'b', 'a']) await on.send(url, id, group(id, 'same'))
    expect(bodies(await on.receive(url))).toEqual(['a', 'b'])
  })

  it('gives the same messages to the same attempt, as long as nothing was done with them', async () => {
    await using on = await start()
    const url = await on.create('steps.fifo', FIFO)
    for (const body of ['a', 'b']) await on.send(url, body, group(body))
    const attempt = { ReceiveRequestAttemptId: 'try-1' }
    const first = await on.receive(url, attempt)
    await on.clock.advance(seconds(20))
    expect(await on.receive(url, attempt)).toEqual(first)
    await on.clock.advance(seconds(29))
    expect(await on.receive(url)).toEqual([])
    await on.client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first[0]?.ReceiptHandle ?? '' }))
    expect(await on.receive(url, attempt)).toEqual([])
  })

  it('has a delay of its own, none of a message', async () => {
    await using on = await start()
    const url = await on.create('slow.fifo', { ...FIFO, DelaySeconds: '5' })
    await on.send(url, 'a', group('g'))
    await on.clock.advance(seconds(4))
    expect(await on.receive(url)).toEqual([])
    await on.clock.advance(seconds(1))
    expect(bodies(await on.receive(url))).toEqual(['a'])
    expect(await failureOf(on.send(url, 'b', { ...group('g'), DelaySeconds: 5 }))).toMatchObject({
      name: 'InvalidParameterValue',
      message:
        'Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type',
    })
  })

  it('deletes with a handle only while the message is in flight', async () => {
    await using on = await start()
    const url = await on.create('steps.fifo', FIFO)
    await on.send(url, 'a', group('g'))
    const [message] = await on.receive(url)
    await on.clock.advance(seconds(30))
    const ReceiptHandle = message?.ReceiptHandle ?? ''
    for (const command of [
      new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }),
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 5 }),
    ]) {
      expect(await failureOf(on.client.send(command as DeleteMessageCommand))).toMatchObject({
        name: 'InvalidParameterValue',
        message: expect.stringContaining('The receipt handle has expired.'),
      })
    }
    expect(bodies(await on.receive(url))).toEqual(['a'])
  })
})

describe('permissions', () => {
  const sender = testRole('sender', { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `${ARN}:orders` })
  const nobody = testRole('nobody')

  it('are of the role, by action and queue, or of the policy of the queue', async () => {
    await using on = await start({ nodes: [sender, nobody] })
    const url = await on.create('orders')
    const other = await on.create('other')
    const asSender = new SQSClient(await on.cloud.as(sessionOf(sender), { context: {} }))
    const asNobody = new SQSClient(await on.cloud.as(sessionOf(nobody)))
    const send = (client: SQSClient, QueueUrl: string) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
    await send(asSender, url)
    const entries = { QueueUrl: url, Entries: [{ Id: 'a', MessageBody: 'b' }] }
    await asSender.send(new SendMessageBatchCommand(entries))
    expect(await failureOf(send(asSender, other))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`sqs:SendMessage on resource: ${ARN}:other`),
    })
    expect(await failureOf(asSender.send(new ReceiveMessageCommand({ QueueUrl: url })))).toMatchObject({
      name: 'AccessDenied',
    })
    expect(await failureOf(send(asSender, `${URL}/none`))).toMatchObject({ name: 'AccessDenied' })
    expect(await failureOf(send(asNobody, url))).toMatchObject({ name: 'AccessDenied' })
    const Policy = JSON.stringify(
      policy({ Effect: 'Allow', Principal: { AWS: nobody.arn }, Action: 'sqs:SendMessage', Resource: `${ARN}:orders` }),
    )
    await on.client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }))
    await send(asNobody, url)
    for (const client of [asSender, asNobody]) client.destroy()
    const [first] = await on.receive(url)
    expect(first?.Attributes?.SenderId).toMatch(/^AROA[A-Z0-9]+:i-0123456789abcdef0$/)
  })

  it('of services are given by the policy of the queue, and a refusal is in the journal', async () => {
    await using on = await start()
    const { deliveries, journal } = on.cloud.world
    const url = await on.create('events')
    const sourceArn = 'arn:aws:s3:::pictures'
    const deliver = (source: string) =>
      deliveries.deliver({
        to: `${ARN}:events`,
        from: { kind: 'service', service: 's3.amazonaws.com', sourceArn: source },
        body: '{"Records":[]}',
      })
    await deliver(sourceArn)
    expect(await on.receive(url)).toEqual([])
    const refused = journal.since(0).filter(({ kind }) => kind === 'delivery.failed')
    expect(refused.map(({ message }) => message)).toEqual([
      `a delivery to ${ARN}:events was not delivered: the policy of the queue events does not let s3.amazonaws.com send to it for arn:aws:s3:::pictures (sqs:SendMessage)`,
    ])
    const Policy = JSON.stringify(
      policy({
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: `${ARN}:events`,
        Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      }),
    )
    await on.client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }))
    await deliver(sourceArn)
    await deliver('arn:aws:s3:::other')
    expect(bodies(await on.receive(url))).toEqual(['{"Records":[]}'])
  })
})

describe('what is refused', () => {
  const FIFO_ONLY = 'The request include parameter that is not valid for this queue type'
  it.each<
    [string, (url: string, fifo: string) => [object, 'send' | 'receive' | 'batch' | 'visibility'], string, string]
  >([
    ['a message without a body', url => [{ QueueUrl: url }, 'send'], 'MissingParameter', 'MessageBody'],
    [
      'a control character',
      url => [{ QueueUrl: url, MessageBody: 'a\u0000' }, 'send'],
      'InvalidMessageContents',
      'outside the allowed set',
    ],
    [
      'too long a message',
      url => [{ QueueUrl: url, MessageBody: 'a'.repeat(LARGEST_MESSAGE_BYTES + 1) }, 'send'],
      'InvalidParameterValue',
      'Message must be shorter than 1048576 bytes',
    ],
    [
      'too long a delay',
      url => [{ QueueUrl: url, MessageBody: 'a', DelaySeconds: 901 }, 'send'],
      'InvalidParameterValue',
      'DelaySeconds must be >= 0 and <= 900',
    ],
    [
      'a deduplication id on a standard queue',
      url => [{ QueueUrl: url, MessageBody: 'a', MessageDeduplicationId: 'd' }, 'send'],
      'InvalidParameterValue',
      FIFO_ONLY,
    ],
    [
      'no group on a FIFO queue',
      (_, fifo) => [{ QueueUrl: fifo, MessageBody: 'a' }, 'send'],
      'MissingParameter',
      'MessageGroupId',
    ],
    [
      'no deduplication id where the content does not decide',
      (_, fifo) => [{ QueueUrl: fifo, MessageBody: 'a', MessageGroupId: 'g' }, 'send'],
      'InvalidParameterValue',
      'ContentBasedDeduplication',
    ],
    [
      "an attribute with AWS's name",
      url => [
        { QueueUrl: url, MessageBody: 'a', MessageAttributes: { 'AWS.x': { DataType: 'String', StringValue: 'a' } } },
        'send',
      ],
      'InvalidParameterValue',
      "beginning with 'AWS.'",
    ],
    [
      'a number that is none',
      url => [
        { QueueUrl: url, MessageBody: 'a', MessageAttributes: { x: { DataType: 'Number', StringValue: 'a' } } },
        'send',
      ],
      'InvalidParameterValue',
      "can't be cast to a number",
    ],
    [
      'eleven messages at once',
      url => [{ QueueUrl: url, MaxNumberOfMessages: 11 }, 'receive'],
      'InvalidParameterValue',
      'between 1 and 10',
    ],
    ['too long a wait', url => [{ QueueUrl: url, WaitTimeSeconds: 21 }, 'receive'], 'InvalidParameterValue', '<= 20'],
    [
      'an attempt on a standard queue',
      url => [{ QueueUrl: url, ReceiveRequestAttemptId: 'a' }, 'receive'],
      'InvalidParameterValue',
      FIFO_ONLY,
    ],
    ['no queue', () => [{ QueueUrl: `${URL}/none`, MessageBody: 'a' }, 'send'], 'QueueDoesNotExist', 'does not exist'],
    [
      "another account's queue",
      url => [{ QueueUrl: url.replace('123456789012', '210987654321'), MessageBody: 'a' }, 'send'],
      'QueueDoesNotExist',
      'does not exist',
    ],
    ['an empty batch', url => [{ QueueUrl: url, Entries: [] }, 'batch'], 'EmptyBatchRequest', 'at least one'],
    [
      'eleven entries',
      url => [
        { QueueUrl: url, Entries: Array.from({ length: 11 }, (_, i) => ({ Id: `${i}`, MessageBody: 'a' })) },
        'batch',
      ],
      'TooManyEntriesInBatchRequest',
      'You have sent 11',
    ],
    [
      'the same id twice',
      url => [{ QueueUrl: url, Entries: ['a', 'a'].map(Id => ({ Id, MessageBody: 'a' })) }, 'batch'],
      'BatchEntryIdsNotDistinct',
      'Id a repeated',
    ],
    [
      'an id with a blank',
      url => [{ QueueUrl: url, Entries: [{ Id: 'a b', MessageBody: 'a' }] }, 'batch'],
      'InvalidBatchEntryId',
      'alphanumeric',
    ],
    [
      'too long a batch',
      url => [{ QueueUrl: url, Entries: ['a', 'b'].map(Id => ({ Id, MessageBody: 'a'.repeat(600_000) })) }, 'batch'],
      'BatchRequestTooLong',
      'You have sent 1200000 bytes',
    ],
    [
      'a handle that nobody gave',
      url => [{ QueueUrl: url, ReceiptHandle: 'AQEB', VisibilityTimeout: 5 }, 'visibility'],
      'ReceiptHandleIsInvalid',
      'not a valid receipt handle',
    ],
    [
      'too long a visibility timeout',
      url => [{ QueueUrl: url, ReceiptHandle: 'AQEB', VisibilityTimeout: 43_201 }, 'visibility'],
      'InvalidParameterValue',
      'between 0 and 43200',
    ],
  ])('is %s, with the code of AWS', async (_, inputOf, name, message) => {
    await using on = await start()
    const url = await on.create('orders')
    const [input, kind] = inputOf(url, await on.create('steps.fifo', { FifoQueue: 'true' }))
    const commands = {
      send: () => new SendMessageCommand(input as never),
      receive: () => new ReceiveMessageCommand(input as never),
      batch: () => new SendMessageBatchCommand(input as never),
      visibility: () => new ChangeMessageVisibilityCommand(input as never),
    }
    expect(await failureOf(on.client.send(commands[kind]() as SendMessageCommand))).toMatchObject({
      name,
      message: expect.stringContaining(message),
    })
    expect(await on.receive(url)).toEqual([])
  })

  it.each<[string, string, Record<string, string>, string]>([
    ['a name with a blank', 'a b', {}, 'InvalidParameterValue'],
    ['a long name', 'a'.repeat(81), {}, 'InvalidParameterValue'],
    ['a FIFO queue without its ending', 'steps', { FifoQueue: 'true' }, 'InvalidParameterValue'],
    ['a standard queue with it', 'steps.fifo', {}, 'InvalidParameterValue'],
    ['a standard queue that says so', 'steps', { FifoQueue: 'false' }, 'InvalidAttributeName'],
    ['an attribute of FIFO queues', 'steps', { ContentBasedDeduplication: 'true' }, 'InvalidAttributeName'],
    ['an attribute that is none', 'steps', { Colour: 'red' }, 'InvalidAttributeName'],
    ['an attribute that AWS makes', 'steps', { QueueArn: 'a' }, 'InvalidAttributeName'],
    ['too long a visibility timeout', 'steps', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    ['too short a retention', 'steps', { MessageRetentionPeriod: '59' }, 'InvalidAttributeValue'],
    ['too large a message', 'steps', { MaximumMessageSize: '1048577' }, 'InvalidAttributeValue'],
    ['a number that is none', 'steps', { DelaySeconds: '1.5' }, 'InvalidAttributeValue'],
    ['a policy that is none', 'steps', { Policy: '{' }, 'InvalidAttributeValue'],
    ['a redrive policy without a queue', 'steps', { RedrivePolicy: '{"maxReceiveCount":1}' }, 'InvalidAttributeValue'],
    [
      'a throughput for each group without deduplication for each',
      'steps.fifo',
      { FifoQueue: 'true', FifoThroughputLimit: 'perMessageGroupId' },
      'InvalidAttributeValue',
    ],
    ['another queue of a name that is taken', 'taken', { DelaySeconds: '1' }, 'QueueNameExists'],
  ])('is %s', async (_, name, attributes, code) => {
    await using on = await start()
    await on.create('taken', { DelaySeconds: '2' })
    expect(await failureOf(on.create(name, attributes))).toMatchObject({ name: code, status: 400 })
    expect((await on.client.send(new ListQueuesCommand({}))).QueueUrls).toEqual([`${URL}/taken`])
  })
})
