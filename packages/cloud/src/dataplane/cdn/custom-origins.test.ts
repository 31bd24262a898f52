import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, createServer as createNetServer, type Server as NetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { minutes, seconds, systemClock } from '@terrace/kit'
import type { DistributionOrigin } from '@terrace/model'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Authority, openAuthority } from '../../certificates/authority.ts'
import type { OriginAddress } from './origin-way.ts'
import { ALL, type Bench, behavior, bench, CACHING_DISABLED, origin } from './testing.ts'

const NAME = 'origin.quiz.localhost'
const EVERYTHING = { headers: ALL, cookies: ALL, queryStrings: ALL }
const ALL_VIEWER = { name: 'AllViewer', ...EVERYTHING }
const EXCEPT_HOST = { name: 'x', ...EVERYTHING, headers: { kind: 'allExcept', names: ['Host'] } as const }

let folder: string
let authority: Authority
let stranger: Authority
const open: Bench[] = []
const servers: (NetServer & { closeAllConnections?(): void })[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdno-'))
  authority = await openAuthority({ folder, name: 'test', clock: systemClock, constrainedTo: ['localhost'] })
  stranger = await openAuthority({ folder, name: 'stranger', clock: systemClock, constrainedTo: ['localhost'] })
})
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.stop()))
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.()
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let sockets = 0
async function listening(server: NetServer): Promise<string> {
  const path = join(folder, String(sockets++))
  servers.push(server)
  await new Promise<void>(resolve => server.listen(path, resolve))
  return path
}

const secure = async (answer: RequestListener, names = [NAME], by = authority) => {
  const { certificate: cert, key } = await by.issue(names)
  return listening(createSecureServer({ cert, key }, answer))
}

const at = (socket: string | null, port = 443, announce = false): OriginAddress => ({
  address: '198.18.0.7',
  sockets: { [port]: socket },
  announce,
})

type Custom = Extract<DistributionOrigin['target'], { kind: 'custom' }>
const target = (changes: Partial<Custom> = {}): Custom => ({
  kind: 'custom',
  protocol: 'https-only',
  httpPort: 80,
  httpsPort: 443,
  readTimeout: seconds(30),
  keepAlive: seconds(5),
  sslProtocols: ['TLSv1.2'],
  ...changes,
})

/** A distribution whose one origin is reached over the network at these addresses. */
async function reaching(
  addresses: readonly OriginAddress[],
  changes: Parameters<typeof behavior>[0] = {},
  custom: Partial<Custom> = {},
): Promise<Bench> {
  const one = await bench(() => {}, {
    origins: [origin({ domainName: NAME, target: target(custom) })],
    behaviors: [behavior({ cache: CACHING_DISABLED, originRequest: EXCEPT_HOST, ...changes })],
  })
  open.push(one)
  one.running.setWays({ addresses: { main: addresses }, authorities: [authority.certificate], source: '130.176.0.10' })
  return one
}

const told = (incoming: IncomingMessage) => {
  const socket = incoming.socket as Partial<TLSSocket>
  return JSON.stringify({
    headers: incoming.headers,
    protocol: socket.getProtocol?.(),
    asked: socket.servername,
  })
}
const tell: RequestListener = (incoming, response) => response.end(told(incoming))

