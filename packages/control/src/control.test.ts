import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBus, milliseconds, TerraceError } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ControlHandlers,
  connect,
  controlFile,
  type JournalEntry,
  type LogLine,
  live,
  type RolePermissions,
  readRecord,
  removeRecord,
  type Status,
  startControlServer,
  writeRecord,
} from './index.ts'

const TOKEN = 'a'.repeat(40)

const STATUS: Status = {
  name: 'library',
  ready: true,
  embedded: false,
  urls: { site: 'http://library.localhost:4430' },
  pid: process.pid,
  stateFolder: '/somewhere/.terrace/library',
  zones: [
    { name: 'us-east-1a', state: 'running' },
    { name: 'us-east-1b', state: 'stopped' },
  ],
  tiers: [
    {
      name: 'App',
      zones: ['us-east-1a', 'us-east-1b'],
      min: 2,
      desired: 2,
      max: 3,
      instances: [
        {
          id: 'i-01',
          zone: 'us-east-1a',
          state: 'InService',
          health: 'healthy',
          address: '10.0.4.5',
          processes: [{ name: 'api', pid: 812 }],
        },
      ],
    },
  ],
  database: { engine: 'mariadb', members: [{ zone: 'us-east-1a', role: 'primary', address: '10.0.6.5' }] },
  notEmulated: [],
}

interface Setup {
  readonly stateFolder: string
  readonly port: number
  readonly journal: EventBus<JournalEntry>
  readonly subscribers: () => number
}

let folder: string
const cleanups: (() => Promise<unknown> | unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-control-'))
})
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
  rmSync(folder, { recursive: true, force: true })
})

/** A control server as a running system starts it, with its record in the state folder. */
async function serve(changes: Partial<ControlHandlers> = {}): Promise<Setup> {
  const journal = new EventBus<JournalEntry>()
  let subscribers = 0
  const lines: readonly LogLine[] = [
    { kind: 'application', at: 1, resource: 'i-01', line: 'one' },
    { kind: 'access', at: 2, resource: 'alb', line: 'two\u2028with a separator' },
  ]
  const handlers: ControlHandlers = {
    status: async () => STATUS,
    permissions: async () => [],
    async *logs(query) {
      yield* lines.filter(line => !query.kind || line.kind === query.kind)
    },
    events: (_query, signal) =>
      live(listener => {
        subscribers++
        const stop = journal.subscribe(listener)
        return () => {
          subscribers--
          stop()
        }
      }, signal),
    async *inbox() {},
    inboxMessage: async () => {
      throw new TerraceError('INBOX_NO_SUCH_MESSAGE', 'the inbox is empty')
    },
    traces: async () => [],
    trace: async ({ id }) => {
      throw new TerraceError('TRACES_NO_SUCH_TRACE', `there is no trace ${id}`)
    },
    stopZone: async () => {},
    startZone: async () => {},
    async *session() {},
    async *databaseSession() {},
    async *update() {},
    finalSnapshots: async () => [],
    stop: async () => {},
    ...changes,
  }
  const server = await startControlServer(handlers, { token: TOKEN, port: 0 })
  cleanups.push(() => server.stop())
  writeRecord(folder, { port: server.port, token: TOKEN, pid: process.pid, startedAt: 1 })
  return { stateFolder: folder, port: server.port, journal, subscribers: () => subscribers }
}

const entry = (sequence: number): JournalEntry => ({
  sequence,
  at: 5,
  kind: 'autoscaling.launch',
  message: `no ${sequence}`,
})

/** The error that `action` throws, which must be one of ours. */
async function failureOf(action: () => unknown): Promise<TerraceError> {
  try {
    await action()
  } catch (error) {
    if (error instanceof TerraceError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A request as it is, without the client. */
function raw(port: number, path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, path, headers, method, agent: false }, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.once('error', reject)
    request.end()
  })
}

