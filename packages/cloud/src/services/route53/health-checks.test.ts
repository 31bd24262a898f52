import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, seeded, VirtualClock } from '@terrace/kit'
import type { RecordHealthCheck } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorld } from '../../make-world.ts'
import { VpcNetwork } from '../../network/vpc-network.ts'
import { securityGroup, tcp, testArchitecture, testNode, threeTiers } from '../../testing/architecture.ts'
import { askThrough, HealthChecks } from './health-checks.ts'

const ADDRESS = '198.18.0.9'
const CHECK: RecordHealthCheck = {
  id: 'check',
  type: 'HTTP',
  address: ADDRESS,
  port: 80,
  path: '/readyz',
  interval: seconds(10),
  failureThreshold: 3,
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'r53h-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const record = (check: RecordHealthCheck) =>
  testNode('recordSet', 'record', {
    zone: 'z',
    name: 'a.localhost',
    type: 'A',
    target: { kind: 'values', values: [ADDRESS], ttl: seconds(10) },
    multivalue: { healthCheck: check },
  })

const worldWith = (check: RecordHealthCheck, clock: VirtualClock) =>
  makeWorld({
    architecture: testArchitecture([...threeTiers(), record(check)]),
    stateFolder: folder,
    clock,
    random: seeded(1),
  })

// Route 53 Developer Guide "How Amazon Route 53 determines whether a health check is healthy": as many in a row as the
// failure threshold, in both directions.
describe('a health check', () => {
  it.each([
    ['is well at first', [], true],
    ['stays well for fewer failures than its threshold', ['bad', 'bad'], true],
    ['is ill after as many in a row', ['bad', 'bad', 'bad'], false],
    ['counts anew after a success', ['bad', 'bad', 'good', 'bad', 'bad'], true],
    ['stays ill for fewer successes', ['bad', 'bad', 'bad', 'good', 'good'], false],
    ['is well again after as many', ['bad', 'bad', 'bad', 'good', 'good', 'good'], true],
  ])('%s', async (_, answers, healthy) => {
    const clock = new VirtualClock()
    const left = [...answers]
    let asked = 0
    const ask = async () => {
      asked++
      return left.shift() === 'bad' ? 'no' : undefined
    }
    const checks = new HealthChecks(worldWith(CHECK, clock), ask, () => {})
    for (const _each of answers) await clock.advance(seconds(10))
    expect(asked).toBe(answers.length)
    await Promise.resolve()
    expect(checks.isHealthy('check')).toBe(healthy)
    checks.stop()
  })

  it('tells of a change once', async () => {
    const clock = new VirtualClock()
    let told = 0
    const checks = new HealthChecks(
      worldWith({ ...CHECK, failureThreshold: 1 }, clock),
      async () => 'no',
      () => told++,
    )
    await clock.advance(seconds(40))
    expect(told).toBe(1)
    checks.stop()
  })
})

describe('asking from outside', () => {
  let server: Server
  let status = 200
  afterEach(() => new Promise(resolve => server.close(resolve)))

  async function ask(check: Partial<RecordHealthCheck>, ports: readonly number[] = [80]) {
    const clock = new VirtualClock()
    const groups = [
      securityGroup(
        'front',
        ports.map(port => tcp(port, '0.0.0.0/0')),
      ),
    ]
    const architecture = testArchitecture([...threeTiers(), ...groups])
    const network = new VpcNetwork({ architecture, random: seeded(1), folder, clock })
    const there = network.attach({ owner: 'i', subnet: 'public-a', securityGroups: ['front'], publicIp: ADDRESS })
    server = createServer((request, response) => {
      response.statusCode = request.url === '/readyz' ? status : 404
      response.end()
    })
    await new Promise<void>(resolve => server.listen(network.socketOf(there, 80), resolve))
    const asked = askThrough(network, clock)({ ...CHECK, ...check })
    await clock.advance(seconds(4))
    return asked
  }

  it.each([
    [200, undefined],
    [399, undefined],
    [404, 'it answers 404'],
    [500, 'it answers 500'],
  ])('finds a status of %i %s', async (given, expected) => {
    status = given
    expect(await ask({})).toBe(expected)
  })

  it('is content with a connection for TCP', async () => {
    status = 500
    expect(await ask({ type: 'TCP' })).toBeUndefined()
  })

  it('says which rule keeps it out', async () => expect(await ask({}, [443])).toMatch(/port 80|TCP 80|front/))

  it('says that nobody has the address', async () =>
    expect(await ask({ address: '198.18.0.1' })).toBe('nobody has the address'))
})
