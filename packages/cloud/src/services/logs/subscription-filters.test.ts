import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  PutSubscriptionFilterCommand,
  type PutSubscriptionFilterCommandInput,
} from '@aws-sdk/client-cloudwatch-logs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../deliveries.ts'
import { failureOf } from '../../gateway/testing.ts'
import { FUNCTION, GROUP, group, groupArn, type LogsCloud, startLogs, subscriptionFilterNode } from './testing.ts'

let folder: string
let cloud: LogsCloud
let deliveries: Delivery[]
let arrived: PromiseWithResolvers<void>

async function start(nodes: Parameters<typeof startLogs>[0] = [group]) {
  cloud = await startLogs(nodes, { state: folder })
  deliveries = []
  arrived = Promise.withResolvers()
  cloud.world.deliveries.register('lambda', delivery => {
    deliveries.push(delivery)
    arrived.resolve()
    arrived = Promise.withResolvers()
  })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-logs-'))
  await start()
})
afterEach(async () => {
  await cloud.stop()
  rmSync(folder, { recursive: true, force: true })
})

const putFilter = (rest: Partial<PutSubscriptionFilterCommandInput> = {}) =>
  cloud.client.send(
    new PutSubscriptionFilterCommand({
      logGroupName: GROUP,
      filterName: 'alert',
      filterPattern: 'ERROR',
      destinationArn: FUNCTION,
      ...rest,
    }),
  )
const described = async (rest: object = {}) =>
  await cloud.client.send(new DescribeSubscriptionFiltersCommand({ logGroupName: GROUP, ...rest }))
const namesOf = async () => (await described()).subscriptionFilters?.map(({ filterName }) => filterName)
const payloadOf = ({ body }: Delivery): unknown =>
  JSON.parse(gunzipSync(Buffer.from(JSON.parse(body).awslogs.data, 'base64')).toString())

