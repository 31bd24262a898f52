import { dirname } from 'node:path'
import type { Settings } from '../parameters/settings.ts'
import { archiveCommand } from './wal-archive.ts'

/** What a server is started with, whatever its parameter group says; everything else is in its `postgresql.conf`. */
export function serverOptions(place: {
  readonly dataFolder: string
  /** Its private socket; PostgreSQL chooses the last part of the name by itself. */
  readonly socket: string
  readonly port: number
  /** Of the primary to follow; absent on a primary. */
  readonly primaryConnection: string | undefined
  /** Whether it begins with a restore to a point in time. */
  readonly recovering: boolean
  /** Where changes are archived, and who archives them; absent while no backups are kept. */
  readonly archive: { readonly folder: string; readonly member: number } | undefined
}): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: '',
    unix_socket_directories: dirname(place.socket),
    unix_socket_permissions: '0700',
    port: place.port,
    shared_buffers: '32MB',
    wal_log_hints: 'on',
    max_wal_senders: 10,
    wal_keep_size: '256MB',
    // Nobody reads from it before a restore has come to its end.
    hot_standby: place.recovering ? 'off' : 'on',
    // What is acknowledged is on disk here and, in a pair, there.
    synchronous_commit: 'on',
    wal_retrieve_retry_interval: '200ms',
    wal_receiver_status_interval: '1s',
    wal_sender_timeout: '5s',
    log_timezone: 'UTC',
    ...(place.archive === undefined
      ? {}
      : { archive_mode: 'always', archive_command: archiveCommand(place.archive.folder, place.archive.member) }),
    ...(place.primaryConnection === undefined ? {} : { primary_conninfo: place.primaryConnection }),
  }
  return ['-D', place.dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** The lines of `postgresql.conf` for what may change while it runs. */
export const configurationOf = (settings: Settings): string =>
  Object.entries(settings)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`)
    .join('')
