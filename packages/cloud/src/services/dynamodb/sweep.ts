import type { Stop } from '@terrace/kit'
import type { World } from '../../world.ts'
import { OLDEST_EXPIRY, SWEEP_INTERVAL } from './limits.ts'
import type { Table } from './table.ts'
import type { Tables } from './tables.ts'

/** Items that are looked for at once. */
const AT_ONCE = 1000

/**
 * Deletes items that have expired, once a minute: until then they can be read, as on AWS.
 * @see DynamoDB Developer Guide "Using time to live (TTL) in DynamoDB"
 */
export function sweepExpired({ clock, journal }: Pick<World, 'clock' | 'journal'>, tables: Tables): Stop {
  return clock.every(SWEEP_INTERVAL, () => {
    const now = Math.floor(clock.now() / 1000)
    for (const table of tables.list()) {
      table.meter.report()
      const deleted = table.record.timeToLiveAttribute === undefined ? 0 : sweep(table, now)
      if (deleted === 0) continue
      const { name, node } = table.record
      table.meter.put('TimeToLiveDeletedItemCount', deleted, { TableName: name })
      journal.write({
        kind: 'dynamodb.expired',
        ...(node === undefined ? {} : { node }),
        message: `${deleted} ${deleted === 1 ? 'item' : 'items'} of the table ${name} expired and ${deleted === 1 ? 'was' : 'were'} deleted`,
        details: { table: name, deleted },
      })
    }
  })
}

function sweep(table: Table, now: number): number {
  let deleted = 0
  for (;;) {
    const more = table.expire(now - OLDEST_EXPIRY, now, AT_ONCE)
    deleted += more
    if (more < AT_ONCE) return deleted
  }
}
