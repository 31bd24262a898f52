import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'
import { type StoredSecret, storedSecret, tombstone } from './secret.ts'

/** The files of the secrets: one for each, readable by the user alone. */
export class SecretStore {
  readonly #folder: string

  constructor(data: string) {
    this.#folder = join(data, 'secretsmanager')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
  }

  /** The secrets, and the names of those that were deleted though the template has them. @throws TerraceError SECRET_STATE_CORRUPT */
  load(): { readonly secrets: readonly StoredSecret[]; readonly gone: readonly string[] } {
    const read = readdirSync(this.#folder)
      .filter(name => name.endsWith('.json'))
      .map(name => readSecret(join(this.#folder, name)))
    return {
      secrets: read.flatMap(each => ('versions' in each ? [each] : [])),
      gone: read.flatMap(each => ('deleted' in each ? [each.name] : [])),
    }
  }

  save(secret: StoredSecret): void {
    this.#write(secret.name, secret)
  }

  bury(name: string, deleted: number): void {
    this.#write(name, { name, deleted })
  }

  delete(name: string): void {
    rmSync(this.#fileOf(name), { force: true })
  }

  #write(name: string, content: unknown): void {
    const file = this.#fileOf(name)
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  #fileOf(name: string): string {
    return join(this.#folder, `${digest(`secret ${name}`, 32)}.json`)
  }
}

function readSecret(file: string) {
  try {
    return z.union([storedSecret, tombstone]).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new TerraceError('SECRET_STATE_CORRUPT', `${file} does not hold a secret: ${messageOf(cause)}`, {
      hint: 'forget all data, the database that uses this secret too, with: terrace reset',
      place: { file },
      cause,
    })
  }
}
