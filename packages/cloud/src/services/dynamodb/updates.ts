import type { NodeUpdates } from '../../update/node-update.ts'
import type { Tables } from './tables.ts'
import { bringTable, isOtherTable } from './template-tables.ts'

/**
 * What an update of the stack changes in tables while they are read and written: everything but name, key and local
 * indexes. A new table is there at once, a removed one goes with its items unless it is protected.
 *
 * @param revision  makes the id of a new revision of a policy
 * @see CloudFormation Template Reference, "AWS::DynamoDB::Table"
 */
export const tableUpdates = (tables: Tables, revision: () => string): NodeUpdates => ({
  table: {
    refuses({ before, after }) {
      if (!before) {
        return after && tables.find(after.name) ? `there is a table ${after.name} already` : undefined
      }
      if (!after) {
        const isProtected = tables.find(before.name)?.record.deletionProtection
        return isProtected ? 'it is protected against deletion: switch DeletionProtectionEnabled off first' : undefined
      }
      if (before.name !== after.name) return 'another name means another table, and the items of this one would be lost'
      return isOtherTable(before, after)
        ? 'another key or other local indexes mean another table, and the items of this one would be lost'
        : undefined
    },
    async apply({ before, after }) {
      if (after) return bringTable(after, tables, revision)
      const known = before && tables.find(before.name)
      if (known) tables.delete(known, { atOnce: true })
    },
  },
})
