import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from './find.ts'
import { versionOf } from './version.ts'

/** A program that Terrace uses when it is there. */
export interface Program {
  readonly id: ProgramId
  /** For people. */
  readonly name: string
  /** Names of its files, in order of preference. */
  readonly files: readonly string[]
  /** Names of another file without which the first one is of no use. */
  readonly companion?: readonly string[]
  readonly versionArgs: readonly string[]
  /** The version, in the first group; it also tells a namesake from the program. */
  readonly versionPattern: RegExp
  /** What is not possible without it, as a sentence. */
  readonly missing: string
  /** Where it makes no sense to have it. */
  readonly platforms?: readonly NodeJS.Platform[]
  readonly install: { readonly apt: string; readonly brew?: string }
}

export type ProgramId = 'mariadb' | 'postgres' | 'nginx' | 'chromium' | 'setpriv'

const DEBIAN_POSTGRES = '/usr/lib/postgresql'

/** Debian keeps each version in a folder of its own; the newest first. */
function debianPostgres(file: string): readonly string[] {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES) : []
  return versions.sort((a, b) => Number(b) - Number(a)).map(version => join(DEBIAN_POSTGRES, version, 'bin', file))
}

const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/** What is looked for, in the order in which `terrace doctor` names it. */
export const PROGRAMS: readonly Program[] = [
  {
    id: 'mariadb',
    name: 'MariaDB',
    files: ['mariadbd', 'mysqld'],
    companion: ['mariadb-install-db', 'mysql_install_db'],
    versionArgs: ['--no-defaults', '--version'],
    versionPattern: /(\d+\.\d+\.\d+)-MariaDB/,
    missing:
      'RDS for MySQL and MariaDB: library runs on its embedded database, other systems do not run; tests against MariaDB are skipped',
    install: { apt: 'mariadb-server', brew: 'mariadb' },
  },
  {
    id: 'postgres',
    name: 'PostgreSQL',
    files: ['postgres', ...debianPostgres('postgres')],
    companion: ['initdb', ...debianPostgres('initdb')],
    versionArgs: ['--version'],
    versionPattern: /PostgreSQL\) (\d+\.\d+)/,
    missing: 'RDS for PostgreSQL: systems with such a database do not run; tests against PostgreSQL are skipped',
    install: { apt: 'postgresql', brew: 'postgresql@17' },
  },
  {
    id: 'nginx',
    name: 'NGINX',
    files: ['nginx'],
    versionArgs: ['-v'],
    versionPattern: /nginx\/(\d+\.\d+\.\d+)/,
    missing: 'workloads that are an NGINX, such as the web tier of library; benchmarks that compare with it',
    install: { apt: 'nginx-light', brew: 'nginx' },
  },
  {
    id: 'chromium',
    name: 'Chromium',
    files: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', MAC_CHROME],
    versionArgs: ['--version'],
    versionPattern: /(\d+\.\d+\.\d+\.\d+)/,
    missing: 'browser tests are skipped; nothing else needs it',
    install: { apt: 'chromium', brew: '--cask chromium' },
  },
  {
    id: 'setpriv',
    name: 'setpriv',
    files: ['setpriv'],
    versionArgs: ['--version'],
    versionPattern: /(\d+\.\d+(?:\.\d+)?)/,
    missing: 'nothing: processes of a Terrace that was killed are ended by its guardian alone, a moment later',
    platforms: ['linux'],
    install: { apt: 'util-linux' },
  },
]

/** A program that is there and works. */
export interface FoundProgram {
  readonly path: string
  readonly version: string
  /** Path of the file that it needs beside it, where it needs one. */
  readonly companion?: string
}

/** One line of `terrace doctor`. */
export interface ProgramReport {
  readonly id: ProgramId
  readonly name: string
  readonly found: FoundProgram | undefined
  /** Why what is there is of no use; only when nothing else was found. */
  readonly problem?: string
  /** What is not possible without it. */
  readonly missing: string
  /** A command. */
  readonly install: string
}

/** Looks for every program that can be of use on this machine, all at once. */
export function surveyPrograms(path?: string): Promise<readonly ProgramReport[]> {
  return Promise.all(
    PROGRAMS.filter(({ platforms }) => platforms?.includes(process.platform) ?? true).map(async program => {
      const { id, name, missing } = program
      const result = await look(program, path)
      const report = { id, name, missing, install: installCommand(id) }
      return typeof result === 'string'
        ? { ...report, found: undefined, problem: result }
        : { ...report, found: result }
    }),
  )
}

/** The program, when it is there and works. */
export async function findInstalled(id: ProgramId, path?: string): Promise<FoundProgram | undefined> {
  const program = PROGRAMS.find(candidate => candidate.id === id)
  const result = program && (await look(program, path))
  return typeof result === 'string' ? undefined : result
}

/** The command that installs a program on this machine: `sudo apt-get install -y mariadb-server`. */
export function installCommand(id: ProgramId, platform: NodeJS.Platform = process.platform): string {
  const install = PROGRAMS.find(program => program.id === id)?.install
  return platform === 'darwin' && install?.brew !== undefined
    ? `brew install ${install.brew}`
    : `sudo apt-get install -y ${install?.apt}`
}

/** @returns the program, why what is there is of no use, or nothing */
async function look(program: Program, searchPath?: string): Promise<FoundProgram | string | undefined> {
  const path = findProgram(program.files, searchPath)
  if (!path) return undefined
  const companion = program.companion && findProgram(program.companion, searchPath)
  if (program.companion && !companion) return `${path} is there, but ${program.companion[0]} is not`
  const version = program.versionPattern.exec((await versionOf(path, program.versionArgs)) ?? '')?.[1]
  if (version === undefined) return `${path} is not ${program.name}, or doesn't work`
  return companion ? { path, version, companion } : { path, version }
}
