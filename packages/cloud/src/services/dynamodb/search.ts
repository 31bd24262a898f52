import { type Consumption, projected, readUnits } from './consumption.ts'
import { ValidationException } from './errors.ts'
import { type KeyCondition, partitionText, sortText } from './grammar.ts'
import { checkKey, indexKey, isOfType, itemKey } from './keys.ts'
import { LARGEST_PAGE } from './limits.ts'
import { END, type RowRange } from './store/row-range.ts'
import type { Table } from './table.ts'
import { attributesOf, type IndexSettings, indexOf, isGlobal, type TableRecord } from './table-record.ts'
import { type AttributeValue, compareValues, type Item, isEqual, scalarOf } from './values/attribute-value.ts'
import { attributesIn, type Condition, holds } from './values/condition.ts'
import { type Path, project } from './values/path.ts'
import { sizeOf } from './values/size.ts'

/** What Query and Scan have in common. */
export interface Search {
  readonly indexName: string | undefined
  readonly consistent: boolean
  readonly select: string | undefined
  readonly filter: Condition | undefined
  readonly projection: readonly Path[] | undefined
  /** How many items are looked at, at most. */
  readonly limit: number | undefined
  readonly startKey: Item | undefined
}

export interface QuerySearch extends Search {
  readonly conditions: Readonly<Record<string, KeyCondition>>
  readonly backwards: boolean
}

export interface ScanSearch extends Search {
  /** One part of the table of several that are scanned at the same time. */
  readonly segment: { readonly number: number; readonly of: number } | undefined
}

/** A page. */
export interface Found {
  /** Absent when only their number was asked for. */
  readonly items: readonly Item[] | undefined
  readonly count: number
  readonly scanned: number
  readonly lastKey: Item | undefined
  readonly consumption: Consumption
}

/**
 * The items of one partition in the order of their sort keys.
 * @throws ValidationException, ProvisionedThroughputExceededException
 */
export function query(table: Table, search: QuerySearch): Found {
  const { record } = table
  const index = indexFor(record, search)
  const key = (index ?? record).key
  const range = rangeOf(record, key, search)
  checkStart(record, index, search)
  checkStartInside(search, key)
  const filtered = attributesIn(search.filter).find(name => attributesOf({ key }).includes(name))
  if (filtered !== undefined) {
    throw new ValidationException(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filtered}`,
    )
  }
  return read('Query', table, index, search, { ...range, backwards: search.backwards })
}

/** All items, in the order of their partition keys' hashes. @throws ValidationException */
export function scan(table: Table, search: ScanSearch): Found {
  const { record } = table
  const index = indexFor(record, search)
  checkStart(record, index, search)
  const { segment } = search
  const range = segment
    ? { from: bound(segment.number, segment.of), to: bound(segment.number + 1, segment.of) }
    : { from: '', to: END }
  const after = startText(record, index, search.startKey)
  if (segment && after !== undefined && (after < range.from || after >= range.to)) {
    throw new ValidationException(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${segment.of} Segment: ${segment.number}`,
    )
  }
  return read('Scan', table, index, search, range)
}

/** Partition keys begin with 24 bits of a hash. */
const HASHES = 2 ** 24

const bound = (segment: number, of: number): string =>
  segment >= of
    ? END
    : Math.ceil((HASHES * segment) / of)
        .toString(16)
        .padStart(6, '0')

