import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, seeded, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, NetworkAclRule, Peer, Route, SecurityGroupRule } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subnet, testArchitecture, testNode } from '../testing/architecture.ts'
import { AWS_ADDRESSES } from './process/aws-hosts.ts'
import { LiveView } from './process/live-view.ts'
import type { ToProcess } from './process/view.ts'
import { VpcNetwork } from './vpc-network.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'views-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const CIDRS = [
  '0.0.0.0/0',
  '10.0.0.0/16',
  '10.0.0.0/24',
  '10.0.1.0/24',
  '10.0.1.4/31',
  '52.216.0.0/15',
  '198.18.0.0/16',
]
const PORTS: readonly (readonly [number, number] | undefined)[] = [
  undefined,
  [80, 80],
  [443, 443],
  [1, 1024],
  [1024, 65_535],
  [32_768, 65_535],
]
const GROUPS = ['g0', 'g1', 'g2']
const SUBNETS = ['s0', 's1', 's2']

const peer = (random: Random): Peer => {
  const choice = random.integer(6)
  if (choice < 2) return { kind: 'securityGroup', node: random.pick(GROUPS) }
  if (choice === 2) return { kind: 'prefixList', id: random.pick(['pl-63a5400a', 'pl-unknown']) }
  return { kind: 'cidr', cidr: random.pick(CIDRS) }
}

function groupRules(random: Random): SecurityGroupRule[] {
  return Array.from({ length: 1 + random.integer(3) }, () => {
    const ports = random.pick(PORTS)
    return { protocol: random.pick(['tcp', 'all', 'udp'] as const), peer: peer(random), ...(ports ? { ports } : {}) }
  })
}

