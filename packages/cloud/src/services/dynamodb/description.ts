import type { Projection, TableKey, TableThroughput } from '@terrace/model'
import { timestamp } from '../../gateway/time.ts'
import type { Table } from './table.ts'
import type { TableRecord, TableSettings } from './table-record.ts'

/**
 * `TableDescription`, as CreateTable and DescribeTable answer it.
 * @see DynamoDB API Reference "TableDescription"
 */
export function describeTable(table: Table, arn: string): object {
  const { record, status, totals } = table
  const { globalIndexes, localIndexes, throughput } = record
  return {
    TableName: record.name,
    TableArn: arn,
    TableId: record.uuid,
    TableStatus: status,
    CreationDateTime: timestamp(record.created),
    AttributeDefinitions: Object.entries(record.attributeTypes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(record.key),
    ItemCount: totals.count,
    TableSizeBytes: totals.bytes,
    DeletionProtectionEnabled: record.deletionProtection,
    ...(throughput.mode === 'onDemand' && {
      BillingModeSummary: {
        BillingMode: 'PAY_PER_REQUEST',
        LastUpdateToPayPerRequestDateTime: timestamp(record.created),
      },
    }),
    ...describeThroughput(throughput, record),
    ...(record.tableClass !== 'STANDARD' && { TableClassSummary: { TableClass: record.tableClass } }),
    ...(record.encryptionKey && {
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: keyArn(record.encryptionKey.kmsKeyId ?? 'alias/aws/dynamodb', arn),
      },
    }),
    ...(localIndexes.length > 0 && {
      LocalSecondaryIndexes: localIndexes.map(index => ({
        ...describeIndex(index, arn),
        IndexSizeBytes: 0,
        ItemCount: 0,
      })),
    }),
    ...(globalIndexes.length > 0 && {
      GlobalSecondaryIndexes: globalIndexes.map(index => {
        const IndexStatus = table.indexStatus.get(index.name) ?? 'ACTIVE'
        return {
          ...describeIndex(index, arn),
          ...describeThroughput(index.throughput),
          IndexStatus,
          ...(status === 'UPDATING' && IndexStatus === 'CREATING' && { Backfilling: true }),
          IndexSizeBytes: 0,
          ItemCount: 0,
        }
      }),
    }),
  }
}

const describeIndex = ({ name, key, projection }: TableSettings['localIndexes'][number], arn: string): object => ({
  IndexName: name,
  IndexArn: `${arn}/index/${name}`,
  KeySchema: keySchema(key),
  Projection: describeProjection(projection),
})

const keySchema = ({ partition, sort }: TableKey): readonly object[] => [
  { AttributeName: partition, KeyType: 'HASH' },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' }]),
]

function describeProjection(projection: Projection): object {
  if (projection === 'all') return { ProjectionType: 'ALL' }
  if (projection === 'keysOnly') return { ProjectionType: 'KEYS_ONLY' }
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: projection.including }
}

function describeThroughput(throughput: TableThroughput, record?: TableRecord): object {
  const none = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 }
  if (throughput.mode === 'onDemand') {
    const { mostReads, mostWrites } = throughput
    const isLimited = mostReads !== undefined || mostWrites !== undefined
    const limits = { MaxReadRequestUnits: mostReads ?? -1, MaxWriteRequestUnits: mostWrites ?? -1 }
    return { ProvisionedThroughput: none, ...(isLimited && { OnDemandThroughput: limits }) }
  }
  return {
    ProvisionedThroughput: {
      ...none,
      ReadCapacityUnits: throughput.reads,
      WriteCapacityUnits: throughput.writes,
      ...(record?.raised === undefined ? {} : { LastIncreaseDateTime: timestamp(record.raised) }),
      ...(record?.lowered === undefined ? {} : { LastDecreaseDateTime: timestamp(record.lowered) }),
    },
  }
}

/** `arn:aws:kms:…` for an id or an alias. */
function keyArn(id: string, tableArn: string): string {
  if (id.startsWith('arn:')) return id
  const [, , , region, account] = tableArn.split(':')
  return `arn:aws:kms:${region}:${account}:${id.startsWith('alias/') ? '' : 'key/'}${id}`
}
