import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { type Instant, LOWER_ALPHANUMERIC, type Random } from '@terrace/kit'
import type { Expected } from '../http/etag.ts'
import type { Item, ItemPatch } from '../schemas/item.ts'
import type { Changed, Created, ItemPage, ItemRepository, ListQuery, NewItem } from './repository.ts'
import {
  expiryOf,
  firstAnswer,
  inSeconds,
  isoTime,
  itemOf,
  MOST_LOOKED_AT,
  newRow,
  positionOf,
  type Row,
  searchKey,
} from './rows.ts'

/** The index of the list, and the one partition of it. Deleted items have no `list` and so are not in it. */
const INDEX = 'byCreation'
const LIST = 'items'
/** Calls for one page of a list: each reads 1 MB at most, and rows are up to 40 KB. */
const MOST_QUERIES = 8

/** A row with the mark of the write that made it what it is. */
interface StoredRow extends Row {
  readonly list?: typeof LIST
  readonly write: string
}

/** What an update does, and when. */
interface Update {
  readonly set: Readonly<Record<string, unknown>>
  readonly more?: string
  readonly condition: string
  readonly values?: Readonly<Record<string, unknown>>
}

/**
 * Items in a table of DynamoDB with the key `id`, the index `byCreation` (`list`, `position`) and the time to live
 * `expiresAt`. Each write leaves a mark: the SDK repeats a call whose answer was lost, and a repetition that finds its
 * own mark has won.
 */
export class DynamoItems implements ItemRepository {
  readonly #client: DynamoDBDocumentClient
  readonly #table: string
  readonly #marks: string
  #writes = 0

  constructor(client: DynamoDBDocumentClient, table: string, random: Random) {
    this.#client = client
    this.#table = table
    this.#marks = random.text(16, LOWER_ALPHANUMERIC)
  }

