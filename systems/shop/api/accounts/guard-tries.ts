import { type Database, Problem } from '@terrace/service'
import { isUsedUp, type Limit } from '../data/attempts.ts'
import type { Tables } from '../data/tables.ts'

/** @throws Problem 429 when one of the limits is used up */
export async function guardTries(database: Database<Tables>, limits: readonly Limit[]): Promise<void> {
  const now = database.clock.now()
  if (!(await isUsedUp(database.db, limits, now))) return
  const window = Math.max(...limits.map(limit => limit.window))
  const retryAfter = Math.ceil((window - (now % window)) / 1000)
  throw new Problem(429, 'Too many attempts; try again later', { headers: { 'retry-after': String(retryAfter) } })
}
