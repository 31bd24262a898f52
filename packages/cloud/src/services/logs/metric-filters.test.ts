import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeleteMetricFilterCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  PutMetricFilterCommand,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { minutes, seconds } from '@terrace/kit'
import type { AlarmDefinition } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { cloudwatch } from '../cloudwatch/index.ts'
import { GROUP, group, type LogsCloud, metricFilterNode, startLogs } from './testing.ts'

let folder: string
let cloud: LogsCloud

const start = async (nodes: Parameters<typeof startLogs>[0] = [group]) => {
  cloud = await startLogs(nodes, { state: folder, services: [cloudwatch] })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-logs-'))
  await start()
})
afterEach(async () => {
  await cloud.stop()
  rmSync(folder, { recursive: true, force: true })
})

const putFilter = (filterPattern: string, transformation: object = {}, filterName = 'f') =>
  cloud.client.send(
    new PutMetricFilterCommand({
      logGroupName: GROUP,
      filterName,
      filterPattern,
      metricTransformations: [{ metricName: 'M', metricNamespace: 'Library', metricValue: '1', ...transformation }],
    }),
  )
const describeFilters = async () =>
  (await cloud.client.send(new DescribeMetricFiltersCommand({ logGroupName: GROUP }))).metricFilters
const read = (statistic: string, dimensions: Record<string, string> = {}, unit?: string) =>
  cloud.world.metrics
    .query({
      namespace: 'Library',
      name: 'M',
      dimensions,
      statistic,
      period: minutes(1),
      from: cloud.clock.now(),
      to: cloud.clock.now() + minutes(1),
      ...(unit === undefined ? {} : { unit }),
    })
    .map(({ value }) => value)

