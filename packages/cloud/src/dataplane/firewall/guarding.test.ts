import { seconds, seeded, systemClock, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { Balancer } from '../balancer/balancer.ts'
import { call, startBalancer } from '../balancer/testing.ts'
import { runDistribution } from '../cdn/distribution.ts'
import { distribution } from '../cdn/testing.ts'
import { serve } from '../http1/testing.ts'
import type { FirewallConfig, FirewallReport } from './messages.ts'
import { RunningFirewall } from './running-firewall.ts'
import { onField, onPath, rule, webAcl } from './testing.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A balancer in front of a target, with a web ACL before it. */
async function guarded(config: FirewallConfig) {
  const clock = new VirtualClock()
  const reports: FirewallReport[] = []
  const firewall = new RunningFirewall(config, clock, report => reports.push(report))
  const on = await startBalancer(systemClock)
  stops.push(() => on.stop())
  const got: { body: string; headers: Record<string, unknown> }[] = []
  const target = await on.target('one', (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      if (request.url !== '/readyz') got.push({ body: Buffer.concat(chunks).toString(), headers: request.headers })
      response.end('from the target')
    })
  })
  on.group.setTargets([target])
  const lines: string[] = []
  const balancer = new Balancer({
    config: on.balancer.config,
    groups: new Map([[on.group.config.id, on.group]]),
    clock: systemClock,
    random: seeded(2),
    invoke: () => Promise.reject(new Error('no function is invoked here')),
    logOf: () => line => lines.push(line),
    guard: () => firewall,
  })
  const [listener] = balancer.config.listeners
  const [node] = balancer.nodes
  const entrance = await serve(exchange => listener && node && balancer.handle(exchange, listener, node))
  stops.push(() => entrance.stop())
  const records = () => {
    firewall.report()
    return reports.flatMap(({ records: each }) => each)
  }
  return { path: entrance.path, clock, got, lines, records, reports }
}

describe('before a balancer', () => {
  it('I-14: a flood from one address is blocked while others pass', async () => {
    const rate = rule('flood', {
      RateBasedStatement: {
        Limit: 10,
        EvaluationWindowSec: 60,
        AggregateKeyType: 'FORWARDED_IP',
        ForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'NO_MATCH' },
      },
    })
    const on = await guarded(webAcl([rate]))
    const from = async (address: string) => (await call(on.path, { headers: { 'X-Forwarded-For': address } })).status
    for (let turn = 0; turn < 11; turn++) expect(await from('203.0.113.9')).toBe(200)
    await on.clock.advance(seconds(10))
    expect(await from('203.0.113.9')).toBe(403)
    expect(await from('203.0.113.10')).toBe(200)
    expect(on.got).toHaveLength(12)
  })

  it('I-14: what is blocked says so with an id that its record has, and is in the access log as waf', async () => {
    const on = await guarded(webAcl([rule('admin', onPath('^/admin'))]))
    const blocked = await call(on.path, { target: '/admin?x=1' })
    expect(blocked).toMatchObject({ status: 403, headers: { server: 'awselb/2.0', 'content-type': 'text/html' } })
    expect(blocked.body).toContain('403 Forbidden')
    expect(await call(on.path, { target: '/' })).toMatchObject({ status: 200 })
    const [record, passed] = on.records()
    expect(record).toMatchObject({
      action: 'BLOCK',
      terminatingRuleId: 'admin',
      httpSourceName: 'ALB',
      httpSourceId: '123456789012-app/lb/0123456789abcdef',
      httpRequest: { uri: '/admin', args: 'x=1', requestId: blocked.headers['x-amzn-trace-id'] },
    })
    expect(passed).toMatchObject({ action: 'ALLOW', terminatingRuleId: 'Default_Action' })
    const actions = on.lines.map(line => /"(waf[^"]*)"/.exec(line)?.[1])
    expect(actions).toEqual(['waf', 'waf,forward'])
    expect(on.reports[0]?.counts).toContainEqual({ rule: 'admin', action: 'BLOCK', count: 1 })
  })

  it('looks at the first part of a body, and the target gets all of it', async () => {
    const bad = rule('body', {
      RegexMatchStatement: { ...onField({ Body: { OversizeHandling: 'CONTINUE' } }), RegexString: 'forbidden' },
    })
    const on = await guarded(webAcl([bad]))
    const long = `${'a'.repeat(100_000)} forbidden`
    expect((await call(on.path, { method: 'POST', body: long })).status).toBe(200)
    expect(on.got[0]?.body).toBe(long)
    expect((await call(on.path, { method: 'POST', body: 'a forbidden word' })).status).toBe(403)
    expect((await call(on.path, { method: 'POST', body: `forbidden ${long}` })).status).toBe(403)
    expect(on.got).toHaveLength(1)
  })

  it('adds header fields to what passes', async () => {
    const InsertHeaders = [{ Name: 'seen', Value: 'yes' }]
    const Action = { Allow: { CustomRequestHandling: { InsertHeaders } } }
    const on = await guarded(webAcl([rule('all', onPath('.'), { Action })]))
    await call(on.path)
    expect(on.got[0]?.headers['x-amzn-waf-seen']).toBe('yes')
  })
})

it('before a distribution: what is blocked gets the page of CloudFront with its id', async () => {
  const reports: FirewallReport[] = []
  const config = webAcl([rule('admin', onPath('^/admin'))], { scope: 'CLOUDFRONT' })
  const firewall = new RunningFirewall(config, systemClock, report => reports.push(report))
  const running = runDistribution({
    distribution: distribution(),
    clock: systemClock,
    random: seeded(3),
    originSocket: () => undefined,
    log: () => {},
    guard: () => firewall,
  })
  const viewers = await serve(running.handle)
  stops.push(() => viewers.stop())
  const blocked = await call(viewers.path, { target: '/admin' })
  running.stop()
  firewall.report()
  expect(blocked).toMatchObject({ status: 403, headers: { 'x-cache': 'Error from cloudfront' } })
  expect(blocked.body).toContain('Request blocked.')
  expect(reports[0]?.records[0]).toMatchObject({
    httpSourceName: 'CF',
    httpSourceId: 'EDFDVBD6EXAMPLE',
    httpRequest: { requestId: blocked.headers['x-amz-cf-id'] },
  })
})
