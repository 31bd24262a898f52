import type { JournalEntry, LogLine } from '@terrace/cloud'
import type { Architecture, SecurityGroup } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call, json } from '../http.ts'
import { missingFrom, writeBooks } from './ledger.ts'
import { startLibrary } from './running.ts'

/** The model with one group's ingress rules taken out: whoever owns the group can't be reached any more. */
function withoutIngress(architecture: Architecture, isMeant: (group: SecurityGroup) => boolean): Architecture {
  const nodes = architecture.nodes.map(node =>
    node.kind === 'securityGroup' && isMeant(node) ? { ...node, ingress: [] } : node,
  )
  return { ...architecture, nodes }
}

/** Finds an instance that was not there before, and is healthy now. */
const isNewAndHealthy =
  (before: readonly { readonly id: string }[]) =>
  ({ kind, details }: JournalEntry): boolean =>
    kind === 'elbv2.healthy' && before.every(({ id }) => id !== details?.target)

const opens = (port: number) => (group: SecurityGroup) => group.ingress.some(({ ports }) => ports?.[0] === port)

describe.concurrent('a security group without its rule', () => {
  it('L-08: makes the path from the balancer to the application time out, and nothing else', async () => {
    await using library = await startLibrary({
      embedded: 'forced',
      wait: false,
      change: model => withoutIngress(model, opens(8000)),
    })
    const began = performance.now()
    const { status } = await call(`${library.api}/users/`)
    expect(status).toBe(504)
    expect(performance.now() - began).toBeGreaterThan(9_900)
    expect((await call(`${library.site}/`)).status).toBe(200)
    const unhealthy = await library.cloud.journal.find(entry => entry.kind === 'elbv2.unhealthy')
    expect(unhealthy.details).toMatchObject({ reason: 'Target.Timeout' })
  })

  it.skipIf(!isInstalled('mariadbd'))(
    'L-08: makes the path from the application to the database time out, and nothing else (needs MariaDB)',
    async () => {
      await using library = await startLibrary({
        embedded: 'never',
        wait: false,
        change: model => withoutIngress(model, opens(3306)),
      })
      // While an instance boots, nobody listens there yet: 502.
      const answer = async (path: string): Promise<number> => {
        const { status } = await call(`${library.api}${path}`)
        return status === 502 ? answer(path) : status
      }
      expect([await answer('/livez'), await answer('/readyz')]).toEqual([200, 503])
      const dropped = await library.cloud.journal.find(entry => entry.kind === 'network.dropped')
      expect(dropped.message).toMatch(
        /gets no answer from .*:3306 \(10\.0\.\S+\): no ingress rule of \w+ allows TCP 3306 from 10\./,
      )
      const silent = (line: LogLine) =>
        line.kind === 'application' && line.line.includes('the database is not there yet')
      await new Promise<void>(resolve => {
        if (library.cloud.logs.recent(silent).length) return resolve()
        library.cloud.logs.subscribe(line => silent(line) && resolve())
      })
    },
  )
})

describe.concurrent('an instance that dies', () => {
  it('L-21: is replaced in the same zone while requests go on, and only its own requests fail, with 502', async () => {
    await using library = await startLibrary({ embedded: 'forced' })
    const { cloud, api } = library
    const before = (await cloud.status()).tiers[0]?.instances ?? []
    const [victim] = before
    const statuses: number[] = []
    let going = true
    const load = (async () => {
      while (going) statuses.push((await call(`${api}/users/`)).status)
    })()
    const replaced = cloud.journal.next(isNewAndHealthy(before))
    for (const { pid } of victim?.processes ?? []) process.kill(pid, 'SIGKILL')
    await replaced
    going = false
    await load
    expect(new Set(statuses)).toEqual(new Set([200, 502]))
    const { tiers } = await cloud.status()
    const inService = tiers[0]?.instances.filter(({ state }) => state === 'InService') ?? []
    expect(inService.map(({ zone }) => zone).sort()).toEqual(['us-east-1a', 'us-east-1b'])
    expect(inService.map(({ id }) => id)).not.toContain(victim?.id)
    for (let count = 0; count < 20; count++) expect((await call(`${api}/users/`)).status).toBe(200)
  })
})

describe.concurrent('the loss of every instance of a zone, the one and then the other', () => {
  it('L-21: is survived under load, no acknowledged write is lost, and capacity comes back', async () => {
    // The second is replaced when what replaced the first has warmed up: three minutes of the control loops.
    await using library = await startLibrary({ timeScale: 30 })
    const { cloud, api } = library
    const writes = writeBooks(api)
    const { acknowledged } = writes
    for (const zone of ['us-east-1a', 'us-east-1b']) {
      const { tiers } = await cloud.status()
      const instances = tiers.flatMap(tier => tier.instances)
      const victims = instances.filter(instance => instance.zone === zone)
      const before = acknowledged.length
      const back = cloud.journal.next(isNewAndHealthy(instances))
      for (const { pid } of victims.flatMap(({ processes }) => processes)) process.kill(pid, 'SIGKILL')
      await back
      expect(acknowledged.length).toBeGreaterThan(before)
    }
    await writes.stop()
    const { tiers } = await cloud.status()
    const healthy = tiers[0]?.instances.filter(({ health }) => health === 'healthy').map(({ zone }) => zone)
    expect(healthy?.sort()).toEqual(['us-east-1a', 'us-east-1b'])
    expect(await missingFrom(api, acknowledged)).toEqual([])
  })
})

describe.concurrent.each([
  ['MariaDB', 'never'],
  ['the embedded database', 'forced'],
] as const)('stop and start on %s', (engine, embedded) => {
  it.skipIf(engine === 'MariaDB' && !isInstalled('mariadbd'))(
    'L-09: keeps every book and member, and leaves no socket behind',
    async () => {
      const first = await startLibrary({ embedded })
      for (const title of ['Dune', 'Emma', 'Ulysses']) {
        expect((await call(`${first.api}/books/`, { method: 'POST', body: { title, author: 'x' } })).status).toBe(201)
      }
      await first.stop({ keep: true })
      await using library = await startLibrary({ embedded, stateFolder: first.stateFolder })
      const books = await json<{ title: string }[]>(`${library.api}/books/`)
      expect(books.map(({ title }) => title)).toEqual(['Dune', 'Emma', 'Ulysses'])
    },
  )
})
