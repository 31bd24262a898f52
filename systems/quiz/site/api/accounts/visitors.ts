import type { Visitors } from '@terrace/service/accounts'
import type { Account } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'

/** Who asks. */
export type SiteVisitors = Visitors<Tables, Account>
