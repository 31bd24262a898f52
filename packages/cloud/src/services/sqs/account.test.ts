import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { days, minutes, seconds } from '@terrace/kit'
import type { Queue } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policy } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { startQueues, type TestQueues } from './testing.ts'

const ARN = 'arn:aws:sqs:us-east-1:123456789012'
const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012'

const queueNode = (name: string, rest: Partial<Queue> = {}): Queue => ({
  ...testNode('queue', name, {
    name,
    arn: `${ARN}:${name}`,
    url: `${URL}/${name}`,
    delay: 0,
    maximumMessageBytes: 1_048_576,
    retention: days(4),
    receiveWait: 0,
    visibilityTimeout: seconds(30),
  }),
  ...rest,
})

const orders = queueNode('orders', { redrive: { deadLetterArn: `${ARN}:orders-dead`, maxReceiveCount: 1 } })
const template = [
  orders,
  queueNode('orders-dead'),
  queueNode('steps.fifo', {
    fifo: { contentBasedDeduplication: true, deduplicationScope: 'queue', throughputLimit: 'perQueue' },
  }),
]

/** After the visibility timeout of what was received at the start. */
const LATER = Date.UTC(2026, 10, 22, 9, 31)

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-sqs-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

const send = ({ client }: TestQueues, MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl: `${URL}/orders`, MessageBody }))

const receive = async ({ client }: TestQueues, name = 'orders') =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl: `${URL}/${name}`, MaxNumberOfMessages: 10 }))).Messages ?? []

describe('the queues of a template', () => {
  it('are there from the start, whatever their order, and keep their messages when they are changed', async () => {
    {
      await using on = await startQueues({ nodes: template, state })
      await send(on, 'kept')
      expect(await receive(on, 'steps.fifo')).toEqual([])
    }
    const changed = [{ ...orders, visibilityTimeout: seconds(5) }, ...template.slice(1)]
    await using on = await startQueues({ nodes: changed, state })
    expect(await receive(on)).toMatchObject([{ Body: 'kept' }])
    await on.clock.advance(seconds(5))
    expect(await receive(on)).toEqual([])
    expect(await receive(on, 'orders-dead')).toMatchObject([{ Body: 'kept' }])
  })

  it('have a dead letter once, when the cloud has ended between the two queues', async () => {
    {
      await using on = await startQueues({ nodes: template, state })
      await send(on, 'bad')
      await receive(on)
    }
    const folder = join(state, 'data', 'sqs')
    const source = readdirSync(folder).find(
      name => JSON.parse(readFileSync(join(folder, name, 'queue.json'), 'utf8')).name === 'orders',
    )
    const messages = join(folder, source ?? '', 'messages')
    const copy = join(state, 'copy')
    cpSync(messages, copy, { recursive: true })
    {
      await using on = await startQueues({ nodes: template, state, at: LATER })
      expect(await receive(on)).toEqual([])
    }
    rmSync(messages, { recursive: true })
    cpSync(copy, messages, { recursive: true })
    await using on = await startQueues({ nodes: template, state, at: LATER })
    expect(await receive(on)).toEqual([])
    expect(await receive(on, 'orders-dead')).toMatchObject([{ Body: 'bad' }])
  })

  it('are what others see of them: depth, age and dead letters', async () => {
    await using on = await startQueues({ nodes: template, state })
    const port = await on.cloud.world.ports.need('queues')
    await send(on, 'a')
    await receive(on)
    await on.clock.advance(seconds(30))
    await receive(on)
    await send(on, 'b')
    await on.clock.advance(seconds(7))
    expect(
      port.list().map(({ name, node, visible, inFlight, oldestAgeSeconds, deadLetters, deadLetterSources }) => ({
        name,
        node,
        visible,
        inFlight,
        oldestAgeSeconds,
        deadLetters,
        deadLetterSources,
      })),
    ).toEqual([
      {
        name: 'orders',
        node: 'orders',
        visible: 1,
        inFlight: 0,
        oldestAgeSeconds: 7,
        deadLetters: { queue: 'orders-dead', visible: 1, maxReceiveCount: 1 },
        deadLetterSources: [],
      },
      {
        name: 'orders-dead',
        node: 'orders-dead',
        visible: 1,
        inFlight: 0,
        oldestAgeSeconds: 7,
        deadLetters: undefined,
        deadLetterSources: ['orders'],
      },
      {
        name: 'steps.fifo',
        node: 'steps.fifo',
        visible: 0,
        inFlight: 0,
        oldestAgeSeconds: 0,
        deadLetters: undefined,
        deadLetterSources: [],
      },
    ])
  })

  it('take what services put on them, also with a group', async () => {
    const allowing = policy({
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
    })
    await using on = await startQueues({ nodes: template.map(node => ({ ...node, policy: allowing })), state })
    const port = await on.cloud.world.ports.need('queues')
    const from = {
      kind: 'service',
      service: 'sns.amazonaws.com',
      sourceArn: 'arn:aws:sns:us-east-1:123456789012:news',
    } as const
    port.send(`${ARN}:steps.fifo`, { body: 'a', group: 'g' }, from)
    expect(await receive(on, 'steps.fifo')).toMatchObject([{ Body: 'a' }])
    expect(() => port.send(`${ARN}:steps.fifo`, { body: 'a' }, from)).toThrow('MessageGroupId')
    expect(() => port.send(`${ARN}:none`, { body: 'a' }, from)).toThrow(`there is no queue ${ARN}:none`)
  })

  it('that AWS would refuse are named with their place', async () => {
    const nodes = [queueNode('orders', { redrive: { deadLetterArn: `${ARN}:none`, maxReceiveCount: 1 } })]
    await expect(startQueues({ nodes, state })).rejects.toMatchObject({
      code: 'SQS_TEMPLATE_QUEUE',
      message: expect.stringContaining('Dead letter target does not exist'),
      place: { file: 'test.yaml', line: 1 },
    })
  })
})

