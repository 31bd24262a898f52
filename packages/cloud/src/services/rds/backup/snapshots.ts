import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instant } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import type { World } from '../../../world.ts'
import { DbSnapshotAlreadyExists, DbSnapshotNotFound, InvalidDbSnapshotState } from '../errors.ts'
import type { ServerInstance } from '../server-instance.ts'

/** A snapshot as it is kept. */
export interface Snapshot {
  readonly identifier: string
  readonly type: 'manual' | 'automated'
  readonly createdAt: Instant
  /** The instance it was taken of, as it was then. */
  readonly definition: DbInstance
  readonly status: 'creating' | 'available'
  /** Folder of the backup itself, in the words of its engine. */
  readonly path: string
}

const ABOUT = 'snapshot.json'

/**
 * The snapshots, one folder each below `.terrace/<name>/snapshots`: outside of the data, so that they outlive it. A folder
 * under its own name is whole.
 */
export class Snapshots {
  readonly #world: World
  readonly #folder: string
  readonly #snapshots = new Map<string, Snapshot>()

  constructor(world: World) {
    this.#world = world
    this.#folder = join(world.folders.state, 'snapshots')
    if (!existsSync(this.#folder)) return
    for (const name of readdirSync(this.#folder)) {
      const about = join(this.#folder, name, ABOUT)
      if (!existsSync(about)) continue
      const known: Omit<Snapshot, 'status' | 'path'> = JSON.parse(readFileSync(about, 'utf8'))
      this.#snapshots.set(known.identifier, { ...known, status: 'available', path: join(this.#folder, name) })
    }
  }

  /** The oldest first. */
  get all(): readonly Snapshot[] {
    return [...this.#snapshots.values()].sort((a, b) => a.createdAt - b.createdAt)
  }

  /** @param wanted identifier, which knows no case, or ARN @throws DbSnapshotNotFound */
  get(wanted: string): Snapshot {
    const identifier = (/:snapshot:(.+)$/.exec(wanted)?.[1] ?? wanted).toLowerCase()
    const found = this.#snapshots.get(identifier)
    if (found) return found
    throw new DbSnapshotNotFound(wanted)
  }

  /** Begins a snapshot; `finished` resolves when it is available. @throws DbSnapshotAlreadyExists */
  begin(
    instance: ServerInstance,
    identifier: string,
    type: Snapshot['type'],
  ): { readonly snapshot: Snapshot; readonly finished: Promise<Snapshot> } {
    const id = identifier.toLowerCase()
    if (this.#snapshots.has(id)) throw new DbSnapshotAlreadyExists(identifier)
    const path = join(this.#folder, id.replaceAll(':', '_'))
    const { definition } = instance
    const createdAt = this.#world.clock.now()
    const snapshot: Snapshot = { identifier: id, type, createdAt, definition, status: 'creating', path }
    this.#snapshots.set(id, snapshot)
    return { snapshot, finished: this.#finish(instance, snapshot) }
  }

  async create(instance: ServerInstance, identifier: string, type: Snapshot['type']): Promise<Snapshot> {
    return this.begin(instance, identifier, type).finished
  }

  /** @throws DbSnapshotNotFound, InvalidDbSnapshotState */
  async delete(wanted: string): Promise<Snapshot> {
    const snapshot = this.get(wanted)
    if (snapshot.status !== 'available') {
      throw new InvalidDbSnapshotState(
        `Cannot delete the snapshot ${snapshot.identifier} because it is ${snapshot.status}.`,
      )
    }
    this.#snapshots.delete(snapshot.identifier)
    await rm(snapshot.path, { recursive: true, force: true })
    return snapshot
  }

  async #finish(instance: ServerInstance, snapshot: Snapshot): Promise<Snapshot> {
    const unfinished = `${snapshot.path}.unfinished`
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      await rm(unfinished, { recursive: true, force: true })
      await instance.backup(unfinished)
      const { status: _, path: __, ...about } = snapshot
      await writeFile(join(unfinished, ABOUT), JSON.stringify(about), { mode: 0o600 })
      await rename(unfinished, snapshot.path)
    } catch (error) {
      this.#snapshots.delete(snapshot.identifier)
      await rm(unfinished, { recursive: true, force: true })
      throw error
    }
    const available: Snapshot = { ...snapshot, status: 'available' }
    this.#snapshots.set(snapshot.identifier, available)
    this.#world.journal.write({
      kind: 'rds.snapshot',
      node: instance.node,
      message: `${instance.identifier}: the snapshot ${snapshot.identifier} is there`,
      details: { snapshot: snapshot.identifier, type: snapshot.type },
    })
    return available
  }
}
