import { systemClock } from '@terrace/kit'
import { connect, databaseVariables, migrate, readConfig } from '@terrace/service'
import { type BundledProgram, type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrations } from './data/migrations/index.ts'
import type { Tables } from './data/tables.ts'
import { Client } from './testing/client.ts'
import { OPERATOR, shopEnvironment } from './testing/environment.ts'
import { startBundle } from './testing/processes.ts'
import { startStandInAws } from './testing/stand-in-aws.ts'

const INSTANCES = 20

describe.skipIf(mariadbMissing)(
  `life of the shop's processes${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`,
  () => {
    let mariadb: Mariadb
    let bundle: BundledProgram
    beforeAll(async () => {
      bundle = await startBundle()
      mariadb = await startMariadb()
    })
    afterAll(async () => {
      bundle?.[Symbol.dispose]()
      await mariadb?.remove()
    })

    it(`S-07: ${INSTANCES} instances start before the database, one dies, and the schema is made once`, async () => {
      await using aws = await startStandInAws()
      const url = await mariadb.createDatabase('race')
      await mariadb.kill()
      const instances = Array.from({ length: INSTANCES }, (_, index) =>
        bundle.start({ ...shopEnvironment(url, aws), SHOP_ROLE: index % 4 === 3 ? 'worker' : 'api' }),
      )
      await Promise.all(instances.map(({ log }) => log.next('the database is not there yet')))
      const [victim, ...others] = instances
      const [live] = await Promise.all([fetch(`${(await victim?.log.next('listening'))?.url}/livez`)])
      expect(live.status).toBe(200)
      await mariadb.start()
      victim?.process.kill('SIGKILL')
      const urls = await Promise.all(others.map(one => one.ready()))
      const ran = others.flatMap(({ log }) => log.lines.flatMap(line => (line.ran as string[] | undefined) ?? []))
      const names = migrations.map(({ name }) => name)
      // Each ran once, in their order; the one that died may have run the first of them.
      expect(names.slice(names.length - ran.length)).toEqual(ran)
      expect(await mariadb.run('race', 'select name from schema_migrations order by name')).toEqual(
        names.map(name => ({ name })),
      )
      expect(await mariadb.run('race', 'select count(*) as total, sum(stock) as stock from products')).toEqual([
        { total: 6, stock: '60' },
      ])
      expect(await mariadb.run('race', "select count(*) as total from accounts where role = 'operator'")).toEqual([
        { total: 1 },
      ])
      expect((await new Client(urls[0] ?? '').logIn(OPERATOR.email, OPERATOR.password)).status).toBe(201)
      for (const one of urls) expect((await fetch(`${one}/readyz`)).status).toBe(200)
      for (const { process } of others) process.kill('SIGTERM')
      expect(await Promise.all(others.map(({ ended }) => ended))).toEqual(others.map(() => 0))
    })

    it('S-07: whoever dies after any statement of the migrations leaves nothing that the next one trips over', async () => {
      const run = async (name: string, mostStatements: number): Promise<number> => {
        const config = readConfig(databaseVariables, { DATABASE_URL: await mariadb.createDatabase(name) }).DATABASE_URL
        if (!config) throw new Error('not a database')
        let count = 0
        const onStatement = () => {
          count += 1
          if (count > mostStatements) throw new Error('died')
        }
        const dying = connect<Tables>(config, systemClock, { poolSize: 1, onStatement })
        await migrate(dying, migrations).catch(() => {})
        await dying.close().catch(() => {})
        const next = connect<Tables>(config, systemClock, { poolSize: 1 })
        await migrate(next, migrations)
        expect(await next.db.selectFrom('orders').selectAll().execute()).toEqual([])
        await next.close()
        return count
      }
      const all = await run('whole', Number.POSITIVE_INFINITY)
      expect(all).toBeGreaterThan(15)
      for (let most = 0; most < all; most++) await run(`part${most}`, most)
    })

    it('S-16: the worker answers for its health, and for nothing else', async () => {
      await using aws = await startStandInAws()
      const worker = bundle.start({
        ...shopEnvironment(await mariadb.createDatabase('health'), aws),
        SHOP_ROLE: 'worker',
      })
      const url = await worker.ready()
      const statuses = await Promise.all(
        ['/livez', '/readyz', '/docs', '/api/products'].map(async path => (await fetch(url + path)).status),
      )
      expect(statuses).toEqual([200, 200, 404, 404])
      worker.process.kill('SIGTERM')
      expect(await worker.ended).toBe(0)
    })

    it('S-10: a process whose environment is wrong names every problem, shows no secret, and ends with 2', async () => {
      const instance = bundle.start({ SESSION_SECRET: 'short-hunter2', OPERATOR_PASSWORD: 'hunter2', PUBLIC_URL: 'x' })
      expect(await instance.ended).toBe(2)
      for (const name of ['SESSION_SECRET', 'OPERATOR_EMAIL', 'OPERATOR_PASSWORD', 'ORDER_QUEUE_URL', 'PUBLIC_URL'])
        expect(instance.complaints()).toContain(name)
      expect(instance.complaints()).not.toContain('hunter2')
    })
  },
)