describe('subscription filters through the SDK', () => {
  it('send what matches to a function, as AWS packs it', async () => {
    await putFilter()
    await cloud.makeStream('one')
    const came = arrived.promise
    await cloud.put('one', 'ERROR a', 'fine', 'ERROR ü')
    await came
    expect(deliveries).toHaveLength(1)
    const [delivery] = deliveries
    expect(delivery).toMatchObject({
      to: FUNCTION,
      from: { kind: 'service', service: 'logs.amazonaws.com', sourceArn: `${groupArn}:*` },
    })
    const { events } = await cloud.client.send(new FilterLogEventsCommand({ logGroupName: GROUP }))
    // Lambda Developer Guide, "Using Lambda with CloudWatch Logs": the decoded message.
    expect(delivery && payloadOf(delivery)).toEqual({
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: GROUP,
      logStream: 'one',
      subscriptionFilters: ['alert'],
      logEvents: [
        { id: events?.[0]?.eventId, timestamp: cloud.clock.now(), message: 'ERROR a' },
        { id: events?.[2]?.eventId, timestamp: cloud.clock.now(), message: 'ERROR ü' },
      ],
    })
  })

  it('send the fields of a space-delimited pattern beside the message', async () => {
    await putFilter({ filterPattern: '[ip, status = 5*, ...]' })
    await cloud.makeStream('one')
    const came = arrived.promise
    await cloud.put('one', '10.0.0.1 503 x', '10.0.0.1 200 x')
    await came
    expect(deliveries.map(payloadOf)).toMatchObject([
      { logEvents: [{ message: '10.0.0.1 503 x', extractedFields: { ip: '10.0.0.1', status: '503', '3': 'x' } }] },
    ])
  })

  it('send also what the cloud itself writes, and nothing when nothing matches', async () => {
    await putFilter({ filterPattern: '' })
    const groups = await cloud.world.ports.need('logGroups')
    groups.put(GROUP, 'flows', [])
    const came = arrived.promise
    groups.put(GROUP, 'flows', [{ at: cloud.clock.now(), message: 'flow' }])
    await came
    expect(deliveries.map(payloadOf)).toMatchObject([{ logStream: 'flows', logEvents: [{ message: 'flow' }] }])
  })

  it('are described page by page, replaced by name, and deleted; they survive a stop', async () => {
    await putFilter({ filterName: 'b' })
    await putFilter({ filterName: 'a', distribution: 'Random' })
    await putFilter({ filterName: 'b', filterPattern: 'WARN' })
    await cloud.stop()
    await start()
    const first = await described({ limit: 1 })
    expect(first.subscriptionFilters).toEqual([
      {
        filterName: 'a',
        logGroupName: GROUP,
        filterPattern: 'ERROR',
        destinationArn: FUNCTION,
        distribution: 'Random',
        creationTime: expect.any(Number),
      },
    ])
    const second = await described({ limit: 1, nextToken: first.nextToken })
    expect(second).toMatchObject({ subscriptionFilters: [{ filterName: 'b', filterPattern: 'WARN' }] })
    expect(second.nextToken).toBeUndefined()
    expect((await described({ filterNamePrefix: 'b' })).subscriptionFilters).toHaveLength(1)
    const remove = () =>
      cloud.client.send(new DeleteSubscriptionFilterCommand({ logGroupName: GROUP, filterName: 'b' }))
    await remove()
    expect(await namesOf()).toEqual(['a'])
    expect(await failureOf(remove())).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified subscription filter does not exist.',
    })
  })

  it('are two at most', async () => {
    await putFilter({ filterName: 'a' })
    await putFilter({ filterName: 'b' })
    await putFilter({ filterName: 'b' })
    expect(await failureOf(putFilter({ filterName: 'c' }))).toMatchObject({ name: 'LimitExceededException' })
  })

  it.each<[string, Partial<PutSubscriptionFilterCommandInput>, string, string]>([
    [
      'with a role',
      { roleArn: 'arn:aws:iam::123456789012:role/a' },
      'InvalidParameterException',
      'destinationArn for vendor lambda cannot be used with roleArn',
    ],
    ['with a pattern that is none', { filterPattern: '{ $.a = }' }, 'InvalidParameterException', 'filter pattern'],
    [
      'for a function of another region',
      { destinationArn: FUNCTION.replace('us-east-1', 'eu-west-1') },
      'InvalidParameterException',
      'must be in the region us-east-1',
    ],
    [
      'for no function',
      { destinationArn: 'arn:aws:lambda:us-east-1:123456789012:layer:a' },
      'InvalidParameterException',
      'is not the ARN',
    ],
    ['of no group', { logGroupName: 'none' }, 'ResourceNotFoundException', 'The specified log group does not exist.'],
    [
      'to Kinesis',
      {
        destinationArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/a',
        roleArn: 'arn:aws:iam::123456789012:role/a',
      },
      'UnknownOperationException',
      'a stream of Kinesis as destinationArn of PutSubscriptionFilter is not emulated',
    ],
    [
      'to Firehose',
      { destinationArn: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/a' },
      'UnknownOperationException',
      'a delivery stream of Firehose',
    ],
    ['on transformed events', { applyOnTransformedLogs: true }, 'UnknownOperationException', 'applyOnTransformedLogs'],
  ])('are refused %s', async (_, input, name, message) => {
    expect(await failureOf(putFilter(input))).toMatchObject({ name, message: expect.stringContaining(message) })
    expect(await namesOf()).toEqual([])
  })

  it('are refused when the function would be fed with its own log', async () => {
    const logGroupName = '/aws/lambda/alert'
    await cloud.client.send(new CreateLogGroupCommand({ logGroupName }))
    expect((await failureOf(putFilter({ logGroupName }))).message).toBe(
      'The log group provided is reserved for the function logs of the destination function.',
    )
  })
})

describe('subscription filters of the template', () => {
  it('are there from the start, and gone when the template has them no longer; others stay', async () => {
    await putFilter({ filterName: 'by-hand' })
    await cloud.stop()
    await start([group, subscriptionFilterNode('declared', 'ERROR')])
    expect(await namesOf()).toEqual(['by-hand', 'declared'])
    await cloud.stop()
    await start([group, subscriptionFilterNode('other', 'ERROR')])
    expect(await namesOf()).toEqual(['by-hand', 'other'])
  })

  it('wait for a group that something else makes, and go with it', async () => {
    await cloud.stop()
    await start([subscriptionFilterNode('declared', 'ERROR', { group: 'later' })])
    const logGroupName = 'later'
    await cloud.client.send(new CreateLogGroupCommand({ logGroupName }))
    expect((await described({ logGroupName })).subscriptionFilters).toHaveLength(1)
    await cloud.client.send(new DeleteLogGroupCommand({ logGroupName }))
    await cloud.client.send(new CreateLogGroupCommand({ logGroupName }))
    expect((await described({ logGroupName })).subscriptionFilters).toEqual([])
  })

  it.each([
    ['a pattern that is none', [subscriptionFilterNode('a', '{')], 'the filter a of /library/api is refused'],
    [
      'a third for one group',
      ['a', 'b', 'c'].map(name => subscriptionFilterNode(name, '')),
      'the filter c of /library/api is refused: The log group /library/api may have 2 filters of this kind.',
    ],
  ])('stop the start when AWS would refuse %s', async (_, filters, message) => {
    await expect(startLogs([group, ...filters])).rejects.toMatchObject({
      code: 'LOGS_FILTER',
      message: expect.stringContaining(message),
    })
  })
})
