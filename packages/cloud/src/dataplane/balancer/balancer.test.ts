import type { RequestListener } from 'node:http'
import { seconds, systemClock, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { call, loadBalancer, startBalancer, targetGroup } from './testing.ts'

type Running = Awaited<ReturnType<typeof startBalancer>>
let running: Running | undefined
afterEach(() => running?.stop())

const start = async (...parameters: Parameters<typeof startBalancer>): Promise<Running> => {
  running = await startBalancer(...parameters)
  return running
}

/** Answers health checks, and says who it is to everybody else. */
const named =
  (name: string): RequestListener =>
  (request, response) =>
    request.url === '/readyz' ? response.end('ok') : response.end(name)

const until = async (done: () => boolean) => {
  while (!done()) await new Promise(resolve => setImmediate(resolve))
}

const healthy = (balancer: Running, count: number) =>
  until(
    () => balancer.messages.filter(message => message.type === 'health' && message.state === 'healthy').length >= count,
  )

describe('a load balancer', () => {
  it('L-11: sends requests to the healthy targets in turn', async () => {
    const balancer = await start(systemClock)
    balancer.group.setTargets([await balancer.target('i-1', named('one')), await balancer.target('i-2', named('two'))])
    await healthy(balancer, 2)
    const bodies = []
    for (let count = 0; count < 4; count++) bodies.push((await call(balancer.entrance.path)).body)
    expect(bodies.sort()).toEqual(['one', 'one', 'two', 'two'])
  })

  it('adds the forwarded header fields and a trace id, and keeps the name in Host', async () => {
    const balancer = await start(systemClock)
    const echo: RequestListener = (request, response) => response.end(JSON.stringify(request.headers))
    balancer.group.setTargets([await balancer.target('i-1', echo)])
    const { body } = await call(balancer.entrance.path, {
      headers: { Host: 'App.Example.com:4430', 'X-Forwarded-For': '203.0.113.9', Connection: 'X-Hop', 'X-Hop': '1' },
    })
    const headers = JSON.parse(body)
    expect(headers).toMatchObject({
      host: 'app.example.com',
      'x-forwarded-for': '203.0.113.9, 198.51.100.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    })
    expect(headers).not.toHaveProperty('x-hop')
  })

  it('answers 503 without any registered target', async () => {
    const balancer = await start(systemClock)
    const { status, body, headers } = await call(balancer.entrance.path)
    expect({ status, length: body.length, server: headers.server }).toEqual({
      status: 503,
      length: 162,
      server: 'awselb/2.0',
    })
  })

  it('answers 502 at once when nobody listens at the target', async () => {
    const balancer = await start(systemClock)
    balancer.group.setTargets([await balancer.target('i-1', null)])
    const { status, body } = await call(balancer.entrance.path)
    expect({ status, length: body.length }).toEqual({ status: 502, length: 122 })
  })

  it('answers 504 after ten seconds when the network drops what it sends', async () => {
    const clock = new VirtualClock()
    const balancer = await start(clock)
    balancer.group.setTargets([await balancer.target('i-1', 'dropped')])
    const answer = call(balancer.entrance.path)
    let status = 0
    answer.then(response => {
      status = response.status
    })
    await until(() => balancer.entrance.open.size === 1)
    await clock.advance(seconds(9.9))
    expect(status).toBe(0)
    await clock.advance(seconds(0.2))
    expect((await answer).status).toBe(504)
  })

  it('answers 504 when the target says nothing within the idle time-out', async () => {
    const clock = new VirtualClock()
    const balancer = await start(clock, { loadBalancer: loadBalancer({ idleTimeout: seconds(7) }) })
    let arrived = false
    const silent: RequestListener = request => {
      arrived ||= request.url === '/slow'
    }
    balancer.group.setTargets([await balancer.target('i-1', silent)])
    const answer = call(balancer.entrance.path, { target: '/slow' })
    await until(() => arrived)
    await clock.advance(seconds(7.1))
    expect((await answer).status).toBe(504)
  })

  it('answers 502 when the target breaks off before its answer', async () => {
    const balancer = await start(systemClock)
    balancer.group.setTargets([await balancer.target('i-1', request => request.socket.destroy())])
    expect((await call(balancer.entrance.path)).status).toBe(502)
  })

  it('cuts the connection when the target breaks off in the middle of its answer', async () => {
    const balancer = await start(systemClock)
    const broken: RequestListener = (request, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('half', () => request.socket.destroy())
    }
    balancer.group.setTargets([await balancer.target('i-1', broken)])
    await expect(call(balancer.entrance.path)).rejects.toThrow()
  })

  it('sends requests to all targets when none is healthy', async () => {
    const balancer = await start(systemClock)
    const sick: RequestListener = (request, response) => {
      response.statusCode = request.url === '/readyz' ? 503 : 200
      response.end('sick, but here')
    }
    balancer.group.setTargets([await balancer.target('i-1', sick)])
    expect((await call(balancer.entrance.path)).body).toBe('sick, but here')
  })

  it('refuses TRACE with 405 and more than thirty forwarded addresses with 463', async () => {
    const balancer = await start(systemClock)
    expect((await call(balancer.entrance.path, { method: 'TRACE' })).status).toBe(405)
    const many = { 'X-Forwarded-For': Array.from({ length: 31 }, () => '203.0.113.9').join(', ') }
    expect((await call(balancer.entrance.path, { headers: many })).status).toBe(463)
  })

  it('streams large bodies both ways without loss', async () => {
    const balancer = await start(systemClock)
    balancer.group.setTargets([await balancer.target('i-1', (request, response) => request.pipe(response))])
    const body = Buffer.alloc(5_000_000, 'terrace ')
    for (const headers of [{ 'Content-Length': String(body.length) }, { 'Transfer-Encoding': 'chunked' }]) {
      const answer = await call(balancer.entrance.path, { method: 'POST', body, headers })
      expect(answer.body === body.toString()).toBe(true)
    }
  })

  it('passes on answers without a body: HEAD, 204 and 304', async () => {
    const balancer = await start(systemClock)
    const handler: RequestListener = (request, response) => {
      if (request.url === '/204') response.writeHead(204).end()
      else if (request.url === '/304') response.writeHead(304, { ETag: '"x"' }).end()
      else response.writeHead(200, { 'Content-Length': '4' }).end('body')
    }
    balancer.group.setTargets([await balancer.target('i-1', handler)])
    const { path } = balancer.entrance
    expect(await call(path, { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '4' },
    })
    expect(await call(path, { target: '/204' })).toMatchObject({ status: 204, body: '' })
    expect(await call(path, { target: '/304' })).toMatchObject({ status: 304, body: '', headers: { etag: '"x"' } })
  })

  it('lets requests under way finish when their target drains, and sends it no new one', async () => {
    const balancer = await start(systemClock)
    let release = () => {}
    let held = false
    const slow: RequestListener = (request, response) => {
      if (request.url !== '/slow') return named('draining')(request, response)
      release = () => response.end('finished')
      held = true
    }
    const draining = await balancer.target('i-1', slow)
    const other = await balancer.target('i-2', named('other'))
    balancer.group.setTargets([draining])
    await healthy(balancer, 1)
    const answer = call(balancer.entrance.path, { target: '/slow' })
    await until(() => held)
    balancer.group.setTargets([{ ...draining, draining: true }, other])
    const drained = () => balancer.messages.filter(message => message.type === 'drained')
    for (let count = 0; count < 3; count++) expect((await call(balancer.entrance.path)).body).toBe('other')
    expect(drained()).toEqual([])
    release()
    expect((await answer).body).toBe('finished')
    expect(drained()).toEqual([{ type: 'drained', targetGroup: 'tg', target: 'i-1' }])
  })

  it('marks a target unhealthy after the threshold, and stops sending to it', async () => {
    const clock = new VirtualClock()
    const balancer = await start(clock)
    let well = true
    const moody: RequestListener = (request, response) => {
      response.statusCode = request.url === '/readyz' && !well ? 503 : 200
      response.end('moody')
    }
    balancer.group.setTargets([await balancer.target('i-1', moody), await balancer.target('i-2', named('steady'))])
    await healthy(balancer, 2)
    well = false
    const unhealthy = () =>
      balancer.messages.find(message => message.type === 'health' && message.state === 'unhealthy')
    for (let count = 0; count < 20 && !unhealthy(); count++) await clock.advance(seconds(1))
    expect(unhealthy()).toMatchObject({
      target: 'i-1',
      reason: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [503]',
    })
    for (let count = 0; count < 3; count++) expect((await call(balancer.entrance.path)).body).toBe('steady')
  })

  it('uses a connection to a target again, but not one that was idle for longer than the idle time-out', async () => {
    const clock = new VirtualClock()
    const balancer = await start(clock)
    const sockets = new Set<unknown>()
    const target = await balancer.target('i-1', (request, response) => {
      if (request.url !== '/readyz') sockets.add(request.socket)
      response.end()
    })
    balancer.group.setTargets([target])
    await call(balancer.entrance.path)
    await clock.advance(seconds(59))
    await call(balancer.entrance.path)
    expect(sockets.size).toBe(1)
    await clock.advance(seconds(61))
    await call(balancer.entrance.path)
    expect(sockets.size).toBe(2)
  })

  it('writes one line of the access log a request, in the documented format', async () => {
    const balancer = await start(systemClock)
    balancer.group.setTargets([await balancer.target('i-1', named('one'))])
    await call(balancer.entrance.path, { target: '/books/?q=%22x%22', headers: { 'User-Agent': 'test "quoted"' } })
    await until(() => balancer.lines.length === 1)
    expect(balancer.lines[0]).toMatch(
      /^https \S+Z app\/lb\/0123456789abcdef 198\.51\.100\.7:40000 10\.0\.2\.4:8000 \d\.\d{3} \d\.\d{3} \d\.\d{3} 200 200 \d+ \d+ "GET https:\/\/app\.example\.com:443\/books\/\?q=%22x%22 HTTP\/1\.1" "test %22quoted%22" - - arn:aws:\S+ "Root=\S+" "-" "-" 0 \S+Z "forward" "-" "-" "10\.0\.2\.4:8000" "200" "-" "-"$/,
    )
  })

  it('redirects and answers by itself where a rule says so', async () => {
    const redirect = {
      kind: 'redirect',
      protocol: 'HTTPS',
      host: '#{host}',
      port: '443',
      path: '/#{path}',
      query: '#{query}',
      status: 301,
    } as const
    const balancer = await start(systemClock, { action: redirect })
    const { status, headers } = await call(balancer.entrance.path, { target: '/x?y=1' })
    expect({ status, location: headers.location }).toEqual({
      status: 301,
      location: 'https://app.example.com:443/x?y=1',
    })
  })

  it('checks targets with the documented request', async () => {
    const balancer = await start(systemClock, { group: targetGroup() })
    const seen: unknown[] = []
    const target = await balancer.target('i-1', (request, response) => {
      seen.push([request.url, request.headers['user-agent'], request.headers.host, request.headers.connection])
      response.end()
    })
    balancer.group.setTargets([target])
    await healthy(balancer, 1)
    expect(seen[0]).toEqual(['/readyz', 'ELB-HealthChecker/2.0', '10.0.2.4:8000', 'close'])
  })
})
