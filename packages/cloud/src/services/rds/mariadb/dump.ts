import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TerraceError } from '@terrace/kit'
import { findProgram } from '../../../programs/find.ts'
import { installCommand } from '../../../programs/programs.ts'
import { ADMIN, REPLICATION_USER } from './accounts.ts'
import type { AdminClient } from './client.ts'
import { MARIADB_ENVIRONMENT } from './data-folder.ts'

/** In the folder of a dump: the position in the log of changes that it stands for. */
export const POSITION_FILE = 'position'

/** The way to one server, as `rdsadmin`. */
export interface DumpSource {
  readonly socket: string
  readonly password: string
  readonly client: AdminClient
}

const SYSTEM_SCHEMAS = ['mysql', 'information_schema', 'performance_schema', 'sys']
const OWN_ACCOUNTS = [ADMIN, REPLICATION_USER, 'root', 'mariadb.sys', '']

/**
 * Writes all databases as of one moment, and all accounts, to a new folder, as statements. Nobody waits for it: InnoDB
 * keeps the old versions of rows as long as they are read.
 *
 * @returns the position in the log of changes that the dump stands for; empty when nothing was ever logged
 * @throws TerraceError RDS_DUMP_FAILED
 */
export async function dump(source: DumpSource, folder: string, signal?: AbortSignal): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const position = await dumpData(source, folder, signal)
  await writeFile(join(folder, POSITION_FILE), position, { mode: 0o600 })
  return position
}

async function dumpData(source: DumpSource, folder: string, signal?: AbortSignal): Promise<string> {
  await writeFile(join(folder, 'accounts.sql'), await accounts(source.client), { mode: 0o600 })
  const rows = await source.client.query('SHOW DATABASES')
  const names = rows.map(row => String(row.Database)).filter(name => !SYSTEM_SCHEMAS.includes(name))
  const file = join(folder, 'data.sql')
  if (names.length === 0) {
    const [row] = await source.client.query('SELECT @@gtid_binlog_pos AS position')
    await writeFile(file, '', { mode: 0o600 })
    return String(row?.position ?? '')
  }
  const args = [
    '--no-defaults',
    `--socket=${source.socket}`,
    `--user=${ADMIN}`,
    ...DUMP_OPTIONS,
    '--databases',
    ...names,
  ]
  const child = spawn(program('mariadb-dump', 'mysqldump'), args, {
    env: { ...MARIADB_ENVIRONMENT, MYSQL_PWD: source.password },
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  })
  const errors = collect(child.stderr)
  const ended = once(child, 'close')
  ended.catch(() => {})
  await pipeline(child.stdout, createWriteStream(file, { mode: 0o600 }))
  const [code] = await ended
  if (code !== 0) throw failed('save', errors())
  const head = (await readFile(file)).subarray(0, 4096).toString('utf8')
  return /gtid_slave_pos='([^']*)'/.exec(head)?.[1] ?? ''
}

const DUMP_OPTIONS: readonly string[] = [
  '--single-transaction',
  '--quick',
  '--gtid',
  '--master-data=2',
  '--routines',
  '--events',
  '--triggers',
  '--hex-blob',
  '--default-character-set=utf8mb4',
  '--add-drop-database',
]

/**
 * Runs the statements of a dump on a server.
 *
 * @param logged whether the server's own standby gets them, too
 * @throws TerraceError RDS_DUMP_FAILED
 */
export async function load(target: DumpSource, folder: string, logged: boolean, signal?: AbortSignal): Promise<void> {
  const statements = async function* () {
    yield `SET SESSION sql_log_bin = ${logged ? 1 : 0};\n`
    yield* createReadStream(join(folder, 'data.sql'))
    yield* createReadStream(join(folder, 'accounts.sql'))
  }
  await run(target, statements, signal)
}

/** Runs statements on a server, one after the other, until one fails. @throws TerraceError RDS_DUMP_FAILED */
export async function run(
  target: DumpSource,
  statements: () => AsyncIterable<string | Buffer>,
  signal?: AbortSignal,
): Promise<void> {
  const args = [
    '--no-defaults',
    `--socket=${target.socket}`,
    `--user=${ADMIN}`,
    '--default-character-set=utf8mb4',
    // The log of changes holds statements as they were sent, with whatever bytes.
    '--binary-mode',
    '--batch',
  ]
  const child = spawn(program('mariadb', 'mysql'), args, {
    env: { ...MARIADB_ENVIRONMENT, MYSQL_PWD: target.password },
    cwd: '/',
    stdio: ['pipe', 'ignore', 'pipe'],
    ...(signal ? { signal } : {}),
  })
  const errors = collect(child.stderr)
  const ended = once(child, 'close')
  ended.catch(() => {})
  // When it refuses a statement it stops reading, and its own words say more than the broken pipe.
  const fed = await pipeline(statements, child.stdin).then(
    () => undefined,
    (error: unknown) => error,
  )
  const [code] = await ended
  if (code !== 0 || fed !== undefined) throw failed('load', errors() || String(fed))
}

/** Statements that make the accounts of clients, with their passwords' hashes and what they may do. */
async function accounts(client: AdminClient): Promise<string> {
  const users = await client.query('SELECT user AS name, host AS host FROM mysql.user')
  const statements: string[] = []
  for (const { name, host } of users) {
    if (OWN_ACCOUNTS.includes(String(name))) continue
    const account = `${quoted(String(name))}@${quoted(String(host))}`
    const [created] = await client.query(`SHOW CREATE USER ${account}`)
    const text = String(Object.values(created ?? {})[0] ?? '')
    statements.push(text.replace(/^CREATE USER /, 'CREATE OR REPLACE USER '))
    for (const grant of await client.query(`SHOW GRANTS FOR ${account}`)) {
      statements.push(String(Object.values(grant)[0] ?? ''))
    }
  }
  return statements.map(statement => `${statement};\n`).join('')
}

const quoted = (name: string): string => `'${name.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** A program of MariaDB, by its present or its former name. @throws TerraceError RDS_DUMP_FAILED */
export function program(...names: string[]): string {
  const found = findProgram(names)
  if (found) return found
  throw new TerraceError('RDS_DUMP_FAILED', `${names[0]} is not installed, without which no data can be copied`, {
    hint: `install it: ${installCommand('mariadb')}`,
  })
}

/** The last words of a program. */
export function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', chunk => {
    text = (text + String(chunk)).slice(-2000)
  })
  return () => text.trim()
}

const failed = (what: string, because: string): TerraceError =>
  new TerraceError('RDS_DUMP_FAILED', `MariaDB's data could not be ${what === 'save' ? 'saved' : 'loaded'}: ${because}`)
