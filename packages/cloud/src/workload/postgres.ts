import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessSpec } from '../processes/supervisor.ts'
import { findPostgres, INSTALL_POSTGRES, POSTGRES_ENVIRONMENT, postgresCommand } from '../programs/postgres.ts'
import { LaunchFailure } from './launch-failure.ts'

/** How to run PostgreSQL over a data directory that is there. */
export type PostgresLaunch = Pick<ProcessSpec, 'command' | 'args' | 'cwd' | 'environment' | 'stopSignal'>

/** The socket that a server on this port makes in a folder; PostgreSQL chooses the name. */
export const postgresSocket = (folder: string, port: number): string => join(folder, `.s.PGSQL.${port}`)

/**
 * PostgreSQL as a process of a host: small, and listening on a Unix socket alone.
 *
 * @param folder  for its socket
 * @throws LaunchFailure when it isn't installed here
 */
export async function preparePostgres(
  name: string,
  dataFolder: string,
  folder: string,
  port: number,
): Promise<PostgresLaunch> {
  const programs = await findPostgres()
  if (!programs) {
    const message = `PostgreSQL is not installed on this machine: ${INSTALL_POSTGRES}`
    throw new LaunchFailure({ kind: 'program', name }, { kind: 'notHere', message })
  }
  // A server that was killed leaves them behind; what runs over the data directory has a lock of its own there.
  for (const left of ['', '.lock']) rmSync(`${postgresSocket(folder, port)}${left}`, { force: true })
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: '',
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    port,
    max_connections: 60,
    shared_buffers: '16MB',
    wal_buffers: '1MB',
    max_wal_size: '128MB',
    max_wal_senders: 0,
    wal_level: 'minimal',
    max_parallel_workers: 0,
    log_timezone: 'UTC',
  }
  const options = Object.entries(settings).flatMap(([setting, value]) => ['-c', `${setting}=${value}`])
  return {
    ...postgresCommand(programs, 'postgres', ['-D', dataFolder, ...options]),
    cwd: dataFolder,
    environment: POSTGRES_ENVIRONMENT,
    // "Fast shutdown": rolls back what is open instead of waiting for it. postgres(1)
    stopSignal: 'SIGINT',
  }
}
