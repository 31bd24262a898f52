import { userInfo } from 'node:os'
import type { Settings } from '../parameters/settings.ts'

/** What the server keeps in memory and how it keeps data safe; the same for preparing files and for serving. */
const STORAGE: readonly string[] = [
  '--innodb-buffer-pool-size=16M',
  // Of the default of 16 MiB, an idle server would hold 6 for nothing.
  '--innodb-log-buffer-size=2M',
  '--innodb-log-file-size=8M',
  '--aria-pagecache-buffer-size=1M',
  '--key-buffer-size=256K',
  '--performance-schema=OFF',
  // What is acknowledged is on disk.
  '--innodb-flush-log-at-trx-commit=1',
]

/**
 * A log of all changes, for the standby. Semi-synchronous replication is switched on at run time, once a standby is there:
 * before, the first write would wait for it. AFTER_SYNC: nobody sees what the standby doesn't have.
 * @see MariaDB documentation, "Semisynchronous Replication"
 */
const REPLICATION: readonly string[] = [
  '--log-bin=binlog',
  '--relay-log=relay',
  '--log-slave-updates',
  '--gtid-strict-mode=1',
  '--sync-binlog=1',
  '--binlog-format=ROW',
  '--max-binlog-size=64M',
  // A day for standbys that were away; what backups need is in the archive.
  '--loose-binlog-expire-logs-seconds=86400',
  '--rpl-semi-sync-master-enabled=0',
  '--rpl-semi-sync-slave-enabled=1',
  '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
  '--slave-parallel-threads=4',
  '--slave-parallel-mode=optimistic',
  '--skip-slave-start',
]

/** As MySQL 8 behaves and as RDS sets it, where MariaDB would differ. */
const MYSQL_DEFAULTS: readonly string[] = [
  '--default-time-zone=+00:00',
  // Without ONLY_FULL_GROUP_BY: MariaDB's refuses queries that MySQL's accepts.
  '--sql-mode=STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  // On by default since MariaDB 11.6, unknown before 10.6.18.
  '--loose-innodb-snapshot-isolation=OFF',
]

/** Settings whose option has another name. */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  time_zone: 'default-time-zone',
  tx_isolation: 'transaction-isolation',
}

/** What the parameter group says; later options replace earlier ones. */
function options(settings: Settings): readonly string[] {
  const all: Settings = {
    character_set_server: 'utf8mb4',
    // The nearest relative of MySQL's utf8mb4_0900_ai_ci that every MariaDB since 10.2 has.
    ...((settings.character_set_server || 'utf8mb4') === 'utf8mb4'
      ? { collation_server: 'utf8mb4_unicode_520_nopad_ci' }
      : {}),
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '')),
  }
  return Object.entries(all).map(([name, value]) => `--${OPTION_NAMES[name] ?? name.replaceAll('_', '-')}=${value}`)
}

const account = (): readonly string[] => (userInfo().uid === 0 ? ['--user=root'] : [])

/**
 * Options of `mariadb-install-db`.
 *
 * @param place.temporaryFolder its own: a server that starts removes every `#sql…` file of the folder that it is given, also
 * those that another one is working on
 */
export function installOptions(place: {
  readonly dataFolder: string
  readonly temporaryFolder: string
}): readonly string[] {
  return [
    '--no-defaults',
    ...account(),
    ...STORAGE,
    '--skip-log-bin',
    `--datadir=${place.dataFolder}`,
    `--tmpdir=${place.temporaryFolder}`,
    // The init file of every start replaces the account that this makes.
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    // A half-written folder is thrown away, so nothing has to reach the disk before the end.
    '--innodb-flush-method=nosync',
  ]
}

/** How a server takes part in a pair. */
export interface ServerRole {
  readonly serverId: number
  readonly role: 'primary' | 'standby'
  /**
   * Loopback port for the other member: replication knows no Unix sockets. Accounts other than replication's are locked
   * there, see `adminStatements`. Absent: it listens on its socket alone.
   */
  readonly replicationPort: number | undefined
}

/** Options of the server itself. Clients find it on nothing but the socket. */
export function serverOptions(place: {
  readonly dataFolder: string
  readonly temporaryFolder: string
  readonly socket: string
  readonly initFile: string
  readonly pair: ServerRole
  readonly settings: Settings
}): readonly string[] {
  const { serverId, role, replicationPort } = place.pair
  return [
    '--no-defaults',
    ...account(),
    ...STORAGE,
    ...REPLICATION,
    ...MYSQL_DEFAULTS,
    `--server-id=${serverId}`,
    // A primary keeps what it had written when it died; a standby undoes what was never acknowledged.
    ...(role === 'standby' ? ['--init-rpl-role=SLAVE', '--read-only=1'] : ['--init-rpl-role=MASTER']),
    ...(replicationPort === undefined
      ? ['--skip-networking']
      : ['--bind-address=127.0.0.1', `--port=${replicationPort}`]),
    `--datadir=${place.dataFolder}`,
    `--tmpdir=${place.temporaryFolder}`,
    // What a query may write to files stays here, should an account give itself that privilege.
    `--secure-file-priv=${place.temporaryFolder}`,
    `--pid-file=${place.temporaryFolder}/mariadbd.pid`,
    `--socket=${place.socket}`,
    `--init-file=${place.initFile}`,
    '--skip-name-resolve',
    '--table-open-cache=400',
    ...options(place.settings),
  ]
}
