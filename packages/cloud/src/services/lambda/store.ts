import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import type { FunctionRecord } from './function.ts'
import type { Mapping } from './queues/mapping.ts'

/** What somebody made by the API. What the template makes is made anew at every start. */
export interface Kept {
  readonly functions: readonly FunctionRecord[]
  readonly mappings: readonly Mapping[]
}

/** The file that keeps it: only what is in there has happened. */
export class Store {
  readonly #file: string
  #kept: Kept

  /** @throws TerraceError LAMBDA_STATE_CORRUPT */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'functions.json')
    this.#kept = read(this.#file)
  }

  get kept(): Kept {
    return this.#kept
  }

  keep(change: Partial<Kept>): void {
    const kept = { ...this.#kept, ...change }
    writeFileSync(`${this.#file}.new`, JSON.stringify(kept), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
    this.#kept = kept
  }
}

function read(file: string): Kept {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isKept(found)) return found
    throw new Error('it holds no functions and mappings')
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return { functions: [], mappings: [] }
    throw new TerraceError('LAMBDA_STATE_CORRUPT', `${file} does not hold functions: ${messageOf(cause)}`, {
      hint: 'remove that file to lose the functions that were made by the API, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}

const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray(Reflect.get(value, 'functions')) &&
  Array.isArray(Reflect.get(value, 'mappings'))
