import { dirname } from 'node:path'

/** What a server is started with; everything else is PostgreSQL's default. */
export function serverOptions(place: {
  readonly dataFolder: string
  /** Its private socket; PostgreSQL chooses the last part of the name by itself. */
  readonly socket: string
  readonly port: number
  /** Of the primary to follow; absent on a primary. */
  readonly primaryConnection: string | undefined
}): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: '',
    unix_socket_directories: dirname(place.socket),
    unix_socket_permissions: '0700',
    port: place.port,
    shared_buffers: '32MB',
    max_connections: 200,
    wal_level: 'replica',
    wal_log_hints: 'on',
    max_wal_senders: 10,
    wal_keep_size: '256MB',
    hot_standby: 'on',
    // What is acknowledged is on disk here and, in a pair, there.
    synchronous_commit: 'on',
    wal_retrieve_retry_interval: '200ms',
    wal_receiver_status_interval: '1s',
    wal_sender_timeout: '5s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(place.primaryConnection === undefined ? {} : { primary_conninfo: place.primaryConnection }),
  }
  return ['-D', place.dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
