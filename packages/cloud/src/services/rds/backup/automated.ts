import { days, digest, type Instant, messageOf, type Stop } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import type { World } from '../../../world.ts'
import type { Catalog } from '../catalog.ts'
import { ServerInstance } from '../server-instance.ts'
import type { Snapshots } from './snapshots.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** RDS User Guide, "Backup window": without one, a half hour of an eight-hour block, 03:00–11:00 UTC in us-east-1. */
const BLOCK = { startMinute: 3 * 60, slots: 16, slotMinutes: 30 }

/**
 * Takes a snapshot of every instance each day at the beginning of its backup window, named as on AWS, and removes those
 * that are older than the retention. @see RDS User Guide, "Working with automated backups"
 */
export class AutomatedBackups {
  readonly #world: World
  readonly #catalog: Catalog
  readonly #snapshots: Snapshots

  constructor(world: World, catalog: Catalog, snapshots: Snapshots) {
    this.#world = world
    this.#catalog = catalog
    this.#snapshots = snapshots
  }

  start(): Stop {
    let stopTimer: Stop = () => {}
    const plan = () => {
      const now = this.#world.clock.now()
      const next = Math.min(now + DAY, ...this.#servers().map(({ definition }) => nextWindow(definition, now)))
      stopTimer = this.#world.clock.after(next - now, () => {
        const due = this.#servers().filter(({ definition }) => nextWindow(definition, next - 1) <= next)
        void Promise.all(due.map(server => this.backUp(server)))
        plan()
      })
    }
    plan()
    return () => stopTimer()
  }

  /** One instance's daily backup; nothing when its retention is 0. */
  async backUp(server: ServerInstance): Promise<void> {
    const { backupRetentionDays } = server.definition
    const { clock, journal } = this.#world
    const now = clock.now()
    try {
      if (backupRetentionDays > 0 && server.status === 'available') {
        const stamp = new Date(now).toISOString().slice(0, 16).replace('T', '-').replace(':', '-')
        await this.#snapshots.create(server, `rds:${server.identifier}-${stamp}`, 'automated')
      }
      const old = this.#snapshots.all.filter(
        ({ type, definition, createdAt, status }) =>
          type === 'automated' &&
          status === 'available' &&
          definition.identifier === server.identifier &&
          createdAt < now - days(backupRetentionDays),
      )
      for (const { identifier } of old) await this.#snapshots.delete(identifier)
    } catch (error) {
      const message = `${server.identifier}: the automated backup failed: ${messageOf(error)}`
      journal.write({ kind: 'rds.backup.failed', node: server.node, message })
    }
  }

  #servers(): readonly ServerInstance[] {
    return this.#catalog.all.filter(instance => instance instanceof ServerInstance)
  }
}

/** `hh:mm-hh:mm` UTC of an instance; without one, a half hour that its name decides. */
export function backupWindow({ identifier, backupWindow }: DbInstance): string {
  if (backupWindow !== undefined) return backupWindow
  const slot = Number.parseInt(digest(`backup window ${identifier}`, 4), 16) % BLOCK.slots
  const start = BLOCK.startMinute + slot * BLOCK.slotMinutes
  return `${clockText(start)}-${clockText(start + BLOCK.slotMinutes)}`
}

/** The next beginning of an instance's backup window after a moment. */
export function nextWindow(definition: DbInstance, after: Instant): Instant {
  const [hours = 0, minutes = 0] = backupWindow(definition).split('-')[0]?.split(':').map(Number) ?? []
  const today = Math.floor(after / DAY) * DAY + (hours * 60 + minutes) * MINUTE
  return today > after ? today : today + DAY
}

const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