describe('metric filters through the SDK', () => {
  beforeEach(() => cloud.makeStream('one'))

  it('count matches, publish the default for other events, and have a unit', async () => {
    await putFilter('ERROR', { defaultValue: 0, unit: 'Count' })
    await cloud.put('one', 'ERROR a', 'fine', 'ERROR b')
    expect([read('Sum'), read('SampleCount')]).toEqual([[2], [3]])
    expect([read('Sum', {}, 'Count'), read('Sum', {}, 'Seconds')]).toEqual([[2], []])
  })

  it('publish numbers of fields, by dimensions', async () => {
    await putFilter('{ $.ms = * }', { metricValue: '$.ms', dimensions: { Path: '$.path' } })
    await cloud.put('one', '{"ms":10,"path":"/a"}', '{"ms":30,"path":"/a"}', '{"ms":7}', 'x')
    expect([read('Average', { Path: '/a' }), read('p100', { Path: '/a' }), read('Sum')]).toEqual([[20], [30], []])
    await putFilter('[ip, bytes > 10]', { metricValue: '$bytes' })
    await cloud.put('one', '10.0.0.1 20', '10.0.0.1 5')
    expect(read('Sum')).toEqual([20])
  })

  it('are described, tested and deleted; they survive a stop', async () => {
    await putFilter('ERROR')
    const creationTime = cloud.clock.now()
    await cloud.stop()
    await start()
    expect(await describeFilters()).toEqual([
      {
        filterName: 'f',
        filterPattern: 'ERROR',
        metricTransformations: [{ metricName: 'M', metricNamespace: 'Library', metricValue: '1' }],
        creationTime,
        logGroupName: GROUP,
      },
    ])
    const tested = await cloud.client.send(
      new TestMetricFilterCommand({ filterPattern: '[ip, bytes > 10]', logEventMessages: ['a 5', 'b 20'] }),
    )
    expect(tested.matches).toEqual([
      { eventNumber: 2, eventMessage: 'b 20', extractedValues: { $ip: 'b', $bytes: '20' } },
    ])
    const remove = () => cloud.client.send(new DeleteMetricFilterCommand({ logGroupName: GROUP, filterName: 'f' }))
    await remove()
    expect(await failureOf(remove())).toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it.each([
    ['a pattern that is none', '{', {}],
    ['a value that is neither a number nor a field', 'x', { metricValue: 'many' }],
    ['a default value beside dimensions', '{ $.a = * }', { defaultValue: 0, dimensions: { A: '$.a' } }],
    ['four dimensions', '{ $.a = * }', { dimensions: { A: '$.a', B: '$.b', C: '$.c', D: '$.d' } }],
  ])('are refused with %s', async (_, pattern, transformation) => {
    expect(await failureOf(putFilter(pattern, transformation))).toMatchObject({ name: 'InvalidParameterException' })
    expect(await describeFilters()).toEqual([])
  })

  it('are 100 at most', async () => {
    for (let i = 0; i < 100; i++) await putFilter('x', {}, `f${i}`)
    await putFilter('y', {}, 'f0')
    expect(await failureOf(putFilter('x', {}, 'one-more'))).toMatchObject({ name: 'LimitExceededException' })
  })
})

describe('of the template', () => {
  it('metric filters and streams are there from the start, and gone with the template that had them', async () => {
    await putFilter('x', {}, 'by-hand')
    await cloud.stop()
    const stream = testNode('logStream', 'stream', { group: GROUP, name: 'one' })
    await start([group, stream, metricFilterNode('declared', 'ERROR')])
    expect((await describeFilters())?.map(({ filterName }) => filterName)).toEqual(['by-hand', 'declared'])
    const { logStreams } = await cloud.client.send(new DescribeLogStreamsCommand({ logGroupName: GROUP }))
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['one'])
    await cloud.stop()
    await start()
    expect((await describeFilters())?.map(({ filterName }) => filterName)).toEqual(['by-hand'])
    const { logGroups } = await cloud.client.send(new DescribeLogGroupsCommand({}))
    expect(logGroups?.[0]?.metricFilterCount).toBe(1)
  })

  it('a metric filter that AWS would refuse stops the start', async () => {
    const transformation = { namespace: 'Library', name: 'Errors', value: 'many' }
    await expect(startLogs([group, metricFilterNode('f', 'x', { transformation })])).rejects.toMatchObject({
      code: 'LOGS_FILTER',
      message: expect.stringContaining('metricValue many is neither a number nor a field'),
      place: { file: 'test.yaml', line: 1 },
    })
  })
})

describe('an alarm on the metric of a filter', () => {
  const alarm: AlarmDefinition = {
    name: 'errors',
    arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors',
    description: '',
    queries: [
      {
        kind: 'metric',
        id: 'm1',
        metric: { namespace: 'Library', name: 'Errors', dimensions: {}, statistic: 'Sum', period: minutes(1) },
        returnData: true,
      },
    ],
    threshold: 2,
    comparison: 'GreaterThanOrEqualToThreshold',
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    missingData: 'notBreaching',
    actions: { enabled: true, alarm: [], ok: [], insufficientData: [] },
  }

  it('goes off when enough events of a minute match, and comes back', async () => {
    await cloud.stop()
    await start([group, metricFilterNode('errors', '{ $.level = "error" }'), testNode('alarm', 'errors', { alarm })])
    await cloud.makeStream('one')
    const alarms = await cloud.world.ports.need('alarms')
    const pass = async (...messages: readonly string[]) => {
      await cloud.clock.advance(seconds(30))
      if (messages.length > 0) await cloud.put('one', ...messages)
      await cloud.clock.advance(minutes(1) - seconds(30))
      return alarms.stateOf('errors')?.value
    }
    const error = '{"level":"error"}'
    const states = [await pass(error), await pass(error, error, '{"level":"info"}'), await pass(), await pass()]
    expect(states).toContain('ALARM')
    expect(states.indexOf('ALARM')).toBeGreaterThan(0)
    expect([await pass(), await pass(), await pass()].at(-1)).toBe('OK')
  })
})
