import { type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Clock, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, Table as TableNode } from '@terrace/model'
import { clientOptions, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import type { Service } from '../service.ts'
import { dynamodb } from './index.ts'

/** DynamoDB with the ordinary client of the SDK, on a clock that the test moves. */
export interface TestTables extends AsyncDisposable {
  readonly cloud: TestCloud
  readonly clock: VirtualClock
  readonly client: DynamoDBClient
}

/** DynamoDB whose throughput comes by another clock than the machine's. */
const onClock = (clock: Clock): Service => ({
  ...dynamodb,
  start: world => dynamodb.start({ ...world, realtime: clock }),
})

/** Starts it over these nodes; with a state folder it goes on where it was. */
export async function startTables(
  options: { readonly nodes?: readonly ArchitectureNode[]; readonly state?: string } = {},
): Promise<TestTables> {
  const { nodes = [], state } = options
  const clock = new VirtualClock(Date.UTC(2026, 10, 22, 9, 30))
  const services = [onClock(clock)]
  const cloud = await startTestCloud({ nodes, services, clock, ...(state === undefined ? {} : { state }) })
  const client = new DynamoDBClient(clientOptions(cloud.gateway.url))
  return {
    cloud,
    clock,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy()
      await cloud.stop()
    },
  }
}

/** The table of a template: items by `id`, on demand. */
export const testTable = (name: string, rest: Partial<TableNode> = {}): TableNode => ({
  ...testNode('table', name, {
    name,
    arn: `arn:aws:dynamodb:us-east-1:123456789012:table/${name}`,
    attributeTypes: { id: 'S' },
    key: { partition: 'id' },
    localIndexes: [],
    globalIndexes: [],
    throughput: { mode: 'onDemand' },
    tableClass: 'STANDARD',
    deletionProtection: false,
  }),
  ...rest,
})

/** Orders by customer and number, with a local index by state, and global ones by state and by day. */
export const ORDERS: CreateTableCommandInput = {
  TableName: 'orders',
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'state', AttributeType: 'S' },
    { AttributeName: 'day', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' },
    { AttributeName: 'number', KeyType: 'RANGE' },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byState',
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'state', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'allByState',
      KeySchema: [
        { AttributeName: 'state', KeyType: 'HASH' },
        { AttributeName: 'number', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['cost'] },
    },
    {
      IndexName: 'byDay',
      KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
}
