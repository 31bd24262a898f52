import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RolePermissions, type Status, startControlServer, writeRecord } from '@terrace/control'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, type TestProject } from '../testing/project.ts'
import { typed } from '../testing/typed.ts'
import { handlersFor, type Observed } from '../up/handlers.ts'

const ROLE: RolePermissions = {
  node: 'shop/AppRole',
  name: 'app',
  arn: 'arn:aws:iam::123456789012:role/app',
  calls: 0,
  granted: [],
  denied: [],
}
const DENIED = { action: 's3:PutObject', resource: '*', count: 1, latest: 5, reason: 'no policy allows it' }

const notAsked = (): never => {
  throw new Error('terrace permissions has no business with it')
}
const whileStarting: Status = {
  name: 'shop',
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
let roles: readonly RolePermissions[]

beforeEach(async () => {
  project = makeProject()
  const cloud: Observed = {
    status: notAsked,
    logs: { recent: notAsked, subscribe: notAsked },
    journal: { since: notAsked, subscribe: notAsked },
    zones: { stop: notAsked, start: notAsked },
    connections: { session: notAsked, databaseSession: notAsked },
    inbox: notAsked,
    traces: notAsked,
    permissions: () => roles,
    finalSnapshots: notAsked,
  }
  const started = Promise.resolve(cloud)
  const handlers = handlersFor({ whileStarting, cloud: () => cloud, started, update: notAsked, stop: notAsked })
  const token = 'a'.repeat(40)
  const server = await startControlServer(handlers, { token, port: 0 })
  end = () => server.stop()
  const stateFolder = join(project.root, '.terrace', 'shop')
  mkdirSync(stateFolder, { recursive: true })
  writeRecord(stateFolder, { port: server.port, token, pid: process.pid, startedAt: 1 })
})
afterEach(async () => {
  await end()
  project.remove()
})

describe('terrace permissions', () => {
  it('is a good end when nothing was denied', async () => {
    roles = [ROLE]
    expect(await typed(project.root, 'permissions', 'shop')).toMatchObject({
      exitCode: 0,
      out: 'app  has called nothing',
    })
  })

  it('ends with 1 when something was', async () => {
    roles = [ROLE, { ...ROLE, name: 'web', calls: 1, denied: [DENIED] }]
    const { exitCode, out } = await typed(project.root, 'permissions')
    expect(exitCode).toBe(1)
    expect(out).toContain('denied 1×  s3:PutObject on *')
  })

  it('prints one JSON document for each role', async () => {
    roles = [ROLE, { ...ROLE, denied: [DENIED] }]
    const { out } = await typed(project.root, 'permissions', '--json')
    expect(out.split('\n').map(line => JSON.parse(line))).toEqual(roles)
  })
})
