import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'
import { type Alias, type Key, storedAliases, storedKey } from './key.ts'

/** What is left of a key whose deletion came: its id is never given again, not even to the same resource of a template. */
const tombstone = z.strictObject({ id: z.string(), deleted: z.number() })

/** The files of the keys: one for each, readable by the user alone, because it holds the key itself. */
export class KeyStore {
  readonly #folder: string

  constructor(data: string) {
    this.#folder = join(data, 'kms')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
  }

  /** @throws TerraceError KMS_STATE_CORRUPT */
  load(): { readonly keys: readonly Key[]; readonly gone: readonly string[]; readonly aliases: readonly Alias[] } {
    const either = z.union([storedKey, tombstone])
    const files = readdirSync(this.#folder).filter(name => /^[0-9a-f-]{36}\.json$/.test(name))
    const read = files.map(name => this.#read(name, either))
    return {
      keys: read.flatMap(each => ('materials' in each ? [each] : [])),
      gone: read.flatMap(each => ('deleted' in each ? [each.id] : [])),
      aliases: this.#read('aliases.json', storedAliases, []),
    }
  }

  save(key: Key): void {
    this.#write(`${key.id}.json`, key)
  }

  /** Its material is gone for good with that. */
  bury(id: string, deleted: number): void {
    this.#write(`${id}.json`, { id, deleted })
  }

  saveAliases(aliases: readonly Alias[]): void {
    this.#write('aliases.json', aliases)
  }

  #write(name: string, content: unknown): void {
    const file = join(this.#folder, name)
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  #read<Schema extends z.ZodType>(name: string, schema: Schema, absent?: z.output<Schema>): z.output<Schema> {
    const file = join(this.#folder, name)
    try {
      return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT' && absent !== undefined) return absent
      throw new TerraceError('KMS_STATE_CORRUPT', `${file} does not hold what KMS wrote there: ${messageOf(cause)}`, {
        hint: 'what that key encrypted is lost with it: forget all data with terrace reset',
        place: { file },
        cause,
      })
    }
  }
}
