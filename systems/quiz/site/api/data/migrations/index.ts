import { idempotencyMigration, type Migration } from '@terrace/service'
import { siteTables } from './001-site.ts'
import { jobTables } from './002-jobs.ts'

/** In the order in which they run; a released one is never changed. */
export const migrations: readonly Migration[] = [siteTables, jobTables, idempotencyMigration('003-idempotency')]
