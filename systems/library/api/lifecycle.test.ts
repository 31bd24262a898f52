import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { scaledClock, systemClock } from '@terrace/kit'
import { databaseKinds, mariadbMissing, startMariadb, type TestDatabases } from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiProcess, type Bundle, startBundle } from './testing/processes.ts'
import { startLibrary } from './testing/running-library.ts'

let bundle: Bundle
beforeAll(async () => {
  bundle = await startBundle()
})
afterAll(() => bundle[Symbol.dispose]())

const INSTANCES = 20

describe.each(databaseKinds)('life of the bundled process on $title', ({ missing, start }) => {
  let databases: TestDatabases
  beforeAll(async () => {
    if (!missing) databases = await start()
  })
  afterAll(() => databases?.remove())

  it.skipIf(missing)(
    `runs the migrations once when ${INSTANCES} instances start at the same moment, and all become healthy (L-05)`,
    async () => {
      const url = await databases.create()
      const instances = Array.from({ length: INSTANCES }, () => bundle.start({ DATABASE_URL: url }))
      await Promise.all(instances.map(({ log }) => log.next('ready')))
      const ran = instances.flatMap(({ log }) => log.lines.flatMap(line => (line.ran as string[] | undefined) ?? []))
      expect(ran.sort()).toEqual(['001-books-users-loans', '002-idempotency-keys'])
      for (const instance of instances) {
        const { status, body } = await (await instance.client()).get('/readyz')
        expect([status, body]).toEqual([200, { status: 'ready', database: 'reachable' }])
      }
      expect(await Promise.all(instances.map(stop))).toEqual(instances.map(() => 0))
    },
    60_000,
  )

  it.skipIf(missing)('ends with 0 on SIGTERM, and keeps what was written (L-05)', async () => {
    const url = await databases.create()
    const first = bundle.start({ DATABASE_URL: url })
    await first.log.next('ready')
    expect((await (await first.client()).post('/books/', { title: 'One', author: 'Someone' })).status).toBe(201)
    expect(await stop(first)).toBe(0)
    expect(first.log.lines.at(-1)?.message).toBe('stopped')
    expect(first.complaints()).toBe('')
    await using second = await startLibrary(url)
    expect((await second.client.get('/books/')).body).toMatchObject([{ title: 'One' }])
  })

  it.skipIf(missing)('serves the interactive docs and the OpenAPI document from the bundle (L-04)', async () => {
    const instance = bundle.start({ DATABASE_URL: await databases.create() })
    const url = String((await instance.log.next('listening')).url)
    for (const [path, type, content] of [
      ['/docs', 'text/html', 'Library'],
      ['/docs/docs.js', 'text/javascript', 'operationView'],
      ['/docs/docs.css', 'text/css', 'color-scheme'],
      ['/openapi.json', 'application/json', '"openapi":"3.1.0"'],
    ] as const) {
      const response = await fetch(url + path)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
      expect(await response.text()).toContain(content)
    }
    expect(await stop(instance)).toBe(0)
  })
})

describe('a process whose environment is wrong', () => {
  it('names every problem at once, shows no secret, and ends with 2 (L-09)', async () => {
    const secret = 'not-json-hunter2'
    const instance = bundle.start({ PORT: '70000', LOG_LEVEL: 'loud', DATABASE_SECRET: secret, ALLOWED_ORIGINS: 'x' })
    expect(await instance.ended).toBe(2)
    for (const part of ['PORT: expected a whole number from 0 to 65535, got "70000"', 'LOG_LEVEL', 'ALLOWED_ORIGINS'])
      expect(instance.complaints()).toContain(part)
    expect(instance.complaints()).toContain('DATABASE_SECRET: expected JSON with "username" and "password" (its value')
    expect(instance.complaints()).not.toContain('hunter2')
  })
})

