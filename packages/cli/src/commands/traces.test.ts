import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Status, startControlServer, type TraceEntry, type TraceSpan, writeRecord } from '@terrace/control'
import { systemClock, TerraceError } from '@terrace/kit'
import { Command } from 'commander'
import picocolors from 'picocolors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, type TestProject } from '../testing/project.ts'
import { handlersFor, type Observed } from '../up/handlers.ts'
import { addTraces } from './traces.ts'

const ID = '1-5759e988-bd862e3fe1be46a994272793'
const entry: TraceEntry = {
  id: ID,
  at: Date.UTC(2026, 10, 22, 9, 30),
  milliseconds: 12.4,
  name: 'api',
  services: ['api', 'items'],
  spans: 3,
  outcome: 'fault',
  method: 'GET',
  url: 'https://example.com/\u001b[2Jitems',
  status: 503,
}
const span = (name: string, rest: Partial<TraceSpan> = {}): TraceSpan => ({
  id: 'a'.repeat(16),
  name,
  service: 'api',
  startsAfter: 0,
  milliseconds: 12.4,
  outcome: 'ok',
  spans: [],
  ...rest,
})
const tree = [
  span('api', {
    outcome: 'fault',
    method: 'GET',
    url: '/items',
    status: 503,
    spans: [
      span('query', { startsAfter: 1.5, milliseconds: 1500 }),
      span('worker', { service: 'jobs', running: true }),
    ],
  }),
]

const notAsked = () => expect.fail('nobody has to ask this')
const whileStarting: Status = {
  name: 'items',
  ready: false,
  embedded: false,
  urls: {},
  pid: 1,
  stateFolder: '/state',
  zones: [],
  tiers: [],
  notEmulated: [],
}

let project: TestProject
let end: () => Promise<void>
let asked: number

beforeEach(async () => {
  project = makeProject()
  const cloud = {
    traces: async () => ({
      list(most: number) {
        asked = most
        return [entry]
      },
      read(id: string) {
        if (id !== ID) throw new TerraceError('TRACES_NO_SUCH_TRACE', `there is no trace "${id}"`)
        return { ...entry, tree }
      },
    }),
  } satisfies Partial<Observed>
  const observed = new Proxy(cloud, { get: (of, key) => Reflect.get(of, key) ?? notAsked }) as unknown as Observed
  const handlers = handlersFor({
    whileStarting,
    cloud: () => observed,
    started: Promise.resolve({ ...observed, ...cloud }),
    update: notAsked,
    stop: notAsked,
  })
  const token = 'a'.repeat(40)
  const server = await startControlServer(handlers, { token, port: 0 })
  end = () => server.stop()
  const stateFolder = join(project.root, '.terrace', 'items')
  mkdirSync(stateFolder, { recursive: true })
  writeRecord(stateFolder, { port: server.port, token, pid: process.pid, startedAt: 1 })
})
afterEach(async () => {
  await end()
  project.remove()
})

/** Types `terrace traces …`. */
async function traces(...words: readonly string[]): Promise<readonly string[]> {
  const out: string[] = []
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} })
  addTraces(program, {
    exitCode: 0,
    signals: () => () => {},
    context: {
      cwd: project.root,
      environment: {},
      clock: systemClock,
      colors: picocolors.createColors(false),
      say: line => void out.push(line),
      note: () => {},
    },
  })
  await program.parseAsync(['traces', ...words], { from: 'user' })
  return out
}

describe('terrace traces', () => {
  const line = `${ID}  2026-11-22T09:30:00.000Z    12.4 ms  api  GET https://example.com/\uFFFD[2Jitems 503  fault  3 spans in api, items`

  it('lists the newest, one line each, and nothing in them moves the cursor', async () => {
    expect(await traces('items')).toEqual([line])
    expect(asked).toBe(20)
    await traces('items', '--most', '3')
    expect(asked).toBe(3)
  })

  it('shows the spans of one below one another, with when they began and how long they took', async () => {
    expect((await traces('items', ID)).join('\n').split('\n')).toEqual([
      line,
      '',
      '  +0.00 ms    12.4 ms  api  GET /items 503  fault',
      '  +1.50 ms     1.50 s    query',
      '  +0.00 ms    running    worker  (jobs)',
    ])
  })

  it('prints JSON', async () => {
    expect((await traces('items', '--json')).map(text => JSON.parse(text))).toEqual([entry])
    expect(JSON.parse((await traces('items', ID, '--json')).join(''))).toEqual({ ...entry, tree })
  })

  it('says which trace there is none of, and what a number of them is', async () => {
    await expect(traces('items', '1-2-3')).rejects.toMatchObject({ code: 'TRACES_NO_SUCH_TRACE' })
    await expect(traces('items', '--most', '0')).rejects.toMatchObject({ code: 'CLI_TRACES_MOST' })
  })
})
