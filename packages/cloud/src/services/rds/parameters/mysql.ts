import { type ParameterDefinition, parameter, refused, type Treatment, withoutEffect } from './definition.ts'

/** MySQL's newest collations, which MariaDB lacks, become their nearest relatives. */
const collation: Treatment = {
  does: 'setting',
  convert: value =>
    value === 'utf8mb4_0900_ai_ci' ? 'utf8mb4_unicode_520_nopad_ci' : value.replace('utf8mb4_0900_bin', 'utf8mb4_bin'),
}
const DURABLE = refused('what is acknowledged survives every failure here, and a standby needs that')
const MEMORY = withoutEffect('memory is given by this machine, not by the instance class')
const SIZE = '0-18446744073709551615'
const ON_OFF = '0,1'

/**
 * The parameters of MySQL and MariaDB that are known here. Defaults and apply types: RDS User Guide, "Parameters for MySQL",
 * and what DescribeEngineDefaultParameters answers for `mysql8.0`.
 */
export const MYSQL_PARAMETERS: readonly ParameterDefinition[] = [
  parameter('auto_increment_increment', 'dynamic', 'integer', 'Between generated keys.', { allowed: '1-65535' }),
  parameter('auto_increment_offset', 'dynamic', 'integer', 'Start of generated keys.', { allowed: '1-65535' }),
  parameter('autocommit', 'dynamic', 'boolean', 'Whether every statement is a transaction.', { allowed: ON_OFF }),
  parameter('binlog_format', 'dynamic', 'string', 'How changes are logged.', {
    value: 'ROW',
    allowed: 'ROW,STATEMENT,MIXED',
    here: refused('a standby, and a restore to a point in time, need rows in the log'),
  }),
  parameter('character_set_server', 'dynamic', 'string', 'The default character set.'),
  parameter('collation_server', 'dynamic', 'string', 'The default collation.', { here: collation }),
  parameter('connect_timeout', 'dynamic', 'integer', 'Seconds for the handshake.', { allowed: '2-31536000' }),
  parameter('event_scheduler', 'dynamic', 'string', 'Whether scheduled events run.', { allowed: 'ON,OFF' }),
  parameter('explicit_defaults_for_timestamp', 'dynamic', 'boolean', 'TIMESTAMP columns without magic.', {
    allowed: ON_OFF,
  }),
  parameter('general_log', 'dynamic', 'boolean', 'A log of every statement.', {
    allowed: ON_OFF,
    here: withoutEffect('it only watches'),
  }),
  parameter('group_concat_max_len', 'dynamic', 'integer', 'Longest GROUP_CONCAT, bytes.', {
    allowed: `4-${SIZE.slice(2)}`,
  }),
  parameter('init_connect', 'dynamic', 'string', 'Statements that each connection begins with.'),
  parameter('innodb_buffer_pool_size', 'dynamic', 'integer', 'Memory for tables and indexes, bytes.', {
    value: '{DBInstanceClassMemory*3/4}',
    allowed: '5242880-9223372036854775807',
    here: MEMORY,
  }),
  parameter('innodb_flush_log_at_trx_commit', 'dynamic', 'integer', 'When a commit reaches the disk.', {
    value: '1',
    allowed: '0-2',
    here: DURABLE,
  }),
  parameter('innodb_lock_wait_timeout', 'dynamic', 'integer', 'Seconds to wait for the lock of a row.', {
    allowed: '1-1073741824',
  }),
  parameter('innodb_log_buffer_size', 'static', 'integer', 'Memory for the log, bytes.', { here: MEMORY }),
  parameter('innodb_log_file_size', 'static', 'integer', 'Size of the log, bytes.', { here: MEMORY }),
  parameter('innodb_print_all_deadlocks', 'dynamic', 'boolean', 'Deadlocks go to the error log.', { allowed: ON_OFF }),
  parameter('innodb_strict_mode', 'dynamic', 'boolean', 'Errors instead of warnings.', { allowed: ON_OFF }),
  parameter('interactive_timeout', 'dynamic', 'integer', 'Seconds until an idle console is cut.', {
    allowed: '1-31536000',
  }),
  parameter('join_buffer_size', 'dynamic', 'integer', 'Memory of a join without index, bytes.', {
    allowed: '128-18446744073709547520',
  }),
  parameter('local_infile', 'dynamic', 'boolean', "Whether LOAD DATA LOCAL reads the client's files.", {
    allowed: ON_OFF,
  }),
  parameter('lock_wait_timeout', 'dynamic', 'integer', 'Seconds to wait for the lock of a table.', {
    allowed: '1-31536000',
  }),
  parameter('log_bin_trust_function_creators', 'dynamic', 'boolean', 'Functions that change data may be made.', {
    value: '0',
    allowed: ON_OFF,
  }),
  parameter('log_output', 'dynamic', 'list', 'Where slow statements are written.', {
    value: 'TABLE',
    allowed: 'TABLE,FILE,NONE',
    here: withoutEffect('it only watches'),
  }),
  parameter('long_query_time', 'dynamic', 'float', 'Seconds from which a statement is slow.', {
    allowed: '0-31536000',
  }),
  parameter('lower_case_table_names', 'static', 'integer', 'How names of tables are compared.', {
    value: '0',
    allowed: '0,1',
    here: refused('a copy of a prepared data folder is made, which has 0'),
  }),
  parameter('max_allowed_packet', 'dynamic', 'integer', 'Longest packet, bytes.', { allowed: '1024-1073741824' }),
  parameter('max_connect_errors', 'dynamic', 'integer', 'Broken connections until a host is blocked.', {
    allowed: '1-9223372036854775807',
  }),
  parameter('max_connections', 'dynamic', 'integer', 'Connections of clients at the same time.', {
    value: '{DBInstanceClassMemory/12582880}',
    allowed: '1-100000',
  }),
  parameter('max_execution_time', 'dynamic', 'integer', 'Longest SELECT, milliseconds; 0: any.', {
    value: '0',
    allowed: '0-4294967295',
    here: refused("MariaDB's counterpart cuts off every statement, not SELECT alone"),
  }),
  parameter('max_heap_table_size', 'dynamic', 'integer', 'Largest table in memory, bytes.', {
    allowed: `16384-${SIZE.slice(2)}`,
  }),
  parameter('max_user_connections', 'dynamic', 'integer', 'Connections of one account; 0: any.', {
    allowed: '0-4294967295',
  }),
  parameter('net_read_timeout', 'dynamic', 'integer', 'Seconds to wait for more of a packet.', {
    allowed: '1-31536000',
  }),
  parameter('net_write_timeout', 'dynamic', 'integer', 'Seconds to wait until a packet is taken.', {
    allowed: '1-31536000',
  }),
  parameter('performance_schema', 'static', 'boolean', 'Whether the server watches itself.', {
    allowed: ON_OFF,
    here: withoutEffect('it only watches'),
  }),
  parameter('read_only', 'dynamic', 'list', 'Whether clients may only read.', {
    value: '{TrueIfReplica}',
    allowed: '0,1,{TrueIfReplica}',
    here: refused('failover decides who may be written to'),
  }),
  parameter('require_secure_transport', 'dynamic', 'boolean', 'Whether clients have to speak TLS.', {
    value: '0',
    allowed: ON_OFF,
    here: refused('no TLS is spoken to the database here'),
  }),
  parameter('slow_query_log', 'dynamic', 'boolean', 'A log of slow statements.', {
    allowed: ON_OFF,
    here: withoutEffect('it only watches'),
  }),
  parameter('sort_buffer_size', 'dynamic', 'integer', 'Memory of a sort, bytes.', {
    allowed: `32768-${SIZE.slice(2)}`,
  }),
  parameter('sql_mode', 'dynamic', 'list', 'How strict statements are taken.', {
    // MariaDB's refuses queries that MySQL's accepts.
    here: {
      does: 'setting',
      convert: value =>
        value
          .split(',')
          .filter(mode => mode !== 'ONLY_FULL_GROUP_BY')
          .join(','),
    },
  }),
  parameter('sync_binlog', 'dynamic', 'integer', 'After how many commits the log reaches the disk.', {
    value: '1',
    allowed: '0-4294967295',
    here: DURABLE,
  }),
  parameter('table_open_cache', 'dynamic', 'integer', 'Tables kept open.', { allowed: '1-524288', here: MEMORY }),
  parameter('thread_cache_size', 'dynamic', 'integer', 'Threads kept for reuse.', { allowed: '0-16384' }),
  parameter('time_zone', 'dynamic', 'string', 'The time zone of new connections.', {
    here: { does: 'setting', convert: value => (value === 'UTC' ? '+00:00' : value) },
  }),
  parameter('tmp_table_size', 'dynamic', 'integer', 'Largest temporary table in memory, bytes.', {
    allowed: `1024-${SIZE.slice(2)}`,
  }),
  parameter('transaction_isolation', 'dynamic', 'string', 'What a transaction sees of others.', {
    allowed: 'READ-UNCOMMITTED,READ-COMMITTED,REPEATABLE-READ,SERIALIZABLE',
    here: { does: 'setting', name: 'tx_isolation' },
  }),
  parameter('wait_timeout', 'dynamic', 'integer', 'Seconds until an idle connection is cut.', {
    allowed: '1-31536000',
  }),
]
