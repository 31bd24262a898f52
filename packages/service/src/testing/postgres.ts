import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { milliseconds, systemClock } from '@terrace/kit'
import pg from 'pg'

/** Small; a committed row outlives the process, not the machine. */
const SETTINGS = {
  listen_addresses: '',
  shared_buffers: '16MB',
  max_connections: 100,
  fsync: 'off',
  full_page_writes: 'off',
  log_min_messages: 'fatal',
}

const PORT = 5432
const ADMIN = 'postgres'
const DEBIAN = '/usr/lib/postgresql'
const ENVIRONMENT = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }

const programs = findPrograms()

/** Why there is no PostgreSQL on this machine; undefined when there is one. For the title of a skipped test. */
export const postgresMissing: string | undefined = missing()

/** A PostgreSQL of one's own, on a Unix socket in a temporary directory. */
export interface Postgres {
  readonly processId: number
  /** Makes an empty database and answers its `DATABASE_URL`. */
  createDatabase(name: string): Promise<string>
  /** Runs statements as the administrator. */
  run(database: string, ...statements: readonly string[]): Promise<readonly Record<string, unknown>[]>
  /** Dies at once, with all its connections. */
  kill(): Promise<void>
  /** Starts again on the same data after `kill`. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}

/** Starts one from a copy of a prepared data folder: about 0.3 s, the very first time 2 s more. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-pg-'))
  const data = join(folder, 'data')
  cpSync(preparedData(), data, { recursive: true, mode: 0 })
  // It refuses a folder that others could read.
  chmodSync(data, 0o700)
  let server = await launch(data, folder)
  const run: Postgres['run'] = async (database, ...statements) => {
    const client = new pg.Client({ host: folder, port: PORT, user: ADMIN, database: database || ADMIN })
    await client.connect()
    try {
      let rows: readonly Record<string, unknown>[] = []
      for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows
      return rows
    } finally {
      await client.end()
    }
  }
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }
  return {
    get processId() {
      return server.pid ?? 0
    },
    async createDatabase(name) {
      await run('', `create database "${name}"`)
      return `postgres://${ADMIN}@localhost/${name}?socketPath=${folder}`
    },
    run,
    // "Immediate shutdown": the server leaves without a word to its files. postgres(1)
    kill: () => end('SIGQUIT'),
    async start() {
      server = await launch(data, folder)
    },
    async remove() {
      await end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function missing(): string | undefined {
  if (!programs) return 'PostgreSQL is not installed'
  if (userInfo().uid === 0 && !find('unshare')) return 'PostgreSQL refuses to run as root, and unshare is not installed'
  return undefined
}

function findPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : []
  const inPath = find('postgres')?.replace(/\/postgres$/, '')
  const folders = [...versions.map(version => join(DEBIAN, version, 'bin')), ...(inPath ? [inPath] : [])]
  return folders.find(folder => ['postgres', 'initdb'].every(name => existsSync(join(folder, name))))
}

// It refuses to run as root, who therefore runs it in a user namespace in which root has another number.
function command(name: string, args: readonly string[]): [string, string[]] {
  const program = join(programs ?? '', name)
  const dying = find('setpriv') ? ['setpriv', '--pdeathsig', 'QUIT', '--'] : []
  if (userInfo().uid !== 0) return nonEmpty([...dying, program, ...args])
  return nonEmpty(['unshare', '--user', '--map-user=1000', '--map-group=1000', '--', ...dying, program, ...args])
}

const nonEmpty = ([first = '', ...rest]: readonly string[]): [string, string[]] => [first, rest]

// Made once per machine and version; whoever comes second finds it, or throws its own away.
function preparedData(): string {
  const version = /\d+\.\d+/.exec(execFileSync(join(programs ?? '', 'postgres'), ['--version'], { encoding: 'utf8' }))
  const prepared = join(tmpdir(), `terrace-postgres-${version?.[0]}-${userInfo().uid}`)
  if (existsSync(prepared)) return prepared
  const own = mkdtempSync(`${prepared}-`)
  const data = join(own, 'data')
  const args = [`--pgdata=${data}`, `--username=${ADMIN}`, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  execFileSync(...command('initdb', args), { env: ENVIRONMENT, stdio: 'ignore' })
  try {
    renameSync(data, prepared)
  } catch (error) {
    if (!existsSync(prepared)) throw error
  }
  rmSync(own, { recursive: true, force: true })
  return prepared
}

async function launch(data: string, socketFolder: string): Promise<ChildProcess> {
  // What a server that was killed left behind; its number may be another process's by now.
  rmSync(join(data, 'postmaster.pid'), { force: true })
  for (const suffix of ['', '.lock']) rmSync(join(socketFolder, `.s.PGSQL.${PORT}${suffix}`), { force: true })
  const settings = { ...SETTINGS, unix_socket_directories: socketFolder, port: PORT }
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const server = spawn(...command('postgres', args), { env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  server.stderr?.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-4000)
  })
  while (!(await accepts(socketFolder))) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`postgres ended at its start:\n${said}`)
    await systemClock.sleep(milliseconds(10))
  }
  return server
}

async function accepts(socketFolder: string): Promise<boolean> {
  if (!(await opens(join(socketFolder, `.s.PGSQL.${PORT}`)))) return false
  const client = new pg.Client({ host: socketFolder, port: PORT, user: ADMIN, database: ADMIN })
  client.on('error', () => {})
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  )
}

const opens = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin']
  return folders.map(folder => join(folder, program)).find(existsSync)
}
