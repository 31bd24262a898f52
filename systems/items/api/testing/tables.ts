import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import dynalite from 'dynalite'

/** A DynamoDB of one's own. */
export interface TestTables extends AsyncDisposable {
  readonly url: string
  /** A client of it, as the API makes one. */
  readonly client: DynamoDBDocumentClient
  /** @returns the name of a new table, as the stack makes it */
  create(): Promise<string>
}

/** What the SDK wants to be told when it talks to a server on this machine. */
export const localClient = (endpoint: string, maxAttempts = 4): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts,
    }),
  )

export async function startTables(): Promise<TestTables> {
  const server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = localClient(url)
  let count = 0
  return {
    url,
    client,
    async create() {
      const TableName = `items-${++count}`
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: ['id', 'list', 'position'].map(AttributeName => ({
            AttributeName,
            AttributeType: 'S',
          })),
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byCreation',
              KeySchema: [
                { AttributeName: 'list', KeyType: 'HASH' },
                { AttributeName: 'position', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        }),
      )
      await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName })
      return TableName
    },
    async [Symbol.asyncDispose]() {
      client.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