describe('what CloudWatch is told each minute', () => {
  // Amazon SQS Developer Guide "Available CloudWatch metrics for Amazon SQS".
  it('is depth, age, traffic and sizes of each queue in use', async () => {
    await using on = await startQueues({ nodes: template, state })
    const begun = on.clock.now()
    for (const body of ['aaaa', 'bb']) await send(on, body)
    await receive(on)
    await send(on, 'cccc')
    expect(await receive(on, 'orders-dead')).toEqual([])
    await on.clock.advance(minutes(1))
    const read = (name: string, QueueName = 'orders', statistic = 'Sum') =>
      on.cloud.world.metrics.query({
        ...{ namespace: 'AWS/SQS', name, dimensions: { QueueName }, statistic, period: minutes(1) },
        ...{ from: begun, to: begun + minutes(2) },
      })[0]?.value
    expect(
      Object.fromEntries(
        [
          'NumberOfMessagesSent',
          'NumberOfMessagesReceived',
          'NumberOfMessagesDeleted',
          'NumberOfEmptyReceives',
          'SentMessageSize',
          'ApproximateAgeOfOldestMessage',
          'ApproximateNumberOfMessagesVisible',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ].map(name => [name, read(name)]),
      ),
    ).toEqual({
      NumberOfMessagesSent: 3,
      NumberOfMessagesReceived: 2,
      NumberOfMessagesDeleted: 0,
      NumberOfEmptyReceives: 0,
      SentMessageSize: 10,
      ApproximateAgeOfOldestMessage: 60,
      ApproximateNumberOfMessagesVisible: 3,
      ApproximateNumberOfMessagesNotVisible: 0,
      ApproximateNumberOfMessagesDelayed: 0,
    })
    expect(read('SentMessageSize', 'orders', 'Maximum')).toBe(4)
    expect(read('NumberOfEmptyReceives', 'orders-dead')).toBe(1)
    expect(read('NumberOfMessagesSent', 'steps.fifo')).toBeUndefined()
  })
})
