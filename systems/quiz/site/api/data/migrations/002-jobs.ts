import type { Migration } from '@terrace/service'
import { CompiledQuery, sql } from 'kysely'
import { getConstructionPlans } from 'pg-boss'
import { JOBS_SCHEMA } from '../../jobs/jobs-schema.ts'

/**
 * The tables of pg-boss, made under our own lock with everything else. Its plan is one transaction of its own, so that
 * it is there whole or not at all; a newer pg-boss changes them when it starts, under a lock too.
 */
export const jobTables: Migration = {
  name: '002-jobs',
  async up(db) {
    const { rows } = await sql<{ there: boolean }>`
      select to_regclass(${`${JOBS_SCHEMA}.version`}) is not null as there`.execute(db)
    if (rows[0]?.there === true) return
    await db.executeQuery(CompiledQuery.raw(getConstructionPlans(JOBS_SCHEMA)))
  },
}
