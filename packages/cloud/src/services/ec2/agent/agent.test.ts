import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { minutes, seconds, VirtualClock } from '@terrace/kit'
import type { PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOptions, policy, testRole } from '../../../gateway/testing.ts'
import { securityGroup, tcp, testNode, threeTiers } from '../../../testing/architecture.ts'
import {
  type Ec2Cloud,
  folderWith,
  imageIn,
  imageProcess,
  machineWith,
  startEc2Cloud,
} from '../../../workload/testing.ts'
import { cloudwatch } from '../../cloudwatch/index.ts'
import { logs } from '../../logs/index.ts'
import { agentIn } from './configuration.ts'

const CONFIGURATION = {
  agent: { metrics_collection_interval: 60 },
  metrics: {
    namespace: 'Quiz',
    append_dimensions: { InstanceId: '${aws:InstanceId}', AutoScalingGroupName: '${aws:AutoScalingGroupName}' },
    aggregation_dimensions: [['AutoScalingGroupName']],
    metrics_collected: {
      cpu: { measurement: ['usage_active', 'time_idle'], totalcpu: true, metrics_collection_interval: 30 },
      mem: { measurement: ['mem_used_percent'] },
      disk: { measurement: [{ name: 'used_percent', rename: 'DiskUsed' }], resources: ['/data'], drop_device: true },
      netstat: { measurement: ['tcp_established'] },
    },
  },
  logs: {
    logs_collected: {
      files: {
        collect_list: [
          {
            file_path: '/var/log/cloud-init-output.log',
            log_group_name: 'set-up',
            log_stream_name: 'set-up/{instance_id}',
          },
          { file_path: '/var/log/messages', log_group_name: 'set-up', log_stream_name: 'messages' },
        ],
      },
    },
  },
}

const script = (configuration: unknown) => `#!/bin/bash
mount_volume /dev/sdf /data
cat > /opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.json <<'TERRACE_AGENT'
${JSON.stringify(configuration)}
TERRACE_AGENT
`

// Holds 64 MB and writes 8 MB to the volume.
const MAIN = `
const held = Buffer.alloc(64 << 20, 1)
require('node:fs').writeFileSync(process.env.TERRACE_ROOT + '/data/file', Buffer.alloc(8 << 20, 1))
console.log('ready')
setInterval(() => held.length, 1000)
`

describe('the configuration of a CloudWatch agent', () => {
  it('names what is measured, at which interval, and what is not measured here', () => {
    expect(agentIn(script(CONFIGURATION))).toMatchObject({
      namespace: 'Quiz',
      aggregations: [['AutoScalingGroupName']],
      sections: [
        { subject: 'cpu', interval: seconds(30), measurements: [{ metric: 'cpu_usage_active' }] },
        { subject: 'mem', interval: minutes(1), measurements: [{ metric: 'mem_used_percent' }] },
        { subject: 'disk', measurements: [{ name: 'used_percent', metric: 'DiskUsed' }], resources: ['/data'] },
      ],
      logFiles: [
        { path: '/var/log/cloud-init-output.log', group: 'set-up', stream: 'set-up/{instance_id}' },
        { path: '/var/log/messages', group: 'set-up', stream: 'messages' },
      ],
      unknown: ['cpu time_idle', 'netstat'],
    })
    expect(agentIn('#!/bin/bash\n')).toBeUndefined()
  })

  it.each([
    [{ metrics: {} }, /metrics\.metrics_collected/],
    [
      { metrics: { metrics_collected: { mem: { measurement: ['used'], metrics_collection_interval: 5 } } } },
      /metrics_collection_interval/,
    ],
  ])('%j is refused', (wrong, because) => expect(() => agentIn(script(wrong))).toThrow(because))
})

