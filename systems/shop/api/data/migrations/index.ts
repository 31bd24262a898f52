import type { Migration } from '@terrace/service'
import { shopTables } from './001-shop.ts'
import { outboxTraces } from './002-outbox-traces.ts'

/** In the order in which they run; a released one is never changed. */
export const migrations: readonly Migration[] = [shopTables, outboxTraces]
