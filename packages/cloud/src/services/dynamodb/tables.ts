import type { Stop } from '@terrace/kit'
import type { World } from '../../world.ts'
import {
  LimitExceededException,
  ResourceInUseException,
  ResourceNotFoundException,
  ValidationException,
} from './errors.ts'
import { MOST_TABLES, TRANSITION } from './limits.ts'
import { ItemStore } from './store/item-store.ts'
import { Table } from './table.ts'
import type { TableRecord, TableSettings } from './table-record.ts'

/** What changes of a table; indexes that are new or gone are found by their names. */
export type TableChange = Partial<TableSettings> & Pick<Partial<TableRecord>, 'node' | 'policy'>

/** The tables of the account. They stay until `terrace reset`. */
export class Tables {
  readonly #world: World
  readonly #store: ItemStore
  readonly #tables = new Map<string, Table>()
  readonly #timers = new Set<Stop>()

  /** @throws TerraceError DYNAMODB_STATE_CORRUPT */
  constructor(world: World) {
    this.#world = world
    this.#store = new ItemStore(world.folders.data)
    for (const { id, record: text } of this.#store.tables()) {
      const record: TableRecord = JSON.parse(text)
      if (record.deleting) this.#store.removeTable(id)
      else this.#tables.set(record.name, new Table(world, this.#store, id, record))
    }
  }

  /** In the order of their names. */
  list(): readonly Table[] {
    return [...this.#tables.values()].sort((a, b) => (a.record.name < b.record.name ? -1 : 1))
  }

  find(name: string): Table | undefined {
    return this.#tables.get(name)
  }

  /** A table in any state. @throws ResourceNotFoundException */
  get(name: string): Table {
    const found = this.find(name)
    if (!found) throw ResourceNotFoundException.ofTable(name)
    return found
  }

  /** A table whose items can be read and written. @throws ResourceNotFoundException */
  use(name: string): Table {
    const found = this.find(name)
    if (!found || found.status === 'CREATING' || found.status === 'DELETING') throw new ResourceNotFoundException()
    return found
  }

  /**
   * A new table.
   *
   * @param options.atOnce  it is there without being made first: those of the template
   * @throws ResourceInUseException, LimitExceededException
   */
  create(settings: TableSettings & TableChange, { atOnce = false }: { readonly atOnce?: boolean } = {}): Table {
    if (this.#tables.has(settings.name)) {
      throw new ResourceInUseException(`Table already exists: ${settings.name}`)
    }
    if (this.#tables.size >= MOST_TABLES) {
      throw new LimitExceededException(`Subscriber limit exceeded: There are ${MOST_TABLES} tables, which is the quota`)
    }
    const { clock, random } = this.#world
    const record: TableRecord = { ...settings, uuid: random.uuid(), created: clock.now() }
    const id = this.#store.addTable(JSON.stringify(record))
    const table = new Table(this.#world, this.#store, id, record, atOnce ? 'ACTIVE' : 'CREATING')
    this.#tables.set(settings.name, table)
    this.#say('created', table)
    if (!atOnce) {
      for (const { name } of settings.globalIndexes) table.indexStatus.set(name, 'CREATING')
      this.#later(() => this.#settle(table))
    }
    return table
  }

  /**
   * Another throughput, other indexes, other settings. Indexes are filled before the call returns, and ready after a while.
   * @throws ResourceInUseException
   */
  update(table: Table, change: TableChange, { atOnce = false }: { readonly atOnce?: boolean } = {}): void {
    this.checkActive(table)
    const before = table.record
    const after: TableRecord = { ...before, ...change }
    const now = this.#world.clock.now()
    const direction = directionOf(before, after)
    table.change({ ...after, ...(direction > 0 && { raised: now }), ...(direction < 0 && { lowered: now }) })
    if (atOnce) return
    table.status = 'UPDATING'
    const isNew = (name: string) => !before.globalIndexes.some(index => index.name === name)
    for (const { name } of after.globalIndexes) table.indexStatus.set(name, isNew(name) ? 'CREATING' : 'UPDATING')
    this.#say('updated', table)
    this.#later(() => this.#settle(table))
  }

  /** Tags, policy, time to live: what doesn't make a table UPDATING. */
  set(table: Table, change: TableChange): void {
    table.change({ ...table.record, ...change })
  }

  /** Without the policy. */
  removePolicy(table: Table): void {
    const { policy: _, ...rest } = table.record
    table.change(rest)
  }

  /** Without time to live. */
  removeTimeToLive(table: Table): void {
    const { timeToLiveAttribute: _, ...rest } = table.record
    table.change(rest)
  }

  /** @param options.atOnce  it is gone when the call returns @throws ResourceInUseException, ValidationException */
  delete(table: Table, { atOnce = false }: { readonly atOnce?: boolean } = {}): void {
    this.checkActive(table)
    if (table.record.deletionProtection) {
      throw new ValidationException(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      )
    }
    table.change({ ...table.record, deleting: true })
    table.status = 'DELETING'
    this.#say('deleted', table)
    const remove = () => {
      this.#store.removeTable(table.id)
      this.#tables.delete(table.record.name)
    }
    if (atOnce) remove()
    else this.#later(remove)
  }

  /** @throws ResourceInUseException while it is being made, changed or deleted */
  checkActive({ status, record: { name } }: Table): void {
    if (status === 'ACTIVE') return
    const what = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted' }[status]
    throw new ResourceInUseException(
      `Attempt to change a resource which is still in use: Table is being ${what}: ${name}`,
    )
  }

  /** `arn:aws:dynamodb:us-east-1:123456789012:table/items` */
  arnOf(name: string): string {
    const { region, account } = this.#world.architecture
    return `arn:aws:dynamodb:${region}:${account}:table/${name}`
  }

  close(): void {
    for (const stop of this.#timers) stop()
    this.#store.close()
  }

  #settle(table: Table): void {
    table.status = 'ACTIVE'
    table.indexStatus.clear()
  }

  #later(action: () => void): void {
    const stop = this.#world.clock.after(TRANSITION, () => {
      this.#timers.delete(stop)
      action()
    })
    this.#timers.add(stop)
  }

  #say(what: 'created' | 'updated' | 'deleted', { record: { name, node } }: Table): void {
    this.#world.journal.write({
      kind: `dynamodb.${what}`,
      ...(node === undefined ? {} : { node }),
      message: `the table ${name} was ${what}`,
      details: { table: name },
    })
  }
}

/** Above 0 when the table got more throughput, below when it got less. */
function directionOf({ throughput: before }: TableSettings, { throughput: after }: TableSettings): number {
  if (before.mode !== 'provisioned' || after.mode !== 'provisioned') return 0
  return after.reads - before.reads || after.writes - before.writes
}