  async create(item: NewItem, now: Instant): Promise<Created> {
    const row = newRow(item, now)
    const write = this.#nextMark()
    const put = new PutCommand({
      TableName: this.#table,
      Item: { ...row, list: LIST, write },
      // What nobody can restore any more may still be there: the time to live works when it has time.
      ConditionExpression: 'attribute_not_exists(#id) OR #expiresAt <= :now',
      ExpressionAttributeNames: { '#id': 'id', '#expiresAt': 'expiresAt' },
      ExpressionAttributeValues: { ':now': inSeconds(now) },
    })
    for (;;) {
      if (await this.#wins(this.#client.send(put))) return { kind: 'created', item: itemOf(row) }
      const there = await this.#row(item.id)
      // Gone between the two calls: then the place is free.
      if (!there) continue
      if (there.write === write) return { kind: 'created', item: itemOf(row) }
      if (there.fingerprint !== item.fingerprint) return { kind: 'taken' }
      return { kind: 'repeated', item: firstAnswer(item, there) }
    }
  }

  async byId(id: string): Promise<Item | undefined> {
    const row = await this.#row(id)
    return row?.list === undefined ? undefined : itemOf(row)
  }

  change(id: string, { name, description }: ItemPatch, expected: Expected, now: Instant): Promise<Changed> {
    return this.#update(id, expected, {
      set: {
        ...(name === undefined ? {} : { name, nameKey: searchKey(name) }),
        ...(description === undefined ? {} : { description }),
        updatedAt: isoTime(now),
      },
      more: ', #version = #version + :one',
      condition: 'attribute_exists(#list)',
      values: { ':one': 1 },
    })
  }

  remove(id: string, expected: Expected, now: Instant): Promise<Changed> {
    return this.#update(id, expected, {
      set: { expiresAt: expiryOf(now) },
      more: ' REMOVE #list',
      condition: 'attribute_exists(#list)',
    })
  }

  async restore(id: string, now: Instant): Promise<Changed> {
    const outcome = await this.#update(id, 'any', {
      set: { list: LIST },
      more: ' REMOVE #expiresAt',
      condition: 'attribute_not_exists(#list) AND #expiresAt > :now',
      values: { ':now': inSeconds(now) },
    })
    if (outcome.kind === 'done') return outcome
    const item = await this.byId(id)
    return item ? { kind: 'done', item } : { kind: 'missing' }
  }

  async list({ limit, search, after }: ListQuery): Promise<ItemPage> {
    const found: Row[] = []
    let from = after
    let left = search === undefined ? limit + 1 : MOST_LOOKED_AT
    for (let query = 0; query < MOST_QUERIES && left > 0 && found.length <= limit; query++) {
      const {
        Items = [],
        LastEvaluatedKey,
        ScannedCount = 0,
      } = await this.#client.send(new QueryCommand(this.#listInput(from, search, left)))
      found.push(...(Items as Row[]))
      if (LastEvaluatedKey === undefined) return pageOf(found, limit, undefined)
      from = String(LastEvaluatedKey.position)
      left -= ScannedCount
    }
    return pageOf(found, limit, from)
  }

  #listInput(after: string | undefined, search: string | undefined, rows: number): QueryCommandInput {
    return {
      TableName: this.#table,
      IndexName: INDEX,
      ScanIndexForward: false,
      Limit: rows,
      KeyConditionExpression: after === undefined ? '#list = :list' : '#list = :list AND #position < :after',
      ...(search === undefined ? {} : { FilterExpression: 'contains(#nameKey, :search)' }),
      ExpressionAttributeNames: {
        '#list': 'list',
        ...(after === undefined ? {} : { '#position': 'position' }),
        ...(search === undefined ? {} : { '#nameKey': 'nameKey' }),
      },
      ExpressionAttributeValues: {
        ':list': LIST,
        ...(after === undefined ? {} : { ':after': after }),
        ...(search === undefined ? {} : { ':search': searchKey(search) }),
      },
    }
  }

  async #update(id: string, expected: Expected, update: Update): Promise<Changed> {
    const write = this.#nextMark()
    const item =
      expected !== 'any' && expected.length === 0 ? undefined : await this.#tryUpdate(id, expected, update, write)
    if (item) return { kind: 'done', item: itemOf(item) }
    const there = await this.#row(id)
    if (there?.write === write) return { kind: 'done', item: itemOf(there) }
    return there?.list === undefined ? { kind: 'missing' } : { kind: 'outdated', version: there.version }
  }

  /** @returns the row as it is now, or undefined when a condition didn't hold */
  async #tryUpdate(id: string, expected: Expected, update: Update, write: string): Promise<StoredRow | undefined> {
    const { set, more = '', condition, values = {} } = update
    const versions = expected === 'any' ? [] : expected
    const fields = Object.entries({ ...set, write })
    const expression = `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')}${more}`
    const conditions = [
      condition,
      '#write <> :write',
      ...(versions.length > 0 ? [`#version IN (${versions.map((_version, index) => `:v${index}`).join(', ')})`] : []),
    ].join(' AND ')
    const used = new Set(`${expression} ${conditions}`.match(/#\w+/g))
    const sent = this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: { id },
        UpdateExpression: expression,
        ConditionExpression: conditions,
        ExpressionAttributeNames: Object.fromEntries([...used].map(name => [name, name.slice(1)])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
          ...Object.fromEntries(versions.map((version, index) => [`:v${index}`, version])),
          ...values,
        },
        ReturnValues: 'ALL_NEW',
      }),
    )
    return (await this.#wins(sent)) ? ((await sent).Attributes as StoredRow) : undefined
  }

  async #row(id: string): Promise<StoredRow | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { id }, ConsistentRead: true }),
    )
    return Item as StoredRow | undefined
  }

  async #wins(sent: Promise<unknown>): Promise<boolean> {
    try {
      await sent
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }

  #nextMark(): string {
    this.#writes += 1
    return `${this.#marks}-${this.#writes.toString(36)}`
  }
}

/** @param more  the position of the last row that was looked at, when there are more behind it */
function pageOf(found: readonly Row[], limit: number, more: string | undefined): ItemPage {
  const items = found.slice(0, limit).map(itemOf)
  const last = items.at(-1)
  return { items, next: found.length > limit && last ? positionOf(last) : more }
}
