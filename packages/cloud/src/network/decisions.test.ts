import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, NetworkAclRule, Route, SecurityGroupRule, VpcEndpoint } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ANYWHERE,
  securityGroup,
  subnet,
  tcp,
  testArchitecture,
  testNode,
  threeTiers,
} from '../testing/architecture.ts'
import type { NetworkInterface } from './network.ts'
import { AWS_ADDRESSES } from './process/aws-hosts.ts'
import { VpcNetwork } from './vpc-network.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'decide-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const REGION = 'us-east-1'
const S3 = `bucket.s3.${REGION}.amazonaws.com`
const SECRETS = `secretsmanager.${REGION}.amazonaws.com`

const networkOf = (nodes: readonly ArchitectureNode[]) =>
  new VpcNetwork({ architecture: testArchitecture(nodes), random: seeded(1), folder, clock: new VirtualClock() })

const withNodes = (...others: readonly ArchitectureNode[]) => [
  ...threeTiers().filter(node => !others.some(other => other.id === node.id)),
  ...others,
]

const endpoint = (service: string, rest: Partial<VpcEndpoint>): VpcEndpoint => ({
  ...testNode('vpcEndpoint', `vpce-${service}`, {
    vpc: 'vpc',
    type: 'interface',
    service: `com.amazonaws.${REGION}.${service}`,
    subnets: [],
    routeTables: [],
    securityGroups: [],
    privateDns: true,
  }),
  ...rest,
})

const acl = (ingress: readonly NetworkAclRule[], egress: readonly NetworkAclRule[]) =>
  testNode('networkAcl', 'acl', { vpc: 'vpc', ingress, egress })

const allow = (first: number, last: number, number = 100): NetworkAclRule => ({
  number,
  action: 'allow',
  protocol: 'tcp',
  cidr: '0.0.0.0/0',
  ports: [first, last],
})

const deny = (number: number, cidr: string): NetworkAclRule => ({ number, action: 'deny', protocol: 'all', cidr })

