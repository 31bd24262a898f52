import type { RequestListener } from 'node:http'
import { hours, seconds, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { CookieSeal } from './cookies.ts'
import { call, startBalancer, targetGroup } from './testing.ts'

type Running = Awaited<ReturnType<typeof startBalancer>>
let running: Running | undefined
afterEach(() => running?.stop())

const named =
  (name: string, cookies: readonly string[] = []): RequestListener =>
  (_request, response) => {
    if (cookies.length > 0) response.setHeader('Set-Cookie', [...cookies])
    response.end(name)
  }

/** A balancer whose targets `one`, `two` and `three` are healthy, on a clock that stands still. */
async function start(stickiness: NonNullable<ReturnType<typeof targetGroup>['stickiness']>, cookies: string[] = []) {
  const clock = new VirtualClock()
  // Nothing but the first check happens on its own: time moves faster here than a real answer.
  const healthCheck = { ...targetGroup().healthCheck, interval: hours(24) }
  const balancer = await startBalancer(clock, { group: targetGroup({ stickiness, healthCheck }) })
  running = balancer
  const names = ['one', 'two', 'three']
  const targets = await Promise.all(names.map(name => balancer.target(name, named(name, cookies))))
  balancer.group.setTargets(targets)
  while (balancer.messages.filter(message => message.type === 'health' && message.state === 'healthy').length < 3)
    await new Promise(resolve => setImmediate(resolve))
  return { clock, balancer, targets }
}

const cookiesOf = ({ headers }: Awaited<ReturnType<typeof call>>): string[] => {
  const cookies = headers['set-cookie']
  return Array.isArray(cookies) ? cookies : []
}

const cookieValue = (cookies: readonly string[], name: string): string => {
  const cookie = cookies.find(each => each.startsWith(`${name}=`)) ?? ''
  return cookie.slice(name.length + 1, cookie.indexOf(';'))
}

const LB_COOKIE = { type: 'lb_cookie', duration: seconds(60) } as const

describe('sticky sessions by the balancer', () => {
  it('set AWSALB and its twin for other sites in every answer, and lead back to the same target', async () => {
    const { balancer } = await start(LB_COOKIE)
    const first = await call(balancer.entrance.path)
    const cookies = cookiesOf(first)
    const value = cookieValue(cookies, 'AWSALB')
    expect(cookies).toEqual([
      `AWSALB=${value}; Expires=Thu, 08 Jan 2026 00:00:00 GMT; Path=/`,
      `AWSALBCORS=${value}; Expires=Thu, 08 Jan 2026 00:00:00 GMT; Path=/; SameSite=None; Secure`,
    ])
    for (const name of ['AWSALB', 'AWSALBCORS']) {
      for (let count = 0; count < 3; count++) {
        const again = await call(balancer.entrance.path, { headers: { Cookie: `x=1; ${name}=${value}` } })
        expect(again.body).toBe(first.body)
        expect(cookiesOf(again)).toHaveLength(2)
      }
    }
  })

  it('end when no request came for their duration, whatever Expires says', async () => {
    const { balancer, clock } = await start(LB_COOKIE)
    const first = await call(balancer.entrance.path)
    const headers = { Cookie: `AWSALB=${cookieValue(cookiesOf(first), 'AWSALB')}` }
    await clock.advance(seconds(59))
    expect((await call(balancer.entrance.path, { headers })).body).toBe(first.body)
    await clock.advance(seconds(2))
    const bodies = new Set<string>()
    for (let count = 0; count < 3; count++) bodies.add((await call(balancer.entrance.path, { headers })).body)
    expect(bodies.size).toBe(3)
  })

  it('go to another target, with another cookie, when theirs is gone', async () => {
    const { balancer, targets } = await start(LB_COOKIE)
    const first = await call(balancer.entrance.path)
    const value = cookieValue(cookiesOf(first), 'AWSALB')
    balancer.group.setTargets(targets.filter(({ id }) => id !== first.body))
    const second = await call(balancer.entrance.path, { headers: { Cookie: `AWSALB=${value}` } })
    expect(second.body).not.toBe(first.body)
    expect(cookieValue(cookiesOf(second), 'AWSALB')).not.toBe(value)
  })

  it('do not believe a cookie that was changed', async () => {
    const { balancer } = await start(LB_COOKIE)
    const value = cookieValue(cookiesOf(await call(balancer.entrance.path)), 'AWSALB')
    const forged = `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`
    const bodies = new Set<string>()
    for (let count = 0; count < 3; count++)
      bodies.add((await call(balancer.entrance.path, { headers: { Cookie: `AWSALB=${forged}` } })).body)
    expect(bodies.size).toBe(3)
  })
})

describe('sticky sessions by the application', () => {
  const APP_COOKIE = { type: 'app_cookie', cookie: 'session', duration: seconds(60) } as const

  it('begin when the target sets its cookie', async () => {
    const { balancer } = await start(APP_COOKIE, ['session=abc; Path=/'])
    const first = await call(balancer.entrance.path)
    const value = cookieValue(cookiesOf(first), 'AWSALBAPP-0')
    expect(value).not.toBe('')
    for (let count = 0; count < 3; count++) {
      const headers = { Cookie: `session=abc; AWSALBAPP-0=${value}` }
      expect((await call(balancer.entrance.path, { headers })).body).toBe(first.body)
    }
  })

  it('do not begin while it sets another one', async () => {
    const { balancer } = await start(APP_COOKIE, ['other=abc'])
    expect(cookiesOf(await call(balancer.entrance.path))).toEqual(['other=abc'])
  })
})

describe('sticky target groups', () => {
  it('lead back to the group of the first request', async () => {
    const clock = new VirtualClock()
    const other = targetGroup({ id: 'tg2' })
    const balancer = await startBalancer(clock, {
      otherGroups: [other],
      action: {
        kind: 'forward',
        targetGroups: [
          { node: 'tg', weight: 1 },
          { node: 'tg2', weight: 1 },
        ],
        stickiness: seconds(60),
      },
    })
    running = balancer
    balancer.group.setTargets([await balancer.target('one', named('one'))])
    balancer.others[0]?.setTargets([await balancer.target('two', named('two'))])
    const first = await call(balancer.entrance.path)
    const cookies = cookiesOf(first)
    expect(cookies.map(cookie => cookie.split('=')[0])).toEqual(['AWSALBTG', 'AWSALBTGCORS'])
    const headers = { Cookie: `AWSALBTG=${cookieValue(cookies, 'AWSALBTG')}` }
    for (let count = 0; count < 8; count++)
      expect((await call(balancer.entrance.path, { headers })).body).toBe(first.body)
  })

  it('share requests by weight, and do not turn to another group when the chosen one is empty', async () => {
    const balancer = await startBalancer(new VirtualClock(), {
      otherGroups: [targetGroup({ id: 'tg2' })],
      action: {
        kind: 'forward',
        targetGroups: [
          { node: 'tg', weight: 3 },
          { node: 'tg2', weight: 1 },
        ],
      },
    })
    running = balancer
    balancer.group.setTargets([await balancer.target('one', named('one'))])
    const statuses: number[] = []
    for (let count = 0; count < 80; count++) statuses.push((await call(balancer.entrance.path)).status)
    const share = statuses.filter(status => status === 200).length / statuses.length
    expect(share).toBeGreaterThan(0.6)
    expect(share).toBeLessThan(0.9)
    expect(new Set(statuses)).toEqual(new Set([200, 503]))
  })
})

describe('a sealed cookie', () => {
  const seal = new CookieSeal('ab'.repeat(32))

  it('opens for its purpose alone, until it expires', () => {
    const cookie = seal.seal('target tg', 'i-1:80', 1000)
    expect(seal.open('target tg', cookie, 999)).toBe('i-1:80')
    expect(seal.open('target tg', cookie, 1000)).toBeUndefined()
    expect(seal.open('target other', cookie, 999)).toBeUndefined()
    expect(new CookieSeal('cd'.repeat(32)).open('target tg', cookie, 999)).toBeUndefined()
    expect(seal.open('target tg', 'nonsense', 0)).toBeUndefined()
  })

  it('says nothing of what is in it', () => {
    expect(Buffer.from(seal.seal('target tg', 'i-0123456789', 1), 'base64').toString('latin1')).not.toContain('i-01')
  })
})
