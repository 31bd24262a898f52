import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, RecordSet } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ToDataPlane } from '../../dataplane/messages.ts'
import { makeWorld } from '../../make-world.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import type { DataPlane } from '../../ports.ts'
import { testArchitecture, testNode, threeTiers } from '../../testing/architecture.ts'
import { route53 } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'r53-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const zone = (id: string, name: string, vpcs: readonly string[] = []) =>
  testNode('hostedZone', id, { name, vpcs, nameServers: [] })

const record = (zoneId: string, name: string, type: string, target: RecordSet['target']) =>
  testNode('recordSet', `${zoneId} ${name} ${type}`, { zone: zoneId, name, type, target })

const values = (...list: string[]): RecordSet['target'] => ({ kind: 'values', values: list, ttl: 60_000 })
const alias = (dnsName: string): RecordSet['target'] => ({ kind: 'alias', dnsName, evaluateTargetHealth: false })

async function start(...more: readonly ArchitectureNode[]) {
  const architecture = testArchitecture([...threeTiers(), ...more])
  const clock = new VirtualClock()
  const world = makeWorld({ architecture, stateFolder: folder, clock, random: seeded(1) })
  const network = new VpcNetwork({ architecture, random: seeded(1), folder, clock })
  const sent: ToDataPlane[] = []
  world.ports.provide('network', network)
  world.ports.provide('dataPlane', {
    send: (message: ToDataPlane) => void sent.push(message),
    listen: async () => ({ port: 0, httpPort: 0 }),
    onHealth: () => () => {},
    onDrained: () => () => {},
    stop: async () => {},
  } as unknown as DataPlane)
  await route53.start(world)
  const app = network.attach({ owner: 'app', subnet: 'app-a', securityGroups: ['app'] })
  return { network, app, names: sent.flatMap(message => (message.type === 'names' ? message.names : [])) }
}

describe('records', () => {
  it('lead through chains of CNAMEs and aliases to addresses that are known later', async () => {
    const { network, app } = await start(
      zone('z', 'example.com'),
      record('z', 'www.example.com', 'CNAME', values('app.example.com.')),
      record('z', 'app.example.com', 'A', alias('balancer.elb.localhost')),
    )
    expect(network.resolve('www.example.com', app)).toEqual([])
    network.setName('balancer.elb.localhost', ['198.18.0.7'])
    expect(network.resolve('WWW.example.com.', app)).toEqual(['198.18.0.7'])
  })

  it('stand for every name below a wildcard, but not below a name that exists (RFC 4592)', async () => {
    const { network, app } = await start(
      zone('z', 'example.com'),
      record('z', '*.example.com', 'A', values('10.0.9.9')),
      record('z', 'a.example.com', 'A', values('10.0.9.1')),
    )
    expect(network.resolve('x.y.example.com', app)).toEqual(['10.0.9.9'])
    expect(network.resolve('x.a.example.com', app)).toEqual([])
    expect(network.resolve('a.example.com', app)).toEqual(['10.0.9.1'])
  })

  it('of a private zone are known inside its VPC alone, and hide the public zone', async () => {
    const { network, app } = await start(
      zone('public', 'example.com'),
      zone('private', 'example.com', ['vpc']),
      record('public', 'both.example.com', 'A', values('198.18.0.1')),
      record('public', 'outside.example.com', 'A', values('198.18.0.2')),
      record('private', 'both.example.com', 'A', values('10.0.2.9')),
    )
    expect(network.resolve('both.example.com', app)).toEqual(['10.0.2.9'])
    expect(network.resolve('outside.example.com', app)).toEqual([])
    expect(network.resolve('both.example.com')).toEqual(['198.18.0.1'])
    expect(network.resolve('outside.example.com')).toEqual(['198.18.0.2'])
  })

  it('tell the entrance which names are public, along chains', async () => {
    const { names } = await start(
      zone('z', 'example.com'),
      testNode('distribution', 'cdn', {
        arn: 'arn:aws:cloudfront::123456789012:distribution/E1',
        domainName: 'd1.cloudfront.localhost',
        aliases: [],
        enabled: true,
        ipv6: false,
        defaultRootObject: '',
        origins: [],
        behaviors: [],
        errorResponses: [],
      }),
      record('z', 'example.com', 'A', alias('d1.cloudfront.localhost')),
      record('z', 'www.example.com', 'CNAME', values('example.com')),
    )
    expect(names.map(({ name, target }) => [name, target.node])).toEqual([
      ['d1.cloudfront.localhost', 'cdn'],
      ['example.com', 'cdn'],
      ['www.example.com', 'cdn'],
    ])
  })
})
