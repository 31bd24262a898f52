import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, isExecutable } from '../../../programs/find.ts'
import { versionOf } from '../../../programs/version.ts'

/** PostgreSQL's programs, as absolute paths. */
export interface PostgresPrograms {
  /** The folder in which all of them are. */
  readonly folder: string
  /** Such as `15.18`. */
  readonly version: string
}

export const INSTALL_POSTGRES =
  process.platform === 'darwin' ? 'brew install postgresql@17' : 'sudo apt-get install -y postgresql'

const NEEDED = ['postgres', 'initdb', 'pg_basebackup', 'pg_rewind']
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
