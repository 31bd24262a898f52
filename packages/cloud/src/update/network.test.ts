import type { NetworkAclRule } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../gateway/testing.ts'
import type { NetworkInterface } from '../network/network.ts'
import { TestNetwork } from '../network/testing.ts'
import { networkUpdates } from '../services/ec2/network-updates.ts'
import { securityGroup, tcp, testNode, threeTiers } from '../testing/architecture.ts'
import { COMPLETE, update } from './testing.ts'

let test: TestNetwork
let cloud: TestCloud
let app: NetworkInterface
let database: NetworkInterface

const all = (number: number, action: 'allow' | 'deny'): NetworkAclRule => ({
  number,
  action,
  protocol: 'all',
  cidr: '0.0.0.0/0',
})
const acl = (ingress: readonly NetworkAclRule[]) =>
  testNode('networkAcl', 'acl', {
    vpc: 'vpc',
    ingress,
    egress: [all(100, 'allow')],
  })

beforeEach(async () => {
  const nodes = [...threeTiers(), acl([all(100, 'allow')])].map(node =>
    node.id === 'data-a' ? { ...node, networkAcl: 'acl' } : node,
  )
  test = new TestNetwork(nodes)
  const { network } = test
  app = network.attach({ owner: 'i-app', subnet: 'app-b', securityGroups: ['app'] })
  database = network.attach({ owner: 'database', subnet: 'data-a', securityGroups: ['database'] })
  network.setName('db.example.com', [database.address])
  cloud = await startTestCloud({
    nodes,
    services: [
      {
        name: 'ec2',
        emulates: ['networkAcl', 'routeTable', 'securityGroup'],
        start: async () => ({ updates: networkUpdates(network.rules), async stop() {} }),
      },
    ],
  })
})

afterEach(async () => {
  await cloud.stop()
  await test[Symbol.asyncDispose]()
})

/** Connects, says each line of standard input to the other side, and prints what comes and how it ends. */
const talk = () =>
  test.start(
    app,
    `import net from 'node:net'
  import { createInterface } from 'node:readline'
  const socket = net.connect(3306, 'db.example.com', () => console.log('connected'))
  socket.on('data', data => console.log('got', String(data)))
  createInterface(process.stdin).on('line', line => socket.write(line, () => console.log('sent', line)))`,
  )

const dropped = () => test.journal.next(({ kind }) => kind === 'network.dropped')

describe('an update of the network, with real connections', () => {
  it('shuts a port of a security group at once, and lets tracked connections go on as on AWS', async () => {
    await test.listen(database, 3306, socket => socket.pipe(socket))
    const standing = await talk()
    await standing.line('connected')

    expect(await update(cloud, [securityGroup('database', [])])).toEqual(COMPLETE)

    const seen = dropped()
    await talk()
    expect((await seen).message).toContain('3306')
    standing.say('still')
    await standing.line('got still')
  })

  it('opens a port of a security group for a new group of callers at once', async () => {
    await test.listen(database, 3306, socket => socket.pipe(socket))
    await update(cloud, [securityGroup('database', [tcp(3306, 'app')], [])])
    const first = await talk()
    await first.line('connected')

    const admin = securityGroup('admin', [])
    expect(await update(cloud, [admin, securityGroup('database', [tcp(3306, 'admin')])])).toEqual(COMPLETE)
    const seen = dropped()
    await talk()
    await seen

    expect(await update(cloud, [securityGroup('database', [tcp(3306, 'app')])], ['admin'])).toEqual(COMPLETE)
    const again = await talk()
    await again.line('connected')
    expect(() => test.network.rules.securityGroup('admin')).toThrow('admin')
  })

  it('silences a standing connection by a rule of a network ACL, which tracks nothing', async () => {
    await test.listen(database, 3306, socket => socket.pipe(socket))
    const standing = await talk()
    await standing.line('connected')

    expect(await update(cloud, [acl([all(90, 'deny'), all(100, 'allow')])])).toEqual(COMPLETE)

    standing.say('anybody?')
    const seen = dropped()
    await talk()
    await seen
    expect(standing.lines).not.toContain('got anybody?')
    await update(cloud, [acl([all(100, 'allow')])])
    await standing.line('got anybody?')
  })

  it('takes away the way out with its route, and gives it back', async () => {
    const table = cloud.world.architecture.nodes.find(({ id }) => id === 'private')
    if (table?.kind !== 'routeTable') throw new Error('the application has no way out')
    const isOut = () => test.network.wayToAws(app, 'sqs.us-east-1.amazonaws.com').reaches
    expect(isOut()).toBe(true)

    await update(cloud, [{ ...table, routes: [] }])
    expect(isOut()).toBe(false)

    await update(cloud, [table])
    expect(isOut()).toBe(true)
  })

  it('is refused where AWS would make another group in another VPC', async () => {
    await expect(update(cloud, [{ ...securityGroup('database', []), vpc: 'other' }])).rejects.toThrow(
      /database \(.*\): it would be in another VPC/,
    )
  })
})
