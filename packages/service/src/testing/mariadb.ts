import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { milliseconds, systemClock } from '@terrace/kit'
import { createConnection } from 'mysql2/promise'

/** Small, and as strict as MySQL 8 is by default; a committed row outlives the process, not the machine. */
const SETTINGS = [
  '--skip-networking',
  '--skip-name-resolve',
  '--innodb-buffer-pool-size=16M',
  '--innodb-log-file-size=8M',
  '--innodb-flush-log-at-trx-commit=2',
  '--aria-pagecache-buffer-size=1M',
  '--key-buffer-size=256K',
  '--performance-schema=OFF',
  '--character-set-server=utf8mb4',
  '--max-connections=400',
  '--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
]

/** Why there is no MariaDB on this machine; undefined when there is one. For the title of a skipped test. */
export const mariadbMissing: string | undefined = ['mariadbd', 'mariadb-install-db'].some(name => !find(name))
  ? 'MariaDB is not installed'
  : undefined

/** A MariaDB of one's own, on a Unix socket in a temporary directory. */
export interface Mariadb {
  readonly socketPath: string
  readonly processId: number
  /** Makes an empty database and answers its `DATABASE_URL`. */
  createDatabase(name: string): Promise<string>
  /** Runs statements as root. */
  run(database: string, ...statements: readonly string[]): Promise<readonly Record<string, unknown>[]>
  /** Dies at once, as from a power cut of the process. */
  kill(): Promise<void>
  /** Starts again on the same data after `kill`. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}

/** Starts one from a copy of a prepared data directory: about 0.2 s, the very first time 1 s more. */
export async function startMariadb(): Promise<Mariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-db-'))
  const data = join(folder, 'data')
  const socketPath = join(folder, 's')
  cpSync(preparedData(), data, { recursive: true, mode: 0 })
  let server = await launch(data, socketPath)
  const run: Mariadb['run'] = async (database, ...statements) => {
    const connection = await createConnection({ socketPath, user: 'root', ...(database ? { database } : {}) })
    try {
      let rows: unknown = []
      for (const statement of statements) [rows] = await connection.query(statement)
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
    } finally {
      await connection.end()
    }
  }
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  return {
    socketPath,
    get processId() {
      return server.pid ?? 0
    },
    async createDatabase(name) {
      await run('', `create database \`${name}\` character set utf8mb4`)
      return `mysql://root@localhost/${name}?socketPath=${socketPath}`
    },
    run,
    kill,
    async start() {
      server = await launch(data, socketPath)
    },
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

// Made once per machine and version; whoever comes second finds it, or throws its own away.
function preparedData(): string {
  const version = execFileSync('mariadbd', ['--version'], { encoding: 'utf8' }).match(/\d+\.\d+\.\d+/)?.[0] ?? 'unknown'
  const prepared = join(tmpdir(), `terrace-mariadb-${version}-${userInfo().uid}`)
  if (existsSync(prepared)) return prepared
  const own = mkdtempSync(`${prepared}-`)
  const data = join(own, 'data')
  mkdirSync(data)
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${data}`,
      // A server that starts removes the temporary tables of every other one that works in the same folder.
      `--tmpdir=${own}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot(),
    ],
    { stdio: 'ignore' },
  )
  try {
    renameSync(data, prepared)
  } catch (error) {
    if (!existsSync(prepared)) throw error
  }
  rmSync(own, { recursive: true, force: true })
  return prepared
}

async function launch(data: string, socketPath: string): Promise<ChildProcess> {
  rmSync(socketPath, { force: true })
  const places = [`--datadir=${data}`, `--tmpdir=${dirname(socketPath)}`, `--socket=${socketPath}`]
  const command = ['mariadbd', '--no-defaults', ...places, ...SETTINGS, ...asRoot()]
  // It must not outlive the test, however that ends.
  if (find('setpriv')) command.unshift('setpriv', '--pdeathsig', 'KILL')
  const [program = '', ...parameters] = command
  const server = spawn(program, parameters, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr?.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-4000)
  })
  while (!(await accepts(socketPath))) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`mariadbd ended at its start:\n${said}`)
    await systemClock.sleep(milliseconds(10))
  }
  return server
}

const accepts = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    socket.once('data', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })

const asRoot = (): readonly string[] => (userInfo().uid === 0 ? ['--user=root'] : [])

function find(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin']
  return folders.some(folder => existsSync(join(folder, program)))
}
