import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  type MetricDatum,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import { minutes, seconds, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { cloudwatch } from './index.ts'
import { alarmArn, testAlarm, testComposite } from './testing.ts'

const START = Date.UTC(2026, 0, 1, 12)
const Namespace = 'Library'
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:pager'
const role = testRole('app', {
  Effect: 'Allow',
  Action: 'cloudwatch:PutMetricData',
  Resource: '*',
  Condition: { StringEquals: { 'cloudwatch:namespace': 'Library' } },
})

let folder: string
let cloud: TestCloud
let clock: VirtualClock
let client: CloudWatchClient

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-cloudwatch-'))
  clock = new VirtualClock(START)
  const nodes = [role, testAlarm('of-the-template'), testComposite('both', 'ALARM("of-the-template")')]
  cloud = await startTestCloud({ nodes, services: [cloudwatch], state: folder, clock })
  client = new CloudWatchClient(clientOptions(cloud.gateway.url))
})

afterEach(async () => {
  client.destroy()
  await cloud.stop()
  rmSync(folder, { recursive: true, force: true })
})

const at = (minute: number) => new Date(START + minutes(minute))
const put = (...MetricData: readonly MetricDatum[]) =>
  client.send(new PutMetricDataCommand({ Namespace, MetricData: [...MetricData] }))
const alarm = (AlarmName: string, rest: Partial<PutMetricAlarmCommandInput> = {}) =>
  client.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace,
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      ...rest,
    }),
  )