function aclRules(random: Random): NetworkAclRule[] {
  const rules = Array.from({ length: random.integer(3) }, (_, index) => {
    const ports = random.pick(PORTS)
    return {
      number: 100 + index,
      action: random.pick(['allow', 'allow', 'deny'] as const),
      protocol: 'tcp' as const,
      cidr: random.pick(CIDRS),
      ...(ports ? { ports } : {}),
    }
  })
  return [...rules, { number: 200, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' }]
}

function routes(random: Random): Route[] {
  const targets = [
    { kind: 'internetGateway', node: 'igw' },
    { kind: 'natGateway', node: 'nat' },
    { kind: 'blackhole', because: 'it was deleted' },
  ] as const
  return Array.from({ length: random.integer(3) }, () => ({
    destination: random.pick(['0.0.0.0/0', '52.0.0.0/8', '198.18.0.0/15', '10.0.1.0/24']),
    target: random.pick(targets),
  }))
}

function randomArchitecture(random: Random): ArchitectureNode[] {
  return [
    testNode('vpc', 'vpc', { cidr: '10.0.0.0/16', dnsSupport: true, dnsHostnames: true, internetGateway: 'igw' }),
    testNode('internetGateway', 'igw', { vpc: 'vpc' }),
    testNode('natGateway', 'nat', {
      subnet: 's0',
      connectivity: random.pick(['public', 'public', 'private'] as const),
    }),
    ...SUBNETS.map((id, index) =>
      subnet(id, `10.0.${index}.0/24`, random.pick(['us-east-1a', 'us-east-1b']), {
        routeTable: `r${index}`,
        ...(random.integer(2) === 0 ? { networkAcl: 'acl' } : {}),
      }),
    ),
    testNode('routeTable', 'r0', {
      vpc: 'vpc',
      routes: [{ destination: '0.0.0.0/0', target: { kind: 'internetGateway', node: 'igw' } }],
    }),
    testNode('routeTable', 'r1', { vpc: 'vpc', routes: routes(random) }),
    testNode('routeTable', 'r2', { vpc: 'vpc', routes: routes(random) }),
    testNode('networkAcl', 'acl', { vpc: 'vpc', ingress: aclRules(random), egress: aclRules(random) }),
    ...GROUPS.map(id =>
      testNode('securityGroup', id, {
        vpc: 'vpc',
        name: id,
        description: id,
        ingress: groupRules(random),
        egress: groupRules(random),
      }),
    ),
    endpoint('s3', 'gateway', random),
    endpoint('secretsmanager', 'interface', random),
  ]
}

const endpoint = (service: string, type: 'gateway' | 'interface', random: Random) =>
  testNode('vpcEndpoint', `vpce-${service}`, {
    vpc: 'vpc',
    type,
    service: `com.amazonaws.us-east-1.${service}`,
    subnets: type === 'interface' ? ['s2'] : [],
    routeTables: type === 'gateway' ? [random.pick(['r0', 'r1', 'r2'])] : [],
    securityGroups: type === 'interface' ? [random.pick(GROUPS)] : [],
    privateDns: true,
  })

function randomNetwork(seed: number): { network: VpcNetwork; random: Random } {
  const random = seeded(seed)
  const network = new VpcNetwork({
    architecture: testArchitecture(randomArchitecture(random)),
    random: seeded(seed),
    folder: join(folder, String(seed)),
    clock: new VirtualClock(),
  })
  for (let count = 0; count < 6; count++) attach(network, random)
  network.setOutside('d1.cloudfront.localhost', { 443: '/outside' })
  return { network, random }
}

function attach(network: VpcNetwork, random: Random): void {
  const attached = network.attach({
    owner: 'x',
    subnet: random.pick(SUBNETS),
    securityGroups: [random.pick(GROUPS), ...(random.integer(2) ? [random.pick(GROUPS)] : [])],
    publicAddress: random.integer(2) === 0,
    announce: random.integer(4) === 0,
  })
  network.setDoors(attached.id, { aws: '/aws', endpoints: { 'vpce-s3': '/s3', 'vpce-secretsmanager': '/secrets' } })
}

/** Every place where the view and the decision disagree, as sentences. */
function disagreements(network: VpcNetwork, viewOf: (id: string) => LiveView | undefined): string[] {
  const all = network.interfaces().filter(({ type }) => type === 'interface' || type === 'loadBalancer')
  const addresses = [
    ...network
      .interfaces()
      .flatMap(({ address, publicIp }) => (publicIp === undefined ? [address] : [address, publicIp])),
    ...Object.values(AWS_ADDRESSES),
    ...network.resolve('d1.cloudfront.localhost'),
    '10.0.1.200',
    '203.0.113.9',
  ]
  const found: string[] = []
  for (const from of all) {
    const view = viewOf(from.id)
    for (const address of addresses.filter(each => each !== from.address)) {
      for (const port of [1, 22, 80, 443, 1024, 3306, 40_000, 65_535]) {
        const verdict = network.decide(from, address, port)
        const way = view?.wayTo(address, port)
        const expected = verdict.kind === 'accepted' ? verdict.socket : 'silence'
        const got = way?.kind === 'open' ? way.socket : way?.kind
        if (expected !== got) found.push(`${from.address} to ${address}:${port}: decided ${expected}, in view ${got}`)
        const source = way?.kind === 'open' && way.reach ? (way.reach.source ?? from.address) : undefined
        const seen = source === 'public' ? from.publicIp : source
        if (verdict.kind === 'accepted' && verdict.source !== seen) {
          found.push(`${from.address} to ${address}:${port}: comes from ${verdict.source}, in view from ${seen}`)
        }
      }
    }
  }
  return found
}

describe('the view of an interface', () => {
  it('decides like the network, for random architectures', () => {
    for (let seed = 0; seed < 25; seed++) {
      const { network } = randomNetwork(seed)
      const views = new Map(network.interfaces().map(each => [each.id, new LiveView(network.viewOf(each))]))
      expect(
        disagreements(network, id => views.get(id)),
        `seed ${seed}`,
      ).toEqual([])
    }
  })

  it('that is kept up to date by its news decides like the network, whatever changes', () => {
    for (let seed = 100; seed < 108; seed++) {
      const { network, random } = randomNetwork(seed)
      const views = new Map<string, LiveView>()
      const follow = () => {
        for (const each of network.interfaces()) {
          if (views.has(each.id)) continue
          network.subscribe(each, line => {
            const message = JSON.parse(line) as ToProcess
            if ('view' in message) views.set(each.id, new LiveView(message.view))
            else if ('version' in message) views.get(each.id)?.apply(message)
          })
        }
      }
      follow()
      const ends: (() => void)[] = []
      const changes: readonly (() => void)[] = [
        () =>
          network.rules.setSecurityGroup(random.pick(GROUPS), random.pick(['ingress', 'egress']), groupRules(random)),
        () => network.rules.setNetworkAcl('acl', random.pick(['ingress', 'egress']), aclRules(random)),
        () => network.rules.setRoutes(random.pick(['r1', 'r2']), routes(random)),
        () => network.rules.setGroups(random.pick(network.interfaces()).id, [random.pick(GROUPS)]),
        () => ends.push(network.faults.blackhole({ kind: 'subnet', subnet: random.pick(SUBNETS) })),
        () => ends.push(network.faults.latency({ kind: 'interface', id: random.pick(network.interfaces()).id }, 5)),
        () => ends.pop()?.(),
        () => attach(network, random),
        () => {
          const ordinary = network.interfaces().filter(({ type }) => type === 'interface')
          if (ordinary.length < 3) return
          const gone = random.pick(ordinary)
          network.detach(gone.id)
          views.delete(gone.id)
        },
      ]
      for (let step = 0; step < 15; step++) {
        random.pick(changes)()
        follow()
        expect(
          disagreements(network, id => views.get(id)),
          `seed ${seed}, step ${step}`,
        ).toEqual([])
      }
    }
  })

  it('of a hundred interfaces of one class costs one line each when another one comes', () => {
    const { network } = randomNetwork(1)
    for (let count = 0; count < 100; count++) {
      network.attach({ owner: 'x', subnet: 's1', securityGroups: ['g0'], publicAddress: false })
    }
    const lines: string[] = []
    for (const each of network.interfaces().filter(({ owner }) => owner === 'x')) {
      network.subscribe(each, line => void lines.push(line))
    }
    lines.length = 0
    network.attach({ owner: 'new', subnet: 's1', securityGroups: ['g0'], publicAddress: false })
    expect(lines.length).toBeLessThanOrEqual(106)
    expect(Math.max(0, ...lines.map(line => line.length))).toBeLessThan(300)
  })
})

describe('the names of a view', () => {
  it('are those that the network resolves: zones hidden by longer and private ones, wildcards, AWS, endpoints', () => {
    const { network } = randomNetwork(3)
    const records = (...names: string[]) => names.map((name, index) => ({ name, addresses: [`10.9.0.${index}`] }))
    network.setZone({ id: 'a', name: 'example.com', vpcs: [], records: records('example.com', '*.example.com') })
    network.setZone({
      id: 'b',
      name: 'example.com',
      vpcs: ['vpc'],
      records: records('a.example.com', '*.b.example.com'),
    })
    network.setZone({ id: 'c', name: 'in.b.example.com', vpcs: ['vpc'], records: records('x.in.b.example.com') })
    network.setName('y.example.com', ['10.8.0.1'])
    network.setName('z.example.com', ['10.8.0.2'], { vpc: 'vpc' })
    const [from] = network.interfaces().filter(({ type }) => type === 'interface')
    if (!from) throw new Error('no interface')
    const view = new LiveView(network.viewOf(from))
    const names = ['', 'a.', 'y.', 'z.', 'b.', 'q.b.', 'in.b.', 'x.in.b.', 'r.in.b.', 'p.a.', 'deep.q.b.']
    for (const name of [
      ...names.map(front => `${front}example.com`),
      'secretsmanager.us-east-1.amazonaws.com',
      'sts.amazonaws.com',
      'bucket.with.dots.s3.us-east-1.amazonaws.com',
      'ip-10-0-1-23.ec2.internal',
      'elsewhere.test',
    ]) {
      const found = view.resolve(name)
      expect('error' in found ? [] : found.addresses, name).toEqual(network.resolve(name, from))
    }
    expect(network.resolve('y.example.com', from)).toEqual([])
    expect(network.resolve('r.in.b.example.com', from)).toEqual([])
    expect(network.resolve('q.b.example.com', from)).toEqual(['10.9.0.1'])
    expect(network.resolve('sts.amazonaws.com', from)).toEqual([AWS_ADDRESSES.others])
    const [endpointInterface] = network.interfaces().filter(({ type }) => type === 'vpcEndpoint')
    expect(network.resolve('secretsmanager.us-east-1.amazonaws.com', from)).toEqual([endpointInterface?.address])
    expect(network.resolve('secretsmanager.us-east-1.amazonaws.com')).toEqual([AWS_ADDRESSES.others])
  })
})
