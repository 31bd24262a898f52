import { findInstalled } from '../../../programs/programs.ts'
import type { MariadbPrograms } from './data-folder.ts'

/** The MariaDB of this machine; nothing when it is missing, incomplete, or when `mysqld` is not MariaDB's. */
export async function findMariadb(): Promise<MariadbPrograms | undefined> {
  const found = await findInstalled('mariadb')
  if (found?.companion === undefined) return undefined
  return { server: found.path, install: found.companion, version: found.version }
}
