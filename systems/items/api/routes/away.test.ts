import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { seeded } from '@terrace/kit'
import { expect, it } from 'vitest'
import { DynamoItems } from '../data/dynamo-items.ts'
import { ITEMS } from '../testing/client.ts'
import { startItems } from '../testing/running-items.ts'
import { localClient } from '../testing/tables.ts'

/** A table that answers every call with the same refusal. */
async function refusing(status: number, name: string) {
  let calls = 0
  const server = createServer((request, response) => {
    calls += 1
    request.resume()
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'the secret reason' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = localClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 2)
  return {
    items: new DynamoItems(client, 'items', seeded(1)),
    calls: () => calls,
    [Symbol.dispose]() {
      client.destroy()
      server.close()
      server.closeAllConnections()
    },
  }
}

it.each([
  [400, 'ProvisionedThroughputExceededException'],
  [400, 'ThrottlingException'],
  [400, 'RequestLimitExceeded'],
  [500, 'InternalServerError'],
])('a table that answers %i %s is asked again, then the client is told when to come back', async (status, name) => {
  using table = await refusing(status, name)
  await using items = await startItems(table.items)
  for (const answer of [
    await items.client.get(ITEMS),
    await items.client.post(ITEMS, { name: 'x' }),
    await items.client.delete(`${ITEMS}/00000000-0000-4000-8000-000000000000`),
  ]) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(JSON.stringify(answer.body)).not.toContain('secret')
  }
  expect(table.calls()).toBe(6)
  expect((await items.log.next('the database could not be reached')).error).toContain(name)
  for (const path of ['/health', '/readyz', '/livez']) expect((await items.client.get(path)).status).toBe(200)
})

it('a table that nobody listens for is away too, a denied one is a failure of ours', async () => {
  const gone = localClient('http://127.0.0.1:1', 1)
  await using away = await startItems(new DynamoItems(gone, 'items', seeded(1)))
  expect((await away.client.get(ITEMS)).status).toBe(503)
  gone.destroy()
  using table = await refusing(400, 'AccessDeniedException')
  await using denied = await startItems(table.items)
  const answer = await denied.client.get(ITEMS)
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([500, expect.not.stringContaining('secret')])
  expect((await denied.log.next('a request failed')).error).toContain('AccessDeniedException')
})
