import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { describe, expect, it, vi } from 'vitest'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const cloudwatch = () => client(CloudWatchClient)
/** On AWS what was put can be read after some minutes. */
const LATE = { timeout: 15 * 60_000, interval: 1000 }
const Namespace = 'Terrace/Conformance'

describe('what CloudWatch tells about a stack', () => {
  it('has the alarm of the template, word for word', async () => {
    const { MetricAlarms } = await cloudwatch().send(new DescribeAlarmsCommand({ AlarmNames: [output('Busy')] }))
    expect(MetricAlarms).toMatchObject([
      {
        AlarmName: output('Busy'),
        AlarmArn: output('BusyArn'),
        AlarmDescription: 'The instances are busy',
        ActionsEnabled: true,
        AlarmActions: [output('Policy')],
        OKActions: [],
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'AutoScalingGroupName', Value: output('Group') }],
        Statistic: 'Average',
        Period: 300,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        Threshold: 80,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        StateValue: expect.stringMatching(/^(OK|INSUFFICIENT_DATA)$/),
        StateUpdatedTimestamp: expect.any(Date),
      },
    ])
    expect(output('BusyArn')).toMatch(arn('cloudwatch', `alarm:${output('Busy')}`))
  })

  it('gives alarms in pages, and composite ones only when asked for', async () => {
    const page = { AlarmNamePrefix: `${output('Stack')}-`, MaxRecords: 1 }
    const first = await cloudwatch().send(new DescribeAlarmsCommand(page))
    const second = await cloudwatch().send(new DescribeAlarmsCommand({ ...page, NextToken: first.NextToken }))
    const names = [first, second].map(({ MetricAlarms }) => MetricAlarms?.map(each => each.AlarmName))
    expect(names.flat().sort()).toEqual([output('Busy'), output('Silent')].sort())
    const { CompositeAlarms } = await cloudwatch().send(
      new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'], AlarmNames: [output('Either')] }),
    )
    expect(CompositeAlarms).toMatchObject([
      { AlarmRule: `ALARM("${output('Busy')}") OR ALARM("${output('Silent')}")`, ActionsEnabled: true },
    ])
  })
})

describe('what CloudWatch does with changes', () => {
  it('takes a state that is set, writes it into the history, and the composite alarm follows', async () => {
    const AlarmName = output('Silent')
    const set = (StateValue: 'OK' | 'ALARM') =>
      cloudwatch().send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'for a test' }))
    const stateOf = async (name: string) => {
      const answer = await cloudwatch().send(
        new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
      )
      return [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])][0]
    }
    await set('OK')
    await set('ALARM')
    expect(await stateOf(AlarmName)).toMatchObject({ StateValue: 'ALARM', StateReason: 'for a test' })
    await vi.waitFor(async () => expect((await stateOf(output('Either')))?.StateValue).toBe('ALARM'), LATE)
    const item = await vi.waitFor(async () => {
      const { AlarmHistoryItems } = await cloudwatch().send(
        new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'StateUpdate', MaxRecords: 1 }),
      )
      expect(AlarmHistoryItems).toMatchObject([
        { AlarmType: 'MetricAlarm', HistorySummary: 'Alarm updated from OK to ALARM', Timestamp: expect.any(Date) },
      ])
      return AlarmHistoryItems?.[0]
    }, LATE)
    expect(JSON.parse(item?.HistoryData ?? '')).toMatchObject({
      version: '1.0',
      oldState: { stateValue: 'OK' },
      newState: { stateValue: 'ALARM', stateReason: 'for a test' },
    })
    await set('OK')
  })

  it('keeps one alarm of a name, with what was put last', async () => {
    const AlarmName = `${output('Stack')}.twice`
    const alarm = { AlarmName, Namespace, MetricName: 'Nothing', Statistic: 'Sum', Period: 60 } as const
    for (const Threshold of [1, 2]) {
      await cloudwatch().send(
        new PutMetricAlarmCommand({
          ...alarm,
          Threshold,
          EvaluationPeriods: 1,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      )
    }
    const read = async () =>
      (await cloudwatch().send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }))).MetricAlarms
    expect(await read()).toMatchObject([{ Threshold: 2 }])
    await cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }))
    expect(await read()).toEqual([])
  })

  it('gives back what was put: sums, counts, extremes, and what mathematics makes of them', {
    timeout: 30 * 60_000,
  }, async () => {
    const MetricName = `Waiting-${Date.now()}`
    const Dimensions = [{ Name: 'Desk', Value: 'north' }]
    const datum = { MetricName, Dimensions, Unit: 'Seconds' as const }
    const before = Math.floor(Date.now() / 60_000) * 60_000
    await cloudwatch().send(
      new PutMetricDataCommand({ Namespace, MetricData: [{ ...datum, Values: [1, 2, 3], Counts: [1, 1, 2] }] }),
    )
    const span = { StartTime: new Date(before), EndTime: new Date(before + 120_000) }
    const metric = { Namespace, MetricName, Dimensions }
    await vi.waitFor(async () => {
      const { Datapoints } = await cloudwatch().send(
        new GetMetricStatisticsCommand({
          ...metric,
          ...span,
          Period: 120,
          Statistics: ['Sum', 'SampleCount', 'Minimum', 'Maximum', 'Average'],
        }),
      )
      expect(Datapoints).toMatchObject([
        { Sum: 9, SampleCount: 4, Minimum: 1, Maximum: 3, Average: 2.25, Unit: 'Seconds' },
      ])
    }, LATE)
    const { MetricDataResults } = await cloudwatch().send(
      new GetMetricDataCommand({
        ...span,
        MetricDataQueries: [
          { Id: 'waited', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } },
          { Id: 'twice', Expression: 'waited * 2', Label: 'two times' },
        ],
      }),
    )
    expect(MetricDataResults).toMatchObject([
      { Id: 'waited', Values: [9], StatusCode: 'Complete' },
      { Id: 'twice', Label: 'two times', Values: [18], StatusCode: 'Complete' },
    ])
    await vi.waitFor(async () => {
      const { Metrics } = await cloudwatch().send(new ListMetricsCommand({ Namespace, MetricName }))
      expect(Metrics).toEqual([{ Namespace, MetricName, Dimensions }])
    }, LATE)
  })
})