describe('metrics through the SDK', () => {
  it('are put as values, as values with counts, and as sets, and read as statistics', async () => {
    const Dimensions = [{ Name: 'Host', Value: 'a' }]
    await put(
      { MetricName: 'Latency', Dimensions, Value: 4, Unit: 'Seconds', Timestamp: at(-3) },
      { MetricName: 'Latency', Dimensions, Values: [1, 2], Counts: [3, 1], Unit: 'Seconds', Timestamp: at(-3) },
      {
        MetricName: 'Latency',
        Dimensions,
        StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 3, Maximum: 3 },
        Unit: 'Seconds',
        Timestamp: at(-2),
      },
    )
    const range = { Namespace, MetricName: 'Latency', Dimensions, StartTime: at(-5), EndTime: at(0), Period: 60 }
    const plain = await client.send(
      new GetMetricStatisticsCommand({ ...range, Statistics: ['Average', 'SampleCount', 'Sum', 'Minimum', 'Maximum'] }),
    )
    expect(plain.Label).toBe('Latency')
    expect(plain.Datapoints).toEqual([
      { Timestamp: at(-3), Unit: 'Seconds', Average: 1.8, SampleCount: 5, Sum: 9, Minimum: 1, Maximum: 4 },
      { Timestamp: at(-2), Unit: 'Seconds', Average: 3, SampleCount: 2, Sum: 6, Minimum: 3, Maximum: 3 },
    ])
    const extended = await client.send(
      new GetMetricStatisticsCommand({ ...range, Period: 300, ExtendedStatistics: ['p50', 'tm90', 'PR(:3)'] }),
    )
    expect(extended.Datapoints?.[0]).toMatchObject({
      Timestamp: at(-5),
      ExtendedStatistics: { p50: 2, tm90: expect.closeTo(15 / 7), 'PR(:3)': expect.closeTo(600 / 7) },
    })
  })

  it('are listed by namespace, name and dimensions', async () => {
    await put(
      {
        MetricName: 'A',
        Value: 1,
        Dimensions: [
          { Name: 'Host', Value: 'a' },
          { Name: 'Zone', Value: 'z' },
        ],
      },
      { MetricName: 'A', Value: 1, Dimensions: [{ Name: 'Host', Value: 'b' }] },
      { MetricName: 'B', Value: 1 },
    )
    const list = async (input: object) => (await client.send(new ListMetricsCommand(input))).Metrics ?? []
    expect(await list({ Namespace, MetricName: 'B' })).toEqual([{ Namespace, MetricName: 'B', Dimensions: [] }])
    expect(await list({ Dimensions: [{ Name: 'Host' }] })).toHaveLength(2)
    expect(await list({ Dimensions: [{ Name: 'Host', Value: 'b' }], RecentlyActive: 'PT3H' })).toHaveLength(1)
    expect(await list({ Namespace: 'None' })).toEqual([])
  })

  it('are read in bulk, with expressions over them, page by page', async () => {
    for (const i of [0, 1, 2, 3]) {
      await put(
        { MetricName: 'Errors', Value: i, Timestamp: at(i - 4) },
        { MetricName: 'Requests', Value: 10, Timestamp: at(i - 4) },
      )
    }
    const stat = (Id: string, MetricName: string, ReturnData: boolean) => ({
      Id,
      ReturnData,
      MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat: 'Sum' },
    })
    const query = {
      StartTime: at(-4),
      EndTime: at(0),
      MetricDataQueries: [
        { Id: 'rate', Expression: '100 * errors / requests', Label: 'Error rate' },
        stat('errors', 'Errors', true),
        stat('requests', 'Requests', false),
      ],
    }
    const whole = await client.send(new GetMetricDataCommand({ ...query, ScanBy: 'TimestampAscending' }))
    expect(whole.MetricDataResults).toEqual([
      {
        Id: 'rate',
        Label: 'Error rate',
        StatusCode: 'Complete',
        Timestamps: [-4, -3, -2, -1].map(at),
        Values: [0, 10, 20, 30],
      },
      {
        Id: 'errors',
        Label: 'Errors',
        StatusCode: 'Complete',
        Timestamps: [-4, -3, -2, -1].map(at),
        Values: [0, 1, 2, 3],
      },
    ])
    const values: number[] = []
    let NextToken: string | undefined
    do {
      const page = await client.send(new GetMetricDataCommand({ ...query, MaxDatapoints: 3, NextToken }))
      values.push(...(page.MetricDataResults ?? []).flatMap(result => result.Values ?? []))
      NextToken = page.NextToken
    } while (NextToken)
    expect(values).toEqual([30, 20, 10, 0, 3, 2, 1, 0])
  })

  it.each<[string, MetricDatum, string, string]>([
    [
      'no value',
      { MetricName: 'A' },
      'MissingRequiredParameterException',
      'The parameter MetricData.member.1.Value is required.',
    ],
    [
      'two values',
      { MetricName: 'A', Value: 1, Values: [1] },
      'InvalidParameterCombinationException',
      'mutually exclusive',
    ],
    [
      "counts that don't fit",
      { MetricName: 'A', Values: [1, 2], Counts: [1] },
      'InvalidParameterValueException',
      'the same size',
    ],
    ['a huge value', { MetricName: 'A', Value: 1e300 }, 'InvalidParameterValueException', 'The value 1e+300'],
    [
      'too many values',
      { MetricName: 'A', Values: Array.from({ length: 151 }, () => 1) },
      'InvalidParameterValueException',
      'greater than 150',
    ],
    [
      'the far past',
      { MetricName: 'A', Value: 1, Timestamp: at(-60 * 24 * 15) },
      'InvalidParameterValueException',
      'past two weeks',
    ],
    [
      'the future',
      { MetricName: 'A', Value: 1, Timestamp: at(121) },
      'InvalidParameterValueException',
      'two hours in the future',
    ],
    [
      'an odd resolution',
      { MetricName: 'A', Value: 1, StorageResolution: 5 },
      'InvalidParameterValueException',
      'StorageResolution',
    ],
  ])('with %s are refused, and nothing of the call is stored', async (_, datum, name, message) => {
    const failure = await failureOf(put({ MetricName: 'Good', Value: 1 }, datum).catch(error => Promise.reject(error)))
    expect(failure).toMatchObject({
      name,
      status: 400,
      message: expect.stringContaining(message.replace('member.1', 'member.2')),
    })
    expect(cloud.world.metrics.list()).toEqual([])
  })

  it("of AWS's own namespaces can't be put, and bad questions are refused", async () => {
    const range = { StartTime: at(-5), EndTime: at(0) }
    const failures = [
      client.send(new PutMetricDataCommand({ Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'A', Value: 1 }] })),
      client.send(new GetMetricStatisticsCommand({ Namespace, MetricName: 'A', ...range, Period: 60 })),
      client.send(
        new GetMetricStatisticsCommand({ Namespace, MetricName: 'A', ...range, Period: 7, Statistics: ['Sum'] }),
      ),
      client.send(
        new GetMetricStatisticsCommand({
          Namespace,
          MetricName: 'A',
          StartTime: at(-2000),
          EndTime: at(0),
          Period: 60,
          Statistics: ['Sum'],
        }),
      ),
      client.send(new GetMetricDataCommand({ ...range, MetricDataQueries: [{ Id: 'e', Expression: 'nothing + 1' }] })),
      client.send(
        new GetMetricDataCommand({ ...range, MetricDataQueries: [{ Id: 'e', Expression: "SEARCH('x', 'Sum')" }] }),
      ),
      client.send(new GetMetricDataCommand({ ...range, MetricDataQueries: [{ Id: 'E', Expression: '1' }] })),
      client.send(new ListMetricsCommand({ NextToken: 'made up' })),
    ]
    const seen = await Promise.all(failures.map(failureOf))
    expect(seen.map(({ name }) => name)).toEqual([
      'InvalidParameterValueException',
      'MissingRequiredParameterException',
      'InvalidParameterValueException',
      'InvalidParameterCombinationException',
      'ValidationException',
      'InvalidAction',
      'ValidationException',
      'InvalidNextToken',
    ])
    expect(seen[5]?.message).toContain('the function SEARCH of metric math is not emulated')
  })

  it('are put by who may put to their namespace', async () => {
    const app = new CloudWatchClient(await cloud.as(sessionOf(role)))
    const datum = [{ MetricName: 'A', Value: 1 }]
    await app.send(new PutMetricDataCommand({ Namespace, MetricData: datum }))
    const failure = await failureOf(app.send(new PutMetricDataCommand({ Namespace: 'Other', MetricData: datum })))
    expect(failure).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('cloudwatch:PutMetricData'),
    })
    app.destroy()
  })
})

