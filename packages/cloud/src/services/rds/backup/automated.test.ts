import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { days, hours, minutes, VirtualClock } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findInstalled } from '../../../programs/programs.ts'
import type { RunningService } from '../../service.ts'
import { rdsService } from '../index.ts'
import { libraryDatabase, makeStateFolder, makeWorld, type TestWorld } from '../testing.ts'
import { clientOf } from '../testing-writer.ts'
import { backupWindow, nextWindow } from './automated.ts'

const MIDNIGHT = Date.UTC(2026, 0, 1)

describe('the backup window', () => {
  // RDS User Guide, "Backup window": hh24:mi-hh24:mi in UTC, every day.
  it.each([
    ['03:00-03:30', MIDNIGHT, MIDNIGHT + hours(3)],
    ['03:00-03:30', MIDNIGHT + hours(3), MIDNIGHT + days(1) + hours(3)],
    ['23:45-00:15', MIDNIGHT + hours(4), MIDNIGHT + hours(23) + minutes(45)],
  ])('%s begins next after %d at %d', (window, after, next) => {
    expect(nextWindow(libraryDatabase({ backupWindow: window }), after)).toBe(next)
  })

  it('is a half hour of an eight-hour block when the template says none, always the same', () => {
    const window = backupWindow(libraryDatabase())
    expect(window).toMatch(/^(0[3-9]|10):[03]0-(0[3-9]|1[01]):[03]0$/)
    expect(backupWindow(libraryDatabase())).toBe(window)
  })
})

const mariadb = await findInstalled('mariadb')

describe.skipIf(!mariadb)(`every day and minute${mariadb ? '' : ' (skipped: MariaDB is not installed)'}`, () => {
  let folder: Awaited<ReturnType<typeof makeStateFolder>>
  let world: TestWorld
  let service: RunningService
  let clock: VirtualClock
  beforeEach(async () => {
    folder = await makeStateFolder()
    clock = new VirtualClock(MIDNIGHT)
    const database = libraryDatabase({ backupWindow: '03:00-03:30', backupRetentionDays: 2 })
    world = makeWorld(folder.state, database, { clock })
    service = await rdsService({ embedded: 'never' }).start(world)
    // The first backup is taken as soon as it is there.
    await world.journal.find(({ kind }) => kind === 'rds.snapshot')
    const databases = await world.ports.need('databases')
    await expect.poll(() => databases.all[0]?.status).toBe('available')
  })
  afterEach(async () => {
    await service.stop()
    await world.close()
    await folder.remove()
  })

  it('takes a backup each day in the window, and keeps it as long as the retention says', async () => {
    const snapshots = () => readdir(join(folder.state, 'snapshots'))
    const databases = await world.ports.need('databases')
    await clock.advance(hours(2) + minutes(59))
    for (let day = 0; day < 4; day++) {
      const taken = world.journal.next(({ kind }) => kind === 'rds.snapshot')
      await clock.advance(minutes(2))
      expect((await taken).details).toMatchObject({ type: 'automated' })
      // The days of the virtual clock are shorter than a real dump: the next one begins when this one is over.
      await expect.poll(() => databases.all[0]?.status).toBe('available')
      await clock.advance(days(1) - minutes(2))
    }
    await expect
      .poll(snapshots)
      .toEqual([
        'rds_library-db-2026-01-02-03-00',
        'rds_library-db-2026-01-03-03-00',
        'rds_library-db-2026-01-04-03-00',
      ])
  })

  it('measures connections, memory and storage each minute, the processor from the second on', async () => {
    const [address] = world.network.resolve(libraryDatabase().endpoint)
    const place = world.network.interfaces().find(each => each.address === address)
    if (!place) throw new Error('the endpoint leads nowhere')
    const client = await clientOf('mysql', world.network.socketOf(place, 3306))
    const metric = (name: string) =>
      world.metrics.query({
        namespace: 'AWS/RDS',
        name,
        dimensions: { DBInstanceIdentifier: 'library-db' },
        statistic: 'Maximum',
        period: minutes(1),
        from: MIDNIGHT,
        to: MIDNIGHT + hours(1),
      })
    await clock.advance(minutes(1))
    await expect.poll(() => metric('DatabaseConnections')).toMatchObject([{ value: 1 }])
    expect(metric('FreeStorageSpace')[0]?.value).toBeGreaterThan(0)
    expect(metric('CPUUtilization')).toEqual([])
    await clock.advance(minutes(1))
    await expect.poll(() => metric('DatabaseConnections')).toHaveLength(2)
    if (process.platform === 'linux') {
      expect(metric('FreeableMemory')[0]?.value).toBeLessThan(1024 ** 3)
      expect(metric('CPUUtilization')[0]?.value).toBeLessThanOrEqual(100)
    }
    await client.end()
  })
})
