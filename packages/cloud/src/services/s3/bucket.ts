import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Instant, messageOf, type Random, TerraceError } from '@terrace/kit'
import { type Blob, Blobs } from './blobs.ts'
import type { Checksum } from './checksums.ts'
import { type ListPage, type ListRequest, listKeys } from './listing.ts'
import { SortedKeys } from './sorted-keys.ts'
import { Uploads } from './uploads.ts'

/** What is known about an object; its bytes are in blobs, one for each part it was uploaded in. */
export interface ObjectRecord {
  readonly key: string
  readonly blobs: readonly Blob[]
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly modified: Instant
  /** `content-type`, `cache-control`, … in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata without `x-amz-meta-`, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>
  readonly checksum?: Checksum | undefined
}

/** Looks at the present object before it is replaced; throws to keep it. */
export type Precondition = (current: ObjectRecord | undefined) => void

/**
 * The objects of one bucket on disk. One file of metadata per object, named by a hash of its key, says which blobs are
 * its bytes; replacing that file is what makes an upload visible, all of it or nothing.
 */
export class ObjectStore {
  readonly blobs: Blobs
  readonly uploads: Uploads
  readonly #folder: string
  readonly #objects = new Map<string, ObjectRecord>()
  readonly #sorted: SortedKeys

  /** @throws TerraceError S3_STATE_CORRUPT when a file of it can't be read */
  constructor(folder: string, random: Random) {
    this.#folder = join(folder, 'objects')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.blobs = new Blobs(join(folder, 'blobs'), random)
    for (const record of readRecords(this.#folder)) this.#objects.set(record.key, record)
    this.#sorted = new SortedKeys(this.#objects.keys())
    const inObjects = new Set([...this.#objects.values()].flatMap(record => record.blobs.map(blob => blob.name)))
    this.uploads = new Uploads(join(folder, 'uploads'), this.blobs, random, inObjects)
    this.blobs.sweep(new Set([...inObjects, ...this.uploads.blobNames()]))
  }

  get(key: string): ObjectRecord | undefined {
    return this.#objects.get(key)
  }

  list(request: ListRequest): ListPage {
    return listKeys(this.#sorted, request)
  }

  /**
   * Makes an object visible in place of the present one. Looking at the condition and replacing happen in one turn of the
   * event loop, so that of several conditional writes one wins.
   */
  commit(record: ObjectRecord, condition: Precondition = () => {}): void {
    const current = this.#objects.get(record.key)
    condition(current)
    const file = this.#fileOf(record.key)
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
    renameSync(`${file}.new`, file)
    this.#objects.set(record.key, record)
    this.#sorted.add(record.key)
    if (current) this.blobs.remove(current.blobs)
  }

  /** Removes an object; one that isn't there is removed already. */
  remove(key: string, condition: Precondition = () => {}): void {
    const current = this.#objects.get(key)
    condition(current)
    if (!current) return
    rmSync(this.#fileOf(key), { force: true })
    this.#objects.delete(key)
    this.#sorted.remove(key)
    this.blobs.remove(current.blobs)
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.json`)
  }
}

function* readRecords(folder: string): Generator<ObjectRecord> {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    if (!name.endsWith('.json')) {
      rmSync(file, { force: true })
      continue
    }
    yield readRecord(file)
  }
}

function readRecord(file: string): ObjectRecord {
  try {
    const record: ObjectRecord = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof record.key === 'string' && Array.isArray(record.blobs)) return record
    throw new Error('it has no key or no blobs')
  } catch (cause) {
    throw new TerraceError('S3_STATE_CORRUPT', `${file} does not describe an object: ${messageOf(cause)}`, {
      hint: 'remove that file to lose that one object, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
