import { TerraceError } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import { installCommand } from '../../programs/programs.ts'
import type { MariadbPrograms } from './mariadb/data-folder.ts'
import { INSTALL_POSTGRES, type PostgresPrograms } from './postgres/find.ts'

/** Whether databases may be, or must be, a file that the application opens by itself. */
export type EmbeddedChoice = 'never' | 'allowed' | 'forced'

/** What will run a DB instance. */
export type EngineChoice =
  | { readonly engine: 'mariadb'; readonly programs: MariadbPrograms }
  | { readonly engine: 'postgres'; readonly programs: PostgresPrograms }
  | { readonly engine: 'embedded' }

/** What is installed on this machine. */
export interface InstalledEngines {
  readonly mariadb: MariadbPrograms | undefined
  readonly postgres: PostgresPrograms | undefined
}

/**
 * Decides what runs a DB instance: the server where it is installed, else, for MySQL, the embedded database where that is
 * allowed.
 *
 * @throws TerraceError RDS_MARIADB_MISSING, RDS_POSTGRES_MISSING
 */
export function chooseEngine(node: DbInstance, embedded: EmbeddedChoice, installed: InstalledEngines): EngineChoice {
  const { identifier, engine } = node
  const { place } = node.origin
  if (engine === 'postgres') {
    if (installed.postgres) return { engine: 'postgres', programs: installed.postgres }
    throw new TerraceError(
      'RDS_POSTGRES_MISSING',
      `the database ${identifier} (postgres) needs PostgreSQL, and initdb and postgres are not installed`,
      { place, hint: `install it: ${INSTALL_POSTGRES}` },
    )
  }
  if (embedded === 'forced') return { engine: 'embedded' }
  if (installed.mariadb) return { engine: 'mariadb', programs: installed.mariadb }
  if (embedded === 'allowed') return { engine: 'embedded' }
  throw new TerraceError(
    'RDS_MARIADB_MISSING',
    `the database ${identifier} (${engine}) needs MariaDB, and neither mariadbd nor mysqld of MariaDB is installed`,
    { place, hint: `install it: ${installCommand('mariadb')}` },
  )
}
