import { once } from 'node:events'
import { connect } from 'node:net'
import { milliseconds, minutes, seconds, seeded, systemClock, VirtualClock } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { conflict } from './http/problem.ts'
import type { RunningService } from './life.ts'
import { type Service, startService } from './start.ts'
import { databaseKinds, LogLines, type TestDatabases } from './testing/index.ts'

const sqlite = databaseKinds.find(({ kind }) => kind === 'sqlite')

describe('startService', () => {
  let databases: TestDatabases | undefined
  beforeAll(async () => {
    databases = await sqlite?.start()
  })
  afterAll(() => databases?.remove())

  const gate = Promise.withResolvers<void>()
  const example: Service<Record<string, never>, Record<string, never>> = {
    info: { title: 'Example', version: '1.0.0', description: 'For tests' },
    variables: {},
    migrations: [],
    addRoutes(app) {
      app.get('/slow', async () => {
        await gate.promise
        return { done: true }
      })
      app.get('/broken', () => {
        throw new Error('the secret reason')
      })
      app.get('/refused', () => {
        throw conflict('Not now')
      })
      app.post('/echo', { schema: { summary: 'Echo', body: z.object({ text: z.string() }) } }, request => request.body)
    },
  }
  async function start(log = new LogLines()): Promise<RunningService> {
    const environment = { PORT: '0', DATABASE_URL: await databases?.create() }
    const service = await startService(example, {
      environment,
      clock: systemClock,
      random: seeded(1),
      write: log.write,
    })
    await service.ready
    return service
  }

  it('finishes what is under way when it stops, says so in readiness, and asks clients to go', async () => {
    const log = new LogLines()
    const service = await start(log)
    const slow = fetch(`${service.url}/slow`)
    // A connection that is open before the stop is still served.
    const { hostname, port } = new URL(service.url)
    const socket = connect({ host: hostname, port: Number(port) })
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(socket, 'connect')
    await fetch(`${service.url}/livez`)
    const stopped = service.stop()
    await log.next('stopping')
    gate.resolve()
    expect(await (await slow).json()).toEqual({ done: true })
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    await stopped
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow()
    expect(log.lines.at(-1)?.message).toBe('stopped')
  })

  it('answers a failure of ours with a fixed text, and logs the cause with the request id', async () => {
    const log = new LogLines()
    const service = await start(log)
    const answer = await fetch(`${service.url}/broken`, { headers: { 'x-request-id': 'my-request' } })
    const body = (await answer.json()) as { detail: string }
    expect([answer.status, body.detail]).toEqual([500, 'Something went wrong here; it is logged as request my-request'])
    expect(JSON.stringify(body)).not.toContain('secret')
    const line = await log.next('a request failed')
    expect(line).toMatchObject({ level: 'error', requestId: 'my-request', path: '/broken' })
    expect(line.error).toContain('the secret reason')
    await service.stop()
  })

  it('logs each request as one JSON line, health checks excepted', async () => {
    const log = new LogLines()
    const service = await start(log)
    await fetch(`${service.url}/livez`)
    await fetch(`${service.url}/refused`, {
      headers: {
        'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
      },
    })
    const line = await log.next('request')
    expect(line).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'info',
      message: 'request',
      requestId: expect.any(String),
      method: 'GET',
      path: '/refused',
      status: 409,
      durationMs: expect.any(Number),
      traceId: '67891233abcdef012345678912345678',
    })
    await service.stop()
  })

  it('sends headers that keep data from being sniffed, framed and cached', async () => {
    const service = await start()
    const { headers } = await fetch(`${service.url}/livez`)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'keep-alive': 'timeout=75',
    })
    await service.stop()
  })

  it('cuts off what takes longer than the grace of 20 s', async () => {
    const log = new LogLines()
    const clock = new VirtualClock()
    const never: typeof example = {
      ...example,
      addRoutes: app => {
        app.get('/never', () => new Promise<string>(() => {}))
      },
    }
    const environment = { PORT: '0', DATABASE_URL: await databases?.create() }
    const service = await startService(never, { environment, clock, random: seeded(1), write: log.write })
    await service.ready
    const request = fetch(`${service.url}/never`).catch(() => 'cut off')
    await fetch(`${service.url}/livez`)
    const stopped = service.stop()
    await clock.advance(seconds(19))
    await clock.advance(seconds(1) + milliseconds(20))
    expect(await request).toBe('cut off')
    await stopped
    await clock.advance(minutes(1))
    expect(log.lines.map(({ message }) => message)).toContain('requests were cut off: they took longer than the grace')
  })

  it('fails with the name of the migration that failed', async () => {
    const broken: typeof example = {
      ...example,
      migrations: [{ name: '001-broken', up: () => Promise.reject(new Error('no such thing')) }],
    }
    const environment = { PORT: '0', DATABASE_URL: await databases?.create() }
    const write = () => {}
    const service = await startService(broken, { environment, clock: systemClock, random: seeded(1), write })
    await expect(service.ready).rejects.toMatchObject({ code: 'SERVICE_MIGRATION_FAILED', blame: 'internal' })
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503)
    await service.stop()
  })
})
