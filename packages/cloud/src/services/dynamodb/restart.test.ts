import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeTableCommand, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { GlobalIndex } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTables, testTable } from './testing.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-dynamodb-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

const byKind: GlobalIndex = {
  name: 'byKind',
  key: { partition: 'kind', sort: 'id' },
  projection: 'all',
  throughput: { mode: 'onDemand' },
}
const withIndex = testTable('items', {
  attributeTypes: { id: 'S', kind: 'S' },
  globalIndexes: [byKind],
  timeToLiveAttribute: 'expiresAt',
  tags: { tier: 'data' },
  deletionProtection: true,
})

/** One run of the cloud with these tables in its template. */
async function run<T>(table: ReturnType<typeof testTable>, work: (documents: DynamoDBDocumentClient) => Promise<T>) {
  await using service = await startTables({ nodes: [table], state })
  return await work(DynamoDBDocumentClient.from(service.client))
}

const put = (id: string) => (documents: DynamoDBDocumentClient) =>
  documents.send(new PutCommand({ TableName: 'items', Item: { id, kind: 'book', expiresAt: 1 } }))

const ofKind = async (documents: DynamoDBDocumentClient) => {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: 'items',
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': 'book' },
    }),
  )
  return Items.map(({ id }) => id)
}

describe('the tables of a template', () => {
  it('are there at once and keep their items, also when their template has other indexes and settings', async () => {
    await run(testTable('items'), put('a'))
    await run(withIndex, async documents => {
      await put('b')(documents)
      expect(await ofKind(documents)).toEqual(['a', 'b'])
      const { Table } = await documents.send(new DescribeTableCommand({ TableName: 'items' }))
      expect(Table).toMatchObject({ TableStatus: 'ACTIVE', ItemCount: 2, DeletionProtectionEnabled: true })
      const tags = new ListTagsOfResourceCommand({ ResourceArn: withIndex.arn })
      expect((await documents.send(tags)).Tags).toEqual([{ Key: 'tier', Value: 'data' }])
    })
    await run(testTable('items'), async documents => {
      await expect(ofKind(documents)).rejects.toThrow('does not have the specified index: byKind')
      await put('c')(documents)
    })
    expect(await run(withIndex, ofKind)).toEqual(['a', 'b', 'c'])
  })

  it('are refused when AWS would replace them, with the place in the template', async () => {
    await run(testTable('items'), put('a'))
    const other = testTable('items', { attributeTypes: { id: 'N' } })
    await expect(startTables({ nodes: [other], state })).rejects.toMatchObject({
      code: 'DYNAMODB_TABLE_REPLACED',
      place: { file: 'test.yaml', line: 1 },
    })
    const found = await run(testTable('items'), documents =>
      documents.send(new GetCommand({ TableName: 'items', Key: { id: 'a' } })),
    )
    expect(found.Item).toMatchObject({ id: 'a' })
  })

  it('are refused with the name of their file when it holds something else', async () => {
    await run(testTable('items'), put('a'))
    const file = join(state, 'data', 'dynamodb', 'tables.sqlite')
    writeFileSync(file, 'no database at all, and long enough to be looked at as one '.repeat(20))
    await expect(startTables({ nodes: [testTable('items')], state })).rejects.toMatchObject({
      code: 'DYNAMODB_STATE_CORRUPT',
      place: { file },
    })
  })
})