async function listenOn(answer: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe('the conversation', () => {
  it('tells what roles may do and did', async () => {
    const role: RolePermissions = {
      node: 'library/AppRole',
      name: 'app',
      arn: 'arn:aws:iam::123456789012:role/app',
      calls: 1,
      granted: [
        {
          policy: 'inline',
          statement: '#1',
          action: 'ssm:Get*',
          resources: ['*'],
          condition: { StringEquals: { 'aws:PrincipalTag/team': ['a', 'b'] } },
          called: [{ action: 'ssm:GetParameter', count: 1 }],
          wide: [{ resource: '*', touched: 'arn:aws:ssm:us-east-1:123456789012:parameter/a' }],
        },
      ],
      denied: [{ action: 's3:PutObject', resource: '*', count: 2, latest: 5, reason: 'no policy allows it' }],
    }
    const { stateFolder } = await serve({ permissions: async () => [role] })
    expect(await connect(stateFolder).permissions()).toEqual([role])
  })

  it('hands the status over unchanged', async () => {
    const { stateFolder } = await serve()

    expect(await connect(stateFolder).status()).toEqual(STATUS)
  })

  it('hands log lines over one by one, filtered by the query', async () => {
    const { stateFolder } = await serve()
    const client = connect(stateFolder)

    const all = await collect(client.logs({}))
    const access = await collect(client.logs({ kind: 'access' }))

    expect(all.map(line => line.line)).toEqual(['one', 'two\u2028with a separator'])
    expect(access.map(line => line.resource)).toEqual(['alb'])
  })

  it('delivers events while they happen, in their order', async () => {
    const { stateFolder, journal, subscribers } = await serve()
    const events = connect(stateFolder).events({})[Symbol.asyncIterator]()

    const first = events.next()
    await expect.poll(subscribers).toBe(1)
    for (const sequence of [1, 2, 3]) journal.publish(entry(sequence))

    expect((await first).value).toEqual(entry(1))
    expect((await events.next()).value).toEqual(entry(2))
    expect((await events.next()).value).toEqual(entry(3))
  })

  it('ends a stream quietly when the client has heard enough, and the server forgets it', async () => {
    const { stateFolder, journal, subscribers } = await serve()
    const enough = new AbortController()
    const heard: JournalEntry[] = []
    const listening = (async () => {
      for await (const event of connect(stateFolder).events({}, enough.signal)) {
        heard.push(event)
        enough.abort()
      }
    })()
    await expect.poll(subscribers).toBe(1)
    journal.publish(entry(1))

    await listening

    expect(heard).toEqual([entry(1)])
    await expect.poll(subscribers).toBe(0)
  })

  it('answers a stop only when everything has stopped', async () => {
    const { promise: drained, resolve: drain } = Promise.withResolvers<void>()
    const order: string[] = []
    const { stateFolder } = await serve({
      stop: async () => {
        order.push('asked')
        await drained
        order.push('stopped')
      },
    })

    const stopping = connect(stateFolder)
      .stop()
      .then(() => order.push('answered'))
    await expect.poll(() => order).toEqual(['asked'])
    drain()
    await stopping

    expect(order).toEqual(['asked', 'stopped', 'answered'])
  })

  it('carries an error of ours across with its code and its way out', async () => {
    const { stateFolder } = await serve({
      stop: async () => {
        throw new TerraceError('CLOUD_BUSY', 'still starting', { hint: 'wait' })
      },
    })

    const failure = await failureOf(() => connect(stateFolder).stop())

    expect([failure.code, failure.message, failure.hint, failure.blame]).toEqual([
      'CLOUD_BUSY',
      'still starting',
      'wait',
      'input',
    ])
  })

  it('says so when a stream is cut off half-way instead of taking it for complete', async () => {
    const { stateFolder } = await serve({
      async *logs() {
        yield { kind: 'control', at: 1, resource: 'x', line: 'only this' }
        throw new Error('the disk is gone')
      },
    })

    const failure = await failureOf(() => collect(connect(stateFolder).logs({})))

    expect(failure.code).toBe('CONTROL_INTERRUPTED')
  })

  it('ends open streams when the server stops', async () => {
    const { journal, subscribers, stateFolder } = await serve()
    const all = collect(connect(stateFolder).events({}))
    await expect.poll(subscribers).toBe(1)
    journal.publish(entry(7))

    await cleanups.pop()?.()

    expect(await all).toEqual([entry(7)])
  })
})

describe('the guard', () => {
  const bearer = { authorization: `Bearer ${TOKEN}` }

  it.each([
    ['without a token', '/status', {}, 401],
    ['with another token', '/status', { authorization: `Bearer ${'b'.repeat(40)}` }, 401],
    ['with a token of another length', '/status', { authorization: 'Bearer b' }, 401],
    ['under a foreign host name', '/status', { ...bearer, host: 'evil.example.com' }, 403],
    ['under a host name that only begins well', '/status', { ...bearer, host: '127.0.0.1.example.com' }, 403],
    ['under localhost', '/status', { ...bearer, host: 'localhost:1' }, 200],
    ['for a path that does not exist', '/nowhere', bearer, 404],
    ['with a kind of log that does not exist', '/logs?kind=gossip', bearer, 400],
  ])('answers a request %s with %s %o %i', async (_words, path, headers, status) => {
    const { port } = await serve()

    expect(await raw(port, path, headers)).toBe(status)
  })

  it('refuses to stop by GET', async () => {
    const { port } = await serve()

    expect(await raw(port, '/stop', bearer)).toBe(405)
  })
})

describe('the record', () => {
  it('can be read by its owner alone, for it holds the token', async () => {
    await serve()

    expect(statSync(controlFile(folder)).mode & 0o777).toBe(0o600)
  })

  it('is never overwritten by a second run, and nothing is left beside it', async () => {
    await serve()
    const before = readRecord(folder)

    const failure = await failureOf(() => writeRecord(folder, { port: 1, token: TOKEN, pid: 1, startedAt: 1 }))

    expect(failure.code).toBe('CONTROL_ALREADY_THERE')
    expect(readRecord(folder)).toEqual(before)
    expect(readdirSync(folder)).toEqual(['control.json'])
  })

  it('is removed by the run that wrote it, not by another', async () => {
    await serve()

    removeRecord(folder, 'another token')
    expect(readRecord(folder)).toBeDefined()
    removeRecord(folder, TOKEN)
    expect(readRecord(folder)).toBeUndefined()
    removeRecord(folder)
  })
})

describe('what a client is told', () => {
  it('when nothing runs', async () => {
    const failure = await failureOf(() => connect(folder))

    expect(failure.code).toBe('CONTROL_NOT_RUNNING')
    expect(failure.hint).toContain('terrace up')
  })

  it('when the process of the record is gone', async () => {
    writeRecord(folder, { port: 9, token: TOKEN, pid: 2 ** 22 - 1, startedAt: 1 })

    expect((await failureOf(() => connect(folder))).code).toBe('CONTROL_STALE')
  })

  it('when the process id was given to another program and nobody listens', async () => {
    const { port } = await serve()
    await cleanups.pop()?.()

    const failure = await failureOf(() => connect(folder).status())

    expect(port).toBeGreaterThan(0)
    expect(failure.code).toBe('CONTROL_STALE')
  })

  it.each([
    ['empty', ''],
    ['cut off', '{"port":81'],
    ['something else', '[1,2]'],
    ['without a token', '{"port":8000,"pid":1,"startedAt":1}'],
  ])('when the record is %s: the file, the problem and the way out', async (_words, content) => {
    writeFileSync(controlFile(folder), content)

    const failure = await failureOf(() => connect(folder))

    expect(failure.code).toBe('CONTROL_CORRUPT')
    expect(failure.message).toContain(controlFile(folder))
    expect(failure.hint).toContain('terrace down')
  })

  it('when the record cannot be read at all', async () => {
    mkdirSync(controlFile(folder))

    expect((await failureOf(() => connect(folder))).code).toBe('CONTROL_CORRUPT')
  })

  it('when the token is not the one of the run that listens', async () => {
    const { port } = await serve()
    removeRecord(folder)
    writeRecord(folder, { port, token: 'b'.repeat(40), pid: process.pid, startedAt: 1 })

    expect((await failureOf(() => connect(folder).status())).code).toBe('CONTROL_WRONG_TOKEN')
  })

  it('when the system took the call and stays silent', async () => {
    const port = await listenOn(() => {})
    writeRecord(folder, { port, token: TOKEN, pid: process.pid, startedAt: 1 })

    const failure = await failureOf(() => connect(folder, { answerWithin: milliseconds(50) }).status())

    expect(failure.code).toBe('CONTROL_UNRESPONSIVE')
  })

  it('when the answer is not what the contract says, as our own mistake', async () => {
    const port = await listenOn((_request, response) => response.end('{"name":5}'))
    writeRecord(folder, { port, token: TOKEN, pid: process.pid, startedAt: 1 })

    const failure = await failureOf(() => connect(folder).status())

    expect([failure.code, failure.blame]).toEqual(['CONTROL_BAD_ANSWER', 'internal'])
  })
})

describe('a session', () => {
  it('begins with its words, sends its messages, and ends when its caller leaves', async () => {
    const asked: unknown[] = []
    const left = Promise.withResolvers<void>()
    const { stateFolder } = await serve({
      async *session(query, signal) {
        asked.push(query)
        signal.addEventListener('abort', () => left.resolve())
        yield { kind: 'place', session: 'me-01', instance: 'i-01', folder: '/host', environment: { HOME: '/host' } }
        await left.promise
      },
      async *databaseSession(query) {
        asked.push(query)
        yield { kind: 'ended', because: 'it was enough' }
      },
    })
    const client = connect(stateFolder)
    const leave = new AbortController()
    const command = ['echo', 'a "b" \u2028 ü', '--as']
    for await (const message of client.session({ instance: 'i-01', as: 'operate', command }, leave.signal)) {
      expect(message).toMatchObject({ kind: 'place', environment: { HOME: '/host' } })
      leave.abort()
    }
    await left.promise
    for await (const message of client.databaseSession({ via: 'i-01' })) expect(message.kind).toBe('ended')
    expect(asked).toEqual([{ instance: 'i-01', as: 'operate', command }, { via: 'i-01' }])
  })

  it('that can not begin is refused as any other call', async () => {
    const { stateFolder } = await serve({
      // biome-ignore lint/correctness/useYield: it never gets that far
      async *session() {
        throw new TerraceError('CONNECT_NO_USER', 'there is no such user', { hint: 'take another' })
      },
    })
    const first = async () => {
      for await (const message of connect(stateFolder).session({ instance: 'i-01' })) return message
    }
    await expect(first()).rejects.toMatchObject({ code: 'CONNECT_NO_USER', hint: 'take another' })
  })
})
