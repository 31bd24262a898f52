import type { Instant } from '@terrace/kit'
import type { Blob } from './blobs.ts'
import type { Checksum } from './checksums.ts'
import type { Encryption } from './encryption.ts'
import type { StorageClass } from './storage-class.ts'
import type { Tags } from './tags.ts'

/** What an upload says about its object. */
export interface Described {
  /** `content-type`, `cache-control`, … in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** User metadata without `x-amz-meta-`, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Tags
  readonly encryption: Encryption
  readonly storageClass: StorageClass
}

/** What every version of a key has. */
interface VersionFacts {
  readonly key: string
  /** `null` for what was written without versioning. */
  readonly versionId: string
  /** Larger for what was written later. */
  readonly order: number
  readonly modified: Instant
}

/** What is known about an object; its bytes are in blobs, one for each part it was uploaded in. */
export interface ObjectRecord extends VersionFacts, Described {
  readonly blobs: readonly Blob[]
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  readonly checksum?: Checksum | undefined
}

/** Stands for "removed" where versions are kept. */
export interface DeleteMarker extends VersionFacts {
  readonly deleteMarker: true
}

export type ObjectVersion = ObjectRecord | DeleteMarker

/** An object on its way into a bucket, which gives it a version. */
export type NewObject = Omit<ObjectRecord, 'versionId' | 'order'>

/** The version of what was written without versioning. */
export const NULL_VERSION = 'null'

export const isMarker = (version: ObjectVersion): version is DeleteMarker => 'deleteMarker' in version

/** What records that were written before these fields have for them. */
const DEFAULTS = {
  versionId: NULL_VERSION,
  order: 0,
  tags: {},
  encryption: { algorithm: 'AES256' },
  storageClass: 'STANDARD',
}

/** Reads a record's text. @throws Error when it isn't one */
export function readRecord(text: string): ObjectVersion {
  const record: ObjectVersion = { ...DEFAULTS, ...JSON.parse(text) }
  if (typeof record.key !== 'string') throw new Error('it has no key')
  if (!isMarker(record) && !Array.isArray(record.blobs)) throw new Error('it has no blobs')
  return record
}