const EVERYTHING: NetworkAclRule = { number: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' }

const table = (id: string, ...routes: readonly Route[]) => testNode('routeTable', id, { vpc: 'vpc', routes })

const toNat: Route = { destination: '0.0.0.0/0', target: { kind: 'natGateway', node: 'nat' } }
const toInternet: Route = { destination: '0.0.0.0/0', target: { kind: 'internetGateway', node: 'igw' } }
const hole = (destination: string): Route => ({ destination, target: { kind: 'blackhole', because: 'it was deleted' } })

describe('the way to AWS', () => {
  const fromApp = (network: VpcNetwork, at = 'app-a'): NetworkInterface =>
    network.attach({ owner: 'i-1', subnet: at, securityGroups: ['app'] })

  const gateway = (...routeTables: readonly string[]) => endpoint('s3', { type: 'gateway', routeTables })
  const secrets = (ingress: readonly SecurityGroupRule[], rest: Partial<VpcEndpoint> = {}) => [
    securityGroup('endpoint', ingress),
    endpoint('secretsmanager', { subnets: ['data-a', 'data-b'], securityGroups: ['endpoint'], ...rest }),
  ]
  const closed = securityGroup('app', [], [tcp(443, { kind: 'prefixList', id: 'pl-63a5400a' })])

  it.each<readonly [string, string, readonly ArchitectureNode[], string, string, object]>([
    ['NAT gateway', '10.5', [], 'app-a', SECRETS, { reaches: true }],
    ['no route', '10.4', [], 'data-a', SECRETS, { because: expect.stringContaining('data-a has no route to') }],
    ['a gateway endpoint', '10.6', [gateway('isolated')], 'data-a', S3, { reaches: true, endpoint: 'vpce-s3' }],
    ['a gateway endpoint of another table', '10.6', [gateway('public')], 'data-a', S3, { reaches: false }],
    [
      'a gateway endpoint although there is a NAT gateway: the longer prefix',
      '10.4, 10.6',
      [gateway('private')],
      'app-a',
      S3,
      { reaches: true, endpoint: 'vpce-s3' },
    ],
    ['S3 alone by its gateway endpoint', '10.6', [gateway('isolated')], 'data-a', SECRETS, { reaches: false }],
    ['egress to the prefix list', '10.6', [closed, gateway('isolated')], 'data-a', S3, { endpoint: 'vpce-s3' }],
    [
      'egress to the prefix list of another service',
      '10.2',
      [closed],
      'app-a',
      SECRETS,
      { because: expect.stringContaining('no egress rule of app allows TCP 443') },
    ],
    [
      'a prefix list that nobody knows',
      '10.2',
      [securityGroup('app', [], [tcp(443, { kind: 'prefixList', id: 'pl-0123' })])],
      'app-a',
      S3,
      { because: expect.stringContaining('the prefix list pl-0123 is not known here') },
    ],
    [
      'an interface endpoint',
      '10.6',
      secrets([tcp(443, 'app')]),
      'data-b',
      SECRETS,
      { reaches: true, endpoint: 'vpce-secretsmanager' },
    ],
    [
      "an interface endpoint whose group doesn't let it in",
      '10.6',
      secrets([tcp(443, 'database')]),
      'data-b',
      SECRETS,
      { because: expect.stringContaining('no ingress rule of endpoint allows TCP 443 from') },
    ],
    [
      'an interface endpoint without private DNS: the public address',
      '10.6',
      secrets([tcp(443, 'app')], { privateDns: false }),
      'data-b',
      SECRETS,
      { because: expect.stringContaining('data-b has no route to 54.') },
    ],
    [
      'a private NAT gateway',
      '10.5',
      [testNode('natGateway', 'nat', { subnet: 'public-a', connectivity: 'private' })],
      'app-a',
      SECRETS,
      { because: 'the NAT gateway nat is a private one: it leads to no internet' },
    ],
    [
      'a NAT gateway in a subnet that leads nowhere',
      '10.5',
      [table('public')],
      'app-a',
      SECRETS,
      { because: 'the NAT gateway nat is in a subnet without a route to an internet gateway' },
    ],
    [
      "a gateway endpoint of the NAT gateway's subnet",
      '10.6',
      [gateway('public')],
      'app-a',
      S3,
      { reaches: true, endpoint: 'vpce-s3' },
    ],
    [
      'a more specific black hole',
      '10.4',
      [table('private', toNat, hole('54.0.0.0/8'))],
      'app-a',
      SECRETS,
      { because: expect.stringContaining('is a black hole: it was deleted') },
    ],
    [
      'a less specific black hole',
      '10.4',
      [table('private', hole('0.0.0.0/0'), { ...toNat, destination: '54.0.0.0/8' })],
      'app-a',
      SECRETS,
      { reaches: true },
    ],
    [
      'an internet gateway without a public address',
      '10.5',
      [],
      'public-a',
      SECRETS,
      { because: expect.stringContaining('the interface has no public address') },
    ],
    [
      'an internet gateway that is not attached',
      '10.5',
      [testNode('vpc', 'vpc', { cidr: '10.0.0.0/16', dnsSupport: true, dnsHostnames: true })],
      'app-a',
      SECRETS,
      { because: expect.stringContaining('without a route to an internet gateway') },
    ],
  ])('%s (reference %s)', (_, __, nodes, at, host, expected) => {
    const network = networkOf(withNodes(...nodes))
    expect(network.wayToAws(fromApp(network, at), host)).toMatchObject(expected)
  })

  it('is lost with the zone of the NAT gateway, for other zones too (reference 10.5)', () => {
    const network = networkOf(threeTiers())
    const app = fromApp(network, 'app-b')
    const end = network.faults.blackhole({ kind: 'zone', zone: 'us-east-1a' })
    expect(network.wayToAws(app, SECRETS)).toMatchObject({
      because: 'the NAT gateway nat in us-east-1a does not answer',
    })
    end()
    expect(network.wayToAws(app, SECRETS).reaches).toBe(true)
  })

  it('leaves the interface of an endpoint out of DNS whose zone does not answer', () => {
    const network = networkOf(withNodes(...secrets([tcp(443, 'app')])))
    const app = fromApp(network, 'app-b')
    network.faults.blackhole({ kind: 'zone', zone: 'us-east-1a' })
    expect(network.wayToAws(app, SECRETS)).toMatchObject({ reaches: true })
    expect(network.resolve(SECRETS, app)).toEqual(['10.0.5.4'])
  })
})

describe('network ACLs (VPC User Guide, reference 10.3)', () => {
  const between = (ingress: readonly NetworkAclRule[], egress: readonly NetworkAclRule[]) => {
    const nodes = withNodes(acl(ingress, egress), subnet('data-a', '10.0.4.0/24', 'us-east-1a', { networkAcl: 'acl' }))
    const network = networkOf(nodes)
    const app = network.attach({ owner: 'i-1', subnet: 'app-b', securityGroups: ['app'] })
    const database = network.attach({ owner: 'db', subnet: 'data-a', securityGroups: ['database'] })
    return network.decide(app, database.address, 3306)
  }

  it.each<readonly [string, readonly NetworkAclRule[], readonly NetworkAclRule[], object]>([
    ['allow all both ways', [EVERYTHING], [EVERYTHING], { kind: 'accepted' }],
    ['deny everything without rules', [], [], { kind: 'dropped', stage: 'ingress' }],
    ['are stateless: the answer needs its own rule', [EVERYTHING], [], { kind: 'dropped', stage: 'replyEgress' }],
    ['let answers out on ephemeral ports', [allow(3306, 3306)], [allow(1024, 65_535)], { kind: 'accepted' }],
    [
      'must let every port of Linux clients out',
      [EVERYTHING],
      [allow(49_152, 65_535)],
      { because: expect.stringContaining('answers on TCP 32768–60999') },
    ],
    [
      'may do so by several rules',
      [EVERYTHING],
      [allow(1024, 40_000, 1), allow(40_001, 65_535, 2)],
      { kind: 'accepted' },
    ],
    ['let the lowest number decide', [deny(90, '10.0.3.0/24'), EVERYTHING], [EVERYTHING], { kind: 'dropped' }],
    ['never reach a later deny', [EVERYTHING, deny(200, '10.0.3.0/24')], [EVERYTHING], { kind: 'accepted' }],
    ['see addresses, not groups', [deny(90, '10.0.9.0/24'), EVERYTHING], [EVERYTHING], { kind: 'accepted' }],
  ])('%s', (_, ingress, egress, expected) => {
    expect(between(ingress, egress)).toMatchObject(expected)
  })

  it('of the subnet of a NAT gateway are asked on both of its sides', () => {
    const nodes = (ingress: readonly NetworkAclRule[]) =>
      withNodes(
        acl(ingress, [EVERYTHING]),
        subnet('public-a', '10.0.0.0/24', 'us-east-1a', { routeTable: 'public', networkAcl: 'acl' }),
      )
    const way = (ingress: readonly NetworkAclRule[]) => {
      const network = networkOf(nodes(ingress))
      return network.wayToAws(network.attach({ owner: 'i', subnet: 'app-a', securityGroups: ['app'] }), SECRETS)
    }
    expect(way([allow(443, 443), allow(1024, 65_535, 101)]).reaches).toBe(true)
    expect(way([allow(1024, 65_535)])).toMatchObject({ because: expect.stringContaining('denies ingress of TCP 443') })
    expect(way([allow(443, 443)])).toMatchObject({ because: expect.stringContaining('answers on TCP 1024–65535') })
  })

  it('need 1024–65535 for the answers of balancers, which are not Linux clients', () => {
    const nodes = withNodes(
      acl([EVERYTHING], [allow(32_768, 60_999)]),
      subnet('app-a', '10.0.2.0/24', 'us-east-1a', { networkAcl: 'acl' }),
    )
    const network = networkOf(nodes)
    const app = network.attach({ owner: 'i-1', subnet: 'app-a', securityGroups: ['app'] })
    const at = { owner: 'lb', subnet: 'public-a', securityGroups: ['balancer'] }
    expect(network.decide(network.attach(at), app.address, 8000).kind).toBe('accepted')
    expect(network.decide(network.attach({ ...at, announce: true }), app.address, 8000)).toMatchObject({
      because: expect.stringContaining('answers on TCP 1024–65535'),
    })
  })
})

describe('a public address of the system, called from inside (reference 10.2, 10.5)', () => {
  const call = (nodes: readonly ArchitectureNode[], at = 'app-a') => {
    const network = networkOf(nodes)
    const front = network.attach({ owner: 'lb', subnet: 'public-b', securityGroups: ['balancer'], publicAddress: true })
    const app = network.attach({ owner: 'i-1', subnet: at, securityGroups: ['app'] })
    const nat = network.interfaces().find(({ type }) => type === 'natGateway')
    return { network, front, app, nat, verdict: network.decide(app, front.publicIp ?? '', 443) }
  }

  it('is reached through the NAT gateway, and sees its address', () => {
    const { verdict, nat, front } = call(threeTiers())
    expect(verdict).toMatchObject({ kind: 'accepted', source: nat?.publicIp, target: { id: front.id } })
  })

  it('is seen by its public address, which no group as peer means', () => {
    const { verdict } = call(withNodes(securityGroup('balancer', [tcp(443, 'app')], [])))
    expect(verdict).toMatchObject({
      because: expect.stringMatching(/^no ingress rule of balancer allows TCP 443 from 198/),
    })
  })

  it('is not reached without a way out', () => {
    expect(call(threeTiers(), 'data-a').verdict).toMatchObject({ stage: 'route' })
  })

  it('is not reached when its own subnet has no way back', () => {
    const { verdict } = call(withNodes(subnet('public-b', '10.0.1.0/24', 'us-east-1b', { routeTable: 'isolated' })))
    expect(verdict).toMatchObject({ because: expect.stringContaining('find no way back') })
  })

  it('is reached by its private address inside, by the public name of an instance too (reference 10.7)', () => {
    const { network, app, front } = call(threeTiers())
    const name = `ec2-${front.publicIp?.replaceAll('.', '-')}.compute-1.amazonaws.com`
    expect(network.resolve(name, app)).toEqual([front.address])
    expect(network.resolve(name)).toEqual([front.publicIp])
  })
})

describe('what comes from the internet', () => {
  const arrive = (nodes: readonly ArchitectureNode[], publicAddress = true) => {
    const network = networkOf(nodes)
    const front = network.attach({ owner: 'lb', subnet: 'public-b', securityGroups: ['balancer'], publicAddress })
    return network.decideFromOutside('203.0.113.9', front, 443)
  }

  it.each<readonly [string, readonly ArchitectureNode[], object]>([
    ['gets in by an ingress rule for its address', [], { kind: 'accepted', source: '203.0.113.9' }],
    ['does not get in without', [securityGroup('balancer', [], [ANYWHERE])], { stage: 'ingress' }],
    [
      'gets no answer from a subnet without an internet gateway',
      [subnet('public-b', '10.0.1.0/24', 'us-east-1b', { routeTable: 'private' })],
      { because: expect.stringContaining('find no way back') },
    ],
    [
      "is stopped by the subnet's ACL",
      [
        acl([deny(1, '203.0.113.0/24'), EVERYTHING], [EVERYTHING]),
        subnet('public-b', '10.0.1.0/24', 'us-east-1b', { routeTable: 'public', networkAcl: 'acl' }),
      ],
      { stage: 'ingress' },
    ],
  ])('%s', (_, nodes, expected) => expect(arrive(withNodes(...nodes))).toMatchObject(expected))

  it('finds no interface without a public address', () => {
    expect(arrive(threeTiers(), false)).toMatchObject({ because: 'lb has no public address' })
  })
})

describe('everything else', () => {
  it('is outside the system', () => {
    const network = networkOf(withNodes(securityGroup('app', [], [ANYWHERE])))
    const app = network.attach({ owner: 'i-1', subnet: 'app-a', securityGroups: ['app'] })
    expect(network.decide(app, '203.0.113.9', 443)).toMatchObject({
      because: '203.0.113.9 is outside the system: the local cloud has no internet behind it',
    })
    expect(network.decide(app, '10.0.2.77', 443)).toMatchObject({ because: 'no interface has the address 10.0.2.77' })
  })

  it('of AWS answers on 80 and 443 alone, behind a door', () => {
    const network = networkOf(withNodes(securityGroup('app', [], [ANYWHERE])))
    const app = network.attach({ owner: 'i-1', subnet: 'app-a', securityGroups: ['app'] })
    expect(network.decide(app, AWS_ADDRESSES.s3, 443)).toMatchObject({ because: 'i-1 has no door to AWS' })
    network.setDoors(app.id, { aws: '/aws' })
    expect(network.decide(app, AWS_ADDRESSES.s3, 443)).toMatchObject({ socket: '/aws' })
    expect(network.decide(app, AWS_ADDRESSES.s3, 22)).toMatchObject({ stage: 'route' })
  })

  it('follows a route inside the VPC that is more specific than the local one (reference 10.4)', () => {
    const network = networkOf(withNodes(table('private', toNat, hole('10.0.4.0/24')), table('public', toInternet)))
    const app = network.attach({ owner: 'i-1', subnet: 'app-a', securityGroups: ['app'] })
    const database = network.attach({ owner: 'db', subnet: 'data-a', securityGroups: ['database'] })
    expect(network.decide(app, database.address, 3306)).toMatchObject({
      because: 'app-a routes 10.0.4.0/24 into a black hole: it was deleted',
    })
  })

  it('gives an instance the address that the template asks for, and refuses one that is taken', () => {
    const network = networkOf(threeTiers())
    const request = { owner: 'i-1', subnet: 'app-a', securityGroups: [], address: '10.0.2.50' }
    expect(network.attach(request).address).toBe('10.0.2.50')
    expect(() => network.attach(request)).toThrow('10.0.2.50 is taken in the subnet 10.0.2.0/24')
    expect(() => network.attach({ ...request, address: '10.0.2.3' })).toThrow('not a usable address')
  })
})
