import { addColumnIfMissing, type Migration } from '@terrace/service'

/**
 * Where in which trace each outgoing message was made. It may be null, and comes last: MySQL adds it without touching a row,
 * and instances of the version before, which know nothing of it, go on storing and relaying meanwhile.
 *
 * @see MySQL 8.0 Reference Manual, "Online DDL Operations", adding a column
 */
export const outboxTraces: Migration = {
  name: '002-outbox-traces',
  up: (db, dialect) => addColumnIfMissing(db, dialect, { table: 'outbox', name: 'traces', type: 'text' }),
}
