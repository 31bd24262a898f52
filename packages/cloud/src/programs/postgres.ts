import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, TerraceError } from '@terrace/kit'
import { findProgram, isExecutable } from './find.ts'
import { versionOf } from './version.ts'

/** PostgreSQL's programs, as absolute paths. */
export interface PostgresPrograms {
  /** The folder in which all of them are. */
  readonly folder: string
  /** Such as `15.18`. */
  readonly version: string
}

export const INSTALL_POSTGRES =
  process.platform === 'darwin' ? 'brew install postgresql@17' : 'sudo apt-get install -y postgresql'

const NEEDED = ['postgres', 'initdb', 'pg_basebackup', 'pg_dump', 'pg_restore', 'pg_rewind']
const DEBIAN = '/usr/lib/postgresql'
const HOMEBREW = ['/opt/homebrew/opt', '/usr/local/opt']

/** The PostgreSQL of this machine, the newest where there are several; nothing when it is missing or incomplete. */
export async function findPostgres(): Promise<PostgresPrograms | undefined> {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const homebrew = HOMEBREW.filter(existsSync).flatMap(folder =>
    readdirSync(folder)
      .filter(name => name.startsWith('postgresql'))
      .map(name => join(folder, name, 'bin')),
  )
  const inPath = findProgram(['postgres'])?.replace(/\/postgres$/, '')
  const folders = [...debian.map(version => join(DEBIAN, version, 'bin')), ...homebrew, ...(inPath ? [inPath] : [])]
  for (const folder of folders) {
    if (!NEEDED.every(name => isExecutable(join(folder, name)))) continue
    const version = /(\d+\.\d+)/.exec((await versionOf(join(folder, 'postgres'), ['--version'])) ?? '')?.[1]
    if (version) return { folder, version }
  }
  return undefined
}

/** The environment of PostgreSQL's programs: nothing of the user's own reaches them. */
export const POSTGRES_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/opt/homebrew/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

/** A command and its arguments. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

/**
 * How one of PostgreSQL's programs is called. They refuse to run as root; root's processes run them in a user namespace of
 * their own, where root has another number: the files stay root's, and nothing else changes. unshare(1), user_namespaces(7).
 *
 * @throws TerraceError POSTGRES_AS_ROOT where there are no user namespaces
 */
export function postgresCommand(programs: PostgresPrograms, name: string, args: readonly string[]): Command {
  const command = join(programs.folder, name)
  if (userInfo().uid !== 0) return { command, args }
  const unshare = findProgram(['unshare'])
  if (!unshare) {
    throw new TerraceError('POSTGRES_AS_ROOT', 'PostgreSQL refuses to run as root, and unshare is not installed', {
      hint: 'run terrace as an ordinary user, or install util-linux',
    })
  }
  const setpriv = findProgram(['setpriv'])
  // Its new identity ends what was agreed on for the death of its parent: it is agreed on again.
  const dying = setpriv ? [setpriv, '--pdeathsig', 'INT', '--'] : []
  return { command: unshare, args: ['--user', '--map-user=1000', '--map-group=1000', '--', ...dying, command, ...args] }
}

/** Runs one of PostgreSQL's programs to its end. @throws TerraceError POSTGRES_FAILED with its last words */
export async function runPostgres(
  programs: PostgresPrograms,
  name: string,
  args: readonly string[],
  options: { readonly passwordFile?: string; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { command, args: all } = postgresCommand(programs, name, args)
  const { passwordFile, signal } = options
  const env = { ...POSTGRES_ENVIRONMENT, ...(passwordFile === undefined ? {} : { PGPASSFILE: passwordFile }) }
  try {
    await promisify(execFile)(command, all, { env, cwd: '/', ...(signal ? { signal } : {}) })
  } catch (error) {
    const words = messageOf(error).trim().split('\n').slice(-4).join('\n    ')
    throw new TerraceError('POSTGRES_FAILED', `${name} of PostgreSQL failed: ${words}`, { cause: error })
  }
}
