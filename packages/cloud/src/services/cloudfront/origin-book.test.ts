import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, seeded, VirtualClock } from '@terrace/kit'
import type { Peer } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OriginWays } from '../../dataplane/cdn/origin-way.ts'
import type { ToDataPlane } from '../../dataplane/messages.ts'
import { makeWorld } from '../../make-world.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import type { DataPlane } from '../../ports.ts'
import { securityGroup, tcp, testArchitecture, threeTiers } from '../../testing/architecture.ts'
import { OriginBook } from './origin-book.ts'
import { testDistribution } from './testing.ts'

const NAME = 'origin.quiz.localhost'
const ADDRESS = '198.18.0.7'
const CLOUDFRONT: Peer = { kind: 'prefixList', id: 'pl-3b927c52' }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'book-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function start(peer: Peer | string, announce = false) {
  const clock = new VirtualClock()
  const distribution = testDistribution({
    origins: [
      {
        id: 'site',
        domainName: NAME,
        path: '',
        headers: {},
        connectionAttempts: 3,
        connectionTimeout: seconds(10),
        target: { kind: 'custom', protocol: 'https-only', httpPort: 80, httpsPort: 443, readTimeout: seconds(30) },
      },
    ],
  })
  const architecture = testArchitecture([...threeTiers(), securityGroup('front', [tcp(443, peer)]), distribution])
  const world = makeWorld({ architecture, stateFolder: folder, clock, random: seeded(1) })
  const network = new VpcNetwork({ architecture, random: seeded(1), folder, clock })
  const notes: string[] = []
  world.journal.subscribe(({ message }) => notes.push(message))
  const told: OriginWays[] = []
  const dataPlane = {
    send: (message: ToDataPlane) => {
      if (message.type === 'origins') told.push(message.ways)
    },
  } as unknown as DataPlane
  const book = new OriginBook(world, network, dataPlane, ['PEM'])
  network.setName(NAME, [ADDRESS])
  const attach = () =>
    network.attach({ owner: 'i-1', subnet: 'public-a', securityGroups: ['front'], publicIp: ADDRESS, announce })
  return { book, network, told, notes, attach }
}

describe('the way to a custom origin', () => {
  it('Q-16: is open to CloudFront by its prefix list, and told once', () => {
    const { book, network, told, notes, attach } = start(CLOUDFRONT)
    const there = attach()
    book.update()
    book.update()
    expect(told).toEqual([
      {
        addresses: { site: [{ address: ADDRESS, sockets: { 443: network.socketOf(there, 443) }, announce: false }] },
        authorities: ['PEM'],
        source: '130.176.0.10',
      },
    ])
    expect(notes).toEqual([])
  })

  it('is silence where the security group lets others in alone, and the journal says so once', () => {
    const { book, told, notes, attach } = start('203.0.113.0/24')
    attach()
    book.update()
    book.update()
    expect(told[0]?.addresses.site?.[0]?.sockets).toEqual({ 443: null })
    expect(notes).toEqual([expect.stringContaining(`CloudFront gets no answer from ${NAME} (${ADDRESS}) at port 443`)])
  })

  it('is silence while nobody has the address, and open when somebody has it', () => {
    const { book, told, attach } = start(CLOUDFRONT, true)
    book.update()
    expect(told.at(-1)?.addresses.site?.[0]?.sockets).toEqual({ 443: null })
    attach()
    book.update()
    expect(told.at(-1)?.addresses.site?.[0]).toMatchObject({ announce: true, sockets: { 443: expect.any(String) } })
  })

  it('ends with the name, and with the zone', () => {
    const { book, network, told, attach } = start(CLOUDFRONT)
    attach()
    const end = network.faults.blackhole({ kind: 'zone', zone: 'us-east-1a' })
    book.update()
    expect(told.at(-1)?.addresses.site?.[0]?.sockets).toEqual({ 443: null })
    end()
    network.setName(NAME, [])
    book.update()
    expect(told.at(-1)?.addresses).toEqual({})
  })
})