describe('alarms through the SDK', () => {
  it('are made, fire, tell their history, and are deleted', async () => {
    await alarm('errors', {
      AlarmActions: [TOPIC],
      AlarmDescription: 'too many',
      DatapointsToAlarm: 1,
      Tags: [{ Key: 'team', Value: 'web' }],
    })
    const describeOne = async () =>
      (await client.send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }))).MetricAlarms?.[0]
    expect(await describeOne()).toMatchObject({
      AlarmName: 'errors',
      AlarmArn: alarmArn('errors'),
      AlarmDescription: 'too many',
      ActionsEnabled: true,
      AlarmActions: [TOPIC],
      OKActions: [],
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      MetricName: 'Errors',
      Namespace,
      Statistic: 'Sum',
      Dimensions: [],
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'missing',
    })
    await put({ MetricName: 'Errors', Value: 12 })
    await clock.advance(minutes(1) + seconds(5))
    expect(await describeOne()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [12.0 (01/01/26 12:00:00)] was greater than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).',
      StateReasonData: expect.stringContaining(
        '"evaluatedDatapoints":[{"timestamp":"2026-01-01T12:00:00.000+0000","sampleCount":1,"value":12}]',
      ),
      StateUpdatedTimestamp: new Date(START + minutes(1) + seconds(5)),
    })
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['errors', 'none'] }))
    expect(await describeOne()).toBeUndefined()
    const { AlarmHistoryItems = [] } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'errors' }))
    expect(AlarmHistoryItems.map(item => item.HistorySummary)).toEqual([
      'Alarm "errors" deleted',
      `Successfully executed action ${TOPIC}`,
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm "errors" created',
    ])
    expect(JSON.parse(AlarmHistoryItems[2]?.HistoryData ?? '')).toMatchObject({
      version: '1.0',
      oldState: { stateValue: 'INSUFFICIENT_DATA' },
      newState: { stateValue: 'ALARM', stateReasonData: { recentDatapoints: [12] } },
    })
  })

  it('can be set to a state until the next evaluation', async () => {
    await alarm('errors')
    const set = (StateValue: 'ALARM' | 'OK') =>
      client.send(
        new SetAlarmStateCommand({
          AlarmName: 'errors',
          StateValue,
          StateReason: 'testing',
          StateReasonData: '{"by":"me"}',
        }),
      )
    await set('ALARM')
    const state = () => cloud.world.ports.need('alarms').then(alarms => alarms.stateOf('errors'))
    expect(await state()).toMatchObject({ value: 'ALARM', reason: 'testing', data: { by: 'me' } })
    await put({ MetricName: 'Errors', Value: 1 })
    await clock.advance(minutes(1) + seconds(5))
    expect(await state()).toMatchObject({ value: 'OK' })
    const unknown = client.send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: '' }))
    expect(await failureOf(unknown)).toMatchObject({ name: 'ResourceNotFound', status: 404 })
  })

  it('on expressions keep their queries', async () => {
    const Metrics = [
      { Id: 'e1', Expression: 'm1 / 2', Label: 'half', ReturnData: true },
      {
        Id: 'm1',
        ReturnData: false,
        MetricStat: { Metric: { Namespace, MetricName: 'Errors', Dimensions: [] }, Period: 60, Stat: 'p99' },
      },
    ]
    const plain = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined }
    await alarm('half', { ...plain, Metrics })
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'ha' }))
    expect(MetricAlarms?.[0]?.Metrics).toEqual(Metrics)
    expect(MetricAlarms?.[0]).not.toHaveProperty('MetricName')
  })

  it('are found by prefix, state, action and metric; composite ones when asked for', async () => {
    await alarm('b', { OKActions: [TOPIC] })
    await alarm('a', { MetricName: 'Other' })
    const names = async (input: object) => {
      const found = await client.send(new DescribeAlarmsCommand(input))
      return [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])].map(({ AlarmName }) => AlarmName)
    }
    expect(await names({})).toEqual(['a', 'b', 'of-the-template'])
    expect(await names({ ActionPrefix: 'arn:aws:sns:' })).toEqual(['b'])
    expect(await names({ StateValue: 'OK' })).toEqual([])
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual(['both'])
    expect(await names({ ChildrenOfAlarmName: 'both' })).toEqual(['of-the-template'])
    expect(await names({ ParentsOfAlarmName: 'of-the-template' })).toEqual(['both'])
    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2 }))
    expect(await names({ MaxRecords: 2, NextToken: first.NextToken })).toEqual(['of-the-template'])
    const ofMetric = await client.send(new DescribeAlarmsForMetricCommand({ Namespace, MetricName: 'Errors' }))
    expect(ofMetric.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['of-the-template', 'b'])
  })

  it('have actions that can be turned off and on', async () => {
    await alarm('errors')
    const enabled = async () =>
      (await client.send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }))).MetricAlarms?.[0]?.ActionsEnabled
    await client.send(new DisableAlarmActionsCommand({ AlarmNames: ['errors'] }))
    expect(await enabled()).toBe(false)
    await client.send(new EnableAlarmActionsCommand({ AlarmNames: ['errors'] }))
    expect(await enabled()).toBe(true)
  })

  it('are combined by rules whose alarms exist', async () => {
    const compose = (AlarmName: string, AlarmRule: string, rest: object = {}) =>
      client.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule, ...rest }))
    await compose('top', 'ALARM(both) OR FALSE')
    expect(await failureOf(compose('x', 'ALARM(none)'))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('none'),
    })
    expect(await failureOf(compose('x', 'ALARM('))).toMatchObject({ name: 'ValidationException' })
    expect(await failureOf(compose('x', 'TRUE', { ActionsSuppressor: 'both' }))).toMatchObject({
      message: expect.stringContaining('the member ActionsSuppressor of PutCompositeAlarm is not emulated'),
    })
    expect(await failureOf(client.send(new DeleteAlarmsCommand({ AlarmNames: ['both'] })))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('top'),
    })
    const { CompositeAlarms } = await client.send(
      new DescribeAlarmsCommand({ AlarmNames: ['top'], AlarmTypes: ['CompositeAlarm'] }),
    )
    expect(CompositeAlarms?.[0]).toMatchObject({
      AlarmName: 'top',
      AlarmRule: 'ALARM(both) OR FALSE',
      StateValue: 'INSUFFICIENT_DATA',
    })
  })

  it.each<[string, Partial<PutMetricAlarmCommandInput>, string]>([
    ['no threshold', { Threshold: undefined }, 'Threshold is required'],
    ['M above N', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm must be less'],
    ['no statistic', { Statistic: undefined }, 'either Statistic or ExtendedStatistic'],
    ['an unknown statistic', { Statistic: undefined, ExtendedStatistic: 'p1000' }, 'The value p1000'],
    ['an odd period', { Period: 45 }, 'Period must be 10, 20, 30 or a multiple of 60'],
    ['too long a span', { EvaluationPeriods: 1441 }, 'more than a day'],
    ['both ways', { Metrics: [{ Id: 'e', Expression: 'm' }] }, 'must not be specified when Metrics is'],
    ['anomalies', { ComparisonOperator: 'GreaterThanUpperThreshold' }, 'is not emulated'],
    ['a band', { ThresholdMetricId: 'b' }, 'the member ThresholdMetricId of PutMetricAlarm is not emulated'],
    [
      'six actions',
      { AlarmActions: Array.from({ length: 6 }, () => TOPIC) },
      "at 'alarmActions' failed to satisfy constraint: Member must have length less than or equal to 5",
    ],
  ])('with %s are refused', async (_, rest, message) => {
    expect(await failureOf(alarm('x', rest))).toMatchObject({ status: 400, message: expect.stringContaining(message) })
    expect((await client.send(new DescribeAlarmsCommand({ AlarmNames: ['x'] }))).MetricAlarms).toEqual([])
  })
})

