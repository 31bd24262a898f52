import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, scaledClock, seeded } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../journal.ts'
import type { ManagedProcess } from '../../processes/supervisor.ts'
import { findInstalled } from '../../programs/programs.ts'
import type { RunningService } from '../service.ts'
import type { Pace } from './failover.ts'
import { rdsService } from './index.ts'
import { findPostgres } from './postgres/find.ts'
import { libraryDatabase, makeStateFolder, makeWorld, type TestWorld, type WorldOptions } from './testing.ts'
import { type Client, clientOf, startWriter } from './testing-writer.ts'

const ENGINES = [
  { engine: 'mysql', name: 'MariaDB', installed: (await findInstalled('mariadb')) !== undefined, port: 3306 },
  { engine: 'postgres', name: 'PostgreSQL', installed: (await findPostgres()) !== undefined, port: 5432 },
] as const

/** An even number: the first member is primary again at the end. */
const TRIALS = 4
/** A halted postmaster takes no new connections, but its other processes go on: that is no server that hangs. */
/** A rejoin of PostgreSQL writes all of its files to disk, which a busy machine makes slow. */
const LIMIT = 90_000

const missing = (acknowledged: readonly number[], rows: readonly number[]): readonly number[] => {
  const found = new Set(rows)
  return acknowledged.filter(id => !found.has(id))
}

