import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RestoreDBInstanceToPointInTimeCommand,
  type RestoreDBInstanceToPointInTimeCommandInput,
} from '@aws-sdk/client-rds'
import { scaledClock } from '@terrace/kit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud } from '../../../gateway/testing.ts'
import type { JournalEntry } from '../../../journal.ts'
import { findInstalled } from '../../../programs/programs.ts'
import { rdsService } from '../index.ts'
import { findPostgres } from '../postgres/find.ts'
import { ServerInstance } from '../server-instance.ts'
import { libraryDatabase, subnet, surroundings, VPC } from '../testing.ts'
import { type Client, clientOf } from '../testing-writer.ts'

const ENGINES = [
  { engine: 'mysql', name: 'MariaDB', installed: (await findInstalled('mariadb')) !== undefined, port: 3306 },
  { engine: 'postgres', name: 'PostgreSQL', installed: (await findPostgres()) !== undefined, port: 5432 },
] as const

const ID = 'library-db'
/** Five minutes, at which changes are shipped, pass in a second. */
const SCALE = 300
const TABLE = 'CREATE TABLE writes (id INT PRIMARY KEY, body VARCHAR(200) NOT NULL)'
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1)

for (const { engine, name, installed, port } of ENGINES) {
  describe.skipIf(!installed)(
    `a restore to a point in time on ${name}${installed ? '' : ` (skipped: ${name} is not installed)`}`,
    { timeout: 90_000 },
    () => {
      let cloud: TestCloud
      let rds: RDSClient
      let templates = ''
      const clock = scaledClock(SCALE)
      beforeAll(async () => {
        templates = await mkdtemp(join(tmpdir(), 'terrace-templates-'))
      })
      afterAll(() => rm(templates, { recursive: true }))
      beforeEach(async () => {
        const database = libraryDatabase({
          engine,
          port,
          multiAz: true,
          backupRetentionDays: 7,
          resourceId: 'db-SOURCE',
        })
        cloud = await startTestCloud({
          nodes: [VPC, subnet('a', '10.0.1.0/24'), subnet('b', '10.0.2.0/24'), database],
          services: [surroundings, rdsService({ embedded: 'never', templates })],
          clock,
        })
        rds = new RDSClient(clientOptions(cloud.gateway.url))
      })
      afterEach(async () => {
        rds.destroy()
        await cloud.running.at(-1)?.stop()
        await cloud.world.supervisor.stopAll(1000)
        await cloud.stop()
      })

      const next = (kind: string): Promise<JournalEntry> => cloud.world.journal.next(entry => entry.kind === kind)
      const describeOne = async (identifier = ID) =>
        (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }))).DBInstances?.[0]
      const latest = async () => (await describeOne())?.LatestRestorableTime?.getTime() ?? 0
      async function connect(identifier = ID): Promise<Client> {
        const network = await cloud.world.ports.need('network')
        const [address] = network.resolve((await describeOne(identifier))?.Endpoint?.Address ?? '')
        const place = network.interfaces().find(each => each.address === address)
        if (!place) throw new Error(`${identifier} leads nowhere`)
        return clientOf(engine, network.socketOf(place, port))
      }
      async function insert(ids: readonly number[]): Promise<void> {
        const client = await connect()
        for (const id of ids) await client.insert(id)
        await client.end()
      }
      /** A moment between what was written and what will be: MariaDB's log knows whole seconds. */
      async function moment(): Promise<Date> {
        const now = Math.floor(Date.now() / 1000)
        await expect.poll(() => Date.now(), { interval: 10, timeout: 10_000 }).toBeGreaterThan(now * 1000 + 1050)
        return new Date(clock.now())
      }
      const shipped = (since: number) => expect.poll(latest, { timeout: 20_000 }).toBeGreaterThan(since)
      async function restore(target: string, how: Partial<RestoreDBInstanceToPointInTimeCommandInput>) {
        const restored = cloud.world.journal.next(({ kind }) => /^rds\.(restored|restore\.failed)$/.test(kind))
        const answer = await rds.send(
          new RestoreDBInstanceToPointInTimeCommand({
            SourceDBInstanceIdentifier: ID,
            TargetDBInstanceIdentifier: target,
            ...how,
          }),
        )
        expect(answer.DBInstance).toMatchObject({ DBInstanceIdentifier: target, DBInstanceStatus: 'creating' })
        expect((await restored).message).toBe(`${target}: Restored from DB instance ${ID} to ${target}.`)
        const client = await connect(target)
        const ids = await client.ids()
        await client.end()
        return ids
      }

      it('has the rows written before the moment and none after it, across a failover', async () => {
        await shipped(0)
        const client = await connect()
        await client.query(TABLE)
        await client.end()
        await insert(upTo(5))
        const first = await moment()
        await insert([6, 7])
        await shipped(clock.now())
        const synchronous = next('rds.synchronous')
        const completed = next('rds.failover.completed')
        cloud.world.supervisor.processes.find(each => each.name === ID)?.kill('SIGKILL')
        await completed
        await insert([8, 9])
        await synchronous
        const second = await moment()
        await insert([10, 11, 12])
        await shipped(clock.now())

        expect(await restore('first', { RestoreTime: first })).toEqual(upTo(5))
        expect(await restore('second', { RestoreTime: second, MultiAZ: true })).toEqual(upTo(9))
        expect(await describeOne('second')).toMatchObject({ MultiAZ: true })
        const rows = await restore('latest', { UseLatestRestorableTime: true })
        expect(rows).toEqual(upTo(12))
        const { Events = [] } = await rds.send(
          new DescribeEventsCommand({ SourceType: 'db-instance', SourceIdentifier: 'first', Duration: 10_080 }),
        )
        expect(Events.map(({ Message }) => Message)).toContain('Restored from DB instance library-db to first.')
        expect(cloud.world.journal.since(0).filter(({ kind }) => kind === 'rds.backup.failed')).toEqual([])
      })

      it('is refused outside of the restore window, and where no backups are kept', async () => {
        await shipped(0)
        const { DBInstanceAutomatedBackups = [] } = await rds.send(
          new DescribeDBInstanceAutomatedBackupsCommand({ DbiResourceId: 'db-SOURCE' }),
        )
        const [backup] = DBInstanceAutomatedBackups
        expect(backup).toMatchObject({ DBInstanceIdentifier: ID, Status: 'active', BackupRetentionPeriod: 7 })
        const earliest = backup?.RestoreWindow?.EarliestTime?.getTime() ?? 0
        expect(earliest).toBeGreaterThan(0)
        expect(await latest()).toBeGreaterThanOrEqual(earliest)
        const restoreAt = (at: number) =>
          failureOf(
            rds.send(
              new RestoreDBInstanceToPointInTimeCommand({
                SourceDbiResourceId: 'db-SOURCE',
                TargetDBInstanceIdentifier: 'copy',
                RestoreTime: new Date(at),
              }),
            ),
          )
        for (const at of [earliest - 60_000, clock.now() + 3_600_000]) {
          expect(await restoreAt(at)).toMatchObject({
            name: 'InvalidParameterValue',
            status: 400,
            message: expect.stringMatching(/^The specified instance cannot be restored to a time later than/),
          })
        }
        const both = { SourceDBInstanceIdentifier: ID, TargetDBInstanceIdentifier: 'copy' }
        expect(await failureOf(rds.send(new RestoreDBInstanceToPointInTimeCommand(both)))).toMatchObject({
          name: 'InvalidParameterCombination',
        })

        const restarted = next('rds.synchronous')
        await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: ID, BackupRetentionPeriod: 0 }))
        await restarted
        const off = rds.send(new RestoreDBInstanceToPointInTimeCommand({ ...both, UseLatestRestorableTime: true }))
        expect(await failureOf(off)).toMatchObject({ name: 'PointInTimeRestoreNotEnabledFault', status: 400 })
        const saved = () => readdir(join(cloud.world.folders.state, 'snapshots'))
        await expect.poll(saved, { timeout: 10_000 }).toEqual([])
        const deleted = next('rds.deleted')
        await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: ID, SkipFinalSnapshot: true }))
        await deleted
      })

      it('keeps no changes that are older than the oldest backup', async () => {
        // A backup of a standby of PostgreSQL may begin long before: at its last restart point.
        await shipped(0)
        await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: ID, MultiAZ: false }))
        await expect.poll(async () => (await describeOne())?.DBInstanceStatus, { timeout: 20_000 }).toBe('available')
        const client = await connect()
        await client.query(TABLE)
        await client.end()
        await insert([1])
        await shipped(clock.now())
        const archive = async () => {
          const names = await readdir(join(cloud.world.folders.data, 'rds', ID, 'archive'))
          return names.filter(each => /\.(binlog|gz)$/.test(each)).sort()
        }
        const before = await archive()
        expect(before.length).toBeGreaterThan(0)
        const databases = await cloud.world.ports.need('databases')
        const server = databases.all[0]
        if (!(server instanceof ServerInstance)) throw new Error('no server runs it')
        const newer = join(cloud.world.folders.state, 'newer')
        await server.backup(newer)
        await insert([2])
        await server.shipLogs()
        await server.trimArchive(newer)
        const after = await archive()
        expect(after.length).toBeGreaterThan(0)
        expect(after.filter(each => before.includes(each)).length).toBeLessThan(before.length)
      })
    },
  )
}
