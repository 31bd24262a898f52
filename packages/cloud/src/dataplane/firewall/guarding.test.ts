import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, seeded, systemClock, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { Balancer } from '../balancer/balancer.ts'
import { call, startBalancer } from '../balancer/testing.ts'
import { runDistribution } from '../cdn/distribution.ts'
import { distribution, type OriginAnswer, origin } from '../cdn/testing.ts'
import type { Exchange } from '../http1/exchange.ts'
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
  let newest: Exchange | undefined
  const entrance = await serve(exchange => {
    newest = exchange
    if (listener && node) balancer.handle(exchange, listener, node)
  })
  stops.push(() => entrance.stop())
  /** Resolves when so many bytes of the newest request have come. */
  const received = async (bytes: number) => {
    while ((newest?.received ?? 0) < bytes) await new Promise(resolve => setImmediate(resolve))
  }
  const records = () => {
    firewall.report()
    return reports.flatMap(({ records: each }) => each)
  }
  return { path: entrance.path, clock, got, lines, received, records, reports }
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
    expect(on.reports[0]?.counts).toContainEqual({ of: 'rule', rule: 'admin', action: 'BLOCK', count: 1 })
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

  it('of a body that does not come is waited for as long as the balancer does', async () => {
    const body = rule('body', { RegexMatchStatement: { ...onField({ Body: {} }), RegexString: 'forbidden' } })
    const on = await guarded(webAcl([body]))
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n'
    let answer = ''
    const socket = connect(on.path, () => socket.write(`${head}some`))
    socket.on('data', chunk => {
      answer += chunk
    })
    const closed = new Promise(resolve => socket.once('close', resolve))
    await on.received(head.length + 4)
    await on.clock.advance(seconds(59))
    socket.write(' more')
    await on.received(head.length + 9)
    await on.clock.advance(seconds(59))
    expect(answer).toBe('')
    await on.clock.advance(seconds(1))
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(on.got).toEqual([])
  })

  it('adds header fields to what passes', async () => {
    const InsertHeaders = [{ Name: 'seen', Value: 'yes' }]
    const Action = { Allow: { CustomRequestHandling: { InsertHeaders } } }
    const on = await guarded(webAcl([rule('all', onPath('.'), { Action })]))
    await call(on.path)
    expect(on.got[0]?.headers['x-amzn-waf-seen']).toBe('yes')
  })
})

describe('before a distribution', () => {
  const config = (changes: Parameters<typeof rule>[2] = {}) =>
    webAcl([rule('admin', onPath('^/admin'), changes)], { scope: 'CLOUDFRONT' })

  /** A distribution in front of an origin, with a web ACL before it. */
  async function site(acl: FirewallConfig, by: OriginAnswer, changes: Parameters<typeof distribution>[0] = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'waf-'))
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      by(request, response, '')
    })
    await new Promise<void>(resolve => server.listen(join(folder, 'o'), resolve))
    const reports: FirewallReport[] = []
    const clock = new VirtualClock()
    const firewall = new RunningFirewall(acl, clock, report => reports.push(report))
    const running = runDistribution({
      distribution: distribution({ origins: [origin()], ...changes }),
      clock: systemClock,
      random: seeded(3),
      originSocket: ({ domainName }) => ({ socket: join(folder, 'o'), host: domainName }),
      log: () => {},
      guard: () => firewall,
    })
    let newest: Exchange | undefined
    const viewers = await serve(exchange => {
      newest = exchange
      running.handle(exchange)
    })
    stops.push(async () => {
      running.stop()
      await viewers.stop()
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    })
    const records = () => {
      firewall.report()
      return reports.flatMap(({ records: each }) => each)
    }
    const received = async (bytes: number) => {
      while ((newest?.received ?? 0) < bytes) await new Promise(resolve => setImmediate(resolve))
    }
    return { path: viewers.path, asked, clock, records, received }
  }
  const PAGE = {
    errorCode: 403,
    responsePagePath: '/blocked.html',
    responseCode: 404,
    errorCachingMinTtl: seconds(10),
  }
  const page: OriginAnswer = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('our page')

  it('what is blocked gets the page of CloudFront with its id', async () => {
    const on = await site(config(), page)
    const blocked = await call(on.path, { target: '/admin' })
    expect(blocked).toMatchObject({ status: 403, headers: { 'x-cache': 'Error from cloudfront' } })
    expect(blocked.body).toContain('Request blocked.')
    expect(on.records()[0]).toMatchObject({
      httpSourceName: 'CF',
      httpSourceId: 'EDFDVBD6EXAMPLE',
      httpRequest: { requestId: blocked.headers['x-amz-cf-id'] },
    })
  })

  it('or the page that the distribution has for that status, each time anew', async () => {
    const on = await site(config(), page, { errorResponses: [PAGE] })
    for (let turn = 0; turn < 2; turn++) {
      const blocked = await call(on.path, { target: '/admin' })
      expect(blocked).toMatchObject({
        status: 404,
        body: 'our page',
        headers: { 'x-cache': 'Error from cloudfront', 'content-type': 'text/html' },
      })
    }
    expect(on.asked).toEqual(['/blocked.html'])
    expect(on.records()).toHaveLength(2)
  })

  it('or the status of that page’s origin, when it can’t be had', async () => {
    const on = await site(config(), (_, response) => response.writeHead(500).end('no page'), { errorResponses: [PAGE] })
    expect(await call(on.path, { target: '/admin' })).toMatchObject({ status: 500, body: 'no page' })
  })

  it('but a response of the web ACL’s own comes before that page', async () => {
    const Action = { Block: { CustomResponse: { ResponseCode: 403 } } }
    const on = await site(config({ Action }), page, { errorResponses: [PAGE] })
    expect(await call(on.path, { target: '/admin' })).toMatchObject({ status: 403, body: '' })
    expect(on.asked).toEqual([])
  })

  it('a body that does not come is given up', async () => {
    const body = rule('body', { RegexMatchStatement: { ...onField({ Body: {} }), RegexString: 'forbidden' } })
    const on = await site(webAcl([body], { scope: 'CLOUDFRONT' }), page)
    const head = 'POST / HTTP/1.1\r\nHost: library.example.com\r\nContent-Length: 100\r\n\r\n'
    let answer = ''
    const socket = connect(on.path, () => socket.write(`${head}some`))
    socket.on('data', chunk => {
      answer += chunk
    })
    const closed = new Promise(resolve => socket.once('close', resolve))
    await on.received(head.length + 4)
    await on.clock.advance(seconds(60))
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(on.asked).toEqual([])
  })
})