describe('what CloudWatch refuses', () => {
  const hour = { StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date() }
  const statistics = { Namespace, MetricName: 'x', Statistics: ['Sum' as const], Period: 60 }
  it.each<[name: string, status: number, message: RegExp, call: () => Promise<unknown>]>([
    [
      'the state of an alarm that is not there',
      404,
      /./,
      () =>
        cloudwatch().send(
          new SetAlarmStateCommand({ AlarmName: 'terrace-nobody', StateValue: 'OK', StateReason: 'x' }),
        ),
    ],
    [
      'a dashboard that is not there',
      404,
      /terrace-nobody does not exist/,
      () => cloudwatch().send(new GetDashboardCommand({ DashboardName: 'terrace-nobody' })),
    ],
    [
      'metrics in the name of AWS',
      400,
      /^The value AWS\/ for parameter Namespace is invalid\.$/,
      () =>
        cloudwatch().send(
          new PutMetricDataCommand({ Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'x', Value: 1 }] }),
        ),
    ],
    [
      'a span that ends before it begins',
      400,
      /^The parameter StartTime must be less than the parameter EndTime\.$/,
      () =>
        cloudwatch().send(
          new GetMetricStatisticsCommand({ ...statistics, StartTime: hour.EndTime, EndTime: hour.StartTime }),
        ),
    ],
    [
      'more points than 1,440',
      400,
      /^You have requested up to [\d,]+ datapoints, which exceeds the limit of 1,?440\./,
      () =>
        cloudwatch().send(
          new GetMetricStatisticsCommand({ ...statistics, ...hour, StartTime: new Date(Date.now() - 2 * 86_400_000) }),
        ),
    ],
    [
      'a period that is no multiple of a minute',
      400,
      /period/i,
      () => cloudwatch().send(new GetMetricStatisticsCommand({ ...statistics, ...hour, Period: 61 })),
    ],
  ])('%s', async (_, status, message, call) => {
    expect(await failureOf(call())).toMatchObject({ status, message: expect.stringMatching(message) })
  })

  it('what the role of the caller does not allow', async () => {
    const limited = await operator(CloudWatchClient)
    expect(await failureOf(limited.send(new DescribeAlarmsCommand({})))).toMatchObject({
      code: expect.stringMatching(/^AccessDenied/),
      message: expect.stringMatching(/is not authorized to perform: cloudwatch:DescribeAlarms/),
    })
  })
})

describe('an operator looks at the alarms', () => {
  operatorTypes(target, [
    {
      does: 'reads the threshold of an alarm',
      types: `aws cloudwatch describe-alarms --alarm-names $Busy --query 'MetricAlarms[].[MetricName,Threshold,TreatMissingData]' --output text`,
      prints: /^CPUUtilization\t80(\.0)?\tnotBreaching\n$/,
    },
    {
      does: 'reads the rule of a composite alarm',
      types: `aws cloudwatch describe-alarms --alarm-types CompositeAlarm --alarm-names $Either --query 'CompositeAlarms[0].AlarmRule' --output text`,
      prints: /^ALARM\("\S+"\) OR ALARM\("\S+"\)\n$/,
    },
    {
      does: 'asks for statistics of an hour without any',
      types: `aws cloudwatch get-metric-statistics --namespace AWS/EC2 --metric-name CPUUtilization --start-time 2026-01-01T00:00:00Z --end-time 2026-01-01T01:00:00Z --period 3600 --statistics Average --output json`,
      prints: /^\{\s+"Label": "CPUUtilization",\s+"Datapoints": \[\]\s+\}\n$/,
    },
    {
      does: 'says what is missing',
      types: 'aws cloudwatch set-alarm-state --alarm-name terrace-nobody --state-value OK --state-reason test',
      fails: true,
      prints: /An error occurred \(ResourceNotFound\) when calling the SetAlarmState operation/,
    },
  ])
})
