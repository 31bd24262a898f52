import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { hours, minutes, seconds } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GROUP, group, type LogsCloud, startLogs } from '../testing.ts'
import { readEmbedded } from './read-embedded.ts'

let folder: string
let cloud: LogsCloud

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-logs-'))
  cloud = await startLogs([group], { state: folder })
})
afterEach(async () => {
  await cloud.stop()
  rmSync(folder, { recursive: true, force: true })
})

const directive = (rest: object = {}) => ({
  Namespace: 'App',
  Dimensions: [['Route']],
  Metrics: [{ Name: 'Latency', Unit: 'Milliseconds' }],
  ...rest,
})
const event = (rest: object = {}, directives: readonly object[] = [directive()]) => ({
  _aws: { Timestamp: cloud.clock.now(), CloudWatchMetrics: directives },
  Route: 'GET /items',
  Latency: 12,
  requestId: 'not a metric',
  ...rest,
})
const put = (...events: readonly unknown[]) => {
  const lines = events.map(each => ({
    at: cloud.clock.now(),
    message: typeof each === 'string' ? each : JSON.stringify(each),
  }))
  return cloud.world.ports.need('logGroups').then(groups => groups.put(GROUP, 'a', lines))
}
const read = (
  name: string,
  statistic: string,
  dimensions: Record<string, string>,
  namespace = 'App',
  period = minutes(1),
) =>
  cloud.world.metrics
    .query({
      namespace,
      name,
      dimensions,
      statistic,
      period,
      from: cloud.clock.now() - hours(1),
      to: cloud.clock.now() + hours(1),
    })
    .map(({ value }) => value)
const errors = (name: string) => read(name, 'Sum', { LogGroupName: GROUP }, 'AWS/Logs')

describe('an event in the embedded metric format', () => {
  it('becomes metrics of each of its sets of dimensions, with unit and every value', async () => {
    const two = directive({
      Dimensions: [['Route'], [], ['Route', 'Zone']],
      Metrics: [{ Name: 'Latency', Unit: 'Milliseconds' }, { Name: 'Items' }],
    })
    await put(event({ Latency: [10, 20, 30], Items: 5, Zone: 'a' }, [two]))
    const route = { Route: 'GET /items' }
    expect(read('Latency', 'Sum', route)).toEqual([60])
    expect(read('Latency', 'Maximum', {})).toEqual([30])
    expect(read('Latency', 'SampleCount', { ...route, Zone: 'a' })).toEqual([3])
    expect(read('Items', 'Sum', route)).toEqual([5])
    expect(cloud.world.metrics.list().find(({ name }) => name === 'Latency')?.units).toEqual(['Milliseconds'])
  })

  it('is one by PutLogEvents, too', async () => {
    const stream = { logGroupName: GROUP, logStreamName: 'sdk' }
    await cloud.client.send(new CreateLogStreamCommand(stream))
    const message = JSON.stringify(event())
    await cloud.client.send(
      new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: cloud.clock.now(), message }] }),
    )
    expect(read('Latency', 'Average', { Route: 'GET /items' })).toEqual([12])
  })

  it('has values of every second when it asks for them', async () => {
    const fine = directive({ Metrics: [{ Name: 'Latency', StorageResolution: 1 }] })
    await put(event({}, [fine]))
    await cloud.clock.advance(seconds(1))
    await put(event({}, [fine]))
    expect(read('Latency', 'Sum', { Route: 'GET /items' }, 'App', seconds(1))).toEqual([12, 12])
  })

  it('of this machine’s time is at the same moment of the cloud’s', async () => {
    const given = event()
    await put({ ...given, _aws: { ...given._aws, Timestamp: cloud.world.realtime.now() } })
    expect(read('Latency', 'Sum', { Route: 'GET /items' })).toEqual([12])
  })

  it.each<[string, (good: ReturnType<typeof event>) => unknown]>([
    ['it is cut off', good => JSON.stringify(good).slice(0, -5)],
    ['it has no time', good => ({ ...good, _aws: { CloudWatchMetrics: [directive()] } })],
    ['its metadata is no object', good => ({ ...good, _aws: [{ CloudWatchMetrics: [] }] })],
  ])('publishes nothing and counts as unreadable when %s', async (_, spoil) => {
    await put(spoil(event()))
    expect(cloud.world.metrics.list().filter(({ namespace }) => namespace === 'App')).toEqual([])
    expect(errors('EMFParsingErrors')).toEqual([1])
  })

  it.each<[string, object, object]>([
    ['a namespace is missing', {}, { Namespace: undefined }],
    ['dimensions are missing', {}, { Dimensions: undefined }],
    ['a set has 31 dimensions', {}, { Dimensions: [Array.from({ length: 31 }, (_, i) => `d${i}`)] }],
    ['a dimension has no value in the event', { Route: undefined }, {}],
    ['a dimension is a number', { Route: 5 }, {}],
    ['a value is a text', { Latency: '12' }, {}],
    ['a value is missing', { Latency: undefined }, {}],
    ['it has 101 values', { Latency: Array.from({ length: 101 }, () => 1) }, {}],
    ['its unit is none of CloudWatch', {}, { Metrics: [{ Name: 'Latency', Unit: 'Lightyears' }] }],
    ['its resolution is neither 1 nor 60', {}, { Metrics: [{ Name: 'Latency', StorageResolution: 5 }] }],
    ['there are 101 metrics', {}, { Metrics: Array.from({ length: 101 }, () => ({ Name: 'Latency' })) }],
  ])('publishes nothing and counts as invalid when %s', async (_, members, changes) => {
    await put(event(members, [directive(changes)]))
    expect(cloud.world.metrics.list().filter(({ namespace }) => namespace === 'App')).toEqual([])
    expect(errors('EMFValidationErrors')).toEqual([1])
  })

  it('with one bad directive publishes the others', async () => {
    await put(event({}, [{}, directive()]))
    expect(read('Latency', 'Sum', { Route: 'GET /items' })).toEqual([12])
  })

  it('is told apart from every other event', () => {
    for (const text of ['GET / 200', '{"level":"info"}', '{"_aws":{}}', '{"a":{"_aws":{"CloudWatchMetrics":[]}}}']) {
      expect(readEmbedded(text)).toEqual({ kind: 'none' })
    }
  })
})
