import { gunzipSync } from 'node:zlib'
import { minutes } from '@terrace/kit'
import type { Bucket, PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import type { LineBundle } from '../../dataplane/line-bundle.ts'
import { policy, testBucket } from '../../gateway/testing.ts'
import type { MetricDatum } from '../../metrics/metrics.ts'
import type { Objects } from '../../ports.ts'
import { startBalancing, type TestBalancing } from './testing.ts'

let running: TestBalancing | undefined
afterEach(() => running?.stop())

const bundle = (lines: readonly string[]): LineBundle => ({
  text: new TextEncoder().encode(lines.map(line => `${line}\n`).join('')),
  count: lines.length,
})

/** A balancer that logs to a bucket with this policy, and what is put there. */
async function withLogs(statement?: PolicyStatement) {
  const put = new Map<string, Buffer>()
  const rest: Partial<Bucket> = statement ? { policy: policy(statement) } : {}
  running = await startBalancing({
    loadBalancer: { accessLogs: { bucket: 'logs', prefix: 'web' } },
    nodes: [testBucket('logs', rest)],
  })
  const objects = {
    async put(_bucket: string, key: string, body: Buffer) {
      put.set(key, body)
    },
  } as object as Objects
  running.cloud.world.ports.provide('objects', objects)
  return { running, put }
}

const ALLOWED: PolicyStatement = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::127311923021:root' },
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::logs/web/AWSLogs/123456789012/*',
}

describe('access logs', () => {
  it('are delivered every five minutes, a file a node, with the documented key', async () => {
    const { running: balancing, put } = await withLogs(ALLOWED)
    const say = (node: string, ...lines: string[]) =>
      balancing.dataPlane.say({ type: 'accessLog', loadBalancer: 'lb', name: 'lb', node, lines: bundle(lines) })
    say('us-east-1a', 'one', 'two')
    say('us-east-1b', 'three')
    await balancing.clock.advance(minutes(4))
    expect([...put.keys()]).toEqual(['web/AWSLogs/123456789012/ELBAccessLogTestFile'])
    await balancing.clock.advance(minutes(1))
    const files = [...put].slice(1)
    expect(files.map(([key]) => key)).toEqual([
      expect.stringMatching(
        /^web\/AWSLogs\/123456789012\/elasticloadbalancing\/us-east-1\/2026\/01\/01\/123456789012_elasticloadbalancing_us-east-1_app\.lb\.0123456789abcdef_20260101T0005Z_10\.0\.0\.\d+_[a-z0-9]{8}\.log\.gz$/,
      ),
      expect.stringMatching(/_10\.0\.1\.\d+_/),
    ])
    expect(files.map(([, body]) => gunzipSync(body).toString())).toEqual(['one\ntwo\n', 'three\n'])
    say('us-east-1a', 'last')
    await balancing.stop()
    running = undefined
    expect(put.size).toBe(4)
  })

  it.each([
    ['by the service', { ...ALLOWED, Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' } }, true],
    ['for other keys', { ...ALLOWED, Resource: 'arn:aws:s3:::logs/other/*' }, false],
    ['for somebody else', { ...ALLOWED, Principal: { AWS: 'arn:aws:iam::111111111111:root' } }, false],
    ['not at all', undefined, false],
  ] satisfies [string, PolicyStatement | undefined, boolean][])(
    'when the policy allows it %s: %#',
    async (_, statement, delivered) => {
      const { running: balancing, put } = await withLogs(statement)
      await balancing.clock.advance(1)
      expect(put.size).toBe(delivered ? 1 : 0)
      const refused = balancing.cloud.world.journal.since(0).filter(({ kind }) => kind === 'elbv2.logRefused')
      expect(refused).toHaveLength(delivered ? 0 : 1)
    },
  )
})

describe('metrics', () => {
  async function written() {
    running = await startBalancing()
    const data: MetricDatum[] = []
    const { metrics } = running.cloud.world
    const put = metrics.put.bind(metrics)
    metrics.put = (...more) => {
      data.push(...more)
      put(...more)
    }
    return { balancing: running, data }
  }
  const LB = 'app/lb/0123456789abcdef'
  const TG = 'targetgroup/tg/0123456789abcdef'

  it('of requests have each combination of dimensions', async () => {
    const { balancing, data } = await written()
    balancing.dataPlane.say({
      type: 'metrics',
      samples: [
        {
          loadBalancer: 'lb',
          node: 'us-east-1a',
          targetGroup: 'tg',
          counts: { RequestCount: 3 },
          responseTimes: { values: [0.1, 0.2], counts: [1, 2] },
        },
        { loadBalancer: 'lb', node: 'us-east-1a', counts: { ProcessedBytes: 900, RuleEvaluations: 2 } },
      ],
    })
    const of = (wanted: string) => data.filter(({ name }) => name === wanted)
    expect(of('RequestCount').map(({ dimensions }) => dimensions)).toEqual([
      { LoadBalancer: LB },
      { LoadBalancer: LB, AvailabilityZone: 'us-east-1a' },
      { LoadBalancer: LB, TargetGroup: TG },
      { LoadBalancer: LB, TargetGroup: TG, AvailabilityZone: 'us-east-1a' },
    ])
    expect(of('RequestCount')[0]).toMatchObject({
      namespace: 'AWS/ApplicationELB',
      unit: 'Count',
      value: { sampleCount: 3, sum: 3, minimum: 1, maximum: 1 },
    })
    expect(of('TargetResponseTime')[0]).toMatchObject({
      unit: 'Seconds',
      value: { values: [0.1, 0.2], counts: [1, 2] },
    })
    expect(of('ProcessedBytes')).toEqual([expect.objectContaining({ dimensions: { LoadBalancer: LB }, unit: 'Bytes' })])
    expect(of('RequestCountPerTarget').map(({ dimensions }) => dimensions)).toEqual([
      { TargetGroup: TG },
      { TargetGroup: TG, LoadBalancer: LB },
    ])
  })

  it('of hosts are reported once a minute by each node, by the zone of the targets', async () => {
    const { balancing, data } = await written()
    const targetGroups = await balancing.cloud.world.ports.need('targetGroups')
    for (const { id, networkInterface } of balancing.instances) targetGroups.register('tg', { id, networkInterface })
    balancing.sees('us-east-1a', 'i-0000000000000000a:8000', 'healthy')
    balancing.sees('us-east-1a', 'i-0000000000000000b:8000', 'unhealthy')
    await balancing.clock.advance(minutes(1))
    const healthy = data.filter(({ name }) => name === 'HealthyHostCount')
    const all = healthy.filter(({ dimensions }) => dimensions.AvailabilityZone === undefined)
    expect(all.map(({ value }) => value)).toEqual([1, 0])
    const first = healthy.filter(({ dimensions }) => dimensions.AvailabilityZone === 'us-east-1b')
    expect(first.map(({ value }) => value)).toEqual([0, 0])
    expect(data.filter(({ name }) => name === 'UnHealthyHostCount').map(({ value }) => value)).toContain(1)
  })

  it('tell the capacity that was used once a minute, also when it was none', async () => {
    const { balancing, data } = await written()
    const counts = { NewConnectionCount: 25 * 60 * 2, ProcessedBytes: 900 }
    const sample = { loadBalancer: 'lb', node: 'us-east-1a' }
    balancing.dataPlane.say({ type: 'metrics', samples: [{ ...sample, counts }] })
    balancing.dataPlane.say({ type: 'metrics', samples: [{ ...sample, counts: {}, activeConnections: 12 }] })
    await balancing.clock.advance(minutes(2))
    const units = data.filter(({ name }) => name === 'ConsumedLCUs')
    expect(units.map(({ value }) => value)).toEqual([2, 0])
    expect(units[0]).toMatchObject({ namespace: 'AWS/ApplicationELB', dimensions: { LoadBalancer: LB }, unit: 'Count' })
    expect(Object.keys(units[0]?.dimensions ?? {})).toEqual(['LoadBalancer'])
  })

  it('leave flows to the network with the node they came from', async () => {
    const { balancing } = await written()
    const seen: unknown[] = []
    const record = balancing.network.record.bind(balancing.network)
    balancing.network.record = flow => {
      seen.push(flow)
      record(flow)
    }
    const flow = { address: '10.0.2.4', port: 8000, accepted: false, sent: 0, received: 0, startedAt: 1, endedAt: 2 }
    balancing.dataPlane.say({ type: 'flows', flows: [{ targetGroup: 'tg', node: 'us-east-1a', ...flow }] })
    expect(seen).toMatchObject([{ ...flow, from: { owner: 'lb', zone: 'us-east-1a' } }])
  })
})
