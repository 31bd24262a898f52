import { TerraceError } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import { installCommand } from '../../programs/programs.ts'
import type { MariadbPrograms } from './mariadb/data-folder.ts'

/** Whether databases may be, or must be, a file that the application opens by itself. */
export type EmbeddedChoice = 'never' | 'allowed' | 'forced'

/** What will run a DB instance. */
export type EngineChoice =
  | { readonly engine: 'mariadb'; readonly programs: MariadbPrograms }
  | { readonly engine: 'embedded' }

/**
 * Decides what runs a DB instance: MariaDB where it is installed, else the embedded database where that is allowed.
 *
 * @throws TerraceError RDS_ENGINE_NOT_EMULATED, RDS_MARIADB_MISSING
 */
export function chooseEngine(
  node: DbInstance,
  embedded: EmbeddedChoice,
  programs: MariadbPrograms | undefined,
): EngineChoice {
  const { identifier, engine } = node
  const { place } = node.origin
  if (engine === 'postgres') {
    const message = `the database ${identifier} has the engine ${engine}, which is not emulated yet; mysql and mariadb are`
    throw new TerraceError('RDS_ENGINE_NOT_EMULATED', message, { place })
  }
  if (embedded === 'forced') return { engine: 'embedded' }
  if (programs) return { engine: 'mariadb', programs }
  if (embedded === 'allowed') return { engine: 'embedded' }
  throw new TerraceError(
    'RDS_MARIADB_MISSING',
    `the database ${identifier} (${engine}) needs MariaDB, and neither mariadbd nor mysqld of MariaDB is installed`,
    { place, hint: `install it: ${installCommand('mariadb')}` },
  )
}
