import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { type StoredState, storedState } from './entity.ts'

/** The file of AWS WAF. */
export class Store {
  readonly #file: string

  constructor(data: string) {
    const folder = join(data, 'wafv2')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'firewalls.json')
  }

  /** @throws TerraceError WAF_STATE_CORRUPT */
  load(): StoredState {
    try {
      return storedState.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return { entities: [], associations: {}, logging: [] }
      throw new TerraceError('WAF_STATE_CORRUPT', `${this.#file} does not hold web ACLs: ${messageOf(cause)}`, {
        hint: 'remove that file to lose what is not of the template, or forget all data with: terrace reset',
        place: { file: this.#file },
        cause,
      })
    }
  }

  /** Replaces the file as a whole: after a crash it is the old one or the new one. */
  save(state: StoredState): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(state), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}
