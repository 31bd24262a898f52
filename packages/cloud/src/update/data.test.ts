import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { Secret } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, testBucket } from '../gateway/testing.ts'
import { startTables, testTable } from '../services/dynamodb/testing.ts'
import { kms } from '../services/kms/index.ts'
import { s3 } from '../services/s3/index.ts'
import { secretsmanager } from '../services/secretsmanager/index.ts'
import { ssm } from '../services/ssm/index.ts'
import { testNode } from '../testing/architecture.ts'
import { COMPLETE, update } from './testing.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-update-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const parameter = (name: string, value: string) => testNode('parameter', name, { name, type: 'String', value })

describe('an update of parameters', () => {
  it('puts changed values as new versions, leaves others as they were set, and adds and removes', async () => {
    const nodes = [parameter('/a', 'one'), parameter('/b', 'two'), parameter('/old', 'x')]
    await using cloud = await startTestCloud({ nodes, services: [kms, ssm] })
    const client = new SSMClient(clientOptions(cloud.gateway.url))
    const read = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter
    await client.send(new PutParameterCommand({ Name: '/b', Value: 'by hand', Overwrite: true }))

    expect(await update(cloud, [parameter('/a', 'changed'), parameter('/new', 'three')], ['/old'])).toEqual(COMPLETE)

    expect(await read('/a')).toMatchObject({ Value: 'changed', Version: 2 })
    expect(await read('/b')).toMatchObject({ Value: 'by hand' })
    expect(await read('/new')).toMatchObject({ Value: 'three', Version: 1 })
    expect(await failureOf(read('/old'))).toMatchObject({ name: 'ParameterNotFound' })
  })
})

const secret = (name: string, text: string, rest: Partial<Secret> = {}): Secret => ({
  ...testNode('secret', name, {
    name,
    arn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`,
    description: 'a secret',
    value: { kind: 'literal', text },
  }),
  ...rest,
})

describe('an update of secrets', () => {
  it('changes description and text, adds one, and refuses to take one away', async () => {
    await using cloud = await startTestCloud({ nodes: [secret('key', 'one')], services: [kms, secretsmanager] })
    const client = new SecretsManagerClient(clientOptions(cloud.gateway.url))
    const read = (SecretId: string, VersionStage = 'AWSCURRENT') =>
      client.send(new GetSecretValueCommand({ SecretId, VersionStage }))

    const wanted = [secret('key', 'two', { description: 'said anew' }), secret('other', 'three')]
    expect(await update(cloud, wanted)).toEqual(COMPLETE)

    expect((await read('key')).SecretString).toBe('two')
    expect((await read('key', 'AWSPREVIOUS')).SecretString).toBe('one')
    expect((await client.send(new DescribeSecretCommand({ SecretId: 'key' }))).Description).toBe('said anew')
    expect((await read('other')).SecretString).toBe('three')
    await expect(update(cloud, [], ['other'])).rejects.toThrow('terrace reset')
  })
})

describe('an update of tables', () => {
  const item = (id: string) => ({ id: { S: id }, day: { S: 'monday' } })

  it('adds an index and time to live to a table that is read and written; its items stay', async () => {
    await using on = await startTables({ nodes: [testTable('items')] })
    await on.client.send(new PutItemCommand({ TableName: 'items', Item: item('a') }))
    const wanted = testTable('items', {
      attributeTypes: { id: 'S', day: 'S' },
      globalIndexes: [
        { name: 'byDay', key: { partition: 'day' }, projection: 'all', throughput: { mode: 'onDemand' } },
      ],
      timeToLiveAttribute: 'expires',
      deletionProtection: true,
    })

    expect(await update(on.cloud, [wanted, testTable('more')])).toEqual(COMPLETE)

    const byDay = await on.client.send(
      new QueryCommand({
        TableName: 'items',
        IndexName: 'byDay',
        KeyConditionExpression: '#day = :day',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: { ':day': { S: 'monday' } },
      }),
    )
    expect(byDay.Items).toEqual([item('a')])
    await on.client.send(new PutItemCommand({ TableName: 'more', Item: item('b') }))
    const { Table } = await on.client.send(new DescribeTableCommand({ TableName: 'items' }))
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', DeletionProtectionEnabled: true })
  })

  it('removes a table with its items unless it is protected, and refuses another key', async () => {
    const guarded = testTable('guarded', { deletionProtection: true })
    await using on = await startTables({ nodes: [testTable('items'), guarded] })
    await on.client.send(new PutItemCommand({ TableName: 'items', Item: item('a') }))

    await expect(update(on.cloud, [], ['guarded'])).rejects.toThrow('it is protected against deletion')
    const otherKey = testTable('items', { key: { partition: 'day' }, attributeTypes: { day: 'S' } })
    await expect(update(on.cloud, [otherKey])).rejects.toThrow('the items of this one would be lost')
    const read = () => on.client.send(new GetItemCommand({ TableName: 'items', Key: { id: { S: 'a' } } }))
    expect((await read()).Item).toEqual(item('a'))

    expect(await update(on.cloud, [], ['items'])).toEqual(COMPLETE)
    expect((await failureOf(read())).name).toBe('ResourceNotFoundException')
    // The same name again is another table.
    await update(on.cloud, [testTable('items')])
    expect((await on.client.send(new ScanCommand({ TableName: 'items' }))).Count).toBe(0)
  })
})

describe('an update of a bucket deployment', () => {
  const site = (version: string, files: Readonly<Record<string, string>>) => {
    const path = join(folder, version)
    mkdirSync(path)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
    return testNode('bucketDeployment', 'deployment', {
      destination: 'site',
      destinationPrefix: '',
      sources: [{ path, markers: {} }],
      prune: true,
      extract: true,
      include: [],
      exclude: [],
      metadata: {},
      invalidationPaths: [],
    })
  }

  it('serves the new files at once; what it has no longer goes', async () => {
    const nodes = [testBucket('site'), site('one', { 'index.html': 'one', 'old.js': 'x' })]
    await using cloud = await startTestCloud({ nodes, services: [s3] })
    const client = new S3Client({ ...clientOptions(cloud.gateway.url), forcePathStyle: true })
    const read = async (Key: string) =>
      (await client.send(new GetObjectCommand({ Bucket: 'site', Key }))).Body?.transformToString()
    expect(await read('index.html')).toBe('one')

    expect(await update(cloud, [site('two', { 'index.html': 'two', 'new.js': 'y' })])).toEqual(COMPLETE)

    expect([await read('index.html'), await read('new.js')]).toEqual(['two', 'y'])
    expect(await failureOf(read('old.js'))).toMatchObject({ name: 'NoSuchKey' })
  })
})
