import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Duration, days, digest, type Instant, messageOf, minutes, type Stop } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import type { World } from '../../../world.ts'
import type { Catalog } from '../catalog.ts'
import { ServerInstance } from '../server-instance.ts'
import type { Snapshot, Snapshots } from './snapshots.ts'
import { Timeline } from './timeline.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** RDS User Guide, "Backup window": without one, a half hour of an eight-hour block, 03:00–11:00 UTC in us-east-1. */
const BLOCK = { startMinute: 3 * 60, slots: 16, slotMinutes: 30 }
/** "RDS uploads transaction logs for DB instances to Amazon S3 every five minutes." RDS User Guide, "Restoring to a specified time". */
const SHIPPING: Duration = minutes(5)

/**
 * Takes a snapshot of every instance when it is new and each day at the beginning of its backup window, puts its changes
 * beside it every five minutes, and removes what is older than the retention. @see RDS User Guide, "Working with automated backups"
 */
export class AutomatedBackups {
  readonly #world: World
  readonly #catalog: Catalog
  readonly #snapshots: Snapshots
  readonly #timelines = new Map<string, Timeline>()
  readonly #underway = new Map<string, Promise<void>>()

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
    const look = () => {
      for (const server of this.#servers()) void this.look(server)
    }
    look()
    const stopShipping = this.#world.clock.every(SHIPPING, look)
    return () => {
      stopTimer()
      stopShipping()
    }
  }

  /** What of an instance's past can be brought back. */
  timelineOf({ identifier, archive }: ServerInstance): Timeline {
    const known = this.#timelines.get(identifier) ?? new Timeline(join(archive, 'timeline.json'))
    this.#timelines.set(identifier, known)
    return known
  }

  /** Ships the changes of an instance, or takes its first backup. */
  look(server: ServerInstance): Promise<void> {
    return this.#oneAtATime(server, false, async () => {
      if (server.definition.backupRetentionDays === 0) {
        if (this.#automatedOf(server).length > 0) await this.#removeAll(server)
      } else if (this.timelineOf(server).bases.length === 0) await this.#backUp(server, this.#world.clock.now())
      else await this.#ship(server)
    })
  }

  /** One instance's daily backup; nothing when its retention is 0. */
  backUp(server: ServerInstance): Promise<void> {
    const now = this.#world.clock.now()
    return this.#oneAtATime(server, true, () => this.#backUp(server, now))
  }

  /** Removes the automated backups of an instance that is deleted. */
  forget(server: ServerInstance): Promise<void> {
    return this.#oneAtATime(server, true, () => this.#removeAll(server))
  }

  async #backUp(server: ServerInstance, now: Instant): Promise<void> {
    const { backupRetentionDays } = server.definition
    if (backupRetentionDays > 0 && server.status === 'available') {
      const name = this.#nameFor(server, now)
      await this.#snapshots.create(server, name, 'automated')
      const at = await this.#ship(server)
      if (at !== undefined) await this.timelineOf(server).addBase({ snapshot: name, at })
    }
    await this.#remove(
      server,
      this.#automatedOf(server).filter(
        ({ createdAt, status }) => status === 'available' && createdAt < now - days(backupRetentionDays),
      ),
    )
  }

  /** `rds:<instance>-2026-11-22-03-00`; two of one minute are told apart by a number. */
  #nameFor({ identifier }: ServerInstance, now: Instant): string {
    const stamp = new Date(now).toISOString().slice(0, 16).replace('T', '-').replace(':', '-')
    const taken = new Set(this.#snapshots.all.map(snapshot => snapshot.identifier))
    const name = `rds:${identifier}-${stamp}`
    let number = 1
    while (taken.has(number === 1 ? name : `${name}-${number}`)) number++
    return number === 1 ? name : `${name}-${number}`
  }

  /** @returns the moment up to which the archive is complete now; nothing when the instance doesn't run */
  async #ship(server: ServerInstance): Promise<Instant | undefined> {
    const [at, real] = [this.#world.clock.now(), this.#world.realtime.now()]
    const position = await server.shipLogs()
    if (position === undefined) return undefined
    await this.timelineOf(server).addMark({ at, real, position })
    return at
  }

  async #removeAll(server: ServerInstance): Promise<void> {
    await this.#remove(server, this.#automatedOf(server))
    this.#timelines.delete(server.identifier)
    await rm(server.archive, { recursive: true, force: true })
  }

  async #remove(server: ServerInstance, old: readonly Snapshot[]): Promise<void> {
    if (old.length === 0) return
    for (const { identifier } of old) await this.#snapshots.delete(identifier)
    const kept = this.#automatedOf(server)
    const timeline = this.timelineOf(server)
    await timeline.keepBases(new Set(kept.map(({ identifier }) => identifier)))
    const oldest = kept.find(({ identifier }) => identifier === timeline.bases[0]?.snapshot)
    if (oldest) await server.trimArchive(oldest.path)
  }

  #automatedOf({ identifier }: ServerInstance): readonly Snapshot[] {
    return this.#snapshots.all.filter(
      ({ type, definition }) => type === 'automated' && definition.identifier === identifier,
    )
  }

  /** @param wait  for what is underway; otherwise this time is left out */
  async #oneAtATime(server: ServerInstance, wait: boolean, action: () => Promise<void>): Promise<void> {
    const before = this.#underway.get(server.identifier)
    if (before && !wait) return
    const run = async () => {
      await before
      try {
        await action()
      } catch (error) {
        if (server.status === 'stopped' || server.status === 'deleting') return
        const message = `${server.identifier}: the automated backup failed: ${messageOf(error)}`
        this.#world.journal.write({ kind: 'rds.backup.failed', node: server.node, message })
      }
    }
    const turn = run().finally(() => {
      if (this.#underway.get(server.identifier) === turn) this.#underway.delete(server.identifier)
    })
    this.#underway.set(server.identifier, turn)
    await turn
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
