import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LOWER_ALPHANUMERIC, type Random } from '@terrace/kit'
import { copyDataFolder, whole } from '../whole-folder.ts'
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
 * @throws TerraceError POSTGRES_FAILED
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
