import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import type { PolicyStatement } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policy, sessionOf, testRole } from '../../gateway/testing.ts'
import { startTables, type TestTables, testTable } from './testing.ts'

const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/notes'
const allow = (rest: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'dynamodb:*',
  Resource: ARN,
  ...rest,
})

const roles = {
  reader: testRole('reader', allow({ Action: ['dynamodb:GetItem', 'dynamodb:Query'] })),
  owner: testRole('owner', allow({ Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['anna'] } } })),
  partial: testRole(
    'partial',
    allow({
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['user', 'id', 'title'] },
        StringEqualsIfExists: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
    }),
  ),
  ofIndex: testRole('ofIndex', allow({ Action: 'dynamodb:Query', Resource: `${ARN}/index/*` })),
  nobody: testRole('nobody'),
}

const notes = testTable('notes', {
  attributeTypes: { user: 'S', id: 'S', title: 'S' },
  key: { partition: 'user', sort: 'id' },
  globalIndexes: [
    { name: 'byTitle', key: { partition: 'title' }, projection: 'keysOnly', throughput: { mode: 'onDemand' } },
  ],
  policy: policy({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::123456789012:role/nobody' },
    Action: 'dynamodb:Scan',
    Resource: ARN,
  }),
})

describe('who may use a table', () => {
  let service: TestTables

  beforeAll(async () => {
    service = await startTables({ nodes: [notes, ...Object.values(roles)] })
    const documents = DynamoDBDocumentClient.from(service.client)
    await documents.send(new PutCommand({ TableName: 'notes', Item: { user: 'anna', id: '1', title: 't', text: 'x' } }))
  })

  afterAll(async () => {
    await service[Symbol.asyncDispose]()
  })

  const as = async (role: keyof typeof roles, endpoint?: ReturnType<typeof policy>) => {
    const options = endpoint ? { endpoint: { id: 'vpce-1', policy: endpoint } } : {}
    const client = new DynamoDBClient(await service.cloud.as(sessionOf(roles[role]), options))
    return DynamoDBDocumentClient.from(client)
  }
  const get = (user: string, rest = {}) => new GetCommand({ TableName: 'notes', Key: { user, id: '1' }, ...rest })
  const denied = expect.objectContaining({ name: 'AccessDeniedException' })

  it('is decided by action and table', async () => {
    const client = await as('reader')
    expect((await client.send(get('anna'))).Item).toMatchObject({ title: 't' })
    await expect(client.send(new ScanCommand({ TableName: 'notes' }))).rejects.toThrow(
      `is not authorized to perform: dynamodb:Scan on resource: ${ARN}`,
    )
  })

  it('is decided by the partition keys that a call names, in queries and batches, too', async () => {
    const client = await as('owner')
    await client.send(get('anna'))
    await expect(client.send(get('ben'))).rejects.toThrow(denied)
    const query = (user: string) =>
      new QueryCommand({
        TableName: 'notes',
        KeyConditionExpression: '#u = :u',
        ExpressionAttributeNames: { '#u': 'user' },
        ExpressionAttributeValues: { ':u': user },
      })
    expect((await client.send(query('anna'))).Count).toBe(1)
    await expect(client.send(query('ben'))).rejects.toThrow(denied)
    const batch = (...users: string[]) =>
      new BatchGetCommand({ RequestItems: { notes: { Keys: users.map(user => ({ user, id: '1' })) } } })
    await client.send(batch('anna'))
    await expect(client.send(batch('anna', 'ben'))).rejects.toThrow(denied)
  })

  it('is decided by the attributes that a call names, and by what it selects', async () => {
    const client = await as('partial')
    const only = (...names: string[]) => ({
      ProjectionExpression: names.map((_, i) => `#a${i}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#a${i}`, name])),
    })
    expect((await client.send(get('anna', only('title')))).Item).toEqual({ title: 't' })
    await expect(client.send(get('anna'))).rejects.toThrow(denied)
    await expect(client.send(get('anna', only('title', 'text')))).rejects.toThrow(denied)
    const update = (name: string) =>
      new UpdateCommand({
        TableName: 'notes',
        Key: { user: 'anna', id: '1' },
        UpdateExpression: 'SET #a = :v',
        ExpressionAttributeNames: { '#a': name },
        ExpressionAttributeValues: { ':v': 't' },
      })
    await client.send(update('title'))
    await expect(client.send(update('text'))).rejects.toThrow(denied)
  })

  it('is asked of an index alone where an index is read', async () => {
    const query = (IndexName: string) =>
      new QueryCommand({
        TableName: 'notes',
        IndexName,
        KeyConditionExpression: 'title = :t',
        ExpressionAttributeValues: { ':t': 't' },
      })
    expect((await (await as('ofIndex')).send(query('byTitle'))).Count).toBe(1)
    await expect((await as('reader')).send(query('byTitle'))).rejects.toThrow(denied)
  })

  it('is decided by the policy of the table, too, and by that of the endpoint that the call came through', async () => {
    expect((await (await as('nobody')).send(new ScanCommand({ TableName: 'notes' }))).Count).toBe(1)
    const narrow = policy({ Effect: 'Allow', Principal: '*', Action: 'dynamodb:Query', Resource: '*' })
    await expect((await as('reader', narrow)).send(get('anna'))).rejects.toThrow(
      'because no VPC endpoint policy allows',
    )
  })
})