describe('an origin that is reached over the network', () => {
  it('Q-16: is spoken to over TLS, asked for by its own name, with its certificate verified', async () => {
    const { get, problems } = await reaching([at(await secure(tell))])
    const got = await get('/page?a=1', { headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(got.status).toBe(200)
    const { headers, protocol, asked } = JSON.parse(got.text)
    expect([protocol, asked]).toEqual(['TLSv1.3', NAME])
    expect(headers).toMatchObject({
      host: NAME,
      'x-forwarded-for': '203.0.113.9,198.51.100.7',
      via: expect.stringMatching(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/),
      'x-amz-cf-id': got.headers['x-amz-cf-id'],
      connection: 'Keep-Alive',
    })
    expect(problems).toEqual([])
  })

  it('sees the Host of the viewer where a policy passes it on, and may show a certificate for that', async () => {
    const { get } = await reaching([at(await secure(tell, ['quiz.localhost']))], { originRequest: ALL_VIEWER })
    const { headers, asked } = JSON.parse((await get('/', { headers: { host: 'quiz.localhost' } })).text)
    expect([headers.host, asked]).toEqual(['quiz.localhost', 'quiz.localhost'])
  })

  it('Q-16: whose certificate is for another name is a 502, and what is wrong is told once', async () => {
    const { get, problems } = await reaching([at(await secure(tell, ['other.localhost']))])
    const got = await get('/')
    expect([got.status, got.headers['x-cache'], got.headers.server]).toEqual([
      502,
      'Error from cloudfront',
      'CloudFront',
    ])
    expect(got.text).toContain('<H1>502 ERROR</H1>')
    await get('/')
    expect(problems).toEqual([
      expect.stringMatching(/can't speak TLS with origin\.quiz\.localhost: .*other\.localhost/),
    ])
  })

  it('whose certificate nobody here has signed is a 502', async () => {
    const { get, problems } = await reaching([at(await secure(tell, [NAME], stranger))])
    expect((await get('/')).status).toBe(502)
    expect(problems[0]).toMatch(/certificate/)
  })

  it("that doesn't speak TLS is a 502", async () => {
    const { get } = await reaching([at(await listening(createServer(tell)))])
    expect((await get('/')).status).toBe(502)
  })

  it.each([
    ['http-only', 80],
    ['match-viewer', 443],
  ] as const)('is asked at the port of its protocol: %s at %i', async (protocol, port) => {
    const path = port === 80 ? await listening(createServer(tell)) : await secure(tell)
    const { get } = await reaching([at(path, port)], {}, { protocol })
    expect((await get('/')).status).toBe(200)
  })

  it('must speak the lowest protocol that is allowed, or a higher one', async () => {
    const { certificate: cert, key } = await authority.issue([NAME])
    const old = { cert, key, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
    const path = await listening(createSecureServer(old, tell))
    const strict = await reaching([at(path)])
    expect((await strict.get('/')).status).toBe(502)
    const lax = await reaching([at(path)], {}, { sslProtocols: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] })
    expect(JSON.parse((await lax.get('/')).text).protocol).toBe('TLSv1.1')
  })

  it('hears first where the connection comes from, where it wants to know', async () => {
    const lines: string[] = []
    const inner = await secure(tell)
    const front = createNetServer(client =>
      client.once('data', chunk => {
        const end = chunk.indexOf('\r\n') + 2
        lines.push(chunk.toString('latin1', 0, end))
        const behind = connect(inner)
        behind.write(chunk.subarray(end))
        client.pipe(behind).pipe(client)
        client.on('error', () => behind.destroy())
        behind.on('error', () => client.destroy())
      }),
    )
    const path = await listening(front)
    const { get } = await reaching([at(path, 443, true)])
    expect((await get('/')).status).toBe(200)
    expect(lines).toEqual([expect.stringMatching(/^PROXY TCP4 130\.176\.0\.10 198\.18\.0\.7 \d+ 443\r\n$/)])
  })

  it('keeps its connection for the next request, within the keep-alive time-out', async () => {
    const connections = new Set<unknown>()
    const path = await secure((incoming, response) => {
      connections.add(incoming.socket)
      response.end()
    })
    const { get, clock } = await reaching([at(path)])
    await get('/')
    await clock.advance(seconds(5))
    await get('/')
    expect(connections.size).toBe(1)
    await clock.advance(seconds(6))
    await get('/')
    expect(connections.size).toBe(2)
  })

  it('is a 504 where the network drops what is sent, after three attempts of ten seconds', async () => {
    const { get, clock, arrived } = await reaching([at(null)])
    let done = false
    const asked = get('/').finally(() => {
      done = true
    })
    await arrived(1)
    await clock.advance(seconds(29.9))
    expect(done).toBe(false)
    await clock.advance(seconds(0.2))
    expect((await asked).status).toBe(504)
  })

  it.each([true, false])('is tried at its other address when one refuses (announced: %s)', async announced => {
    const { get } = await reaching([at(join(folder, 'nobody'), 443, announced), at(await secure(tell))])
    const statuses = await Promise.all(Array.from({ length: 4 }, async () => (await get('/')).status))
    expect(statuses).toEqual([200, 200, 200, 200])
  })

  it("is reached by the ways of now; without any its name doesn't resolve", async () => {
    const one = await reaching([at(await secure((_, response) => response.end('one')))])
    expect((await one.get('/')).text).toBe('one')
    const two = at(await secure((_, response) => response.end('two')))
    one.running.setWays({ addresses: { main: [two] }, authorities: [authority.certificate], source: '130.176.0.10' })
    expect((await one.get('/')).text).toBe('two')
    one.running.setWays({ addresses: {}, authorities: [], source: '130.176.0.10' })
    expect((await one.get('/')).status).toBe(502)
  })

  it('passes bodies of any method on, in both directions', async () => {
    const path = await secure((incoming, response) => incoming.pipe(response))
    const { get } = await reaching([at(path)])
    const body = 'x'.repeat(300_000)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const got = await get('/', { method, body, headers: { 'content-length': String(body.length) } })
      expect([got.status, got.text.length]).toEqual([200, body.length])
    }
  })
})

/** Asks for a WebSocket, says a word when it is there, and gives what came back: bytes, or the status of a refusal. */
const webSocket = (socketPath: string, word: string, opened = () => {}) =>
  new Promise<{ status: number; headers: IncomingMessage['headers']; text: string }>((resolve, reject) => {
    const sent = request({
      socketPath,
      path: '/live',
      headers: {
        host: 'quiz.localhost',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
      },
    })
    sent.on('error', reject)
    sent.on('response', answer => {
      answer.resume()
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: '' })
    })
    sent.on('upgrade', (answer, socket, head) => {
      let text = head.toString()
      opened()
      socket.on('data', chunk => {
        text += chunk
        if (text.endsWith(word)) socket.end()
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
      if (word !== 'never said') socket.write(word)
    })
    sent.end()
  })

describe('a WebSocket', () => {
  const speaking = async () => {
    const { certificate: cert, key } = await authority.issue([NAME])
    const server = createSecureServer({ cert, key })
    server.on('upgrade', (incoming, socket) => {
      const accept = incoming.headers['sec-websocket-key']
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Key: ${accept}\r\n\r\nhello `,
      )
      socket.pipe(socket)
    })
    return listening(server)
  }

  it('Q-16: goes through to the origin, and is in the log when it is over', async () => {
    const { path, log } = await reaching([at(await speaking())])
    const got = await webSocket(path, 'a word')
    expect(got).toMatchObject({
      status: 101,
      headers: { 'x-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'x-amz-cf-pop': 'IAD89-C1' },
      text: 'hello a word',
    })
    expect(log).toEqual([expect.stringMatching(/\t\/live\t101\t/)])
  })

  it('that the origin refuses is an answer like any other', async () => {
    const { path } = await reaching([at(await secure((_, response) => response.writeHead(426).end()))])
    expect((await webSocket(path, 'a word')).status).toBe(426)
  })

  it('on which the origin is silent for ten minutes is over', async () => {
    const { path, clock, log } = await reaching([at(await speaking())])
    let opened = () => {}
    const open = new Promise<void>(resolve => {
      opened = resolve
    })
    const asked = webSocket(path, 'never said', opened)
    await open
    await clock.advance(minutes(9))
    expect(log).toEqual([])
    await clock.advance(minutes(1.1))
    expect((await asked).status).toBe(101)
  })
})

describe('an origin group', () => {
  const group = async (
    first: OriginAddress[] | undefined,
    statusCodes: readonly number[] = [404, 500, 502, 503, 504],
    changes: Parameters<typeof behavior>[0] = {},
  ) => {
    const one = await bench(() => {}, {
      origins: [
        origin({ id: 'a', domainName: NAME, connectionAttempts: 1, target: target({ protocol: 'http-only' }) }),
        origin({ id: 'b', domainName: 'second.localhost', target: target({ protocol: 'http-only' }) }),
      ],
      originGroups: [{ id: 'both', statusCodes, members: ['a', 'b'] }],
      behaviors: [behavior({ origin: 'both', cache: CACHING_DISABLED, ...changes })],
    })
    open.push(one)
    const second = at(await listening(createServer((_, response) => response.end('second'))), 80)
    const addresses = { b: [second], ...(first && { a: first }) }
    one.running.setWays({ addresses, authorities: [], source: '130.176.0.10' })
    return one
  }
  const answering = async (status: number) =>
    at(await listening(createServer((_, response) => response.writeHead(status).end(`first ${status}`))), 80)

  it.each([404, 500, 503])('asks the second origin when the first one answers %i', async status => {
    const { get } = await group([await answering(status)])
    expect(await get('/')).toMatchObject({ status: 200, text: 'second' })
  })

  it('does not for a status that is not among its criteria', async () => {
    const { get } = await group([await answering(403)])
    expect(await get('/')).toMatchObject({ status: 403, text: 'first 403' })
  })

  it.each(['GET', 'HEAD', 'POST', 'OPTIONS'])(
    'answers %s by the second one only when nothing is changed by it',
    async method => {
      const { get } = await group([await answering(503)])
      expect((await get('/', { method })).status).toBe(method === 'GET' || method === 'HEAD' ? 200 : 503)
    },
  )

  it('fails over for OPTIONS where that is cached', async () => {
    const { get } = await group([await answering(503)], [503], { cachedMethods: ['GET', 'HEAD', 'OPTIONS'] })
    expect((await get('/', { method: 'OPTIONS' })).status).toBe(200)
  })

  it("counts a connection that is refused, or a name that doesn't resolve, as 503", async () => {
    const refused = at(join(folder, 'nobody'), 80)
    expect((await (await group([refused])).get('/')).text).toBe('second')
    expect((await (await group(undefined)).get('/')).text).toBe('second')
    expect((await (await group([refused], [500])).get('/')).status).toBe(502)
  })

  it('counts a connection that is not made in time as 503, and silence on one as 504', async () => {
    const dropped = await group([at(null, 80)], [503])
    const first = dropped.get('/')
    await dropped.arrived(1)
    await dropped.clock.advance(seconds(10.1))
    expect((await first).text).toBe('second')

    let heard = () => {}
    const waiting = new Promise<void>(resolve => {
      heard = resolve
    })
    const silent = await group([at(await listening(createServer(() => heard())), 80)], [504])
    const second = silent.get('/')
    await waiting
    await silent.clock.advance(seconds(30.1))
    expect((await second).text).toBe('second')
  })

  it('keeps the answer of the second one under the same key', async () => {
    const { get } = await group([await answering(503)], [503], {
      cache: { ...CACHING_DISABLED, maxTtl: 60_000, defaultTtl: 60_000 },
    })
    await get('/')
    expect(await get('/')).toMatchObject({ text: 'second', headers: { 'x-cache': 'Hit from cloudfront' } })
  })
})

describe('TLS with viewers', () => {
  it('is as the security policy of the distribution says', async () => {
    const policies = [undefined, 'TLSv1.1_2016', 'TLSv1.2_2021', 'TLSv1.3_2025']
    const made = await Promise.all(
      policies.map(each => bench(() => {}, { certificate: 'arn:one', ...(each && { minimumProtocol: each }) })),
    )
    open.push(...made)
    expect(made.map(({ running }) => running.tls.policy)).toEqual([
      'ELBSecurityPolicy-TLS13-1-0-2021-06',
      'ELBSecurityPolicy-TLS13-1-1-2021-06',
      'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
      'ELBSecurityPolicy-TLS13-1-3-2021-06',
    ])
    expect(made[0]?.running.tls.certificates).toEqual(['arn:one'])
  })
})

describe('Server-Timing', () => {
  const timed = (serverTiming: number) =>
    reaching([], { responseHeaders: { name: 'timed', set: [], remove: [], serverTiming } })

  it('tells of the cache where the policy asks for it', async () => {
    const { get } = await timed(100)
    const { headers } = await get('/')
    expect(headers['server-timing']).toBe(
      `cdn-cache-miss,cdn-pop;desc="IAD89-C1",cdn-rid;desc="${headers['x-amz-cf-id']}"`,
    )
  })

  it('comes with about as many answers as the policy says', async () => {
    const { get } = await timed(50)
    const answers = await Promise.all(Array.from({ length: 100 }, () => get('/')))
    const share = answers.filter(({ headers }) => headers['server-timing']).length
    expect(share).toBeGreaterThan(25)
    expect(share).toBeLessThan(75)
  })
})
