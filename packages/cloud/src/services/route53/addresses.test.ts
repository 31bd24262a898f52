import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, seeded, VirtualClock } from '@terrace/kit'
import type { RecordHealthCheck } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PublicAddress, ToDataPlane } from '../../dataplane/messages.ts'
import { makeWorld } from '../../make-world.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import type { DataPlane } from '../../ports.ts'
import { securityGroup, tcp, testArchitecture, testNode, threeTiers } from '../../testing/architecture.ts'
import { AddressBook } from './addresses.ts'

const ADDRESSES = ['198.18.0.7', '198.18.0.8']

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'r53a-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function start(ports: readonly number[] = [80, 443]) {
  const clock = new VirtualClock()
  const records = ADDRESSES.map((address, index) => {
    const healthCheck: RecordHealthCheck = {
      id: address,
      type: 'HTTP',
      address,
      port: 80,
      path: '/',
      interval: seconds(10),
      failureThreshold: 1,
    }
    return testNode('recordSet', `record ${index}`, {
      zone: 'z',
      name: 'Notes.localhost.',
      type: 'A',
      target: { kind: 'values', values: [address], ttl: seconds(10) },
      multivalue: { healthCheck },
    })
  })
  const architecture = testArchitecture([
    ...threeTiers(),
    testNode('hostedZone', 'z', { name: 'notes.localhost', vpcs: [], nameServers: [] }),
    ...ADDRESSES.map(physicalId =>
      testNode('elasticIp', physicalId, { allocationId: `eipalloc-${physicalId}`, physicalId, instance: 'i' }),
    ),
    securityGroup(
      'front',
      ports.map(port => tcp(port, '0.0.0.0/0')),
    ),
    ...records,
  ])
  const world = makeWorld({ architecture, stateFolder: folder, clock, random: seeded(1) })
  const network = new VpcNetwork({ architecture, random: seeded(1), folder, clock })
  const notes: string[] = []
  world.journal.subscribe(({ message }) => notes.push(message))
  const told: (readonly PublicAddress[])[] = []
  const ill = new Set<string>()
  const dataPlane = {
    send: (message: ToDataPlane) => {
      if (message.type === 'addresses') told.push(message.addresses)
    },
  } as unknown as DataPlane
  const book = new AddressBook(world, network, dataPlane, id => !ill.has(id))
  for (const publicIp of ADDRESSES) {
    network.attach({ owner: publicIp, subnet: 'public-a', securityGroups: ['front'], publicIp })
  }
  book.update()
  return { book, told, ill, notes, network }
}

const addressesIn = (told: readonly (readonly PublicAddress[])[]) => told.at(-1)?.map(({ address }) => address)

describe('the addresses of a name', () => {
  it('N-05: are told with the way to each port, once', () => {
    const { book, told, network } = start()
    book.update()
    const [first] = network.interfaces().filter(({ publicIp }) => publicIp === ADDRESSES[0])
    expect(told).toHaveLength(1)
    expect(told[0]?.[0]).toEqual({
      address: ADDRESSES[0],
      sockets: { 80: first && network.socketOf(first, 80), 443: first && network.socketOf(first, 443) },
    })
  })

  it('N-05: are those whose health check is well; all of them when none is', () => {
    const { book, told, ill } = start()
    ill.add(ADDRESSES[0] ?? '')
    book.update()
    expect(addressesIn(told)).toEqual([ADDRESSES[1]])
    ill.add(ADDRESSES[1] ?? '')
    book.update()
    expect(addressesIn(told)).toEqual(ADDRESSES)
  })

  it('are silent at a port that the network denies, and the journal says so once', () => {
    const { book, told, notes } = start([443])
    book.update()
    expect(told[0]?.map(({ sockets }) => sockets[80])).toEqual([null, null])
    expect(notes).toEqual(ADDRESSES.map(address => expect.stringContaining(`notes.localhost (${address}) at port 80`)))
  })

  it('are silent while their zone is', () => {
    const { book, told, network } = start()
    const end = network.faults.blackhole({ kind: 'zone', zone: 'us-east-1a' })
    book.update()
    expect(told.at(-1)?.[0]?.sockets).toEqual({ 80: null, 443: null })
    end()
    book.update()
    expect(told.at(-1)?.[0]?.sockets[443]).toEqual(expect.any(String))
  })
})
