import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { type StoredState, storedState } from './stored.ts'

/** The file of buses and rules. */
export class Store {
  readonly #file: string

  constructor(data: string) {
    const folder = join(data, 'events')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'rules.json')
  }

  /** @throws TerraceError EVENTS_STATE_CORRUPT */
  load(): StoredState {
    try {
      return storedState.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return { buses: [], rules: [] }
      const message = `${this.#file} does not hold rules of EventBridge: ${messageOf(cause)}`
      throw new TerraceError('EVENTS_STATE_CORRUPT', message, {
        hint: 'remove that file to lose the rules that are not of the template, or forget all data with: terrace reset',
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
