import type { World } from '../../world.ts'
import { type Consumption, readUnits, written } from './consumption.ts'
import { ConditionalCheckFailedException, ValidationException } from './errors.ts'
import { expiryOf } from './expiry.ts'
import { checkIndexKeys, checkItemKeys, checkKey, entriesOf, itemKey } from './keys.ts'
import { LARGEST_ITEM } from './limits.ts'
import { Meter } from './meter.ts'
import { type IndexEntry, type ItemStore, WHOLE } from './store/item-store.ts'
import { attributesOf, type IndexSettings, type TableRecord, type TableSettings } from './table-record.ts'
import type { Item } from './values/attribute-value.ts'
import { type Condition, holds } from './values/condition.ts'
import type { Path } from './values/path.ts'
import { sizeOf } from './values/size.ts'
import { type UpdateAction, updated } from './values/update.ts'

/** What a write has changed, and what it has taken. */
export interface Written {
  readonly before: Item | undefined
  readonly after: Item | undefined
  readonly consumption: Consumption
}

export type TableStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING'

/** One table with its items. Every call is done at once: nothing comes between its condition and its write. */
export class Table {
  readonly id: number
  readonly store: ItemStore
  readonly meter: Meter
  status: TableStatus
  /** Indexes that are being made or deleted: their status by name. */
  readonly indexStatus = new Map<string, 'CREATING' | 'UPDATING' | 'DELETING'>()
  #record: TableRecord
  #totals: { count: number; bytes: number }

  constructor(world: World, store: ItemStore, id: number, record: TableRecord, status: TableStatus = 'ACTIVE') {
    this.id = id
    this.store = store
    this.status = status
    this.meter = new Meter(world, record)
    this.#record = record
    this.#totals = store.totals(id)
  }

  get record(): TableRecord {
    return this.#record
  }

  get totals(): { readonly count: number; readonly bytes: number } {
    return this.#totals
  }

  /** Follows a change of what the table is: indexes that are new are filled, those that are gone emptied. */
  change(record: TableRecord): void {
    const before = this.#record
    this.store.together(() => {
      for (const index of before.globalIndexes) {
        if (!hasSame(record, index, before)) this.store.removeIndex(this.id, index.name)
      }
      const fresh = record.globalIndexes.filter(index => !hasSame(before, index, record))
      const newExpiry = before.timeToLiveAttribute !== record.timeToLiveAttribute
      if (fresh.length > 0 || newExpiry) this.#revisit(record, fresh, newExpiry)
      this.store.saveTable(this.id, JSON.stringify(record))
    })
    this.#record = record
    this.meter.follow(record)
  }

