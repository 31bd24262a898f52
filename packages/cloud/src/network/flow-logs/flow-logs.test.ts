import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { minutes, seconds, seeded, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, FlowLog, PolicyStatement } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testBucket, testRole } from '../../gateway/testing.ts'
import { makeWorld } from '../../make-world.ts'
import type { LogGroups, Objects } from '../../ports.ts'
import { subnet, testArchitecture, testNode, threeTiers } from '../../testing/architecture.ts'
import type { Flow, NetworkInterface } from '../network.ts'
import { AWS_ADDRESSES } from '../process/aws-hosts.ts'
import { VpcNetwork } from '../vpc-network.ts'
import { startFlowLogs } from './start.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flow-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const WRITES: PolicyStatement = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '*',
}

const writer = (service: string, ...statements: readonly PolicyStatement[]) => ({
  ...testRole('writer', ...statements),
  trust: {
    Statement: [{ Effect: 'Allow' as const, Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  },
})

const toLogs: FlowLog = {
  traffic: 'ALL',
  destination: 'cloud-watch-logs',
  target: 'flows',
  aggregation: minutes(1),
  role: 'arn:aws:iam::123456789012:role/writer',
}

async function start(log: FlowLog, ...more: readonly ArchitectureNode[]) {
  const vpc = testNode('vpc', 'vpc', {
    cidr: '10.0.0.0/16',
    dnsSupport: true,
    dnsHostnames: true,
    internetGateway: 'igw',
    flowLogs: [log],
  })
  const others = [vpc, writer('vpc-flow-logs.amazonaws.com', WRITES), ...more]
  const ids = new Set(others.map(({ id }) => id))
  const architecture = testArchitecture([
    ...threeTiers().filter(({ id }) => !ids.has(id)),
    ...new Map(others.map(node => [node.id, node])).values(),
  ])
  const clock = new VirtualClock(Date.UTC(2026, 0, 1))
  const world = makeWorld({ architecture, stateFolder: folder, clock, random: seeded(1) })
  const network = new VpcNetwork({ architecture, random: seeded(1), folder, clock })
  const streams = new Map<string, string[]>()
  const groups = new Set(['flows'])
  const logGroups: LogGroups = {
    has: group => groups.has(group),
    create: group => void groups.add(group),
    put: (_, stream, events) =>
      void streams.set(stream, [...(streams.get(stream) ?? []), ...events.map(({ message }) => message)]),
  }
  const files = new Map<string, string>()
  world.ports.provide('logGroups', logGroups)
  world.ports.provide('objects', {
    put: async (bucket: string, key: string, body: Buffer) => {
      files.set(`${bucket}/${key}`, gunzipSync(body).toString())
    },
  } as unknown as Objects)
  const app = network.attach({ owner: 'i-0123456789abcdef0', subnet: 'app-b', securityGroups: ['app'] })
  const database = network.attach({ owner: 'db', subnet: 'data-a', securityGroups: ['database'] })
  const running = startFlowLogs(world, network)
  const send = (from: NetworkInterface, address: string, port: number, rest: Partial<Flow> = {}) =>
    network.record({
      from,
      fromPort: 40_001,
      address,
      port,
      accepted: true,
      sent: 1000,
      received: 2000,
      startedAt: clock.now(),
      endedAt: clock.now() + seconds(2),
      ...rest,
    })
  const nat = network.interfaces().find(({ type }) => type === 'natGateway')
  return { world, network, clock, running, streams, files, app, database, nat, send }
}

describe('records (VPC User Guide, "Flow log record examples", reference 10.8)', () => {
  it('tell of both directions at both ends, in the default format', async () => {
    const { clock, streams, app, database, send } = await start(toLogs)
    send(app, database.address, 3306)
    await clock.advance(minutes(1))
    const [a, d] = [app, database]
    const times = '1767225600 1767225602'
    expect(streams.get(`${a.id}-all`)).toEqual([
      `2 123456789012 ${a.id} ${a.address} ${d.address} 40001 3306 6 6 1312 ${times} ACCEPT OK`,
      `2 123456789012 ${a.id} ${d.address} ${a.address} 3306 40001 6 7 2364 ${times} ACCEPT OK`,
    ])
    expect(streams.get(`${d.id}-all`)?.map(line => line.split(' ').slice(3, 7).join(' '))).toEqual([
      `${a.address} ${d.address} 40001 3306`,
      `${d.address} ${a.address} 3306 40001`,
    ])
  })

  it('are summed up over the interval, and say NODATA when there was nothing', async () => {
    const { clock, streams, app, database, send } = await start(toLogs)
    send(app, database.address, 3306, { part: 'first' })
    send(app, database.address, 3306, { part: 'last' })
    await clock.advance(minutes(1))
    expect(streams.get(`${app.id}-all`)?.length).toBe(2)
    await clock.advance(minutes(1))
    expect(streams.get(`${app.id}-all`)?.at(-1)).toBe(
      `2 123456789012 ${app.id} - - - - - - - 1767225660 1767225720 - NODATA`,
    )
  })

  const actions = (lines: readonly string[] = []) =>
    lines.map(line => line.split(' ')).map(fields => `${fields[5]}→${fields[6]} ${fields[12] ?? fields[13]}`)

  it('show a denial by a group where it is: REJECT at the source, or ACCEPT there and REJECT at the target', async () => {
    const { clock, streams, app, database, network, send } = await start(toLogs)
    const denied = { accepted: false, sent: 0, received: 0 }
    send(app, database.address, 22, denied)
    network.rules.setSecurityGroup('database', 'ingress', [])
    send(app, database.address, 3306, denied)
    await clock.advance(minutes(1))
    expect(actions(streams.get(`${app.id}-all`))).toEqual(['40001→22 REJECT', '40001→3306 ACCEPT'])
    expect(actions(streams.get(`${database.id}-all`))).toEqual(['40001→3306 REJECT'])
  })

  it('show a denied answer as ACCEPT and REJECT at the target', async () => {
    const everything = { number: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' } as const
    const { clock, streams, app, database, send } = await start(
      toLogs,
      testNode('networkAcl', 'acl', { vpc: 'vpc', ingress: [everything], egress: [] }),
      subnet('data-a', '10.0.4.0/24', 'us-east-1a', { networkAcl: 'acl' }),
    )
    send(app, database.address, 3306, { accepted: false, sent: 0, received: 0 })
    await clock.advance(minutes(1))
    expect(actions(streams.get(`${database.id}-all`))).toEqual(['40001→3306 ACCEPT', '3306→40001 REJECT'])
  })

  it('show the NAT gateway between, with the packets’ own addresses in a custom format', async () => {
    const format =
      '${version} ${srcaddr} ${dstaddr} ${pkt-srcaddr} ${pkt-dstaddr} ${flow-direction} ${traffic-path} ${pkt-dst-aws-service} ${tcp-flags} ${instance-id} ${ecs-task-id}'
    const { clock, streams, app, nat, send } = await start({ ...toLogs, format })
    const s3 = AWS_ADDRESSES.s3
    send(app, s3, 443)
    await clock.advance(minutes(1))
    expect(streams.get(`${nat?.id}-all`)).toEqual([
      `5 ${app.address} ${nat?.address} ${app.address} ${s3} ingress - S3 3 - -`,
      `5 ${nat?.address} ${s3} ${nat?.address} ${s3} egress 8 S3 3 - -`,
      `5 ${s3} ${nat?.address} ${s3} ${nat?.address} ingress - - 19 - -`,
      `5 ${nat?.address} ${app.address} ${s3} ${app.address} egress 1 - 19 - -`,
    ])
    expect(streams.get(`${app.id}-all`)?.[0]).toBe(
      `5 ${app.address} ${s3} ${app.address} ${s3} egress 1 S3 3 i-0123456789abcdef0 -`,
    )
  })

  it('are those of one kind of traffic, every ten minutes, when the template says so', async () => {
    const { clock, streams, app, database, send } = await start({
      ...toLogs,
      traffic: 'REJECT',
      aggregation: minutes(10),
    })
    send(app, database.address, 3306)
    send(app, database.address, 22, { accepted: false })
    await clock.advance(minutes(9))
    expect(streams.size).toBe(0)
    await clock.advance(minutes(1))
    expect(actions(streams.get(`${app.id}-reject`))).toEqual(['40001→22 REJECT'])
  })
})

describe('a delivery', () => {
  it('to S3 is one compressed file with a header, in the documented place', async () => {
    const log: FlowLog = { ...toLogs, destination: 's3', target: 'arn:aws:s3:::logs/vpc' }
    const { clock, files, app, database, send } = await start(log, testBucket('logs'))
    send(app, database.address, 3306)
    await clock.advance(minutes(1))
    const [[key = '', text = ''] = []] = files
    expect(key).toMatch(
      /^logs\/vpc\/AWSLogs\/123456789012\/vpcflowlogs\/us-east-1\/2026\/01\/01\/123456789012_vpcflowlogs_us-east-1_fl-[0-9a-f]{17}_20260101T0001Z_[0-9a-f]{8}\.log\.gz$/,
    )
    const [header, ...records] = text.trimEnd().split('\n')
    expect(header).toBe(
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
    )
    expect(records.filter(record => record.endsWith('ACCEPT OK')).length).toBe(4)
  })

  it.each<readonly [string, FlowLog, readonly ArchitectureNode[], string]>([
    [
      'its role does not trust the service',
      toLogs,
      [writer('ec2.amazonaws.com', WRITES)],
      'the role writer does not trust vpc-flow-logs.amazonaws.com',
    ],
    [
      'its role may not write',
      toLogs,
      [writer('vpc-flow-logs.amazonaws.com', { ...WRITES, Action: 'logs:CreateLogStream' })],
      'writer may not logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:flows:log-stream:eni-',
    ],
    ['there is no group', { ...toLogs, target: 'other' }, [], 'writer may not logs:CreateLogGroup'],
    [
      'the bucket denies it',
      { ...toLogs, destination: 's3', target: 'arn:aws:s3:::logs' },
      [
        testBucket('logs', {
          policy: { Statement: [{ Sid: 'No', Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }] },
        }),
      ],
      'statement No of the policy of logs denies delivery.logs.amazonaws.com s3:PutObject',
    ],
    [
      'nothing here takes it',
      { ...toLogs, destination: 'kinesis-data-firehose' },
      [],
      'deliveries to kinesis-data-firehose are not emulated',
    ],
  ])('does not happen, and the journal says why: %s', async (_, log, nodes, because) => {
    const { world, clock, streams, files } = await start(log, ...nodes)
    await clock.advance(minutes(3))
    const failures = world.journal.since(0).filter(({ kind }) => kind === 'network.flowLogFailed')
    expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining(because)])
    expect([streams.size, files.size]).toEqual([0, 0])
  })

  it('of what has gathered happens at the end', async () => {
    const { running, streams, app, database, send } = await start(toLogs)
    send(app, database.address, 3306)
    await running.stop()
    expect(streams.get(`${app.id}-all`)?.length).toBe(2)
  })
})
