import { type ParameterDefinition, parameter, refused, type Treatment, withoutEffect } from './definition.ts'

const MEMORY = withoutEffect('memory is given by this machine, not by the instance class')
const WATCHES = withoutEffect('it only watches')
const ON_OFF = '0,1'
const onOff: Treatment = { does: 'setting', convert: value => (value === '1' ? 'on' : value === '0' ? 'off' : value) }
const MILLISECONDS = '0-2147483647'

/**
 * The parameters of PostgreSQL that are known here. Defaults and apply types: RDS User Guide, "Working with parameters on your
 * RDS for PostgreSQL DB instance".
 */
export const POSTGRES_PARAMETERS: readonly ParameterDefinition[] = [
  parameter('autovacuum', 'dynamic', 'boolean', 'Whether dead rows are removed by themselves.', {
    value: '1',
    allowed: ON_OFF,
    here: onOff,
  }),
  parameter('autovacuum_analyze_scale_factor', 'dynamic', 'float', 'Share of changed rows that starts ANALYZE.', {
    allowed: '0-100',
  }),
  parameter('autovacuum_max_workers', 'static', 'integer', 'Processes of autovacuum.', { allowed: '1-262143' }),
  parameter('autovacuum_naptime', 'dynamic', 'integer', 'Seconds between looks.', { allowed: '1-2147483' }),
  parameter('autovacuum_vacuum_scale_factor', 'dynamic', 'float', 'Share of dead rows that starts VACUUM.', {
    allowed: '0-100',
  }),
  parameter('client_min_messages', 'dynamic', 'string', 'What clients are told.', {
    allowed: 'debug5,debug4,debug3,debug2,debug1,log,notice,warning,error',
  }),
  parameter('deadlock_timeout', 'dynamic', 'integer', 'Milliseconds before a deadlock is looked for.', {
    allowed: '1-2147483647',
  }),
  parameter('default_transaction_isolation', 'dynamic', 'string', 'What a transaction sees of others.', {
    allowed: 'serializable,repeatable read,read committed,read uncommitted',
  }),
  parameter('effective_cache_size', 'dynamic', 'integer', 'What the planner takes for cached, 8 KiB.', {
    value: '{DBInstanceClassMemory/16384}',
    allowed: '1-2147483647',
  }),
  parameter('idle_in_transaction_session_timeout', 'dynamic', 'integer', 'Milliseconds an open transaction may idle.', {
    value: '86400000',
    allowed: MILLISECONDS,
  }),
  parameter('lock_timeout', 'dynamic', 'integer', 'Milliseconds to wait for a lock.', { allowed: MILLISECONDS }),
  parameter('log_connections', 'dynamic', 'boolean', 'Connections go to the log.', { allowed: ON_OFF, here: onOff }),
  parameter('log_disconnections', 'dynamic', 'boolean', 'Ends of connections go to the log.', {
    allowed: ON_OFF,
    here: onOff,
  }),
  parameter('log_lock_waits', 'dynamic', 'boolean', 'Long waits for locks go to the log.', {
    allowed: ON_OFF,
    here: onOff,
  }),
  parameter('log_min_duration_statement', 'dynamic', 'integer', 'Milliseconds from which a statement is logged.', {
    allowed: '-1-2147483647',
  }),
  parameter('log_statement', 'dynamic', 'string', 'Which statements are logged.', { allowed: 'none,ddl,mod,all' }),
  parameter('maintenance_work_mem', 'dynamic', 'integer', 'Memory of VACUUM and CREATE INDEX, KiB.', {
    value: 'GREATEST({DBInstanceClassMemory/63963136*1024},65536)',
    allowed: '1024-2147483647',
    here: MEMORY,
  }),
  parameter('max_connections', 'static', 'integer', 'Connections of clients at the same time.', {
    value: 'LEAST({DBInstanceClassMemory/9531392},5000)',
    allowed: '6-262143',
  }),
  parameter('max_locks_per_transaction', 'static', 'integer', 'Locks of a transaction.', { allowed: '10-2147483647' }),
  parameter('max_parallel_workers_per_gather', 'dynamic', 'integer', 'Processes of one query.', { allowed: '0-1024' }),
  parameter('max_prepared_transactions', 'static', 'integer', 'Prepared transactions at the same time.', {
    allowed: '0-262143',
  }),
  parameter('password_encryption', 'dynamic', 'string', 'How passwords are kept.', { allowed: 'md5,scram-sha-256' }),
  parameter('random_page_cost', 'dynamic', 'float', 'What the planner thinks a page costs.', {
    allowed: '0-1.79769e+308',
  }),
  parameter('rds.force_ssl', 'dynamic', 'boolean', 'Whether clients have to speak TLS.', {
    // differs: 1 from PostgreSQL 15 on
    value: '0',
    allowed: ON_OFF,
    here: refused('no TLS is spoken to the database here'),
  }),
  parameter('rds.logical_replication', 'static', 'boolean', 'Whether changes can be decoded.', {
    value: '0',
    allowed: ON_OFF,
    here: { does: 'setting', name: 'wal_level', convert: value => (value === '1' ? 'logical' : 'replica') },
  }),
  parameter('search_path', 'dynamic', 'string', 'Where names without a schema are looked for.'),
  parameter('shared_buffers', 'static', 'integer', 'Memory for tables and indexes, 8 KiB.', {
    value: '{DBInstanceClassMemory/32768}',
    allowed: '16-1073741823',
    here: MEMORY,
  }),
  parameter('shared_preload_libraries', 'static', 'list', 'Extensions that start with the server.', {
    value: 'pg_stat_statements',
    here: withoutEffect('the extensions of AWS only watch, or are not installed here'),
  }),
  parameter('statement_timeout', 'dynamic', 'integer', 'Milliseconds a statement may take.', { allowed: MILLISECONDS }),
  parameter('synchronous_commit', 'dynamic', 'string', 'What a commit waits for.', {
    value: 'on',
    allowed: 'local,on,off,remote_write,remote_apply',
    here: refused('what is acknowledged survives every failure here, and a standby needs that'),
  }),
  parameter('tcp_keepalives_idle', 'dynamic', 'integer', 'Seconds before a connection is probed.', {
    here: withoutEffect('connections inside of this machine break at once'),
  }),
  parameter('temp_buffers', 'dynamic', 'integer', 'Memory for temporary tables, 8 KiB.', { allowed: '100-1073741823' }),
  parameter('timezone', 'dynamic', 'string', 'The time zone of new connections.', { value: 'UTC' }),
  parameter('track_activity_query_size', 'static', 'integer', 'Bytes of a statement that are shown.', {
    allowed: '100-1048576',
    here: WATCHES,
  }),
  parameter('track_io_timing', 'dynamic', 'boolean', 'Whether reads and writes are timed.', {
    allowed: ON_OFF,
    here: WATCHES,
  }),
  parameter('work_mem', 'dynamic', 'integer', 'Memory of a sort, KiB.', { allowed: '64-2147483647' }),
]
