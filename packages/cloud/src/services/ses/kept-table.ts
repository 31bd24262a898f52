import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'

/** What every row has: its name, and whether the template says it or somebody has made it through the API. */
export interface KeptRow {
  readonly name: string
  readonly fromTemplate: boolean
}

/**
 * Rows by name, which stay until `terrace reset`: one file of JSON. Only what is in the file has happened. What the template
 * says is as the template says at every start, and gone when the template has it no more.
 */
export class KeptTable<Row extends KeptRow> {
  readonly #file: string
  #rows: ReadonlyMap<string, Row>

  /**
   * @param ofTemplate  what the template says, which may look at what was kept of it
   * @throws TerraceError SES_STATE_CORRUPT
   */
  constructor(
    file: string,
    row: z.ZodType<Row>,
    ofTemplate: (kept: (name: string) => Row | undefined) => readonly Row[] = () => [],
  ) {
    this.#file = file
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const stored = readRows(file, row)
    const own = stored.filter(({ fromTemplate }) => !fromTemplate)
    const kept = byName(stored)
    const declared = ofTemplate(name => kept.get(name))
    this.#rows = byName([...own, ...declared])
    if (declared.length > 0 || own.length < stored.length) this.#keep(this.#rows)
  }

  get(name: string): Row | undefined {
    return this.#rows.get(name)
  }

  /** In the order of their names. */
  get all(): readonly Row[] {
    return [...this.#rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  get size(): number {
    return this.#rows.size
  }

  put(...rows: readonly Row[]): void {
    this.#keep(byName([...this.#rows.values(), ...rows]))
  }

  delete(name: string): void {
    this.#keep(byName([...this.#rows.values()].filter(row => row.name !== name)))
  }

  #keep(rows: ReadonlyMap<string, Row>): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify([...rows.values()]), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
    this.#rows = rows
  }
}

const byName = <Row extends KeptRow>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map(row => [row.name, row]))

function readRows<Row>(file: string, row: z.ZodType<Row>): readonly Row[] {
  try {
    return z.array(row).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return []
    throw new TerraceError('SES_STATE_CORRUPT', `${file} does not hold what it should: ${messageOf(cause)}`, {
      hint: 'remove that file to lose what is in it, or forget all data with: terrace reset',
      place: { file },
      cause,
    })
  }
}
