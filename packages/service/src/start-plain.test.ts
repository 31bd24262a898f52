import { once } from 'node:events'
import { request } from 'node:https'
import { connect as plainSocket } from 'node:net'
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { seconds, seeded, systemClock, VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { Problem } from './http/problem.ts'
import { makeSelfSigned } from './self-signed.ts'
import { type PlainService, startPlainService } from './start-plain.ts'
import { LogLines } from './testing/index.ts'

const variables = { GREETING: z.string('expected a greeting') }

const example: PlainService<typeof variables> = {
  info: { title: 'Example', version: '1.0.0', description: 'For tests' },
  variables,
  healthPath: '/health',
  descriptionPath: '/api/openapi.json',
  makeCertificate: makeSelfSigned,
  addRoutes(app, { config }) {
    app.get('/greeting', async () => ({ greeting: config.GREETING }))
  },
}

const start = (service: typeof example, environment: Record<string, string>, log = new LogLines()) =>
  startPlainService(service, {
    environment: { PORT: '0', GREETING: 'hello', ...environment },
    clock: systemClock,
    random: seeded(1),
    write: log.write,
  })

describe('startPlainService', () => {
  it('serves without any database, and says nothing of one', async () => {
    const service = await start(example, {})
    await service.ready
    expect(await (await fetch(`${service.url}/greeting`)).json()).toEqual({ greeting: 'hello' })
    for (const path of ['/readyz', '/health']) {
      const answer = await fetch(service.url + path)
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }])
    }
    const described = await Promise.all(
      ['/openapi.json', '/api/openapi.json'].map(async path => (await fetch(service.url + path)).text()),
    )
    expect(described[0]).toBe(described[1])
    await service.stop()
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow()
  })

  it('serves HTTPS with a certificate of its own, with the same limits', async () => {
    const service = await start(example, { TLS: 'self-signed' })
    await service.ready
    const { port, protocol } = new URL(service.url)
    expect(protocol).toBe('https:')
    const socket = await connected(Number(port))
    const certificate = socket.getPeerCertificate() as PeerCertificate
    expect(certificate.subject.CN).toBe('localhost')
    expect(new Date(certificate.valid_from).getTime()).toBeLessThan(systemClock.now())
    socket.write(`GET /greeting HTTP/1.1\r\nhost: x\r\nfill: ${'x'.repeat(20_000)}\r\n\r\n`)
    const [refusal] = await once(socket, 'data')
    expect(String(refusal)).toMatch(/^HTTP\/1\.1 431 .*application\/problem\+json/s)
    const call = request(`${service.url}/greeting`, { rejectUnauthorized: false }).end()
    const [answer] = await once(call, 'response')
    expect([answer.statusCode, (await answer.toArray()).join('')]).toEqual([200, '{"greeting":"hello"}'])
    await service.stop()
  })

  it('makes another key each time', async () => {
    const [one, other] = await Promise.all([makeSelfSigned(systemClock), makeSelfSigned(systemClock)])
    expect(one.key).not.toBe(other.key)
  })

  it('tries its preparation again every second while what it needs is away, and answers 503 meanwhile', async () => {
    const clock = new VirtualClock()
    const log = new LogLines()
    let tries = 0
    const service = await startPlainService(
      {
        ...example,
        isUnavailable: error => error instanceof RangeError,
        async prepare() {
          tries += 1
          if (tries < 3) throw new RangeError('not yet')
        },
      },
      { environment: { PORT: '0', GREETING: 'hello' }, clock, random: seeded(1), write: log.write },
    )
    const early = await fetch(`${service.url}/greeting`)
    expect([early.status, early.headers.get('retry-after'), (await fetch(`${service.url}/health`)).status]).toEqual([
      503,
      '1',
      503,
    ])
    await clock.advance(seconds(2))
    await service.ready
    expect(tries).toBe(3)
    const stopped = service.stop()
    await clock.advance(seconds(1))
    await stopped
  })

  it('says in readiness how able it is, beside its status', async () => {
    let able = true
    const service = await start({ ...example, health: () => ({ able, told: { queued: 3 } }) }, {})
    await service.ready
    const health = async () => {
      const answer = await fetch(`${service.url}/health`)
      return [answer.status, await answer.json()]
    }
    expect(await health()).toEqual([200, { status: 'ready', queued: 3 }])
    able = false
    expect(await health()).toEqual([503, { status: 'ready', queued: 3 }])
    await service.stop()
  })

  it('tells its preparation when the process is to stop', async () => {
    const service = await start({ ...example, prepare: (_context, signal) => aborted(signal) }, {})
    const failed = expect(service.ready).rejects.toThrow('the service is stopping')
    await service.stop()
    await failed
  })

  it('lets who sends an upload that is refused send it all, and hear why', async () => {
    const bytes = 20 * 1024 * 1024
    const uploads = { bytes, within: seconds(60) }
    const addRoutes: typeof example.addRoutes = app => {
      app.removeAllContentTypeParsers()
      app.addContentTypeParser('*', (_request, _body, done) => done(null))
      app.post('/files', () => {
        throw new Problem(429, 'later')
      })
    }
    // Whose patience with a slow client never ends.
    const clock = new VirtualClock()
    const host = { environment: { PORT: '0', GREETING: 'hello' }, clock, random: seeded(1), write: () => {} }
    const service = await startPlainService({ ...example, uploads, addRoutes }, host)
    await service.ready
    const socket = plainSocket(Number(new URL(service.url).port))
    let refused = false
    const answer = once(socket, 'data').then(([text]) => {
      refused = true
      return String(text)
    })
    socket.write(`POST /files HTTP/1.1\r\nhost: x\r\ncontent-type: image/png\r\ncontent-length: ${bytes}\r\n\r\n`)
    await new Promise<void>(resolve => socket.write(Buffer.alloc(bytes - 1), () => resolve()))
    expect(refused).toBe(false)
    socket.write('x')
    expect(await answer).toMatch(/^HTTP\/1\.1 429 /)
    socket.destroy()
    const stopped = service.stop()
    await clock.advance(seconds(1))
    await stopped
  })

  it('may be stopped while it waits, and fails with what does not pass by itself', async () => {
    const away = () => Promise.reject(new RangeError('away'))
    const waiting = await start({ ...example, isUnavailable: () => true, prepare: away }, {})
    await waiting.stop()
    const broken = await start({ ...example, prepare: away }, {})
    await expect(broken.ready).rejects.toThrow('away')
    await broken.stop()
  })

  it('names what is wrong with its environment', async () => {
    await expect(start(example, { GREETING: '' })).rejects.toThrow('GREETING: expected a greeting')
    await expect(start(example, { TLS: 'yes' })).rejects.toThrow('TLS: expected self-signed, or nothing, got "yes"')
  })
})

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

async function connected(port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  return socket
}