describe.skipIf(mariadbMissing)(
  `a database that goes away${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`,
  () => {
    it('is waited for at the start, while the process is alive and says that it is not ready (L-05)', async () => {
      const mariadb = await startMariadb()
      try {
        const url = await mariadb.createDatabase('late')
        await mariadb.kill()
        const instance = bundle.start({ DATABASE_URL: url })
        await instance.log.next('the database is not there yet')
        const client = await instance.client()
        expect((await client.get('/livez')).status).toBe(200)
        expect(await client.get('/readyz')).toMatchObject({
          status: 503,
          body: { status: 'starting', database: 'unreachable' },
        })
        const early = await client.get('/books/')
        expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1'])
        await mariadb.start()
        await instance.log.next('ready')
        expect((await client.get('/readyz')).body).toEqual({ status: 'ready', database: 'reachable' })
        expect((await client.get('/books/')).body).toEqual([])
        expect(await stop(instance)).toBe(0)
      } finally {
        await mariadb.remove()
      }
    })

    it('may be stopped waiting for (L-05)', async () => {
      const instance = bundle.start({ DATABASE_URL: 'mysql://root@localhost/none?socketPath=/nonexistent/s' })
      await instance.log.next('the database is not there yet')
      expect(await stop(instance)).toBe(0)
    })

    it('comes back after kill -9 without a restart of the process, and never makes it unready (L-05)', async () => {
      const mariadb = await startMariadb()
      try {
        const instance = bundle.start({ DATABASE_URL: await mariadb.createDatabase('killed') })
        await instance.log.next('ready')
        const client = await instance.client()
        await Promise.all(Array.from({ length: 30 }, (_, index) => client.post('/users/', { name: `User ${index}` })))
        await mariadb.kill()
        for (let attempt = 0; attempt < 12; attempt++) {
          const refused = await client.post('/users/', { name: 'Too early' })
          expect([refused.status, refused.body.detail]).toEqual([
            503,
            'The database cannot be reached at the moment; try again',
          ])
        }
        expect(await client.get('/readyz')).toMatchObject({ status: 200, body: { database: 'unreachable' } })
        await mariadb.start()
        const answers = await Promise.all(Array.from({ length: 30 }, () => client.get('/users/')))
        expect(answers.map(({ status, body }) => [status, body.length])).toEqual(answers.map(() => [200, 30]))
        expect(await stop(instance)).toBe(0)
      } finally {
        await mariadb.remove()
      }
    })

    it('is left behind when it falls silent: requests fail in time, and a new server is found (L-05)', async () => {
      const mariadb = await startMariadb()
      const url = await mariadb.createDatabase('silent')
      const relay = await startRelay(mariadb.socketPath)
      try {
        await using library = await startLibrary(url.replace(mariadb.socketPath, relay.path), {
          // Ten times as fast: the ten seconds that a statement may take pass in one.
          clock: scaledClock(10, systemClock),
        })
        expect((await library.client.get('/books/')).status).toBe(200)
        relay.silence()
        const silent = await library.client.get('/books/')
        expect(silent.status).toBe(503)
        expect(await library.client.get('/readyz')).toMatchObject({ status: 200, body: { database: 'unreachable' } })
        relay.speak()
        expect((await library.client.get('/books/')).status).toBe(200)
      } finally {
        relay.close()
        await mariadb.remove()
      }
    })
  },
)

function stop(instance: ApiProcess): Promise<number | NodeJS.Signals> {
  instance.process.kill('SIGTERM')
  return instance.ended
}

/** Stands between a client and a server; when silent, it takes what it is given and passes nothing on. */
async function startRelay(target: string) {
  const path = `${target}-relay`
  let silent = false
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(target)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', chunk => {
        if (!silent) to.write(chunk)
      })
      from.on('close', () => to.destroy())
      from.on('error', () => to.destroy())
    }
  })
  server.listen(path)
  await once(server, 'listening')
  return {
    path,
    silence: () => {
      silent = true
    },
    speak: () => {
      silent = false
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      rmSync(path, { force: true })
    },
  }
}
