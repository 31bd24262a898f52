import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seconds, systemClock } from '@terrace/kit'
import { MANAGED_CACHE_POLICIES } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Authority, openAuthority } from '../../certificates/authority.ts'
import { type DataPlane, startDataPlane } from '../../dataplane/data-plane.ts'
import { Journal } from '../../journal.ts'
import { Logs } from '../../logs.ts'
import { testBehavior, testDistribution, view } from './testing.ts'

const HOST = 'quiz.localhost'
const NAME = 'origin.quiz.localhost'
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'

let folder: string
let authority: Authority
let journal: Journal
let logs: Logs
let dataPlane: DataPlane
let port: number
const servers: Server[] = []

const distribution = testDistribution({
  defaultRootObject: '',
  origins: [
    {
      id: 'site',
      domainName: NAME,
      path: '',
      headers: {},
      connectionAttempts: 3,
      connectionTimeout: seconds(10),
      target: { kind: 'custom', protocol: 'https-only', httpPort: 80, httpsPort: 443, readTimeout: seconds(30) },
    },
  ],
  behaviors: [testBehavior({ cache: MANAGED_CACHE_POLICIES[CACHING_DISABLED] ?? testBehavior().cache })],
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thr-'))
  authority = await openAuthority({ folder, name: 'test', clock: systemClock, constrainedTo: ['localhost'] })
  journal = new Journal(systemClock)
  logs = new Logs(systemClock, join(folder, 'logs'))
  dataPlane = startDataPlane({ journal, logs, realtime: systemClock })
  dataPlane.send({ type: 'names', names: [{ name: HOST, target: { kind: 'distribution', node: distribution.id } }] })
  dataPlane.send({ type: 'distribution', distribution, originSockets: {} })
  port = (await dataPlane.listen(0, 0)).port
})
afterEach(async () => {
  await dataPlane.stop()
  await logs.close()
  for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

async function lead(server: Server): Promise<void> {
  const socket = join(folder, `o${servers.push(server)}`)
  await new Promise<void>(resolve => server.listen(socket, resolve))
  const site = [{ address: '198.18.0.7', sockets: { 443: socket }, announce: false }]
  const ways = { addresses: { site }, authorities: [authority.certificate], source: '130.176.0.10' }
  dataPlane.send({ type: 'origins', distribution: distribution.id, ways })
}

describe('a custom origin, through the data plane', () => {
  it('Q-16: is found when the way to it is told, and spoken to over TLS', async () => {
    expect((await view(port, HOST, '/')).status).toBe(502)
    const { certificate: cert, key } = await authority.issue([NAME])
    await lead(createSecureServer({ cert, key }, (_, response) => response.end('from the origin')))
    expect(await view(port, HOST, '/')).toMatchObject({ status: 200, text: 'from the origin' })
  })

  it('that speaks no TLS is named in the journal', async () => {
    await lead(createServer((_, response) => response.end()))
    const said = journal.find(({ kind }) => kind === 'dataplane.problem')
    expect((await view(port, HOST, '/')).status).toBe(502)
    expect((await said).message).toContain(`CloudFront can't speak TLS with ${NAME}`)
  })
})
