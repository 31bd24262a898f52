import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LOWER_ALPHANUMERIC, type Random } from '@terrace/kit'
import type { PostgresPrograms } from './find.ts'
import { runPostgres } from './programs.ts'

/** The account by which RDS itself looks after a database. */
export const ADMIN = 'rdsadmin'
/** In each data folder: the password of `rdsadmin`, which all copies of one origin share. */
export const PASSWORD_FILE = 'rdsadmin.password'

/** Only by the socket, and with a password. https://www.postgresql.org/docs/current/auth-pg-hba-conf.html */
const HBA = `local all all scram-sha-256\nlocal replication ${ADMIN} scram-sha-256\n`

/**
 * Makes a data folder with nothing in it, unless it is there.
 * @param options.templates folder for a prepared one, of which later ones are copies
 * @throws TerraceError RDS_POSTGRES_FAILED
 */
export async function prepareDataFolder(options: {
  readonly folder: string
  readonly programs: PostgresPrograms
  readonly templates: string | undefined
  readonly random: Random
}): Promise<void> {
  const { folder, programs, templates, random } = options
  if (existsSync(folder)) return
  if (templates === undefined) return whole(folder, unfinished => initialize(unfinished, programs, random))
  const template = join(templates, `postgres-${programs.version}`)
  if (!existsSync(template)) await whole(template, unfinished => initialize(unfinished, programs, random))
  await copyDataFolder(template, folder)
}

/** Makes a folder a copy of another one in which nothing runs. */
export async function copyDataFolder(from: string, to: string): Promise<void> {
  await whole(to, unfinished => cp(from, unfinished, { recursive: true }))
}

async function initialize(folder: string, programs: PostgresPrograms, random: Random): Promise<void> {
  const password = random.text(32, LOWER_ALPHANUMERIC)
  const passwordFile = `${folder}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  try {
    await runPostgres(programs, 'initdb', [
      `--pgdata=${folder}`,
      `--username=${ADMIN}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--auth=scram-sha-256',
      '--data-checksums',
      // A half-written folder is thrown away.
      '--no-sync',
    ])
    // All settings are options of the command.
    await writeFile(join(folder, 'postgresql.conf'), '', { mode: 0o600 })
    await writeFile(join(folder, 'pg_hba.conf'), HBA, { mode: 0o600 })
    await rename(passwordFile, join(folder, PASSWORD_FILE))
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** Fills a folder under another name first: under its own it is either whole or not there. */
async function whole(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  const unfinished = `${folder}.unfinished-${process.pid}`
  await rm(unfinished, { recursive: true, force: true })
  await fill(unfinished)
  try {
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}
