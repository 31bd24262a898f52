import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, NodeId } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { securityGroup, subnet, tcp, testArchitecture, testNode, threeTiers } from '../testing/architecture.ts'
import { VpcNetwork } from './vpc-network.ts'

const SECRETS = 'secretsmanager.us-east-1.amazonaws.com'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vpc-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const networkOf = (nodes: readonly ArchitectureNode[]) =>
  new VpcNetwork({ architecture: testArchitecture(nodes), random: seeded(1), folder, clock: new VirtualClock() })

const replaced = (nodes: readonly ArchitectureNode[], ...others: readonly ArchitectureNode[]) => [
  ...nodes.filter(node => !others.some(other => other.id === node.id)),
  ...others,
]

function tiers(nodes: readonly ArchitectureNode[] = threeTiers()) {
  const network = networkOf(nodes)
  const attach = (owner: string, at: NodeId, group: NodeId, publicAddress = false) =>
    network.attach({ owner, subnet: at, securityGroups: [group], publicAddress })
  return {
    network,
    balancer: attach('balancer', 'public-a', 'balancer', true),
    app: attach('app', 'app-b', 'app'),
    database: attach('database', 'data-a', 'database'),
  }
}

describe('addresses', () => {
  it('L-07: gives the lowest free address of the subnet, after the four that AWS keeps', () => {
    const network = networkOf(threeTiers())
    const request = { owner: 'x', subnet: 'app-a', securityGroups: ['app'] }
    const first = network.attach(request)
    const second = network.attach(request)
    network.detach(first.id)
    expect([first.address, second.address, network.attach(request).address]).toEqual([
      '10.0.2.4',
      '10.0.2.5',
      '10.0.2.4',
    ])
  })

  it('refuses when the subnet is full, and says which one', () => {
    const network = networkOf(replaced(threeTiers(), subnet('app-a', '10.0.2.0/28', 'us-east-1a')))
    const attach = () => network.attach({ owner: 'x', subnet: 'app-a', securityGroups: [] })
    for (let count = 0; count < 11; count++) attach()
    expect(attach).toThrow('the subnet 10.0.2.0/28 has no free address left')
  })

  it('keeps the path of every socket short enough for Linux', () => {
    const { network, app } = tiers()
    expect(network.socketOf(app, 65_535).length - folder.length).toBeLessThan(30)
  })
})

describe('connections inside the VPC', () => {
  it('L-08: lets the balancer reach the application, and the application the database', () => {
    const { network, balancer, app, database } = tiers()
    expect(network.decide(balancer, app.address, 8000)).toMatchObject({
      kind: 'accepted',
      socket: join(app.folder, '8000'),
    })
    expect(network.decide(app, database.address, 3306).kind).toBe('accepted')
  })

  it.each([
    ['the balancer to the database', 'balancer', 'database', 3306, 'no egress rule of balancer allows TCP 3306'],
    ['the balancer to another port of the application', 'balancer', 'app', 22, 'no egress rule of balancer'],
    ['the application to the balancer', 'app', 'balancer', 80, 'no egress rule of app allows TCP 80'],
    ['the database to the application', 'database', 'app', 8000, 'no egress rule of database'],
  ] as const)('L-08: drops %s', (_, from, to, port, because) => {
    const all = tiers()
    expect(all.network.decide(all[from], all[to].address, port)).toMatchObject({
      kind: 'dropped',
      because: expect.stringContaining(because),
    })
  })

  it('L-08: drops exactly the path whose ingress rule is taken out', () => {
    const { network, balancer, app, database } = tiers(replaced(threeTiers(), securityGroup('database', [], [])))
    expect(network.decide(balancer, app.address, 8000).kind).toBe('accepted')
    expect(network.decide(app, database.address, 3306)).toEqual({
      kind: 'dropped',
      because: `no ingress rule of database allows TCP 3306 from ${app.address}`,
      stage: 'ingress',
    })
  })

  it('lets a range of addresses stand for whoever has one of them', () => {
    const open = securityGroup('database', [tcp(3306, '10.0.3.0/24')], [])
    const { network, app, database } = tiers(replaced(threeTiers(), open))
    expect(network.decide(app, database.address, 3306).kind).toBe('accepted')
  })

  it('asks the network ACLs of both subnets, for the answer too, but not inside one subnet', () => {
    const acl = (id: string, egress: readonly [number, number]) =>
      testNode('networkAcl', id, {
        vpc: 'vpc',
        ingress: [{ number: 100, action: 'allow', protocol: 'all', cidr: '0.0.0.0/0' }],
        egress: [{ number: 100, action: 'allow', protocol: 'tcp', cidr: '0.0.0.0/0', ports: egress }],
      })
    const withAcl = (egress: readonly [number, number]) =>
      tiers(
        replaced(
          threeTiers(),
          acl('acl', egress),
          subnet('data-a', '10.0.4.0/24', 'us-east-1a', { networkAcl: 'acl' }),
        ),
      )
    const good = withAcl([1024, 65_535])
    expect(good.network.decide(good.app, good.database.address, 3306).kind).toBe('accepted')
    const bad = withAcl([3306, 3306])
    expect(bad.network.decide(bad.app, bad.database.address, 3306)).toMatchObject({
      because: expect.stringContaining('the network ACL of data-a denies egress'),
    })
    const neighbour = bad.network.attach({ owner: 'n', subnet: 'data-a', securityGroups: ['app'] })
    expect(bad.network.decide(neighbour, bad.database.address, 3306).kind).toBe('accepted')
  })
})

