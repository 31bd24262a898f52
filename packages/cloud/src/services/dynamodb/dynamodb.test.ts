import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeEndpointsCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  QueryCommand as RawQueryCommand,
  UpdateItemCommand as RawUpdateCommand,
  TagResourceCommand,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { minutes, seconds } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ORDERS, startTables, type TestTables } from './testing.ts'

const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders'

describe('tables by the SDK', () => {
  let service: TestTables
  let documents: DynamoDBDocumentClient

  beforeAll(async () => {
    service = await startTables()
    documents = DynamoDBDocumentClient.from(service.client)
  })

  afterAll(async () => {
    await service[Symbol.asyncDispose]()
  })

  const settle = () => service.clock.advance(seconds(2))
  const put = (Item: Record<string, unknown>, rest = {}) =>
    documents.send(new PutCommand({ TableName: 'orders', Item, ...rest }))
  const get = (customer: string, number: number, rest = {}) =>
    documents.send(new GetCommand({ TableName: 'orders', Key: { customer, number }, ...rest }))
  const update = (number: number, UpdateExpression: string, values: Record<string, unknown>, rest = {}) =>
    documents.send(
      new UpdateCommand({
        TableName: 'orders',
        Key: { customer: 'updates', number },
        UpdateExpression,
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        ReturnValues: 'ALL_NEW',
        ...rest,
      }),
    )
  const query = (rest: Omit<QueryCommandInput, 'TableName'>) =>
    documents.send(new QueryCommand({ TableName: 'orders', ...rest }))

  it('are made after a moment, described, listed and found by their ARN', async () => {
    const { TableDescription } = await service.client.send(new CreateTableCommand(ORDERS))
    expect(TableDescription).toMatchObject({ TableStatus: 'CREATING', TableArn: ARN, ItemCount: 0 })
    await expect(get('anna', 1)).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException', message: 'Requested resource not found' }),
    )
    await settle()
    const { Table } = await service.client.send(new DescribeTableCommand({ TableName: ARN }))
    expect(Table).toMatchObject({
      TableName: 'orders',
      TableStatus: 'ACTIVE',
      CreationDateTime: new Date(Date.UTC(2026, 10, 22, 9, 30)),
      KeySchema: ORDERS.KeySchema,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      LocalSecondaryIndexes: [{ IndexName: 'byState', Projection: { ProjectionType: 'KEYS_ONLY' } }],
      GlobalSecondaryIndexes: [
        { IndexName: 'allByState', IndexArn: `${ARN}/index/allByState` },
        { IndexName: 'byDay' },
      ],
    })
    expect(Table?.AttributeDefinitions).toHaveLength(4)
    expect((await service.client.send(new ListTablesCommand({ Limit: 1 }))).TableNames).toEqual(['orders'])
    await expect(service.client.send(new CreateTableCommand(ORDERS))).rejects.toThrow('Table already exists: orders')
  })

  it('keep every type of value, empty texts among them', async () => {
    const item = {
      customer: 'anna',
      number: 1,
      empty: '',
      yes: true,
      nothing: null,
      bytes: new Uint8Array([1, 2, 255]),
      texts: new Set(['b', 'a']),
      numbers: new Set([1, 2.5, -3]),
      list: [1, 'two', { three: [3] }],
      map: { 'a.b': { c: '' } },
    }
    await put(item)
    expect((await get('anna', 1, { ConsistentRead: true })).Item).toEqual(item)
    const path = { ProjectionExpression: '#m.#ab, list[2].three, list[0]' }
    const names = { ExpressionAttributeNames: { '#m': 'map', '#ab': 'a.b' } }
    const escaped = { ...path, ProjectionExpression: '#m.#ab, #l[2].three, #l[0]' }
    const found = await get('anna', 1, {
      ...escaped,
      ExpressionAttributeNames: { ...names.ExpressionAttributeNames, '#l': 'list' },
    })
    expect(found.Item).toEqual({ map: { 'a.b': { c: '' } }, list: [1, { three: [3] }] })
    expect((await get('nobody', 1)).Item).toBeUndefined()
  })

  it('keep numbers of 38 digits exactly and refuse more', async () => {
    const digits = '1234567890123456789012345678901234567.8'
    const raw = (N: string) =>
      service.client.send(
        new RawUpdateCommand({
          TableName: 'orders',
          Key: { customer: { S: 'digits' }, number: { N: '1' } },
          UpdateExpression: 'ADD amount :n',
          ExpressionAttributeValues: { ':n': { N } },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
    expect((await raw(digits)).Attributes).toEqual({ amount: { N: digits } })
    expect((await raw('0.2')).Attributes).toEqual({ amount: { N: '1234567890123456789012345678901234568' } })
    await expect(raw('0.01')).rejects.toThrow('Attempting to store more than 38 significant digits in a Number')
  })

  it.each([
    ['a key that is missing', { customer: 'anna' }, 'Missing the key number in the item'],
    ['a key of another type', { customer: 'anna', number: '1' }, 'Type mismatch for key number expected: N actual: S'],
    ['an empty key', { customer: '', number: 1 }, 'cannot contain an empty string value. Key: customer'],
    ['an index key of another type', { customer: 'a', number: 1, day: 5 }, 'Type mismatch for Index Key day'],
    ['an empty index key', { customer: 'a', number: 1, day: '' }, 'IndexName: byDay, IndexKey: day'],
    ['more than 400 KB', { customer: 'a', number: 1, text: 'é'.repeat(205_000) }, 'maximum allowed size'],
    ['a key that is too long', { customer: 'é'.repeat(1025), number: 1 }, 'Size of hashkey has exceeded'],
  ])('refuse an item with %s', async (_, item, message) => {
    await expect(put(item)).rejects.toThrow(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringContaining(message) }),
    )
  })

  it('write when a condition holds, and tell so when it does not', async () => {
    const once = { ConditionExpression: 'attribute_not_exists(customer)' }
    await put({ customer: 'ben', number: 1, version: 1, tags: ['a'], place: { city: 'Bern' } }, once)
    await expect(put({ customer: 'ben', number: 1 }, once)).rejects.toThrow(
      expect.objectContaining({
        name: 'ConditionalCheckFailedException',
        message: 'The conditional request failed',
      }),
    )
    const named = (ConditionExpression: string, v: unknown) => ({
      ConditionExpression,
      ExpressionAttributeValues: { ':v': v },
      ReturnValues: 'ALL_OLD' as const,
    })
    // Lists and maps are equal member by member.
    const item = { customer: 'ben', number: 1, version: 2, tags: ['a'], place: { city: 'Bern' } }
    const { Attributes } = await put(item, named('place = :v', { city: 'Bern' }))
    expect(Attributes).toMatchObject({ version: 1 })
    await put(item, named('tags = :v', ['a']))
    await expect(put(item, named('tags = :v', ['b']))).rejects.toThrow('The conditional request failed')
    const Key = { customer: 'ben', number: 1 }
    const remove = (v: number) =>
      documents.send(new DeleteCommand({ TableName: 'orders', Key, ...named('version = :v', v) }))
    await expect(remove(1)).rejects.toThrow('The conditional request failed')
    expect((await remove(2)).Attributes).toEqual(item)
    expect((await documents.send(new DeleteCommand({ TableName: 'orders', Key }))).Attributes).toBeUndefined()
  })

  it('change what an update names, all of it as it was before', async () => {
    const first = await update(1, 'SET a = :one, l = :list, m = :map ADD n :one, s :set', {
      ':one': 1,
      ':list': ['a', 'b', 'c', 'd'],
      ':map': { x: 1 },
      ':set': new Set(['x']),
    })
    expect(first.Attributes).toMatchObject({ a: 1, n: 1, s: new Set(['x']) })
    const second = await update(1, 'SET b = n, c = if_not_exists(absent, :one) + a REMOVE l[0], l[2] ADD n :one', {
      ':one': 1,
    })
    expect(second.Attributes).toMatchObject({ b: 1, n: 2, c: 2, l: ['b', 'd'] })
    const third = await update(1, 'SET l[9] = :e, m.y = list_append(l, :more) DELETE s :set', {
      ':e': 'e',
      ':more': ['f'],
      ':set': new Set(['x']),
    })
    expect(third.Attributes).toMatchObject({ l: ['b', 'd', 'e'], m: { x: 1, y: ['b', 'd', 'f'] } })
    expect(third.Attributes).not.toHaveProperty('s')
    const changed = await update(1, 'SET m.x = :v', { ':v': 2 }, { ReturnValues: 'UPDATED_OLD' })
    expect(changed.Attributes).toEqual({ m: { x: 1 } })
  })

  it.each([
    ['a key', 'SET customer = :v', 'Cannot update attribute customer. This attribute is part of the key'],
    ['a place in nothing', 'SET absent.x = :v', 'The document path provided in the update expression is invalid'],
    ['a sum with a text', 'SET a = t + :v', 'An operand in the update expression has an incorrect data type'],
    ['what is not there', 'SET a = absent REMOVE b', 'refers to an attribute that does not exist in the item'],
    ['an expression that is none', 'SET a', 'Invalid UpdateExpression: Syntax error'],
  ])('refuse an update of %s', async (_, expression, message) => {
    await put({ customer: 'updates', number: 2, t: 'text' })
    await expect(update(2, expression, expression.includes(':v') ? { ':v': 1 } : {})).rejects.toThrow(message)
  })

  it('are read by key and by index, in both directions and page by page', async () => {
    const states = ['open', 'paid', 'sent']
    for (let number = -3; number <= 12; number++) {
      await put({ customer: 'carl', number, state: states[(number + 3) % 3], day: 'monday', cost: number * 2 })
    }
    const numbers = (items: readonly Record<string, unknown>[] = []) => items.map(({ number }) => number)
    const carl = { ':c': 'carl' }
    const between = await query({
      KeyConditionExpression: 'customer = :c AND #n BETWEEN :a AND :b',
      ExpressionAttributeNames: { '#n': 'number' },
      ExpressionAttributeValues: { ...carl, ':a': -2, ':b': 2 },
    })
    expect(numbers(between.Items)).toEqual([-2, -1, 0, 1, 2])
    const before = await query({
      KeyConditionExpression: 'customer = :c AND #n < :a',
      ExpressionAttributeNames: { '#n': 'number' },
      ExpressionAttributeValues: { ...carl, ':a': 0 },
      ScanIndexForward: false,
    })
    expect(numbers(before.Items)).toEqual([-1, -2, -3])
    const pages: unknown[] = []
    let start: Record<string, unknown> | undefined
    do {
      const page = await query({
        KeyConditionExpression: '#d = :d',
        FilterExpression: 'cost >= :zero',
        ExpressionAttributeNames: { '#d': 'day' },
        ExpressionAttributeValues: { ':d': 'monday', ':zero': 0 },
        IndexName: 'byDay',
        Limit: 5,
        ...(start && { ExclusiveStartKey: start }),
      })
      expect(page.ScannedCount).toBeLessThanOrEqual(5)
      pages.push(...numbers(page.Items))
      start = page.LastEvaluatedKey
    } while (start)
    // Those with one key in an index are all there, whatever their order.
    expect(pages.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 13 }, (_, i) => i))
    const open = await query({
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': 'open' },
      IndexName: 'allByState',
      ReturnConsumedCapacity: 'INDEXES',
    })
    expect(open.Items?.[0]).toEqual({ customer: 'carl', number: -3, state: 'open', cost: -6 })
    expect(open.ConsumedCapacity).toMatchObject({
      CapacityUnits: 0.5,
      GlobalSecondaryIndexes: { allByState: { CapacityUnits: 0.5 } },
    })
    const local = await query({
      KeyConditionExpression: 'customer = :c AND begins_with(#s, :s)',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ...carl, ':s': 'se' },
      IndexName: 'byState',
      Select: 'ALL_ATTRIBUTES',
      ConsistentRead: true,
    })
    expect(local.Items?.[0]).toMatchObject({ state: 'sent', day: 'monday' })
  })

  it('lose an index entry with the attribute, and move it with a new value', async () => {
    const on = async (day: string) => {
      const { Count } = await query({
        KeyConditionExpression: '#d = :d',
        ExpressionAttributeNames: { '#d': 'day' },
        ExpressionAttributeValues: { ':d': day },
        IndexName: 'byDay',
        Select: 'COUNT',
      })
      return Count
    }
    await put({ customer: 'updates', number: 7, day: 'tuesday' })
    expect(await on('tuesday')).toBe(1)
    await update(7, 'SET #d = :d', { ':d': 'friday' }, { ExpressionAttributeNames: { '#d': 'day' } })
    expect([await on('tuesday'), await on('friday')]).toEqual([0, 1])
    await update(7, 'REMOVE #d', {}, { ExpressionAttributeNames: { '#d': 'day' } })
    expect(await on('friday')).toBe(0)
  })

  it.each<[string, Omit<QueryCommandInput, 'TableName'>, string]>([
    [
      'no partition key',
      { KeyConditionExpression: 'nothing = :c' },
      'Query condition missed key schema element: customer',
    ],
    [
      'an unknown index',
      { KeyConditionExpression: 'customer = :c', IndexName: 'none' },
      'does not have the specified index',
    ],
    ['a range of partitions', { KeyConditionExpression: 'customer > :c' }, 'Query key condition not supported'],
    [
      'a filter on the key',
      { KeyConditionExpression: 'customer = :c', FilterExpression: 'customer = :c' },
      'Filter Expression can only contain non-primary key attributes',
    ],
    [
      'a consistent read of a global index',
      {
        KeyConditionExpression: '#d = :c',
        ExpressionAttributeNames: { '#d': 'day' },
        IndexName: 'byDay',
        ConsistentRead: true,
      },
      'Consistent reads are not supported on global secondary indexes',
    ],
    ['a reserved word', { KeyConditionExpression: 'day = :c' }, 'reserved keyword: day'],
  ])('refuse a query with %s', async (_, input, message) => {
    await expect(query({ ...input, ExpressionAttributeValues: { ':c': 'carl' } })).rejects.toThrow(message)
  })

  it('are scanned in parts that have every item once, and by pages of 1 MB', async () => {
    const Item = (number: number) => ({ customer: `scan ${number}`, number, text: 'x'.repeat(100_000) })
    const requests = Array.from({ length: 15 }, (_, i) => ({ PutRequest: { Item: Item(i) } }))
    await documents.send(new BatchWriteCommand({ RequestItems: { orders: requests } }))
    const all: unknown[] = []
    for (const Segment of [0, 1, 2]) {
      let start: Record<string, unknown> | undefined
      do {
        const page = await documents.send(
          new ScanCommand({
            TableName: 'orders',
            Segment,
            TotalSegments: 3,
            ProjectionExpression: 'customer, #n',
            ExpressionAttributeNames: { '#n': 'number' },
            ...(start && { ExclusiveStartKey: start }),
          }),
        )
        all.push(...(page.Items ?? []).map(({ customer, number }) => `${customer} ${number}`))
        start = page.LastEvaluatedKey
      } while (start)
    }
    const whole = await documents.send(new ScanCommand({ TableName: 'orders' }))
    expect(whole.LastEvaluatedKey).toBeDefined()
    const { Table } = await service.client.send(new DescribeTableCommand({ TableName: 'orders' }))
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(Table?.ItemCount ?? 0)
  })

  it('are read and written in batches', async () => {
    const RequestItems = {
      orders: [
        { PutRequest: { Item: { customer: 'dora', number: 1, cost: 5 } } },
        { DeleteRequest: { Key: { customer: 'anna', number: 1 } } },
      ],
    }
    const { UnprocessedItems } = await documents.send(new BatchWriteCommand({ RequestItems }))
    expect(UnprocessedItems).toEqual({})
    const Keys = [
      { customer: 'dora', number: 1 },
      { customer: 'anna', number: 1 },
    ]
    const { Responses } = await documents.send(
      new BatchGetCommand({ RequestItems: { orders: { Keys, ProjectionExpression: 'cost' } } }),
    )
    expect(Responses).toEqual({ orders: [{ cost: 5 }] })
    const twice = { orders: [...RequestItems.orders, ...RequestItems.orders] }
    await expect(documents.send(new BatchWriteCommand({ RequestItems: twice }))).rejects.toThrow('contains duplicates')
  })

  it('are used with typed values, and tell what that took of each index', async () => {
    const { client } = service
    const TableName = ARN
    const Key = { customer: { S: 'emil' }, number: { N: '1' } }
    const Item = { ...Key, state: { S: 'open' }, day: { S: 'sunday' }, text: { S: 'x'.repeat(1500) } }
    const put = await client.send(new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: 'INDEXES' }))
    expect(put.ConsumedCapacity).toEqual({
      TableName: 'orders',
      CapacityUnits: 6,
      Table: { CapacityUnits: 2 },
      GlobalSecondaryIndexes: { allByState: { CapacityUnits: 1 }, byDay: { CapacityUnits: 2 } },
      LocalSecondaryIndexes: { byState: { CapacityUnits: 1 } },
    })
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toEqual(Item)
    const read = await client.send(
      new BatchGetItemCommand({ RequestItems: { [ARN]: { Keys: [Key] } }, ReturnConsumedCapacity: 'TOTAL' }),
    )
    expect(read).toMatchObject({
      Responses: { orders: [Item] },
      ConsumedCapacity: [{ TableName: 'orders', CapacityUnits: 0.5 }],
    })
    await client.send(new BatchWriteItemCommand({ RequestItems: { orders: [{ PutRequest: { Item: Key } }] } }))
    const gone = await client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }))
    expect(gone.Attributes).toEqual(Key)
  })

  it('tell the item that a condition did not hold for to who asks', async () => {
    const Item = { customer: { S: 'told' }, number: { N: '1' }, state: { S: 'sent' } }
    const put = { TableName: 'orders', Item, ConditionExpression: 'attribute_not_exists(customer)' }
    await service.client.send(new PutItemCommand(put))
    const asked = new PutItemCommand({ ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
    await expect(service.client.send(asked)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item })
    await expect(service.client.send(new PutItemCommand(put))).rejects.toMatchObject({ Item: undefined })
  })

  it('refuse by name what is not carried out', async () => {
    const Put = { TableName: 'orders', Item: { customer: { S: 'x' }, number: { N: '1' } } }
    await expect(service.client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }))).rejects.toThrow(
      'the operation TransactWriteItems is not emulated by the local cloud: there are no transactions here',
    )
    await expect(
      service.client.send(new PutItemCommand({ ...Put, Expected: { number: { Exists: false } } })),
    ).rejects.toThrow('the member Expected of PutItem is not emulated')
    await expect(
      service.client.send(
        new CreateTableCommand({ ...ORDERS, TableName: 'streams', StreamSpecification: { StreamEnabled: true } }),
      ),
    ).rejects.toThrow('a stream of changes to items')
    await expect(service.client.send(new RawQueryCommand({ TableName: 'orders', KeyConditions: {} }))).rejects.toThrow(
      'KeyConditions',
    )
  })

  it('get and lose indexes, which have what was written before', async () => {
    const AttributeDefinitions = [{ AttributeName: 'cost', AttributeType: 'N' as const }]
    const IndexName = 'byCost'
    const KeySchema = [{ AttributeName: 'cost', KeyType: 'HASH' as const }]
    const Create = { IndexName, KeySchema, Projection: { ProjectionType: 'KEYS_ONLY' as const } }
    const change = (update: object) =>
      service.client.send(
        new UpdateTableCommand({ TableName: 'orders', AttributeDefinitions, GlobalSecondaryIndexUpdates: [update] }),
      )
    const { TableDescription } = await change({ Create })
    expect(TableDescription).toMatchObject({ TableStatus: 'UPDATING' })
    expect(TableDescription?.GlobalSecondaryIndexes?.[2]).toMatchObject({ IndexName, IndexStatus: 'CREATING' })
    await expect(change({ Delete: { IndexName } })).rejects.toThrow('Table is being updated: orders')
    await settle()
    const byCost = () =>
      query({ KeyConditionExpression: 'cost = :t', ExpressionAttributeValues: { ':t': 24 }, IndexName })
    expect((await byCost()).Items).toEqual([{ customer: 'carl', number: 12, cost: 24 }])
    await change({ Delete: { IndexName } })
    await settle()
    await expect(byCost()).rejects.toThrow('does not have the specified index: byCost')
  })

  it('delete items that have expired, but not those of more than five years ago', async () => {
    const ttl = (Enabled: boolean) =>
      service.client.send(
        new UpdateTimeToLiveCommand({
          TableName: 'orders',
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled },
        }),
      )
    const now = Math.floor(service.clock.now() / 1000)
    await put({ customer: 'ttl', number: 1, expiresAt: now + 30 })
    await ttl(true)
    await put({ customer: 'ttl', number: 2, expiresAt: now + 3600 })
    await put({ customer: 'ttl', number: 3, expiresAt: now - 6 * 365 * 86_400 })
    await put({ customer: 'ttl', number: 4, expiresAt: 'soon' })
    expect((await get('ttl', 1)).Item).toBeDefined()
    await service.clock.advance(minutes(2))
    const left = await query({ KeyConditionExpression: 'customer = :c', ExpressionAttributeValues: { ':c': 'ttl' } })
    expect(left.Items?.map(({ number }) => number)).toEqual([2, 3, 4])
    expect(service.cloud.world.metrics.list().map(({ name }) => name)).toContain('TimeToLiveDeletedItemCount')
    await expect(ttl(true)).rejects.toThrow('TimeToLive is already enabled')
    const described = await service.client.send(new DescribeTimeToLiveCommand({ TableName: 'orders' }))
    expect(described.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' })
    await ttl(false)
    await service.clock.advance(minutes(120))
    expect((await get('ttl', 2)).Item).toBeDefined()
  })

  it('have tags, a policy, and answers for those who ask about limits, endpoints and backups', async () => {
    const { client } = service
    const Tags = [{ Key: 'tier', Value: 'data' }]
    await client.send(new TagResourceCommand({ ResourceArn: ARN, Tags }))
    expect((await client.send(new ListTagsOfResourceCommand({ ResourceArn: ARN }))).Tags).toEqual(Tags)
    await client.send(new UntagResourceCommand({ ResourceArn: ARN, TagKeys: ['tier'] }))
    expect((await client.send(new ListTagsOfResourceCommand({ ResourceArn: ARN }))).Tags).toEqual([])
    const Policy = JSON.stringify({ Statement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: ARN } })
    const { RevisionId } = await client.send(new PutResourcePolicyCommand({ ResourceArn: ARN, Policy }))
    const read = new GetResourcePolicyCommand({ ResourceArn: ARN })
    // A policy that denies everything to everybody is not for the one who can delete it again.
    await expect(client.send(read)).rejects.toThrow(expect.objectContaining({ name: 'AccessDeniedException' }))
    expect(RevisionId).toMatch(/^[0-9a-f-]{36}$/)
    const limits = await client.send(new DescribeLimitsCommand({}))
    expect(limits).toMatchObject({ AccountMaxReadCapacityUnits: 80_000, TableMaxWriteCapacityUnits: 40_000 })
    const { Endpoints } = await client.send(new DescribeEndpointsCommand({}))
    expect(Endpoints).toEqual([{ Address: 'dynamodb.us-east-1.amazonaws.com', CachePeriodInMinutes: 1440 }])
  })

  it('are deleted with their items, unless they are protected', async () => {
    const { client } = service
    const TableName = 'short'
    const create = new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
    })
    await client.send(create)
    await settle()
    await documents.send(new PutCommand({ TableName, Item: { id: 'a' } }))
    const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/short'
    const Policy = JSON.stringify({
      Statement: { Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: arn },
    })
    await client.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy }))
    expect((await client.send(new GetResourcePolicyCommand({ ResourceArn: arn }))).Policy).toBe(Policy)
    await client.send(new DeleteResourcePolicyCommand({ ResourceArn: arn }))
    await expect(client.send(new GetResourcePolicyCommand({ ResourceArn: arn }))).rejects.toThrow('not found')
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }))
    expect(backups.ContinuousBackupsDescription).toMatchObject({
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    })
    await expect(client.send(new DeleteTableCommand({ TableName }))).rejects.toThrow('protected against deletion')
    await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }))
    await settle()
    const { TableDescription } = await client.send(new DeleteTableCommand({ TableName }))
    expect(TableDescription?.TableStatus).toBe('DELETING')
    await settle()
    await expect(client.send(new DescribeTableCommand({ TableName }))).rejects.toThrow('Table: short not found')
    await client.send(create)
    await settle()
    expect((await documents.send(new GetCommand({ TableName, Key: { id: 'a' } }))).Item).toBeUndefined()
  })
})