  get(key: Item, consistent: boolean): { readonly item: Item | undefined; readonly consumption: Consumption } {
    checkKey(this.#record, key)
    this.meter.admit('GetItem', 'read')
    return this.#read(key, consistent)
  }

  /** One of the items that a batch asks for. */
  getInBatch(key: Item, consistent: boolean): ReturnType<Table['get']> {
    checkKey(this.#record, key)
    this.meter.admit('BatchGetItem', 'read')
    return this.#read(key, consistent)
  }

  /** Whether this can be an item here. @throws ValidationException */
  checkPut(item: Item): void {
    checkItemKeys(this.#record, item)
    checkSize(item, 'Item size has exceeded the maximum allowed size')
  }

  /** @throws ValidationException */
  checkDelete(key: Item): void {
    checkKey(this.#record, key)
  }

  /** @throws ConditionalCheckFailedException, ValidationException, ProvisionedThroughputExceededException */
  put(item: Item, condition?: Condition, operation = 'PutItem'): Written {
    this.checkPut(item)
    return this.#write(operation, item, condition, () => item)
  }

  /** Also when there is none. @throws ConditionalCheckFailedException, ProvisionedThroughputExceededException */
  delete(key: Item, condition?: Condition, operation = 'DeleteItem'): Written {
    this.checkDelete(key)
    return this.#write(operation, key, condition, () => undefined)
  }

  /** Makes the item when there is none. @throws ConditionalCheckFailedException, ValidationException */
  update(key: Item, actions: readonly UpdateAction[], paths: readonly Path[], condition?: Condition): Written {
    checkKey(this.#record, key)
    this.#checkPaths(paths)
    return this.#write('UpdateItem', key, condition, before => {
      const after = updated(before ?? key, actions)
      checkIndexKeys(this.#record, after)
      checkSize(after, 'Item size to update has exceeded the maximum allowed size')
      return after
    })
  }

  /** Deletes items whose time has come; it takes no throughput. @returns how many @param now  seconds since 1970 */
  expire(from: number, now: number, most: number): number {
    const keys = this.store.expired(this.id, from, now, most)
    for (const key of keys) this.#replace(key, this.store.get(this.id, key), undefined)
    return keys.length
  }

  #read(key: Item, consistent: boolean): ReturnType<Table['get']> {
    const item = this.store.get(this.id, itemKey(this.#record, key))
    const consumption: Consumption = {
      kind: 'read',
      table: readUnits(item ? sizeOf(item) : 0, consistent),
      indexes: [],
    }
    this.meter.take(consumption)
    return { item, consumption }
  }

  #write(
    operation: string,
    keyed: Item,
    condition: Condition | undefined,
    change: (before: Item | undefined) => Item | undefined,
  ): Written {
    const settings = this.#record
    const key = itemKey(settings, keyed)
    this.meter.admit(operation, 'write')
    const before = this.store.get(this.id, key)
    if (condition && !holds(condition, before ?? {})) {
      // A write that its condition prevents takes what it would have without the change.
      this.meter.take(written({ ...settings, globalIndexes: [], localIndexes: [] }, before, before))
      this.meter.put('ConditionalCheckFailedRequests', 1, { TableName: settings.name })
      throw new ConditionalCheckFailedException(before)
    }
    const after = change(before)
    const consumption = written(settings, before, after)
    this.meter.admit(
      operation,
      'write',
      consumption.indexes.map(({ index }) => index),
    )
    this.#replace(key, before, after)
    this.meter.take(consumption)
    return { before, after, consumption }
  }

  #replace(key: string, before: Item | undefined, after: Item | undefined): void {
    const settings = this.#record
    const bytes = after ? sizeOf(after) : 0
    const old = before ? entriesOf(settings, before) : []
    const now = after ? entriesOf(settings, after) : []
    const isIn = (entries: readonly IndexEntry[]) => (entry: IndexEntry) =>
      entries.some(({ index, key: there }) => index === entry.index && there === entry.key)
    this.store.write(this.id, {
      key,
      ...(after && { item: after }),
      bytes,
      expires: after && expiryOf(settings, after),
      removed: old.filter(entry => !isIn(now)(entry)),
      added: now.filter(entry => !isIn(old)(entry)),
    })
    this.#totals = {
      count: this.#totals.count + (after ? 1 : 0) - (before ? 1 : 0),
      bytes: this.#totals.bytes + bytes - (before ? sizeOf(before) : 0),
    }
  }

  #revisit(record: TableRecord, fresh: TableRecord['globalIndexes'], newExpiry: boolean): void {
    const only: TableSettings = { ...record, globalIndexes: fresh, localIndexes: [] }
    for (const { key, item } of this.store.items(this.id, WHOLE)) {
      this.store.addEntries(this.id, key, entriesOfFitting(only, item))
      if (newExpiry) this.store.setExpiry(this.id, key, expiryOf(record, item))
    }
  }

  #checkPaths(paths: readonly Path[]): void {
    const keys = attributesOf(this.#record)
    const changed = paths.find(([first]) => typeof first === 'string' && keys.includes(first))
    if (!changed) return
    throw ValidationException.ofParameters(`Cannot update attribute ${changed[0]}. This attribute is part of the key`)
  }
}

/** What was written before an index was made may have values that can't be its keys: those are not in it. */
function entriesOfFitting(settings: TableSettings, item: Item): readonly IndexEntry[] {
  return settings.globalIndexes.flatMap(index => {
    const one = { ...settings, globalIndexes: [index] }
    try {
      checkIndexKeys(one, item)
    } catch {
      return []
    }
    return entriesOf(one, item)
  })
}

/** An index with another key is another index; what it projects is looked at when it is read. */
const hasSame = (settings: TableSettings, index: IndexSettings, from: TableSettings): boolean =>
  settings.globalIndexes.some(
    each => each.name === index.name && identityOf(settings, each) === identityOf(from, index),
  )

const identityOf = ({ attributeTypes }: TableSettings, index: IndexSettings): string =>
  JSON.stringify(attributesOf(index).map(name => [name, attributeTypes[name]]))

function checkSize(item: Item, message: string): void {
  if (sizeOf(item) > LARGEST_ITEM) throw new ValidationException(message)
}
