import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeLogGroupsCommand, DescribeMetricFiltersCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetGroupsCommand, GetSamplingRulesCommand } from '@aws-sdk/client-xray'
import { minutes, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud } from '../gateway/testing.ts'
import { cloudwatch } from '../services/cloudwatch/index.ts'
import { passMinutes, testAlarm, testComposite } from '../services/cloudwatch/testing.ts'
import { GROUP, group, metricFilterNode, startLogs } from '../services/logs/testing.ts'
import { startXRay } from '../services/xray/testing.ts'
import { testNode } from '../testing/architecture.ts'
import { COMPLETE, update } from './testing.ts'

const dashboard = (title: string) =>
  testNode('dashboard', 'board', {
    name: 'library',
    body: JSON.stringify({
      widgets: [{ type: 'text', x: 0, y: 0, width: 6, height: 3, properties: { markdown: title } }],
    }),
  })

describe('an update of alarms', () => {
  it('raises a threshold while the alarm watches, adds one and removes one', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 10, 22, 9, 30))
    await using cloud = await startTestCloud({
      nodes: [testAlarm('errors'), testAlarm('old'), testComposite('any', 'ALARM(errors) OR ALARM(old)')],
      services: [cloudwatch],
      clock,
    })
    const client = new CloudWatchClient(clientOptions(cloud.gateway.url))
    const states = async () => {
      const found = await client.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }))
      const all = [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])]
      return Object.fromEntries(all.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]))
    }
    await passMinutes(cloud.world, clock, [20, 20])
    expect(await states()).toMatchObject({ errors: 'ALARM', old: 'ALARM', any: 'ALARM' })

    const wanted = [
      testAlarm('errors', { threshold: 50 }),
      testAlarm('new', { threshold: 5 }),
      testComposite('any', 'ALARM(errors)'),
    ]
    expect(await update(cloud, wanted, ['old'])).toEqual(COMPLETE)
    await passMinutes(cloud.world, clock, [20, 20])

    expect(await states()).toEqual({ errors: 'OK', new: 'ALARM', any: 'OK' })
  })

  it('changes, adds and removes dashboards', async () => {
    await using cloud = await startTestCloud({ nodes: [dashboard('before')], services: [cloudwatch] })
    const client = new CloudWatchClient(clientOptions(cloud.gateway.url))
    const body = (DashboardName: string) => client.send(new GetDashboardCommand({ DashboardName }))
    const other = { ...dashboard('other'), id: 'second', name: 'second' }

    expect(await update(cloud, [dashboard('after'), other])).toEqual(COMPLETE)
    expect((await body('library')).DashboardBody).toContain('after')
    expect((await body('second')).DashboardBody).toContain('other')

    await update(cloud, [], ['board'])
    expect(await failureOf(body('library'))).toMatchObject({ name: 'ResourceNotFound' })
  })
})

describe('an update of logs', () => {
  it('changes retention, and adds, changes and removes metric filters that count at once', async () => {
    await using cloud = await startLogs([group, metricFilterNode('errors', 'ERROR'), metricFilterNode('gone', 'x')])
    const { client, clock } = cloud
    await cloud.makeStream('a')
    const counted = () =>
      cloud.world.metrics
        .query({
          namespace: 'Library',
          name: 'Errors',
          dimensions: {},
          statistic: 'Sum',
          period: minutes(60),
          from: 0,
          to: clock.now() + minutes(60),
        })
        .reduce((sum, { value }) => sum + value, 0)
    await cloud.put('a', 'ERROR one', 'WARN one')
    expect(counted()).toBe(1)

    const wanted = [{ ...group, retentionDays: 30 }, metricFilterNode('errors', 'WARN')]
    expect(await update(cloud, wanted, ['gone'])).toEqual(COMPLETE)
    await cloud.put('a', 'ERROR two', 'WARN two', 'WARN three x')

    expect(counted()).toBe(3)
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: GROUP }))
    expect(logGroups).toMatchObject([{ retentionInDays: 30 }])
    const { metricFilters } = await client.send(new DescribeMetricFiltersCommand({ logGroupName: GROUP }))
    expect(metricFilters?.map(({ filterName, filterPattern }) => [filterName, filterPattern])).toEqual([
      ['errors', 'WARN'],
    ])
  })

  it('makes a new group, and deletes a removed one', async () => {
    await using cloud = await startLogs([group])
    const other = testNode('logGroup', 'other', { name: '/other', arn: `${group.arn}`.replace(GROUP, '/other') })
    const names = async () =>
      (await cloud.client.send(new DescribeLogGroupsCommand({}))).logGroups?.map(({ logGroupName }) => logGroupName)

    await update(cloud, [other])
    expect(await names()).toEqual([GROUP, '/other'])
    await update(cloud, [], ['group'])
    expect(await names()).toEqual(['/other'])
  })
})

const rule = (name: string, fixedRate: number) =>
  testNode('samplingRule', name, {
    name,
    definition: {
      resourceArn: '*',
      priority: 100,
      fixedRate,
      reservoirSize: 1,
      serviceName: '*',
      serviceType: '*',
      host: '*',
      httpMethod: '*',
      urlPath: '*',
      attributes: {},
    },
  })

const traceGroup = (filter: string) =>
  testNode('traceGroup', 'slow', {
    name: 'slow',
    arn: 'arn:aws:xray:us-east-1:123456789012:group/slow/A',
    filter,
  })

describe('an update of X-Ray', () => {
  it('changes, adds and removes sampling rules and groups', async () => {
    await using cloud = await startXRay([rule('all', 0.1), rule('old', 0.1), traceGroup('duration > 5')])

    expect(await update(cloud, [rule('all', 0.5), rule('new', 1), traceGroup('duration > 1')], ['old'])).toEqual(
      COMPLETE,
    )

    const { SamplingRuleRecords = [] } = await cloud.client.send(new GetSamplingRulesCommand({}))
    const rates = SamplingRuleRecords.map(({ SamplingRule: one }) => [one?.RuleName, one?.FixedRate])
    expect(rates).toEqual([
      ['all', 0.5],
      ['new', 1],
      ['Default', 0.05],
    ])
    const { Groups = [] } = await cloud.client.send(new GetGroupsCommand({}))
    expect(Groups.map(({ FilterExpression }) => FilterExpression)).toContain('duration > 1')
    await update(cloud, [], ['slow'])
    expect((await cloud.client.send(new GetGroupsCommand({}))).Groups?.map(({ GroupName }) => GroupName)).toEqual([
      'Default',
    ])
  })
})