function read(
  operation: string,
  table: Table,
  index: IndexSettings | undefined,
  search: Search,
  range: RowRange,
): Found {
  const { record, store, id, meter } = table
  meter.admit(operation, 'read', index ? [index] : [])
  const wholeRange = { ...range, after: startText(record, index, search.startKey) }
  const rows = index ? store.entries(id, index.name, wholeRange) : store.items(id, wholeRange)
  const fetches = index !== undefined && fetchesItems(record, index, search)
  const items: Item[] = []
  let [scanned, bytes, fetched] = [0, 0, 0]
  let last: Item | undefined
  for (const row of rows) {
    const entry = index ? projected(record, index, row.item) : row.item
    const item = fetches ? row.item : entry
    scanned++
    bytes += sizeOf(entry)
    if (fetches) fetched += readUnits(sizeOf(row.item), search.consistent)
    last = row.item
    if (!search.filter || holds(search.filter, item)) items.push(item)
    if (scanned === search.limit || bytes >= LARGEST_PAGE) break
    last = undefined
  }
  const units = readUnits(bytes, search.consistent)
  const consumption: Consumption = {
    kind: 'read',
    table: index ? fetched : units,
    indexes: index ? [{ index, units }] : [],
  }
  meter.take(consumption)
  meter.put('ReturnedItemCount', items.length, { TableName: record.name, Operation: operation })
  const { projection } = search
  return {
    items: search.select === 'COUNT' ? undefined : projection ? items.map(item => project(item, projection)) : items,
    count: items.length,
    scanned,
    lastKey: last && keyOf(record, index, last),
    consumption,
  }
}

/** The attributes of the table's key and of the index's. */
function keyOf(record: TableRecord, index: IndexSettings | undefined, item: Item): Item {
  const names = new Set([...attributesOf(record), ...(index ? attributesOf(index) : [])])
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)))
}

function indexFor(record: TableRecord, search: Search): IndexSettings | undefined {
  const { indexName, select, projection } = search
  const index = indexName === undefined ? undefined : indexOf(record, indexName)
  if (indexName !== undefined && !index) {
    throw new ValidationException(`The table does not have the specified index: ${indexName}`)
  }
  if (!index && select === 'ALL_PROJECTED_ATTRIBUTES') {
    throw ValidationException.ofParameters('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName')
  }
  if (select === 'SPECIFIC_ATTRIBUTES' && !projection) {
    throw ValidationException.ofParameters(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    )
  }
  if (projection && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    throw ValidationException.ofParameters(
      `Cannot specify the ProjectionExpression when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`,
    )
  }
  if (index && isGlobal(index)) checkGlobal(record, index, search)
  return index
}

function checkGlobal(record: TableRecord, index: IndexSettings, { consistent, select, projection }: Search): void {
  if (consistent) throw new ValidationException('Consistent reads are not supported on global secondary indexes')
  if (index.projection === 'all') return
  if (select === 'ALL_ATTRIBUTES') {
    throw ValidationException.ofParameters(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    )
  }
  const missing = notProjected(record, index, projection)
  if (missing.length > 0) {
    throw ValidationException.ofParameters(
      `Global secondary index ${index.name} does not project [${missing.join(', ')}]`,
    )
  }
}

/** Whether a local index has to ask the table for the rest. */
const fetchesItems = (record: TableRecord, index: IndexSettings, { select, projection }: Search): boolean =>
  index.projection !== 'all' &&
  !isGlobal(index) &&
  (select === 'ALL_ATTRIBUTES' || notProjected(record, index, projection).length > 0)

function notProjected(record: TableRecord, index: IndexSettings, paths: readonly Path[] = []): readonly string[] {
  if (index.projection === 'all') return []
  const including = index.projection === 'keysOnly' ? [] : index.projection.including
  const there = new Set([...attributesOf(record), ...attributesOf(index), ...including])
  return paths.map(([first]) => String(first)).filter(name => !there.has(name))
}