for (const { engine, name, installed, port } of ENGINES) {
  describe.skipIf(!installed)(
    `a Multi-AZ instance on ${name}${installed ? '' : ` (skipped: ${name} is not installed)`}`,
    { timeout: LIMIT },
    () => {
      // The processes of PostgreSQL don't hang together: there is nothing to test.
      const onMariaDb = (sentence: string, test: () => Promise<void>) => {
        if (engine === 'mysql') it(sentence, test)
      }
      let folder: Awaited<ReturnType<typeof makeStateFolder>>
      let world: TestWorld
      let service: RunningService | undefined
      let templates = ''
      beforeAll(async () => {
        templates = await mkdtemp(join(tmpdir(), 'terrace-templates-'))
      })
      afterAll(() => rm(templates, { recursive: true }))
      beforeEach(async () => {
        folder = await makeStateFolder()
      })
      afterEach(async () => {
        await service?.stop()
        service = undefined
        await world.close()
        await folder.remove()
      })

      const definition = (overrides: Partial<DbInstance> = {}) =>
        libraryDatabase({ engine, port, multiAz: true, ...overrides })

      async function start(
        options: WorldOptions & { readonly pace?: Pace; readonly from?: string } = {},
      ): Promise<void> {
        const from = options.from === undefined ? {} : { snapshotIdentifier: options.from }
        world = makeWorld(folder.state, definition(from), options)
        service = await rdsService({ embedded: 'never', templates, pace: options.pace }).start(world)
      }

      const database = async () => {
        const found = (await world.ports.need('databases')).of('library/Database')
        const { status, synchronous, limitations, members } = found
        return { status, synchronous, limitations, members }
      }

      const processOf = (member: 'first' | 'second'): ManagedProcess => {
        const found = world.supervisor.processes.find(
          process => process.name === (member === 'first' ? 'library-db' : 'library-db-2'),
        )
        if (!found) throw new Error(`the ${member} member does not run`)
        return found
      }

      const next = (kind: string): Promise<JournalEntry> => world.journal.next(entry => entry.kind === kind)

      /** The door that the endpoint's name leads to at this moment. */
      const door = () => {
        const [address] = world.network.resolve(definition().endpoint)
        const found = world.network.interfaces().find(each => each.address === address)
        return found ? world.network.socketOf(found, port) : join(world.folders.run, 'nowhere')
      }

      const connect = (): Promise<Client> => clientOf(engine, door())

      /** Every row, once the standby has caught up after the last `mark`. */
      async function rowsWhenSynchronous(): Promise<number[]> {
        await world.journal.find(({ kind, sequence }) => kind === 'rds.synchronous' && sequence >= synchronousSince)
        const client = await connect()
        const rows = await client.ids()
        await client.end()
        return rows
      }
      let synchronousSince = 0
      const mark = () => {
        synchronousSince = world.journal.since(0).length
      }

      it('has a standby in the other zone that nobody can reach', async () => {
        await start()
        const running = await database()
        expect(running).toMatchObject({
          status: 'available',
          synchronous: true,
          limitations: [],
          members: [
            { zone: 'us-east-1b', role: 'primary' },
            { zone: 'us-east-1a', role: 'standby' },
          ],
        })
        const doors = (await readdir(world.folders.run, { recursive: true })).filter(entry =>
          /^[0-9a-f]{10}\/\d+$/.test(entry),
        )
        expect(doors).toHaveLength(1)
        expect(world.journal.since(0).map(({ kind }) => kind)).toEqual(['rds.synchronous', 'rds.created'])
      })

      it('fails over when its primary dies, and the old one comes back as standby', async () => {
        await start()
        const events: string[] = []
        world.deliveries.register('events', ({ body }) => {
          events.push(JSON.parse(body).detail.EventID)
        })
        const writer = await startWriter({ engine, door, workers: 4, random: seeded(1) })
        await writer.acknowledged(50)
        mark()
        const completed = next('rds.failover.completed')
        processOf('first').kill('SIGKILL')
        await completed
        expect(await database()).toMatchObject({
          status: 'available',
          members: [
            { zone: 'us-east-1a', role: 'primary' },
            { zone: 'us-east-1b', role: 'standby' },
          ],
        })
        await writer.acknowledged(50)
        const acknowledged = await writer.stop()
        expect(missing(acknowledged, await rowsWhenSynchronous())).toEqual([])
        const kinds = world.journal.since(synchronousSince).map(({ kind }) => kind)
        expect(kinds).toEqual([
          'rds.primary-lost',
          'rds.failover.started',
          'rds.restarted',
          'rds.failover.reason',
          'rds.failover.completed',
          'rds.synchronous',
        ])
        expect(events).toEqual(['RDS-EVENT-0013', 'RDS-EVENT-0006', 'RDS-EVENT-0049'])
      })

      it('loses no acknowledged write when its primary is killed at random moments, again and again', async () => {
        await start()
        const random: Random = seeded('moments')
        const writer = await startWriter({ engine, door, workers: 8, random })
        for (let trial = 0; trial < TRIALS; trial++) {
          await writer.acknowledged(20 + random.integer(200))
          mark()
          const again = next('rds.synchronous')
          const [primary] = world.supervisor.processes.filter(
            ({ name }) => name === (trial % 2 === 0 ? 'library-db' : 'library-db-2'),
          )
          primary?.kill('SIGKILL')
          await again
        }
        const acknowledged = await writer.stop()
        expect(missing(acknowledged, await rowsWhenSynchronous())).toEqual([])
        expect(world.journal.since(0).filter(({ kind }) => kind === 'rds.standby-rebuilt')).toEqual([])
        // The one that is standby now has the same rows: it becomes primary and is asked.
        const running = await database()
        const failedOver = next('rds.failover.completed')
        processOf(running.members[0]?.zone === 'us-east-1b' ? 'first' : 'second').kill('SIGKILL')
        await failedOver
        const client = await connect()
        expect(missing(acknowledged, await client.ids())).toEqual([])
        await client.end()
      })

      it('goes on alone within two seconds when its standby hangs, and refuses a promotion until it has caught up', async () => {
        await start()
        const writer = await startWriter({ engine, door, workers: 4, random: seeded(2) })
        await writer.acknowledged(20)
        mark()
        const degraded = next('rds.degraded')
        const stopped = performance.now()
        // As a zone does: the zone of the standby.
        await world.zones.stop('us-east-1a')
        expect((await degraded).message).toMatch(/degraded, the primary goes on alone/)
        expect(performance.now() - stopped).toBeLessThan(2500)
        expect((await database()).synchronous).toBe(false)
        await writer.acknowledged(50)
        expect(writer.longestGap()).toBeLessThan(3000)

        const refused = next('rds.promotion-refused')
        const restarted = next('rds.restarted')
        processOf('first').kill('SIGKILL')
        expect((await refused).message).toMatch(/us-east-1a is not promoted: it may lack acknowledged writes/)
        await restarted
        await writer.acknowledged(20)
        const synchronous = next('rds.synchronous')
        await world.zones.start('us-east-1a')
        await synchronous
        const failedOver = next('rds.failover.completed')
        processOf('first').kill('SIGKILL')
        await failedOver
        await writer.acknowledged(10)
        const acknowledged = await writer.stop()
        const client = await connect()
        expect(missing(acknowledged, await client.ids())).toEqual([])
        await client.end()
      })

      it('is failed over when the zone of its primary stops, and the old primary is ended before that zone is back', async () => {
        await start()
        const old = processOf('first')
        const writer = await startWriter({ engine, door, workers: 4, random: seeded(3) })
        await writer.acknowledged(20)
        const completed = next('rds.failover.completed')
        await world.zones.stop('us-east-1b')
        await completed
        await old.exited
        const reason = world.journal.since(0).find(({ kind }) => kind === 'rds.failover.reason')
        expect(reason?.message).toMatch(/unreachable due to loss of network connectivity/)
        await writer.acknowledged(20)
        const synchronous = next('rds.synchronous')
        await world.zones.start('us-east-1b')
        await synchronous
        const acknowledged = await writer.stop()
        const client = await connect()
        expect(missing(acknowledged, await client.ids())).toEqual([])
        await client.end()
      })

      it('loses nothing when its standby and then its primary are killed', async () => {
        await start()
        const writer = await startWriter({ engine, door, workers: 4, random: seeded(4) })
        await writer.acknowledged(30)
        mark()
        const restarted = next('rds.restarted')
        processOf('second').kill('SIGKILL')
        processOf('first').kill('SIGKILL')
        await restarted
        expect((await database()).members[0]?.zone).toBe('us-east-1b')
        const acknowledged = await writer.stop()
        expect(missing(acknowledged, await rowsWhenSynchronous())).toEqual([])
      })

      it('is primary where it was last after everything was stopped and started', async () => {
        await start()
        const completed = next('rds.failover.completed')
        const running = world.ports.need('databases')
        processOf('first').kill('SIGKILL')
        await completed
        const writer = await startWriter({ engine, door, workers: 1, random: seeded(5) })
        await writer.acknowledged(5)
        const acknowledged = await writer.stop()
        await running
        await service?.stop()
        await world.close()
        await start()
        expect((await database()).members[0]?.zone).toBe('us-east-1a')
        const client = await connect()
        expect(missing(acknowledged, await client.ids())).toEqual([])
        await client.end()
      })

      it('starts from the final snapshot after its data was removed', async () => {
        await start()
        const writer = await startWriter({ engine, door, workers: 2, random: seeded(6) })
        await writer.acknowledged(20)
        const acknowledged = await writer.stop()
        const [snapshot] = await (await world.ports.need('databases')).finalSnapshots()
        expect(snapshot).toMatch(/^library-snapshot-database-[a-z0-9]{12}$/)
        await service?.stop()
        await world.close()
        await rm(join(folder.state, 'data'), { recursive: true })
        await start({ from: snapshot ?? '' })
        expect(await database()).toMatchObject({ status: 'available', synchronous: true })
        const client = await connect()
        expect(missing(acknowledged, await client.ids())).toEqual([])
        await client.end()
      })

      onMariaDb('acknowledges nothing that its standby does not have', async () => {
        await start()
        const writer = await startWriter({ engine, door, workers: 4, random: seeded(8) })
        await writer.acknowledged(20)
        const restarted = next('rds.restarted')
        const standby = processOf('second')
        standby.kill('SIGSTOP')
        // Were it not waited for, writes would go on and be lost with the primary.
        await expect.poll(() => writer.longestGap()).toBeGreaterThan(200)
        processOf('first').kill('SIGKILL')
        standby.kill('SIGCONT')
        await restarted
        await writer.acknowledged(10)
        const acknowledged = await writer.stop()
        const client = await connect()
        expect(missing(acknowledged, await client.ids())).toEqual([])
        await client.end()
      })

      onMariaDb('fails over when its primary hangs', async () => {
        await start()
        const writer = await startWriter({ engine, door, workers: 2, random: seeded(7) })
        await writer.acknowledged(20)
        const old = processOf('first')
        const completed = next('rds.failover.completed')
        const synchronous = next('rds.synchronous')
        old.kill('SIGSTOP')
        await completed
        await old.exited
        expect(world.journal.since(0).find(({ kind }) => kind === 'rds.failover.reason')?.message).toMatch(
          /busy and unresponsive/,
        )
        await writer.acknowledged(20)
        await synchronous
        const acknowledged = await writer.stop()
        const client = await connect()
        expect(missing(acknowledged, await client.ids())).toEqual([])
        await client.end()
      })

      it('takes as long as on AWS when it is asked to', async () => {
        // Not faster: a heartbeat that a busy machine delays by some milliseconds would be missed.
        await start({ clock: scaledClock(30), pace: 'aws' })
        const completed = next('rds.failover.completed')
        const started = next('rds.failover.started')
        processOf('first').kill('SIGKILL')
        const outage = (await completed).at - (await started).at
        expect(outage).toBeGreaterThanOrEqual(60_000)
      })
    },
  )
}
