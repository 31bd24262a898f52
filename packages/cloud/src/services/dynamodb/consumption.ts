import { READ_UNIT, WRITE_UNIT } from './limits.ts'
import { attributesOf, type IndexSettings, isGlobal, type TableSettings } from './table-record.ts'
import { type Item, isEqual } from './values/attribute-value.ts'
import { sizeOf } from './values/size.ts'

/** The units that a call has taken of a table and of its indexes. */
export interface Consumption {
  readonly kind: 'read' | 'write'
  readonly table: number
  readonly indexes: readonly { readonly index: IndexSettings; readonly units: number }[]
}

/** Units for reading that many bytes at once. @see DynamoDB Developer Guide "DynamoDB read and write operations" */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT)) * (consistent ? 1 : 0.5)

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT))

/** What of an item is in an index. */
export function projected(settings: TableSettings, { key, projection }: IndexSettings, item: Item): Item {
  if (projection === 'all') return item
  const named = projection === 'keysOnly' ? [] : projection.including
  const names = new Set([...attributesOf(settings), ...attributesOf({ key }), ...named])
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)))
}

/**
 * What a write takes: the larger one of the item before and after, and of each index what changes in it: nothing, an entry put
 * or deleted, or both when its key changes.
 *
 * @see DynamoDB Developer Guide "Provisioned throughput considerations for Global Secondary Indexes"
 */
export function written(settings: TableSettings, before: Item | undefined, after: Item | undefined): Consumption {
  const table = writeUnits(Math.max(before ? sizeOf(before) : 0, after ? sizeOf(after) : 0))
  const indexes = [...settings.globalIndexes, ...settings.localIndexes].flatMap(index => {
    const units = unitsOfEntry(settings, index, before, after)
    return units > 0 ? [{ index, units }] : []
  })
  return { kind: 'write', table, indexes }
}

function unitsOfEntry(
  settings: TableSettings,
  index: IndexSettings,
  before: Item | undefined,
  after: Item | undefined,
): number {
  const names = attributesOf(index)
  const entry = (item: Item | undefined) =>
    item && names.every(name => item[name] !== undefined) ? projected(settings, index, item) : undefined
  const [old, now] = [entry(before), entry(after)]
  if (!old || !now) return old || now ? writeUnits(sizeOf(old ?? now ?? {})) : 0
  if (isEqual({ M: old }, { M: now })) return 0
  const moves = names.some(name => !isEqual(old[name] ?? {}, now[name] ?? {}))
  return moves ? writeUnits(sizeOf(old)) + writeUnits(sizeOf(now)) : writeUnits(Math.max(sizeOf(old), sizeOf(now)))
}

/** What is taken of the table's own throughput: its local indexes have none. */
export const ofTable = ({ table, indexes }: Consumption): number =>
  table + sum(indexes.filter(({ index }) => !isGlobal(index)))

/** `ConsumedCapacity` of an answer, as far as it was asked for. */
export function describeConsumption(
  tableName: string,
  consumptions: readonly Consumption[],
  asked: string | undefined,
): object | undefined {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return undefined
  const table = consumptions.reduce((total, each) => total + each.table, 0)
  const all = consumptions.flatMap(({ indexes }) => indexes)
  const total = { TableName: tableName, CapacityUnits: table + sum(all) }
  if (asked === 'TOTAL') return total
  return {
    ...total,
    Table: { CapacityUnits: table },
    ...members(
      'GlobalSecondaryIndexes',
      all.filter(({ index }) => isGlobal(index)),
    ),
    ...members(
      'LocalSecondaryIndexes',
      all.filter(({ index }) => !isGlobal(index)),
    ),
  }
}

function members(name: string, indexes: Consumption['indexes']): object {
  if (indexes.length === 0) return {}
  const units = new Map<string, number>()
  for (const each of indexes) units.set(each.index.name, (units.get(each.index.name) ?? 0) + each.units)
  return { [name]: Object.fromEntries([...units].map(([index, CapacityUnits]) => [index, { CapacityUnits }])) }
}

const sum = (indexes: Consumption['indexes']): number => indexes.reduce((total, { units }) => total + units, 0)
