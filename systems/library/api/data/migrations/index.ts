import { idempotencyMigration, type Migration } from '@terrace/service'
import { booksUsersLoans } from './001-books-users-loans.ts'

/** In the order in which they run; a released one is never changed. */
export const migrations: readonly Migration[] = [booksUsersLoans, idempotencyMigration('002-idempotency-keys')]
