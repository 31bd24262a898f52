import type { Instant } from '@terrace/kit'
import type { World } from '../../world.ts'
import { Capacity } from './capacity.ts'
import { type Consumption, ofTable } from './consumption.ts'
import { ProvisionedThroughputExceededException, ThrottlingException } from './errors.ts'
import { SAID_AGAIN_AFTER } from './limits.ts'
import { type IndexSettings, isGlobal, type TableSettings } from './table-record.ts'

type Surroundings = Pick<World, 'journal' | 'metrics' | 'realtime'>

const NAMESPACE = 'AWS/DynamoDB'

/**
 * Counts what is read and written of one table, and refuses what is too much.
 * @see Amazon DynamoDB Developer Guide "DynamoDB metrics and dimensions"
 */
export class Meter {
  readonly #world: Surroundings
  #settings: TableSettings
  #table: Capacity
  #indexes = new Map<string, Capacity>()
  #said: Instant | undefined

  constructor(world: Surroundings, settings: TableSettings) {
    this.#world = world
    this.#settings = settings
    this.#table = new Capacity(settings.throughput, world.realtime)
    this.follow(settings)
  }

  /** Follows a change of the table; where the throughput stays, what is left of it stays. */
  follow(settings: TableSettings): void {
    const { realtime } = this.#world
    const kept = (old: Capacity | undefined, throughput: TableSettings['throughput']) =>
      old && JSON.stringify(old.throughput) === JSON.stringify(throughput) ? old : new Capacity(throughput, realtime)
    this.#settings = settings
    this.#table = kept(this.#table, settings.throughput)
    this.#indexes = new Map(
      settings.globalIndexes.map(({ name, throughput }) => [name, kept(this.#indexes.get(name), throughput)]),
    )
  }

  /**
   * Lets a call pass while there is throughput for it.
   *
   * @param index  that is read, or the global ones that a write changes
   * @throws ProvisionedThroughputExceededException, ThrottlingException
   */
  admit(operation: string, kind: 'read' | 'write', indexes: readonly IndexSettings[] = []): void {
    const globals = indexes.filter(isGlobal)
    // What is read in a global index is taken of its throughput alone.
    if ((kind === 'write' || globals.length === 0) && !this.#table.has(kind)) this.#refuse(operation, kind)
    const full = globals.find(({ name }) => !this.#indexes.get(name)?.has(kind))
    if (full) this.#refuse(operation, kind, full)
  }

  /** Takes what a call has consumed. */
  take(consumption: Consumption): void {
    const { kind, indexes } = consumption
    const { name: TableName } = this.#settings
    const metric = kind === 'read' ? 'ConsumedReadCapacityUnits' : 'ConsumedWriteCapacityUnits'
    const own = ofTable(consumption)
    if (own > 0) {
      this.#table.take(kind, own)
      this.put(metric, own, { TableName })
    }
    for (const { index, units } of indexes) {
      if (!isGlobal(index)) continue
      this.#indexes.get(index.name)?.take(kind, units)
      this.put(metric, units, { TableName, GlobalSecondaryIndexName: index.name })
    }
  }

  put(name: string, value: number, dimensions: Readonly<Record<string, string>>, unit = 'Count'): void {
    this.#world.metrics.put({ namespace: NAMESPACE, name, dimensions, unit, value })
  }

  /** What the table may give, once a minute. */
  report(): void {
    const { name: TableName, throughput, globalIndexes } = this.#settings
    const all = [
      { dimensions: { TableName }, throughput },
      ...globalIndexes.map(index => ({
        dimensions: { TableName, GlobalSecondaryIndexName: index.name },
        throughput: index.throughput,
      })),
    ]
    for (const each of all) {
      if (each.throughput.mode !== 'provisioned') continue
      this.put('ProvisionedReadCapacityUnits', each.throughput.reads, each.dimensions)
      this.put('ProvisionedWriteCapacityUnits', each.throughput.writes, each.dimensions)
    }
  }

  #refuse(operation: string, kind: 'read' | 'write', index?: TableSettings['globalIndexes'][number]): never {
    const { name: TableName, throughput } = this.#settings
    const event = kind === 'read' ? 'ReadThrottleEvents' : 'WriteThrottleEvents'
    this.put(event, 1, { TableName, ...(index && { GlobalSecondaryIndexName: index.name }) })
    this.put('ThrottledRequests', 1, { TableName, Operation: operation })
    this.#say(operation, kind, index)
    const { mode, mostReads, mostWrites } = {
      mostReads: undefined,
      mostWrites: undefined,
      ...(index?.throughput ?? throughput),
    }
    if (mode === 'provisioned') throw new ProvisionedThroughputExceededException(index ? 'index' : 'table')
    const most = kind === 'read' ? mostReads : mostWrites
    throw new ThrottlingException(
      most === undefined
        ? 'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.'
        : 'Throughput exceeds the maximum OnDemandThroughput configured on table or index.',
    )
  }

  #say(operation: string, kind: 'read' | 'write', index: IndexSettings | undefined): void {
    const now = this.#world.realtime.now()
    if (this.#said !== undefined && now - this.#said < SAID_AGAIN_AFTER) return
    this.#said = now
    const what = index ? `the index ${index.name} of ${this.#settings.name}` : `the table ${this.#settings.name}`
    this.#world.journal.write({
      kind: 'dynamodb.throttled',
      message: `${operation} was refused: the ${kind} throughput of ${what} is used up`,
      details: { table: this.#settings.name, operation, ...(index && { index: index.name }) },
    })
  }
}
