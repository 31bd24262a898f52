import type { RequestListener } from 'node:http'
import { hours, seconds, seeded, VirtualClock } from '@terrace/kit'
import type { TargetGroup } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import type { TargetConfig } from '../messages.ts'
import { leastOutstanding, weightedRandom } from './pick.ts'
import { LiveTarget } from './target.ts'
import { LiveTargetGroup } from './target-group.ts'
import { REGISTERING } from './target-health.ts'
import { startBalancer, targetGroup } from './testing.ts'

type Running = Awaited<ReturnType<typeof startBalancer>>
let running: Running | undefined
afterEach(() => running?.stop())

const ok: RequestListener = (_request, response) => response.end('ok')
const turn = () => new Promise(resolve => setImmediate(resolve))

/** A group with healthy targets on a clock that stands still. */
async function groupOf(rest: Partial<TargetGroup>, ...names: readonly string[]) {
  const clock = new VirtualClock()
  // Nothing but the first check happens on its own: time moves faster here than a real answer.
  const healthCheck = { ...targetGroup().healthCheck, interval: hours(24) }
  const balancer = await startBalancer(clock, { group: targetGroup({ healthCheck, ...rest }) })
  running = balancer
  const targets: TargetConfig[] = []
  const add = async (name: string) => {
    targets.push(await balancer.target(name, ok))
    balancer.group.setTargets(targets)
    const isHealthy = () =>
      balancer.messages.some(
        message => message.type === 'health' && message.target === name && message.state === 'healthy',
      )
    while (!isHealthy()) await turn()
  }
  for (const name of names) await add(name)
  const shares = (count: number) => {
    const seen: Record<string, number> = {}
    for (let index = 0; index < count; index++) {
      const id = balancer.group.choose('us-east-1a')?.target.config.id ?? 'none'
      seen[id] = (seen[id] ?? 0) + 1
    }
    return seen
  }
  return { clock, add, shares, targets }
}

const bare = (id: string): LiveTarget =>
  new LiveTarget({ id, zone: 'a', address: '10.0.2.4', port: 80, draining: false, routes: {} }, REGISTERING, {
    clock: new VirtualClock(),
    secure: false,
  })

describe('slow start', () => {
  it('gives a new target a share that grows with time, up to the full one', async () => {
    const { clock, add, shares } = await groupOf({ slowStart: seconds(100) }, 'old')
    await add('new')
    await clock.advance(seconds(10))
    const early = shares(110).new ?? 0
    expect(early).toBeGreaterThanOrEqual(9)
    expect(early).toBeLessThanOrEqual(12)
    await clock.advance(seconds(40))
    expect(shares(150).new).toBeCloseTo(50, -1)
    await clock.advance(seconds(51))
    expect(shares(100)).toEqual({ old: 50, new: 50 })
  })

  it('does not hold back targets of a group in which nobody was healthy', async () => {
    const { shares } = await groupOf({ slowStart: seconds(100) }, 'first')
    expect(shares(4)).toEqual({ first: 4 })
    const { shares: both, add } = await groupOf({ slowStart: 0 }, 'first')
    await add('second')
    expect(both(4)).toEqual({ first: 2, second: 2 })
  })

  it('does not hold back a third target while the only other one is in slow start itself', async () => {
    const { clock, add, shares, targets } = await groupOf({ slowStart: seconds(100) }, 'old')
    await add('new')
    targets.shift()
    await clock.advance(seconds(10))
    await add('third')
    expect(shares(110)).toEqual({ new: 10, third: 100 })
  })
})

describe('least outstanding requests', () => {
  it('chooses the one with the fewest requests under way, and takes turns among equals', () => {
    const [one, two] = [bare('one'), bare('two')]
    const pick = leastOutstanding()
    expect(new Set([pick([one, two])?.config.id, pick([one, two])?.config.id])).toEqual(new Set(['one', 'two']))
    one.started({ slot: 0, cut() {}, freeze() {}, thaw() {} })
    expect([pick([one, two])?.config.id, pick([one, two])?.config.id]).toEqual(['two', 'two'])
  })
})

describe('weighted random', () => {
  it('chooses each about as often', () => {
    const targets = [bare('one'), bare('two')]
    const pick = weightedRandom(seeded('test'))
    const ones = Array.from({ length: 400 }, () => pick(targets)).filter(target => target?.config.id === 'one').length
    expect(ones).toBeGreaterThan(160)
    expect(ones).toBeLessThan(240)
  })
})

describe('what is under way to a target', () => {
  it('is forgotten one by one, in any order', () => {
    const target = bare('one')
    const calls = Array.from({ length: 5 }, () => ({ slot: 0, cut() {}, freeze() {}, thaw() {} }))
    for (const call of calls) target.started(call)
    for (const index of [2, 0, 4, 4, 1]) target.finished(calls[index] ?? bareCall())
    expect(target.inFlight).toBe(1)
    expect(target.underWay).toEqual([calls[3]])
  })
})

const bareCall = () => ({ slot: 0, cut() {}, freeze() {}, thaw() {} })

describe('zones of a group', () => {
  const zones = ['us-east-1a', 'us-east-1b']

  function twoZones(crossZone: boolean, rest: Partial<TargetGroup> = {}) {
    const group = new LiveTargetGroup({
      config: targetGroup({ ...rest, healthCheck: { ...targetGroup().healthCheck, enabled: false } }),
      nodes: zones,
      crossZone,
      clock: new VirtualClock(),
      random: seeded(1),
      tell() {},
      invoke: () => Promise.reject(new Error('no function is invoked here')),
    })
    group.setTargets(
      zones.map(zone => ({ id: zone, zone, address: '10.0.2.4', port: 80, draining: false, routes: {} })),
    )
    return group
  }

  it('are used by all nodes when cross-zone is on, each by its own node when it is off', () => {
    const ids = (group: LiveTargetGroup, node: string) =>
      new Set([1, 2, 3, 4].map(() => group.choose(node)?.target.config.id))
    expect(ids(twoZones(true), 'us-east-1a')).toEqual(new Set(zones))
    expect(ids(twoZones(false), 'us-east-1a')).toEqual(new Set(['us-east-1a']))
  })

  it('give 503, nothing to choose, at a node whose zone has no target', () => {
    const group = twoZones(false)
    group.setTargets([{ id: 'x', zone: 'us-east-1b', address: '10.0.2.4', port: 80, draining: false, routes: {} }])
    expect(group.choose('us-east-1a')).toBeUndefined()
    expect(group.choose('us-east-1b')?.target.config.id).toBe('x')
  })

  it('count targets without health checks as usable', () => {
    expect(twoZones(true).choose('us-east-1a')?.failOpen).toBe(false)
  })
})