it('the Query protocol of older clients is answered in XML', async () => {
  const call = async (parameters: Record<string, string>) => {
    const scope = `${new Date(START).toISOString().slice(0, 10).replaceAll('-', '')}/us-east-1/monitoring/aws4_request`
    const answer = await fetch(cloud.gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-amz-date': new Date(START).toISOString().replace(/[-:]|\.\d+/g, ''),
        authorization: `AWS4-HMAC-SHA256 Credential=any/${scope}, SignedHeaders=host;x-amz-date, Signature=0`,
      },
      body: new URLSearchParams({ Version: '2010-08-01', ...parameters }),
    })
    return await answer.text()
  }
  const datum = { 'MetricData.member.1.MetricName': 'Old', 'MetricData.member.1.Value': '1.5' }
  const dimension = {
    'MetricData.member.1.Dimensions.member.1.Name': 'Host',
    'MetricData.member.1.Dimensions.member.1.Value': 'a',
  }
  const time = { 'MetricData.member.1.Timestamp': at(-1).toISOString() }
  expect(await call({ Action: 'PutMetricData', Namespace, ...datum, ...dimension, ...time })).toContain(
    '<PutMetricDataResponse',
  )
  expect(await call({ Action: 'ListMetrics', Namespace })).toContain(
    '<member><Namespace>Library</Namespace><MetricName>Old</MetricName><Dimensions><member><Name>Host</Name><Value>a</Value></member></Dimensions></member>',
  )
  expect(await call({ Action: 'PutMetricData', Namespace: 'AWS/EC2', ...datum })).toContain(
    '<Code>InvalidParameterValue</Code>',
  )
})

