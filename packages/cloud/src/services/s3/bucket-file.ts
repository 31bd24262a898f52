import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { errnoOf, type Instant, messageOf, TerraceError } from '@terrace/kit'
import { type BucketSettings, NEW_BUCKET } from './settings.ts'

/** What is kept about a bucket beside its objects. */
export interface BucketFile {
  readonly created: Instant
  readonly settings: BucketSettings
  /** What the template said when it was last read; absent for buckets that a call made. */
  readonly template?: BucketSettings | undefined
}

const FILE = 'bucket.json'

/** Nothing when there is none. @throws TerraceError S3_STATE_CORRUPT */
export function readBucketFile(folder: string): BucketFile | undefined {
  const file = join(folder, FILE)
  try {
    const read: BucketFile = JSON.parse(readFileSync(file, 'utf8'))
    return { ...read, settings: { ...NEW_BUCKET, ...read.settings } }
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined
    throw new TerraceError('S3_STATE_CORRUPT', `${file} does not describe a bucket: ${messageOf(cause)}`, {
      hint: 'remove that file to set up the bucket anew, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}

export function writeBucketFile(folder: string, content: BucketFile): void {
  const file = join(folder, FILE)
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/**
 * The settings of a bucket when its template is read again: what the template says otherwise than the last time counts,
 * everything else stays as calls have set it, as an update of its stack would leave it.
 */
export function updatedSettings({ settings, template }: BucketFile, now: BucketSettings): BucketSettings {
  if (!template) return now
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown
  const names = Object.keys({ ...settings, ...template, ...now }) as (keyof BucketSettings)[]
  const kept = names.filter(name => isDeepStrictEqual(plain(template[name]), plain(now[name])))
  const updated = { ...now, ...Object.fromEntries(kept.map(name => [name, settings[name]])) }
  // What once kept versions can't forget that it did.
  return { ...updated, versioning: updated.versioning ?? (settings.versioning && 'Suspended') }
}
