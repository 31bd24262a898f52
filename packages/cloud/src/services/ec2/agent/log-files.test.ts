import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOptions, policy, testRole } from '../../../gateway/testing.ts'
import { findProgram } from '../../../programs/find.ts'
import { securityGroup, tcp, testNode, threeTiers } from '../../../testing/architecture.ts'
import { ask, type Ec2Cloud, machineWith, nginxProcess, startEc2Cloud } from '../../../workload/testing.ts'
import { logs } from '../../logs/index.ts'

const installed = findProgram(['nginx']) !== undefined
const reason = installed ? '' : ' (skipped: NGINX is not installed)'

const WEB = `
log_format short '$request_uri $status';
server {
  listen 80;
  access_log /var/log/nginx/site.log short;
  root /srv/site;
  location = /hello { return 200 "hello"; }
  location / { try_files $uri =404; }
  location = /missing { }
}
`

const FILES = ['site', 'error', 'access'].map(name => ({
  file_path: `/var/log/nginx/${name}.log`,
  log_group_name: 'web',
  log_stream_name: `nginx-${name}/{instance_id}`,
}))

const userData = `#!/bin/bash
cat > /opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.json <<'TERRACE_AGENT'
${JSON.stringify({ metrics: { metrics_collected: {} }, logs: { logs_collected: { files: { collect_list: FILES } } } })}
TERRACE_AGENT
`

const MAY_WRITE: PolicyStatement = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '*',
}
const MAY_OPEN: PolicyStatement = { ...MAY_WRITE, Action: 'logs:CreateLogStream' }

describe.skipIf(!installed)(`Q-20: NGINX's log files on an instance with a CloudWatch agent${reason}`, () => {
  let cloud: Ec2Cloud
  afterEach(() => cloud.stop())

  /** Starts NGINX on an instance, and resolves when it runs. */
  async function launch(statement: PolicyStatement) {
    const role = {
      ...testRole('role', statement),
      trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
    }
    const group = testNode('logGroup', 'web', {
      name: 'web',
      arn: 'arn:aws:logs:us-east-1:123456789012:log-group:web:*',
    })
    const out = securityGroup('web', [tcp(80, '0.0.0.0/0')], [tcp(443, '0.0.0.0/0')])
    cloud = await startEc2Cloud({ nodes: [...threeTiers(), out, role, group], services: [logs] })
    const runs = Promise.withResolvers<void>()
    cloud.instances.onChange(({ processes }) => processes.some(({ name }) => name === 'web') && runs.resolve())
    const machine = machineWith([nginxProcess(WEB)], { role: 'role', securityGroups: ['web'], userData })
    const instance = await cloud.instances.launch({ machine, subnet: 'app-a', owner: 'web' })
    await runs.promise
    const socket = (await cloud.world.ports.need('network')).socketOf(instance.networkInterface, 80)
    await expect.poll(() => ask(socket, '/hello').then(({ status }) => status, String)).toBe(200)
    return { instance, socket }
  }

  it('are log streams of their own, put with its role; what is not there is in the journal', async () => {
    const { instance, socket } = await launch(MAY_WRITE)
    expect((await ask(socket, '/missing')).status).toBe(404)
    const client = new CloudWatchLogsClient(clientOptions(cloud.gateway.url))
    const linesOf = (name: string) => async () => {
      const where = { logGroupName: 'web', logStreamName: `nginx-${name}/${instance.id}`, startFromHead: true }
      const { events = [] } = await client.send(new GetLogEventsCommand(where)).catch(() => ({ events: [] }))
      return events.map(({ message }) => message)
    }
    const patience = { timeout: 15_000, interval: 100 }
    await expect.poll(linesOf('site'), patience).toEqual(expect.arrayContaining(['/hello 200', '/missing 404']))
    await expect
      .poll(linesOf('error'), patience)
      .toContainEqual(expect.stringMatching(/\[error\].*\/missing.*No such file/))
    client.destroy()
    expect(
      cloud.world.journal.since(0).flatMap(({ kind, message }) => (kind === 'ec2.agentPartly' ? [message] : [])),
    ).toEqual([`the CloudWatch agent of ${instance.id} does not measure the file /var/log/nginx/access.log here`])
  })

  it('stay on it without the permission, which the journal names', async () => {
    const failed = launch(MAY_OPEN).then(() => cloud.world.journal.find(({ kind }) => kind === 'ec2.agentFailed'))
    expect((await failed).message).toMatch(/site\.log of i-\w+ is not in web: .*logs:PutLogEvents/)
  })
})
