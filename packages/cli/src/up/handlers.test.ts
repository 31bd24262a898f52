import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  connect,
  type JournalEntry,
  type LogLine,
  type Status,
  startControlServer,
  writeRecord,
} from '@terrace/control'
import { EventBus, HEX, secureRandom } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { handlersFor, type Observed } from './handlers.ts'
import { type Shutdown, shutdownOn } from './shutdown.ts'

const STARTING: Status = {
  name: 'library',
  ready: false,
  embedded: false,
  urls: {},
  pid: 42,
  stateFolder: '/state',
  zones: [],
  tiers: [],
  notEmulated: [],
}

const app = (at: number, line: string): LogLine => ({ kind: 'application', at, resource: 'i-0abc', line })
const launch = (sequence: number, at: number): JournalEntry => ({
  sequence,
  at,
  kind: 'autoscaling.launch',
  node: 'library/App',
  message: 'launched',
})

let folder: string
let server: { stop(): Promise<void> }
let shutdown: Shutdown
let lines: EventBus<LogLine>
let entries: EventBus<JournalEntry>
let cloud: Observed | undefined
let finishStart: () => void
let zonesTouched: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-handlers-'))
  lines = new EventBus()
  entries = new EventBus()
  cloud = undefined
  zonesTouched = []
  const started = Promise.withResolvers<Observed>()
  finishStart = () => {
    cloud = {
      status: async () => ({ ...STARTING, ready: true, pid: 1, urls: { site: 'http://library.localhost:4430' } }),
      logs: { recent: () => [app(1, 'one'), app(3, 'three')], subscribe: listener => lines.subscribe(listener) },
      journal: {
        since: sequence => [launch(0, 0), launch(1, 2)].filter(entry => entry.sequence >= sequence),
        subscribe: listener => entries.subscribe(listener),
      },
      traces: async () => ({ list: () => [], read: id => expect.fail(id) }),
      inbox: async () => ({ list: () => [], subscribe: () => () => {}, read: id => Promise.reject(new Error(id)) }),
      zones: {
        stop: async zone => void zonesTouched.push(`stop ${zone}`),
        start: async zone => void zonesTouched.push(`start ${zone}`),
      },
      connections: {
        async *session({ instance }) {
          yield { kind: 'ended', because: `${instance} is gone` }
        },
        async *databaseSession({ via }) {
          yield { kind: 'ended', because: `nothing through ${via}` }
        },
      },
      permissions: () => [],
      finalSnapshots: async () => ['library-final-snapshot'],
    }
    started.resolve(cloud)
  }
  shutdown = shutdownOn(() => () => {})
  const handlers = handlersFor({
    whileStarting: STARTING,
    cloud: () => cloud,
    started: started.promise,
    async *update() {},
    stop: () => shutdown.request(),
  })
  const token = secureRandom.text(40, HEX)
  const running = await startControlServer(handlers, { token, port: 0 })
  server = running
  writeRecord(folder, { port: running.port, token, pid: process.pid, startedAt: 0 })
})
afterEach(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('a system that is still starting', () => {
  it('says that it is not ready', async () => {
    expect(await connect(folder).status()).toEqual(STARTING)
  })

  it('has no logs yet, and sends them to those who follow once it has', async () => {
    expect(await collect(connect(folder).logs({}))).toEqual([])

    const following = connect(folder).logs({ follow: true })[Symbol.asyncIterator]()
    const first = following.next()
    finishStart()

    expect((await first).value.line).toBe('autoscaling.launch: launched')
  })

  it('can be stopped', async () => {
    const stopped = connect(folder).stop()
    await shutdown.requested
    shutdown.done()

    await stopped
  })
})

describe('a running system', () => {
  beforeEach(() => finishStart())

  it('tells its own process and folder, whatever the cloud believes', async () => {
    expect(await connect(folder).status()).toMatchObject({ ready: true, pid: 42, stateFolder: '/state' })
  })

  it('tells what the control plane did among the logs, in the order of time', async () => {
    const all = await collect(connect(folder).logs({}))

    expect(all.map(({ at, kind, resource }) => [at, kind, resource])).toEqual([
      [0, 'control', 'library/App'],
      [1, 'application', 'i-0abc'],
      [2, 'control', 'library/App'],
      [3, 'application', 'i-0abc'],
    ])
  })

  it.each([
    ['by kind', { kind: 'application' } as const, 2],
    ['by the beginning of an id', { resource: 'i-0a' }, 2],
    ['by both', { kind: 'control', resource: 'i-0abc' } as const, 0],
  ])('filters logs %s', async (_words, query, count) => {
    expect(await collect(connect(folder).logs(query))).toHaveLength(count)
  })

  it('opens sessions', async () => {
    finishStart()
    expect(await collect(connect(folder).session({ instance: 'i-0abc' }))).toEqual([
      { kind: 'ended', because: 'i-0abc is gone' },
    ])
    expect(await collect(connect(folder).databaseSession({ via: 'i-0abc' }))).toEqual([
      { kind: 'ended', because: 'nothing through i-0abc' },
    ])
  })

  it('takes final snapshots when it is asked for them', async () => {
    expect(await connect(folder).finalSnapshots()).toEqual(['library-final-snapshot'])
  })

  it('stops and starts its zones', async () => {
    await connect(folder).stopZone('us-east-1a')
    await connect(folder).startZone('us-east-1a')

    expect(zonesTouched).toEqual(['stop us-east-1a', 'start us-east-1a'])
  })

  it('goes on with lines to come, each once', async () => {
    const following = connect(folder).logs({ kind: 'application', follow: true })[Symbol.asyncIterator]()
    const seen = [await following.next(), await following.next()]
    lines.publish(app(4, 'four'))
    entries.publish(launch(2, 5))
    lines.publish(app(6, 'six'))
    seen.push(await following.next(), await following.next())

    expect(seen.map(({ value }) => value.line)).toEqual(['one', 'three', 'four', 'six'])
  })

  it('replays events from the one asked for, and goes on', async () => {
    const events = connect(folder).events({ since: 1 })[Symbol.asyncIterator]()
    const replayed = await events.next()
    entries.publish(launch(2, 9))

    expect([replayed.value, (await events.next()).value]).toEqual([launch(1, 2), launch(2, 9)])
  })
})

describe('Ctrl-C', () => {
  it('asks at the first, insists at the second, and is nobody’s business after the end', async () => {
    const listeners = new Set<() => void>()
    const wish = shutdownOn(listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    })
    const press = () => {
      for (const listener of listeners) listener()
    }
    let insisted = false
    void wish.insisted.then(() => {
      insisted = true
    })

    press()
    await wish.requested
    expect(insisted).toBe(false)
    press()
    await wish.insisted
    wish.done()

    expect(listeners.size).toBe(0)
  })
})