function rangeOf(record: TableRecord, key: TableRecord['key'], { conditions }: QuerySearch): RowRange {
  const { partition, sort } = key
  const names = attributesOf({ key })
  if (sort === undefined && Object.keys(conditions).length > 1) {
    throw new ValidationException('Query key condition not supported')
  }
  const [first, second] = [conditions[partition], sort === undefined ? undefined : conditions[sort]]
  if (!first || (sort !== undefined && !second && Object.keys(conditions).length > 1)) {
    throw new ValidationException(`Query condition missed key schema element: ${first ? sort : partition}`)
  }
  for (const name of names) {
    if (conditions[name]?.AttributeValueList.some(value => !isOfType(value, record, name))) {
      throw ValidationException.ofParameters('Condition parameter type does not match schema type')
    }
  }
  if (first.ComparisonOperator !== 'EQ') throw new ValidationException('Query key condition not supported')
  for (const name of names) {
    if (conditions[name]?.AttributeValueList.some(({ S, B }) => S === '' || B === '')) {
      throw new ValidationException(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      )
    }
  }
  const prefix = partitionText(text(first.AttributeValueList[0]), record.attributeTypes[partition] ?? 'S')
  if (!second || sort === undefined) return { from: prefix, to: `${prefix}${END}` }
  const [low = '', high = ''] = second.AttributeValueList.map(
    value => `${prefix}${sortText(text(value), record.attributeTypes[sort] ?? 'S')}`,
  )
  return stretch(second.ComparisonOperator, prefix, low, high)
}

// Every key ends with a slash, which comes before all digits and letters.
function stretch(operator: KeyCondition['ComparisonOperator'], prefix: string, low: string, high: string): RowRange {
  switch (operator) {
    case 'EQ':
      return { from: `${low}/`, to: `${low}/${END}` }
    case 'LT':
      return { from: prefix, to: `${low}/` }
    case 'LE':
      return { from: prefix, to: `${low}/${END}` }
    case 'GT':
      return { from: `${low}/${END}`, to: `${prefix}${END}` }
    case 'GE':
      return { from: `${low}/`, to: `${prefix}${END}` }
    case 'BEGINS_WITH':
      return { from: low, to: `${low}${END}` }
    case 'BETWEEN':
      return { from: `${low}/`, to: `${high}/${END}` }
  }
}

const text = (value: AttributeValue | undefined): string => scalarOf(value) ?? ''

function startText(record: TableRecord, index: IndexSettings | undefined, key: Item | undefined): string | undefined {
  if (!key) return undefined
  return index ? indexKey(record, index, key) : itemKey(record, key)
}

function checkStart(record: TableRecord, index: IndexSettings | undefined, { startKey }: Search): void {
  if (!startKey) return
  const names = new Set([...attributesOf(record), ...(index ? attributesOf(index) : [])])
  const fits = [...names].every(name => isOfType(startKey[name], record, name) && text(startKey[name]) !== '')
  if (!fits || Object.keys(startKey).length !== names.size) {
    const why = index ? '' : ': The provided key element does not match the schema'
    throw new ValidationException(`The provided starting key is invalid${why}`)
  }
  checkKey(record, Object.fromEntries(attributesOf(record).map(name => [name, startKey[name] ?? {}])))
}

function checkStartInside({ startKey, conditions }: QuerySearch, { partition, sort }: TableRecord['key']): void {
  const of = conditions[partition]?.AttributeValueList[0]
  if (!startKey || !of) return
  if (!isEqual(startKey[partition] ?? {}, of)) {
    throw new ValidationException('The provided starting key is outside query boundaries based on provided conditions')
  }
  const [value, condition] = sort === undefined ? [] : [startKey[sort], conditions[sort]]
  if (value && condition && !matches(condition, value)) {
    throw new ValidationException('The provided starting key does not match the range key predicate')
  }
}

function matches({ ComparisonOperator: operator, AttributeValueList: values }: KeyCondition, value: AttributeValue) {
  const [low = {}, high = {}] = values
  if (operator === 'BEGINS_WITH') {
    return holds({ type: 'function', name: 'begins_with', args: [value, low] }, {})
  }
  const order = compareValues(value, low) ?? 0
  switch (operator) {
    case 'EQ':
      return order === 0
    case 'LT':
      return order < 0
    case 'LE':
      return order <= 0
    case 'GT':
      return order > 0
    case 'GE':
      return order >= 0
    case 'BETWEEN':
      return order >= 0 && (compareValues(value, high) ?? 1) <= 0
  }
}
