import { idempotencyMigration, type Migration } from '@terrace/service'
import { notes } from './001-notes.ts'

/** In the order in which they run; a released one is never changed. */
export const migrations: readonly Migration[] = [notes, idempotencyMigration('002-idempotency-keys')]
