import { nodesOf } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { awsJson } from '../aws.ts'
import { isInstalled } from '../commands.ts'
import { type Answer, call } from '../http.ts'
import type { Running } from '../running.ts'
import { create, created, itemsOf, namesOf, pageOf } from './calls.ts'
import { load } from './load.ts'
import { startItems } from './running.ts'

describe.skipIf(!isInstalled('nginx'))('the items while what they stand on changes (need NGINX)', () => {
  let items: Running
  beforeAll(async () => {
    items = await startItems()
  })
  afterAll(() => items?.stop())

  it('I-16: their key is rotated under load: no request fails, cursors of before stay good, new ones have the new key', async () => {
    for (const name of ['One', 'Two', 'Three', 'Four']) await created(items, name)
    const before = (await pageOf(items, '?limit=1')).next ?? ''
    const list = `${itemsOf(items)}?limit=2`
    const requests = load(30, [list, `${list}&cursor=${encodeURIComponent(before)}`])
    const old = await currentVersion(items)
    await secrets(items, 'RotateSecret')
    await expect.poll(() => currentVersion(items)).not.toBe(old)
    // Who names a key that a task does not know has it look for new ones, at most every five seconds.
    const renewed = async () => {
      await call(`${list}&cursor=AAAAAAAA.${before.split('.').slice(1).join('.')}`)
      return keyOf((await pageOf(items, '?limit=1')).next) !== keyOf(before)
    }
    for (let times = 0; times < 4; times++) await expect.poll(renewed, { interval: 200 }).toBe(true)
    const after = (await pageOf(items, '?limit=1')).next ?? ''
    for (const cursor of [before, after])
      expect(
        (await pageOf(items, `?limit=2&cursor=${encodeURIComponent(cursor)}`)).items.map(({ name }) => name),
      ).toEqual(['Three', 'Two'])
    expect(await requests.stop()).toEqual([])
    expect(requests.answers.length).toBeGreaterThan(20)
  })

  it('I-17: their table is throttled: 503 with Retry-After, nothing is stored half, and it recovers', async () => {
    const before = await namesOf(items)
    await bill(items, 'PROVISIONED')
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      const answers: (readonly [name: string, answer: Answer])[] = []
      for (let number = 0; number < 6; number++) {
        const name = `Throttled ${writer}-${number}`
        answers.push([name, await create(items, { name })])
      }
      return answers
    })
    const answers = (await Promise.all(writers)).flat()
    expect(new Set(answers.map(([, { status }]) => status))).toEqual(new Set([201, 503]))
    for (const [, { status, headers, body }] of answers) {
      if (status !== 503) continue
      expect([headers['retry-after'], headers['content-type']]).toEqual(['1', expect.stringContaining('problem+json')])
      expect(body).not.toContain('Throughput')
    }
    await bill(items, 'PAY_PER_REQUEST')
    await created(items, 'Recovered')
    const acknowledged = answers.filter(([, { status }]) => status === 201).map(([name]) => name)
    const after = await namesOf(items)
    expect(after.filter(name => name.startsWith('Throttled')).sort()).toEqual(acknowledged.sort())
    expect(after).toEqual(expect.arrayContaining([...before, 'Recovered']))
    expect(items.cloud.journal.since(0).some(({ kind }) => kind === 'dynamodb.throttled')).toBe(true)
  })
})

/** What signed a cursor. */
const keyOf = (cursor: string | null): string | undefined => cursor?.split('.')[0]

const secrets = <T>(running: Running, operation: string): Promise<T> => {
  const [secret] = nodesOf(running.architecture, 'secret')
  return awsJson(running, 'secretsmanager', `secretsmanager.${operation}`, { SecretId: secret?.arn })
}

async function currentVersion(running: Running): Promise<string | undefined> {
  const { VersionIdsToStages: versions } = await secrets<{ VersionIdsToStages: Record<string, string[]> }>(
    running,
    'DescribeSecret',
  )
  return Object.keys(versions).find(id => versions[id]?.includes('AWSCURRENT'))
}

/** Changes how the table is paid: by request, or one unit a second of the table and of its index. */
async function bill(running: Running, BillingMode: 'PROVISIONED' | 'PAY_PER_REQUEST'): Promise<void> {
  const [table] = nodesOf(running.architecture, 'table')
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
  const indexes = table?.globalIndexes.map(({ name }) => ({ Update: { IndexName: name, ProvisionedThroughput } }))
  await awsJson(running, 'dynamodb', 'DynamoDB_20120810.UpdateTable', {
    TableName: table?.name,
    BillingMode,
    ...(BillingMode === 'PROVISIONED' ? { ProvisionedThroughput, GlobalSecondaryIndexUpdates: indexes } : {}),
  })
}
