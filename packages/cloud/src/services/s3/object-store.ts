import { join } from 'node:path'
import { type Clock, LOWER_ALPHANUMERIC, type Random } from '@terrace/kit'
import { Blobs } from './blobs.ts'
import { type ListPage, type ListRequest, listKeys } from './listing.ts'
import {
  type DeleteMarker,
  isMarker,
  type NewObject,
  NULL_VERSION,
  type ObjectRecord,
  type ObjectVersion,
} from './object-record.ts'
import { RecordFiles } from './record-files.ts'
import type { Versioning } from './settings.ts'
import { SortedKeys } from './sorted-keys.ts'
import { Uploads } from './uploads.ts'
import { listVersions, type VersionPage, type VersionRequest } from './version-listing.ts'

/** Looks at the present object before it is replaced; throws to keep it. */
export type Precondition = (current: ObjectRecord | undefined) => void

/** What removing a key came to. */
export type Removal =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'removed'; readonly version: ObjectVersion }
  | { readonly kind: 'marked'; readonly marker: DeleteMarker }

interface Surroundings {
  /** Must never repeat itself, also not at the next start. */
  readonly random: Random
  readonly clock: Clock
  readonly versioning: () => Versioning | undefined
}

const VERSION_ID_LENGTH = 32

const NONE: readonly ObjectVersion[] = []

const liveOf = (versions: readonly ObjectVersion[]): ObjectRecord | undefined => {
  const [newest] = versions
  return newest && !isMarker(newest) ? newest : undefined
}

/** The objects of one bucket on disk, with their versions. What is written is visible at once, all of it or nothing. */
export class ObjectStore {
  readonly blobs: Blobs
  readonly uploads: Uploads
  readonly #files: RecordFiles
  readonly #surroundings: Surroundings
  /** Newest first. */
  readonly #versions = new Map<string, readonly ObjectVersion[]>()
  readonly #live: SortedKeys
  /** Also those whose newest version is a delete marker. */
  readonly #all: SortedKeys
  #order = 0

  /** @throws TerraceError S3_STATE_CORRUPT when a file of it can't be read */
  constructor(folder: string, surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.#files = new RecordFiles(join(folder, 'objects'))
    this.blobs = new Blobs(join(folder, 'blobs'), surroundings.random)
    const inObjects = new Set<string>()
    for (const version of this.#files.read()) {
      const others = this.#versions.get(version.key) ?? NONE
      this.#versions.set(version.key, [...others, version])
      this.#order = Math.max(this.#order, version.order)
      if (!isMarker(version)) for (const { name } of version.blobs) inObjects.add(name)
    }
    for (const [key, versions] of this.#versions) {
      this.#versions.set(
        key,
        versions.toSorted((a, b) => b.order - a.order),
      )
    }
    this.#all = new SortedKeys(this.#versions.keys())
    this.#live = new SortedKeys([...this.#versions].flatMap(([key, versions]) => (liveOf(versions) ? [key] : [])))
    this.uploads = new Uploads(join(folder, 'uploads'), this.blobs, surroundings.random, inObjects)
    this.blobs.sweep(new Set([...inObjects, ...this.uploads.blobNames()]))
  }

  /** Neither object nor version nor delete marker. */
  get isEmpty(): boolean {
    return this.#versions.size === 0
  }

  /** The current object; nothing when there is none, or a delete marker. */
  get(key: string): ObjectRecord | undefined {
    return liveOf(this.versions(key))
  }

  /** All versions of a key, newest first. */
  versions(key: string): readonly ObjectVersion[] {
    return this.#versions.get(key) ?? NONE
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    return this.versions(key).find(version => version.versionId === versionId)
  }

  /** Every key that has versions. */
  keys(): readonly string[] {
    return [...this.#versions.keys()]
  }

  list(request: ListRequest): ListPage {
    return listKeys(this.#live, request)
  }

  listVersions(request: VersionRequest): VersionPage {
    return listVersions(this.#all, key => this.versions(key), request)
  }

  /**
   * Makes an object visible, as a new version or in place of the one without version. Looking at the condition and
   * replacing happen in one turn of the event loop, so that of several conditional writes one wins.
   */
  commit(object: NewObject, condition: Precondition = () => {}): ObjectRecord {
    condition(this.get(object.key))
    const record: ObjectRecord = { ...object, versionId: this.#newVersionId(), order: this.#nextOrder() }
    this.#add(record)
    return record
  }

  /** Removes an object, or hides it behind a delete marker; one that isn't there is removed already. */
  remove(key: string, condition: Precondition = () => {}): Removal {
    condition(this.get(key))
    if (this.#surroundings.versioning() === undefined) {
      const version = this.removeVersion(key, NULL_VERSION)
      return version ? { kind: 'removed', version } : { kind: 'nothing' }
    }
    const facts = {
      versionId: this.#newVersionId(),
      order: this.#nextOrder(),
      modified: this.#surroundings.clock.now(),
    }
    const marker: DeleteMarker = { key, ...facts, deleteMarker: true }
    this.#add(marker)
    return { kind: 'marked', marker }
  }

  /** Removes one version for good. */
  removeVersion(key: string, versionId: string): ObjectVersion | undefined {
    const version = this.version(key, versionId)
    if (!version) return undefined
    this.#files.remove(version)
    this.#keep(
      key,
      this.versions(key).filter(each => each !== version),
    )
    this.#free(version)
    return version
  }

  /** Changes what is known about a version; its bytes stay. */
  amend(version: ObjectRecord, change: Partial<Pick<ObjectRecord, 'tags'>>): ObjectRecord {
    const amended = { ...version, ...change }
    this.#files.write(amended)
    this.#keep(
      version.key,
      this.versions(version.key).map(each => (each.versionId === version.versionId ? amended : each)),
    )
    return amended
  }

  #add(version: ObjectVersion): void {
    const versions = this.versions(version.key)
    const replaced = versions.find(({ versionId }) => versionId === version.versionId)
    this.#files.write(version)
    this.#keep(version.key, [version, ...versions.filter(each => each !== replaced)])
    if (replaced) this.#free(replaced)
  }

  #keep(key: string, versions: readonly ObjectVersion[]): void {
    if (versions.length > 0) {
      this.#versions.set(key, versions)
      this.#all.add(key)
    } else {
      this.#versions.delete(key)
      this.#all.remove(key)
    }
    if (liveOf(versions)) this.#live.add(key)
    else this.#live.remove(key)
  }

  #free(version: ObjectVersion): void {
    if (!isMarker(version)) this.blobs.remove(version.blobs)
  }

  #newVersionId(): string {
    const { random, versioning } = this.#surroundings
    return versioning() === 'Enabled' ? random.text(VERSION_ID_LENGTH, LOWER_ALPHANUMERIC) : NULL_VERSION
  }

  // Grows from run to run, too, although removed versions are forgotten: events carry it.
  #nextOrder(): number {
    this.#order = Math.max(this.#order + 1, Math.floor(this.#surroundings.clock.now()) * 1000)
    return this.#order
  }
}
