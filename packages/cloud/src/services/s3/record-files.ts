import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TerraceError } from '@terrace/kit'
import { NULL_VERSION, type ObjectVersion, readRecord } from './object-record.ts'

/**
 * The files that describe the objects of a bucket: one for each version, named by a hash of its key. A file appears by a
 * rename, all of it or nothing.
 */
export class RecordFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** Everything there is; what a crash left half-written is removed. @throws TerraceError S3_STATE_CORRUPT */
  *read(): Generator<ObjectVersion> {
    for (const name of readdirSync(this.#folder)) {
      const file = join(this.#folder, name)
      if (name.endsWith('.json')) yield readFile(file)
      else rmSync(file, { force: true })
    }
  }

  /** Makes a version visible, in place of the one with the same id. */
  write(version: ObjectVersion): void {
    const file = this.#fileOf(version)
    writeFileSync(`${file}.new`, JSON.stringify(version), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  remove(version: ObjectVersion): void {
    rmSync(this.#fileOf(version), { force: true })
  }

  #fileOf({ key, versionId }: ObjectVersion): string {
    const name = createHash('sha256').update(key).digest('hex')
    return join(this.#folder, versionId === NULL_VERSION ? `${name}.json` : `${name}.${versionId}.json`)
  }
}

function readFile(file: string): ObjectVersion {
  try {
    return readRecord(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new TerraceError('S3_STATE_CORRUPT', `${file} does not describe an object: ${messageOf(cause)}`, {
      hint: 'remove that file to lose that one object, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