describe('Q-20: a CloudWatch agent on an instance', () => {
  let cloud: Ec2Cloud
  let clock: VirtualClock
  const folder = folderWith({ 'main.js': MAIN })
  afterEach(async () => {
    await cloud.stop()
  })

  async function launch(...statements: PolicyStatement[]) {
    clock = new VirtualClock(Date.now())
    const role = {
      ...testRole('role', ...statements, {
        Effect: 'Allow',
        Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Resource: '*',
      }),
      trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
    }
    const volume = testNode('volume', 'vol-1', { zone: 'us-east-1a', size: 1, type: 'gp3', encrypted: true })
    const machine = machineWith([imageProcess(imageIn(folder.path))], {
      role: 'role',
      userData: script(CONFIGURATION),
      securityGroups: ['open'],
      tags: { 'aws:autoscaling:groupName': 'tier' },
    })
    const group = testNode('logGroup', 'set-up', {
      name: 'set-up',
      arn: 'arn:aws:logs:us-east-1:123456789012:log-group:set-up:*',
    })
    const main = testNode('instance', 'i-main', {
      machine,
      subnet: 'public-a',
      zone: 'us-east-1a',
      publicAddress: true,
      volumes: [{ volume: 'vol-1', device: '/dev/sdf' }],
    })
    cloud = await startEc2Cloud({
      nodes: [...threeTiers(), securityGroup('open', [], [tcp(443, '0.0.0.0/0')]), role, volume, main, group],
      services: [cloudwatch, logs],
      clock,
    })
    const [instance] = cloud.instances.list()
    if (!instance) throw new Error('no instance')
    const ready = Promise.withResolvers<void>()
    cloud.world.logs.subscribe(({ line }) => line === 'ready' && ready.resolve())
    await ready.promise
    return instance
  }

  const PUT: PolicyStatement = {
    Effect: 'Allow',
    Action: 'cloudwatch:PutMetricData',
    Resource: '*',
    Condition: { StringEquals: { 'cloudwatch:namespace': 'Quiz' } },
  }

  it('puts what its processes use, also added up for the group', async () => {
    await launch(PUT)
    await clock.advance(seconds(30))
    await clock.advance(seconds(30))
    const { metrics } = cloud.world
    const named = () =>
      metrics
        .list()
        .filter(({ namespace }) => namespace === 'Quiz')
        .map(({ name, dimensions }) => `${name} ${Object.keys(dimensions).sort().join()}`)
    await expect
      .poll(() => new Set(named()), { timeout: 10_000 })
      .toEqual(
        new Set([
          'cpu_usage_active AutoScalingGroupName,InstanceId,cpu',
          'cpu_usage_active AutoScalingGroupName',
          'mem_used_percent AutoScalingGroupName,InstanceId',
          'mem_used_percent AutoScalingGroupName',
          'DiskUsed AutoScalingGroupName,InstanceId,fstype,path',
          'DiskUsed AutoScalingGroupName',
        ]),
      )
  })

  it('sends what the user data prints to CloudWatch Logs', async () => {
    const instance = await launch(PUT, { Effect: 'Allow', Action: 'logs:*', Resource: '*' })
    const client = new CloudWatchLogsClient(clientOptions(cloud.gateway.url))
    const where = { logGroupName: 'set-up', logStreamName: `set-up/${instance.id}` }
    const lines = async () => {
      const { events = [] } = await client.send(new GetLogEventsCommand(where)).catch(() => ({ events: [] }))
      return events.map(({ message }) => message).join('\n')
    }
    await expect.poll(lines, { timeout: 10_000, interval: 200 }).toMatch(/Cloud-init v\. .* running/)
    client.destroy()
    const [partly] = cloud.world.journal.since(0).filter(({ kind }) => kind === 'ec2.agentPartly')
    expect(partly?.message).toMatch(/does not measure cpu time_idle, netstat, the file \/var\/log\/messages here$/)
  })

  it('puts nothing without the permission, and the journal names it once', async () => {
    await launch()
    const failed = cloud.world.journal.next(({ kind }) => kind === 'ec2.agentFailed')
    await clock.advance(seconds(30))
    expect((await failed).message).toMatch(/cloudwatch:PutMetricData/)
    expect(cloud.world.metrics.list().filter(({ namespace }) => namespace === 'Quiz')).toEqual([])
  })
})
