import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TerraceError } from '@terrace/kit'
import type { Item } from '../values/attribute-value.ts'
import { END, type RowRange } from './row-range.ts'
import { openSqlite, type Sqlite } from './sqlite.ts'

/** Rows that are read at once: a page of a Query may end in the middle of them. */
const CHUNK = 64

/** An item with the key that it is stored under. */
export interface Row {
  readonly key: string
  readonly item: Item
}

/** What is written about one item, all of it or nothing. */
export interface RowChange {
  readonly key: string
  /** Absent: it is deleted. */
  readonly item?: Item
  readonly bytes: number
  /** When it expires, in seconds since 1970. */
  readonly expires?: number | undefined
  readonly removed: readonly IndexEntry[]
  readonly added: readonly IndexEntry[]
}

/** Where an index has an item. */
export interface IndexEntry {
  readonly index: string
  readonly key: string
}

/** What a table is, as text, and the number under which its items are. */
export interface TableRow {
  readonly id: number
  readonly record: string
}

/**
 * The tables and items of the account in one file of SQLite. What is written is in the file before the call returns, with its
 * entries in all indexes; not synced to the disk: it survives the end of the process at any moment, not that of the machine.
 */
export class ItemStore {
  readonly #database: Sqlite
  readonly #statements: ReturnType<typeof prepare>

  /** @throws TerraceError DYNAMODB_STATE_CORRUPT */
  constructor(data: string) {
    const folder = join(data, 'dynamodb')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = join(folder, 'tables.sqlite')
    try {
      this.#database = openSqlite(file)
      this.#database.pragma('journal_mode = WAL')
      this.#database.pragma('synchronous = NORMAL')
      this.#database.exec(SCHEMA)
      this.#statements = prepare(this.#database)
    } catch (cause) {
      throw new TerraceError('DYNAMODB_STATE_CORRUPT', `${file} can't be read as tables: ${messageOf(cause)}`, {
        hint: 'remove that file to lose the tables with their items, or forget all data with: terrace reset',
        place: { file },
        cause,
      })
    }
  }

  tables(): readonly TableRow[] {
    return this.#statements.tables.all()
  }