describe('tags and dashboards', () => {
  it('are kept as they were put', async () => {
    const ResourceARN = alarmArn('of-the-template')
    await client.send(
      new TagResourceCommand({
        ResourceARN,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    )
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }))
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }))
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }])
    const unknown = client.send(new ListTagsForResourceCommand({ ResourceARN: alarmArn('none') }))
    expect(await failureOf(unknown)).toMatchObject({ name: 'ResourceNotFoundException', status: 404 })

    const DashboardBody = '{"widgets":[]}'
    await client.send(new PutDashboardCommand({ DashboardName: 'main', DashboardBody }))
    expect(await client.send(new GetDashboardCommand({ DashboardName: 'main' }))).toMatchObject({
      DashboardArn: 'arn:aws:cloudwatch::123456789012:dashboard/main',
      DashboardBody,
    })
    const { DashboardEntries } = await client.send(new ListDashboardsCommand({ DashboardNamePrefix: 'm' }))
    expect(DashboardEntries).toMatchObject([{ DashboardName: 'main', Size: 14, LastModified: new Date(START) }])
    await client.send(new DeleteDashboardsCommand({ DashboardNames: ['main'] }))
    expect(await failureOf(client.send(new GetDashboardCommand({ DashboardName: 'main' })))).toMatchObject({
      name: 'ResourceNotFound',
      status: 404,
    })
    const bad = client.send(new PutDashboardCommand({ DashboardName: 'main', DashboardBody: '[' }))
    expect(await failureOf(bad)).toMatchObject({ name: 'DashboardInvalidInputError' })
  })
})