describe('the way to AWS', () => {
  it('L-12: leads through the NAT gateway from a private subnet', () => {
    const { network, app } = tiers()
    expect(network.wayToAws(app, SECRETS)).toEqual({ reaches: true })
  })

  it('is missing in a subnet without a route out, and says so', () => {
    const { network } = tiers()
    const isolated = network.attach({ owner: 'x', subnet: 'data-b', securityGroups: ['app'] })
    expect(network.wayToAws(isolated, SECRETS)).toMatchObject({
      because: expect.stringContaining('the route table of data-b has no route'),
    })
  })

  it('is missing without an egress rule for port 443', () => {
    const { network } = tiers()
    const silent = network.attach({ owner: 'x', subnet: 'app-a', securityGroups: ['database'] })
    expect(network.wayToAws(silent, SECRETS)).toMatchObject({
      because: expect.stringContaining('no egress rule of database'),
    })
  })

  it('needs a public address behind an internet gateway', () => {
    const { network } = tiers()
    const at = { owner: 'x', subnet: 'public-a', securityGroups: ['app'] }
    expect(network.wayToAws(network.attach({ ...at, publicAddress: true }), SECRETS).reaches).toBe(true)
    expect(network.wayToAws(network.attach(at), SECRETS)).toMatchObject({
      because: expect.stringContaining('has no public address'),
    })
  })
})

describe('the view of a workload', () => {
  it('agrees with the decision for every port at which a rule begins or ends', () => {
    const { network, balancer, app, database } = tiers()
    for (const from of [balancer, app, database]) {
      const { reach } = network.viewOf(from)
      for (const to of [balancer, app, database].filter(other => other !== from)) {
        for (const port of [1, 22, 79, 80, 81, 443, 3305, 3306, 3307, 8000, 8001, 65_535]) {
          const inView = reach.some(
            entry => entry.address === to.address && entry.ports.some(([first, last]) => port >= first && port <= last),
          )
          expect(inView, `${from.owner} to ${to.owner} on ${port}`).toBe(
            network.decide(from, to.address, port).kind === 'accepted',
          )
        }
      }
    }
  })

  it('rises in version with every change, and tells those who watch', () => {
    const { network, app } = tiers()
    let told = 0
    network.onChange(() => told++)
    const before = network.viewOf(app).version
    network.setName('db.example.com', ['10.0.4.4'])
    expect(network.viewOf(app).version).toBeGreaterThan(before)
    expect(network.viewOf(app).dns?.names).toMatchObject({ 'db.example.com': ['10.0.4.4'] })
    expect(told).toBe(1)
  })
})
