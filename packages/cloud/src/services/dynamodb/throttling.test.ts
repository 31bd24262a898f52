import { CreateTableCommand, type CreateTableCommandInput, UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb'
import { minutes, seconds } from '@terrace/kit'
import { expect, it } from 'vitest'
import { startTables, type TestTables } from './testing.ts'

const units = (ReadCapacityUnits: number, WriteCapacityUnits: number) => ({ ReadCapacityUnits, WriteCapacityUnits })

const SLOW: CreateTableCommandInput = {
  TableName: 'slow',
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'kind', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byKind',
      KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: units(1, 1),
    },
  ],
  ProvisionedThroughput: units(2, 2),
}

async function start(settings: Partial<CreateTableCommandInput> = {}) {
  const service = await startTables()
  await service.client.send(new CreateTableCommand({ ...SLOW, ...settings }))
  await service.clock.advance(seconds(1))
  return { service, documents: DynamoDBDocumentClient.from(service.client) }
}

/** How often it succeeds before it is refused. */
async function untilThrottled(call: (i: number) => Promise<unknown>, name: string, most = 1000): Promise<number> {
  for (let i = 0; i < most; i++) {
    try {
      await call(i)
    } catch (error) {
      expect(error).toMatchObject({ name })
      return i
    }
  }
  return most
}

const sumOf = ({ cloud, clock }: TestTables, name: string, dimensions: Record<string, string>) =>
  cloud.world.metrics
    .query({
      namespace: 'AWS/DynamoDB',
      name,
      dimensions,
      statistic: 'Sum',
      period: minutes(1),
      from: clock.now() - minutes(30),
      to: clock.now() + minutes(1),
    })
    .reduce((sum, { value }) => sum + value, 0)

const PROVISIONED = 'ProvisionedThroughputExceededException'

it('a provisioned table gives what it has, keeps five minutes of it for a burst, and refuses the rest', async () => {
  const { service, documents } = await start()
  await using _ = service
  const put = (i: number) => documents.send(new PutCommand({ TableName: 'slow', Item: { id: `${i}` } }))
  // What came in the second of its making, and in the one that it took.
  expect(await untilThrottled(put, PROVISIONED)).toBe(4)
  await service.clock.advance(seconds(3))
  expect(await untilThrottled(put, PROVISIONED)).toBe(6)
  // An hour without load is not kept: 300 seconds of two units are.
  await service.clock.advance(minutes(60))
  expect(await untilThrottled(put, PROVISIONED)).toBe(600)
  expect(sumOf(service, 'ConsumedWriteCapacityUnits', { TableName: 'slow' })).toBe(600)
  expect(sumOf(service, 'WriteThrottleEvents', { TableName: 'slow' })).toBe(1)
  expect(sumOf(service, 'ThrottledRequests', { TableName: 'slow', Operation: 'PutItem' })).toBe(1)
  const said = service.cloud.world.journal.since(0).filter(({ kind }) => kind === 'dynamodb.throttled')
  expect(said.at(-1)?.message).toBe('PutItem was refused: the write throughput of the table slow is used up')
})

it('a write that an index has no throughput for is refused, and reads of the index take the index’s own', async () => {
  const { service, documents } = await start()
  await using _ = service
  const put = (i: number) => documents.send(new PutCommand({ TableName: 'slow', Item: { id: `${i}`, kind: 'a' } }))
  expect(await untilThrottled(put, PROVISIONED)).toBe(2)
  await documents.send(new PutCommand({ TableName: 'slow', Item: { id: 'without' } }))
  const index = { TableName: 'slow', GlobalSecondaryIndexName: 'byKind' }
  expect(sumOf(service, 'WriteThrottleEvents', index)).toBe(1)
  const query = () =>
    documents.send(
      new QueryCommand({
        TableName: 'slow',
        IndexName: 'byKind',
        KeyConditionExpression: 'kind = :k',
        ExpressionAttributeValues: { ':k': 'a' },
      }),
    )
  expect(await untilThrottled(query, PROVISIONED)).toBe(4)
  const get = () => documents.send(new GetCommand({ TableName: 'slow', Key: { id: '0' } }))
  expect(await untilThrottled(get, PROVISIONED)).toBe(8)
  expect(sumOf(service, 'ReadThrottleEvents', index)).toBe(1)
  expect(sumOf(service, 'ConsumedReadCapacityUnits', index)).toBe(2)
})

it('what is large takes more, and is owed when there was less', async () => {
  const { service, documents } = await start()
  await using _ = service
  const Item = { id: 'large', text: 'x'.repeat(10_000) }
  const { ConsumedCapacity } = await documents.send(
    new PutCommand({ TableName: 'slow', Item, ReturnConsumedCapacity: 'TOTAL' }),
  )
  expect(ConsumedCapacity).toEqual({ TableName: 'slow', CapacityUnits: 10 })
  await service.clock.advance(seconds(3))
  const put = () => documents.send(new PutCommand({ TableName: 'slow', Item: { id: 'small' } }))
  await expect(put()).rejects.toMatchObject({ name: PROVISIONED })
  await service.clock.advance(seconds(1))
  await put()
  const read = await documents.send(
    new GetCommand({ TableName: 'slow', Key: { id: 'large' }, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }),
  )
  expect(read.ConsumedCapacity?.CapacityUnits).toBe(3)
})

it('a batch hands back what there was no throughput for, and is refused when that is all', async () => {
  const { service, documents } = await start()
  await using _ = service
  const puts = Array.from({ length: 6 }, (_item, i) => ({ PutRequest: { Item: { id: `${i}` } } }))
  const write = () => documents.send(new BatchWriteCommand({ RequestItems: { slow: puts } }))
  const { UnprocessedItems } = await write()
  expect(UnprocessedItems?.slow).toEqual(puts.slice(4))
  await expect(write()).rejects.toMatchObject({ name: PROVISIONED })
  const Keys = Array.from({ length: 10 }, (_item, i) => ({ id: `${i}` }))
  const { UnprocessedKeys, Responses } = await documents.send(new BatchGetCommand({ RequestItems: { slow: { Keys } } }))
  expect(Responses?.slow).toHaveLength(4)
  expect(UnprocessedKeys?.slow?.Keys).toEqual(Keys.slice(8))
})

it('a table on demand has the limits that it was given, and more throughput helps at once', async () => {
  const { GlobalSecondaryIndexes: _indexes, ProvisionedThroughput: _units, ...rest } = SLOW
  const service = await startTables()
  await using _ = service
  const documents = DynamoDBDocumentClient.from(service.client)
  await service.client.send(
    new CreateTableCommand({
      ...rest,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      OnDemandThroughput: { MaxWriteRequestUnits: 3 },
    }),
  )
  await service.clock.advance(seconds(1))
  const put = (i: number) => documents.send(new PutCommand({ TableName: 'slow', Item: { id: `${i}` } }))
  expect(await untilThrottled(put, 'ThrottlingException')).toBe(3)
  const change = (input: object) => service.client.send(new UpdateTableCommand({ TableName: 'slow', ...input }))
  await change({ OnDemandThroughput: { MaxWriteRequestUnits: -1 } })
  expect(await untilThrottled(put, 'ThrottlingException', 50)).toBe(50)
  await service.clock.advance(seconds(1))
  await change({ BillingMode: 'PROVISIONED', ProvisionedThroughput: units(1, 1) })
  expect(await untilThrottled(put, PROVISIONED)).toBe(1)
  await service.clock.advance(seconds(1))
  await expect(change({ ProvisionedThroughput: units(1, 1) })).rejects.toThrow('will not change')
})
