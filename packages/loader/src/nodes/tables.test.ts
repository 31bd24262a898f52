import { join } from 'node:path'
import { nodesOf } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { load } from '../load.ts'

describe('tables of a template', async () => {
  const architecture = await load({ kind: 'template', file: join(import.meta.dirname, '..', 'samples', 'tables.yaml') })
  const tables = new Map(nodesOf(architecture, 'table').map(table => [table.origin.logicalId, table]))

  it('have their key, their indexes and their settings', () => {
    expect(tables.get('Orders')).toMatchObject({
      name: 'sample',
      arn: 'arn:aws:dynamodb:us-east-1:123456789012:table/sample',
      physicalId: 'sample',
      attributeTypes: { customer: 'S', number: 'N', state: 'S' },
      key: { partition: 'customer', sort: 'number' },
      localIndexes: [
        { name: 'byState', key: { partition: 'customer', sort: 'state' }, projection: { including: ['total'] } },
      ],
      globalIndexes: [
        {
          name: 'allByState',
          key: { partition: 'state', sort: 'number' },
          projection: { including: ['total'] },
          throughput: { mode: 'provisioned', reads: 2, writes: 1 },
        },
      ],
      throughput: { mode: 'provisioned', reads: 5, writes: 5 },
      timeToLiveAttribute: 'expiresAt',
      encryptionKey: { kmsKeyId: 'alias/aws/dynamodb' },
      deletionProtection: true,
      policy: { Statement: [{ Action: 'dynamodb:GetItem' }] },
      tags: { Name: 'sample' },
    })
  })

  it('have the name that CloudFormation would make up, and throughput on demand with its limits', () => {
    expect(tables.get('Events')).toMatchObject({
      name: expect.stringMatching(/-Events-\w{12}$/),
      throughput: { mode: 'onDemand', mostReads: 100, mostWrites: 50 },
      globalIndexes: [{ projection: 'all', throughput: { mode: 'onDemand', mostReads: 10, mostWrites: 10 } }],
      deletionProtection: false,
    })
    expect(tables.get('Events')).not.toHaveProperty('encryptionKey')
  })

  it('are read from global tables with one replica, whose reads, tags and protection are the replica’s', () => {
    expect(tables.get('Items')).toMatchObject({
      name: 'sample-global',
      throughput: { mode: 'onDemand', mostReads: 200, mostWrites: 100 },
      globalIndexes: [{ name: 'byCreation', throughput: { mostReads: 20, mostWrites: 10 } }],
      encryptionKey: { kmsKeyId: 'alias/aws/dynamodb' },
      deletionProtection: true,
      policy: { Statement: [{ Effect: 'Deny' }] },
      tags: { Name: 'sample' },
    })
    expect(tables.get('Provisioned')).toMatchObject({
      throughput: { mode: 'provisioned', reads: 7, writes: 5 },
      globalIndexes: [
        { throughput: { reads: 3, writes: 1 } },
        { projection: 'keysOnly', throughput: { reads: 4, writes: 1 } },
      ],
    })
  })

  it('are gaps where they have streams, replicas elsewhere or keys of several attributes', () => {
    const gaps = architecture.gaps.map(({ path }) => path)
    expect(gaps).toContain('Resources.Orders.Properties.StreamSpecification')
    expect(tables.has('Everywhere') || tables.has('Composed')).toBe(false)
    expect(gaps).toContain('Resources.Everywhere.Properties.Replicas')
    expect(gaps).toContain('Resources.Composed.Properties.KeySchema')
  })
})
