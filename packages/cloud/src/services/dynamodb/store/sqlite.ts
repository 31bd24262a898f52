import { createRequire } from 'node:module'

/** What is used of better-sqlite3, which has no types of its own. */
export interface Sqlite {
  readonly inTransaction: boolean
  pragma(text: string): unknown
  exec(sql: string): unknown
  prepare<Parameters extends readonly unknown[], Row = never>(sql: string): Statement<Parameters, Row>
  transaction(action: () => void): () => void
  close(): void
}

export interface Statement<Parameters extends readonly unknown[], Row> {
  all(...parameters: Parameters): readonly Row[]
  get(...parameters: Parameters): Row | undefined
  run(...parameters: Parameters): { readonly lastInsertRowid: number | bigint }
}

const Database: new (file: string) => Sqlite = createRequire(import.meta.url)('better-sqlite3')

/** Opens a file, or makes it. @throws Error when it is none of SQLite */
export const openSqlite = (file: string): Sqlite => new Database(file)