  /** A new table without items. @returns its number */
  addTable(record: string): number {
    return Number(this.#statements.addTable.run(record).lastInsertRowid)
  }

  saveTable(id: number, record: string): void {
    this.#statements.saveTable.run(record, id)
  }

  /** All items of a table, and the table. */
  removeTable(id: number): void {
    this.together(() => {
      this.clear(id)
      this.#statements.removeTable.run(id)
    })
  }

  /** All items of a table. */
  clear(id: number): void {
    this.#statements.removeItems.run(id)
    this.#statements.removeEntries.run(id)
  }

  /** How many items a table has, and how many bytes they are. */
  totals(id: number): { readonly count: number; readonly bytes: number } {
    return this.#statements.totals.get(id) ?? { count: 0, bytes: 0 }
  }

  get(id: number, key: string): Item | undefined {
    const text = this.#statements.get.get(id, key)?.item
    return text === undefined ? undefined : JSON.parse(text)
  }

  write(id: number, { key, item, bytes, expires, removed, added }: RowChange): void {
    const { put, remove, addEntry, removeEntry } = this.#statements
    this.together(() => {
      if (item) put.run(id, key, JSON.stringify(item), bytes, expires ?? null)
      else remove.run(id, key)
      for (const entry of removed) removeEntry.run(id, entry.index, entry.key)
      for (const entry of added) addEntry.run(id, entry.index, entry.key, key)
    })
  }

  /** What is done in it is written as a whole or not at all. */
  together(action: () => void): void {
    if (this.#database.inTransaction) return action()
    this.#database.transaction(action)()
  }

  /** Items of a table in the order of their keys; what is written meanwhile may or may not be among them. */
  *items(id: number, range: RowRange): Generator<Row> {
    const { items, itemsBackwards } = this.#statements
    const statement = range.backwards ? itemsBackwards : items
    yield* inChunks(range, (from, to) => statement.all(id, from, to, CHUNK))
  }

  /** Items of an index in the order of their keys there. */
  *entries(id: number, index: string, range: RowRange): Generator<Row> {
    const { entries, entriesBackwards } = this.#statements
    const statement = range.backwards ? entriesBackwards : entries
    yield* inChunks(range, (from, to) => statement.all(id, index, from, to, CHUNK))
  }

  addEntries(id: number, key: string, added: readonly IndexEntry[]): void {
    for (const entry of added) this.#statements.addEntry.run(id, entry.index, entry.key, key)
  }

  removeIndex(id: number, index: string): void {
    this.#statements.removeIndex.run(id, index)
  }

  setExpiry(id: number, key: string, expires: number | undefined): void {
    this.#statements.setExpiry.run(expires ?? null, id, key)
  }

  /** Keys of items whose expiry is in this stretch of seconds since 1970, the ends included. */
  expired(id: number, from: number, to: number, most: number): readonly string[] {
    return this.#statements.expired.all(id, from, to, most).map(({ key }) => key)
  }

  close(): void {
    this.#database.close()
  }
}

// `END` is greater than every key, and `''` smaller: both ends of a range can be moved, whichever way it is read.
function* inChunks(
  { from, to, backwards = false, after }: RowRange,
  read: (from: string, to: string) => readonly { readonly key: string; readonly item: string }[],
): Generator<Row> {
  // A key that follows directly on another one is that one and the smallest character.
  let low = !backwards && after !== undefined && after >= from ? `${after}\u0001` : from
  let high = backwards && after !== undefined && after < to ? after : to
  for (;;) {
    const rows = read(low, high)
    for (const { key, item } of rows) yield { key, item: JSON.parse(item) }
    const last = rows.at(-1)
    if (!last || rows.length < CHUNK) return
    if (backwards) high = last.key
    else low = `${last.key}\u0001`
  }
}

/** Everything. */
export const WHOLE: RowRange = { from: '', to: END }

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS items (
    id INTEGER NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, bytes INTEGER NOT NULL, expires INTEGER,
    PRIMARY KEY (id, key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS items_by_expiry ON items (id, expires) WHERE expires IS NOT NULL;
  CREATE TABLE IF NOT EXISTS entries (
    id INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL, item_key TEXT NOT NULL,
    PRIMARY KEY (id, name, key)
  ) WITHOUT ROWID;
`

interface RawRow {
  readonly key: string
  readonly item: string
}

function prepare(database: Sqlite) {
  const items = (order: 'ASC' | 'DESC') =>
    database.prepare<[number, string, string, number], RawRow>(
      `SELECT key, item FROM items WHERE id = ? AND key >= ? AND key < ? ORDER BY key ${order} LIMIT ?`,
    )
  const entries = (order: 'ASC' | 'DESC') =>
    database.prepare<[number, string, string, string, number], RawRow>(
      `SELECT entries.key AS key, items.item AS item
       FROM entries CROSS JOIN items ON items.id = entries.id AND items.key = entries.item_key
       WHERE entries.id = ? AND entries.name = ? AND entries.key >= ? AND entries.key < ?
       ORDER BY entries.key ${order} LIMIT ?`,
    )
  return {
    tables: database.prepare<[], TableRow>('SELECT id, record FROM tables ORDER BY id'),
    addTable: database.prepare<[string]>('INSERT INTO tables (record) VALUES (?)'),
    saveTable: database.prepare<[string, number]>('UPDATE tables SET record = ? WHERE id = ?'),
    removeTable: database.prepare<[number]>('DELETE FROM tables WHERE id = ?'),
    removeItems: database.prepare<[number]>('DELETE FROM items WHERE id = ?'),
    removeEntries: database.prepare<[number]>('DELETE FROM entries WHERE id = ?'),
    totals: database.prepare<[number], { count: number; bytes: number }>(
      'SELECT COUNT(*) AS count, COALESCE(SUM(bytes), 0) AS bytes FROM items WHERE id = ?',
    ),
    get: database.prepare<[number, string], { item: string }>('SELECT item FROM items WHERE id = ? AND key = ?'),
    put: database.prepare<[number, string, string, number, number | null]>(
      'INSERT OR REPLACE INTO items (id, key, item, bytes, expires) VALUES (?, ?, ?, ?, ?)',
    ),
    remove: database.prepare<[number, string]>('DELETE FROM items WHERE id = ? AND key = ?'),
    addEntry: database.prepare<[number, string, string, string]>(
      'INSERT OR REPLACE INTO entries (id, name, key, item_key) VALUES (?, ?, ?, ?)',
    ),
    removeEntry: database.prepare<[number, string, string]>(
      'DELETE FROM entries WHERE id = ? AND name = ? AND key = ?',
    ),
    removeIndex: database.prepare<[number, string]>('DELETE FROM entries WHERE id = ? AND name = ?'),
    setExpiry: database.prepare<[number | null, number, string]>(
      'UPDATE items SET expires = ? WHERE id = ? AND key = ?',
    ),
    expired: database.prepare<[number, number, number, number], { key: string }>(
      'SELECT key FROM items WHERE id = ? AND expires BETWEEN ? AND ? ORDER BY expires LIMIT ?',
    ),
    items: items('ASC'),
    itemsBackwards: items('DESC'),
    entries: entries('ASC'),
    entriesBackwards: entries('DESC'),
  }
}
