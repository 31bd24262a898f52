import type { RequestListener, ServerResponse } from 'node:http'
import { seconds, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { TEST_CLIENT } from '../http1/testing.ts'
import { call, startBalancer } from './testing.ts'

type Running = Awaited<ReturnType<typeof startBalancer>>
let running: Running | undefined
afterEach(() => running?.stop())

const ZONE = 'us-east-1a'
const turn = () => new Promise(resolve => setImmediate(resolve))

async function start(handler: RequestListener) {
  const clock = new VirtualClock()
  const balancer = await startBalancer(clock)
  running = balancer
  const target = await balancer.target('i-1', handler)
  balancer.group.setTargets([target])
  const set = (up: boolean) => {
    balancer.balancer.setDown(up ? [] : [ZONE])
    balancer.group.setNodeUp(ZONE, up)
  }
  return { clock, balancer, target, set }
}

/** How a call ended, or `waiting`. */
function watched(answer: Promise<{ status: number }>): { state: string } {
  const seen = { state: 'waiting' }
  answer.then(
    ({ status }) => {
      seen.state = String(status)
    },
    () => {
      seen.state = 'cut'
    },
  )
  return seen
}

describe('a node whose zone stops', () => {
  it('answers nothing any more: neither what is under way nor what comes; and cuts both when it is back', async () => {
    let pending: ServerResponse | undefined
    const { balancer, clock, set } = await start((request, response) => {
      if (request.url === '/slow') pending = response
      else response.end('ok')
    })
    const { path } = balancer.entrance
    const before = watched(call(path, { target: '/slow' }))
    while (!pending) await turn()
    set(false)
    pending.end('too late')
    const after = watched(call(path))
    while (balancer.entrance.open.size < 2) await turn()
    await clock.advance(seconds(120))
    expect([before.state, after.state]).toEqual(['waiting', 'waiting'])
    set(true)
    while (before.state === 'waiting' || after.state === 'waiting') await turn()
    expect([before.state, after.state]).toEqual(['cut', 'cut'])
    expect((await call(path)).body).toBe('ok')
  })

  it('checks no target while it is down, and knows nothing when it is back', async () => {
    const { balancer, clock, set } = await start((_request, response) => response.end('ok'))
    while (!balancer.messages.some(message => message.type === 'health')) await turn()
    set(false)
    balancer.messages.length = 0
    await clock.advance(seconds(60))
    expect(balancer.messages).toEqual([])
    set(true)
    while (balancer.messages.length === 0) await turn()
    expect(balancer.messages).toMatchObject([{ type: 'health', state: 'healthy' }])
  })
})

describe('a target whose zone stops', () => {
  it('is silence for the other nodes: 504 after ten seconds, unhealthy after the threshold', async () => {
    const { balancer, clock, target } = await start((_request, response) => response.end('ok'))
    const { path } = balancer.entrance
    expect((await call(path)).status).toBe(200)
    balancer.group.setTargets([{ ...target, routes: { [ZONE]: null } }])
    const began = clock.now()
    const answer = watched(call(path))
    while (balancer.entrance.open.size < 1) await turn()
    const unhealthyAt = () =>
      balancer.messages.some(message => message.type === 'health' && message.state === 'unhealthy')
    let after = 0
    while (!unhealthyAt()) {
      await clock.advance(seconds(0.5))
      after = clock.now() - began
    }
    // Interval 5, time-out 2, threshold 2: at most 5 + 5 + 2 seconds after the stop.
    expect(after).toBeLessThanOrEqual(seconds(12.5))
    await clock.advance(seconds(10))
    while (answer.state === 'waiting') await turn()
    expect(answer.state).toBe('504')
  })
})

describe('the public entrance', () => {
  it('gives new connections nodes in service, and leads standing ones away ten seconds after a stop', async () => {
    const { balancer: b, clock } = await start((_request, response) => response.end('ok'))
    const { balancer } = b
    const [node] = balancer.nodes
    expect(balancer.nodeFor(TEST_CLIENT)).toBe(node)
    balancer.setDown([ZONE])
    expect(balancer.nodeFor(TEST_CLIENT)?.up).toBe(false)
    await clock.advance(seconds(11))
    // Its only other choice is the same node: what counts is that it is chosen anew.
    balancer.setDown([])
    expect(balancer.nodeFor({ ...TEST_CLIENT })?.up).toBe(true)
  })
})
