import {
  CloudWatchClient,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
} from '@aws-sdk/client-cloudwatch'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { cloudwatch } from './index.ts'

const widget = (type: string, properties: object, rest: object = {}) => ({
  type,
  x: 0,
  y: 0,
  width: 12,
  height: 6,
  properties,
  ...rest,
})
const BODY = JSON.stringify({
  periodOverride: 'inherit',
  widgets: [
    widget('metric', {
      metrics: [['AWS/EC2', 'CPUUtilization', 'InstanceId', 'i-1', { stat: 'p99' }]],
      region: 'us-east-1',
    }),
    widget('text', { markdown: '# API' }),
    widget('alarm', { alarms: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:a'] }),
    widget('log', { query: "SOURCE 'a' | fields @message", region: 'us-east-1' }),
  ],
})

const clouds: TestCloud[] = []
afterEach(async () => {
  for (const cloud of clouds.splice(0)) await cloud.stop()
})

async function start(body = BODY) {
  const nodes = [testNode('dashboard', 'Board', { name: 'items-dev', body })]
  const cloud = await startTestCloud({ nodes, services: [cloudwatch] })
  clouds.push(cloud)
  return { cloud, client: new CloudWatchClient(clientOptions(cloud.gateway.url)) }
}

describe('dashboards', () => {
  it('of the template are there, and lead to the console of AWS', async () => {
    const { cloud, client } = await start()
    expect((await client.send(new GetDashboardCommand({ DashboardName: 'items-dev' }))).DashboardBody).toBe(BODY)
    await client.send(new PutDashboardCommand({ DashboardName: 'another', DashboardBody: '{"widgets":[]}' }))
    const { DashboardEntries } = await client.send(new ListDashboardsCommand({}))
    expect(DashboardEntries?.map(({ DashboardName }) => DashboardName)).toEqual(['another', 'items-dev'])
    const home = 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard'
    expect((await cloud.world.ports.need('dashboards')).links).toEqual([
      { name: 'another', url: `${home}/another` },
      { name: 'items-dev', url: `${home}/items-dev` },
    ])
  })

  it.each<[string, unknown, string, string]>([
    ['no widgets', {}, '/', "Should have required property 'widgets'"],
    ['a widget of an unknown type', { widgets: [widget('graph', {})] }, '/widgets/0/type', 'Should be equal to one of'],
    [
      'a text without its text',
      { widgets: [widget('text', {})] },
      '/widgets/0/properties',
      "Should have required property 'markdown'",
    ],
    [
      'a graph of nothing',
      { widgets: [widget('metric', {})] },
      '/widgets/0/properties',
      "Should have required property 'metrics'",
    ],
    [
      'a widget wider than the grid',
      { widgets: [widget('text', { markdown: 'a' }, { width: 25 })] },
      '/widgets/0/width',
      '24',
    ],
  ])('with %s are refused, with the place', async (_, body, at, message) => {
    const { client } = await start()
    const failed = await failureOf(
      client.send(new PutDashboardCommand({ DashboardName: 'a', DashboardBody: JSON.stringify(body) })),
    )
    expect(failed).toMatchObject({ name: 'DashboardInvalidInputError', status: 400 })
    expect(failed.message).toContain('The dashboard body is invalid, there is 1 validation error')
    expect(failed.message).toContain(`"dataPath": "${at}"`)
    expect(failed.message).toContain(message)
  })

  it('with members that nobody knows are put, with a warning for each', async () => {
    const { client } = await start()
    const DashboardBody = JSON.stringify({ widgets: [widget('text', { markdown: 'a' }, { colour: 'red' })] })
    const { DashboardValidationMessages } = await client.send(
      new PutDashboardCommand({ DashboardName: 'a', DashboardBody }),
    )
    expect(DashboardValidationMessages).toEqual([
      { DataPath: '/widgets/0', Message: "Unknown property 'colour' is ignored" },
    ])
  })

  it('of the template that AWS would refuse stop the start', async () => {
    await expect(start('{"widgets":[{}]}')).rejects.toMatchObject({ code: 'DASHBOARD_BODY' })
  })
})
