import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { clientOptions } from '../../gateway/testing.ts'
import { sqs } from '../sqs/index.ts'
import { fitsAny } from './queues/filter.ts'
import { functionOf, functionRole, startLambdaCloud } from './testing.ts'

const ARN = 'arn:aws:sqs:us-east-1:123456789012:orders'
const POLLER = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

async function start(
  text: string,
  mapping: object = {},
  role = functionRole({ Effect: 'Allow', Action: POLLER, Resource: ARN }),
) {
  const cloud = await startLambdaCloud({ nodes: [role], services: [sqs] })
  const queues = new SQSClient(clientOptions(cloud.gateway.url))
  const { QueueUrl } = await queues.send(
    new CreateQueueCommand({ QueueName: 'orders', Attributes: { VisibilityTimeout: '1' } }),
  )
  await cloud.client.send(new CreateFunctionCommand(functionOf('f', text)))
  const lines: string[] = []
  const waiting = new Set<() => void>()
  cloud.world.logs.subscribe(({ line }) => {
    lines.push(line)
    for (const check of [...waiting]) check()
  })
  return {
    ...cloud,
    lines,
    map: () =>
      cloud.client.send(new CreateEventSourceMappingCommand({ FunctionName: 'f', EventSourceArn: ARN, ...mapping })),
    send: (MessageBody: string) =>
      queues.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody,
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'order' } },
        }),
      ),
    sendAll: (...bodies: readonly string[]) =>
      queues.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: bodies.map((MessageBody, i) => ({ Id: `${i}`, MessageBody })),
        }),
      ),
    /** Resolves when so many lines of the function fit. */
    said: (fits: RegExp, count = 1) =>
      new Promise<readonly string[]>(resolve => {
        const check = () => {
          const found = lines.filter(line => fits.test(line))
          if (found.length < count) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      }),
    left: async () => {
      const { Attributes } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
      return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible)
    },
  }
}

const TELL =
  'export const handler = async event => { for (const each of event.Records) console.log("got", JSON.stringify(each)) }'

describe('the messages of a queue', () => {
  it('come to the function as AWS writes them, and are deleted when it has handled them', async () => {
    await using on = await start(TELL)
    const { UUID } = await on.map()
    await on.send('first')
    const [line = ''] = await on.said(/got/)
    expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({
      body: 'first',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d+$/) },
      messageAttributes: {
        kind: { stringValue: 'order', dataType: 'String', stringListValues: [], binaryListValues: [] },
      },
      md5OfBody: '8b04d5e3775d298e78455efc5ca404d5',
      eventSource: 'aws:sqs',
      eventSourceARN: ARN,
      awsRegion: 'us-east-1',
    })
    await on.send('second')
    await on.said(/got.*second/)
    // The first was deleted before its lane asked for the second.
    expect(await on.left()).toBeLessThanOrEqual(1)
    expect(await on.client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      LastProcessingResult: 'OK',
    })
  })

  it('come again when the function fails, and only those when it names them', async () => {
    const text = `let calls = 0
      export const handler = async event => {
        calls++
        console.log('batch', calls, event.Records.map(each => each.body).sort().join())
        return { batchItemFailures: calls === 1 ? event.Records.filter(each => each.body === 'b').map(each => ({ itemIdentifier: each.messageId })) : [] }
      }`
    await using on = await start(text, {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    })
    await on.sendAll('a', 'b', 'c')
    await on.map()
    const lines = await on.said(/batch/, 2)
    expect(lines.map(line => line.slice(line.indexOf('batch')))).toEqual(['batch 1 a,b,c', 'batch 2 b'])
  })

  it('that fit no filter are deleted unseen', async () => {
    await using on = await start(TELL, { FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["order"]}}' }] } })
    await on.sendAll('{"kind":"note"}', '{"kind":"order"}', 'plain')
    await on.map()
    await on.said(/got.*order/)
    expect(on.lines.filter(line => /note|plain/.test(line))).toEqual([])
  })

  it('stay where they are when the role may not receive them, which the journal says', async () => {
    await using on = await start(TELL, {}, functionRole())
    const failed = on.world.journal.next(({ kind }) => kind === 'lambda.pollFailed')
    await on.map()
    expect((await failed).message).toMatch(
      /^the function f gets no messages of .*:orders: ReceiveMessage: AccessDenied/,
    )
  })
})

describe('a filter', () => {
  // Source: Lambda Developer Guide, "Filter rule syntax".
  it.each<[object, object, boolean]>([
    [{ body: { a: ['x', 'y'] } }, { body: '{"a":"y"}' }, true],
    [{ body: { a: [1] } }, { body: '{"a":"1"}' }, false],
    [{ body: { a: [{ prefix: 'or' }] } }, { body: '{"a":"order"}' }, true],
    [{ body: { a: [{ suffix: 'er' }] } }, { body: '{"a":"order"}' }, true],
    [{ body: { a: [{ numeric: ['>', 1, '<=', 3] }] } }, { body: '{"a":3}' }, true],
    [{ body: { a: [{ numeric: ['>', 1, '<=', 3] }] } }, { body: '{"a":4}' }, false],
    [{ body: { a: [{ 'anything-but': ['x'] }] } }, { body: '{"a":"y"}' }, true],
    [{ body: { a: [{ exists: false }] } }, { body: '{}' }, true],
    [{ body: { a: [null] } }, { body: '{"a":null}' }, true],
    [{ body: { a: [{ 'equals-ignore-case': 'X' }] } }, { body: '{"a":"x"}' }, true],
    [{ body: { a: ['x'] } }, { body: '{"a":["w","x"]}' }, true],
    [{ $or: [{ body: ['a'] }, { eventSource: ['b'] }] }, { body: 'z', eventSource: 'b' }, true],
    [{ body: ['plain'] }, { body: 'plain' }, true],
    [{ body: { a: ['x'] } }, { body: 'plain' }, false],
  ])('%j and %j: %s', (pattern, message, fits) => {
    expect(fitsAny([JSON.stringify(pattern)], { ...message })).toBe(fits)
  })
})
