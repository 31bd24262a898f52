import type { GlobalIndex, Projection, Table, TableIndex, TableKey, TableThroughput } from '@terrace/model'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import { globalThroughput } from './global-table-throughput.ts'
import { policyDocumentOf } from './policy-document.ts'
import type { PropertyReader } from './property-reader.ts'
import { tagsOf } from './tags.ts'

const NO_BACKUPS = 'there are no backups here to restore from; what is kept survives a restart'
const NO_STREAM = 'there are no streams of tables here: nobody is told of changes to items'

/** Tables of DynamoDB. */
export const tables: BuilderTable = {
  'AWS::DynamoDB::Table': node((context): Table => {
    const { properties } = context
    properties.withoutEffect({
      PointInTimeRecoverySpecification: NO_BACKUPS,
      ContributorInsightsSpecification: 'the keys that are used most are not counted here',
      WarmThroughput: 'no table has to be warmed up here',
    })
    notHere(context, properties, {
      StreamSpecification: NO_STREAM,
      KinesisStreamSpecification: NO_STREAM,
      ImportSourceSpecification: 'nothing is imported from S3: the table begins empty',
    })
    const onDemand = properties.oneOf('BillingMode', ['PROVISIONED', 'PAY_PER_REQUEST']) === 'PAY_PER_REQUEST'
    const sse = properties.object('SSESpecification')
    const keyOfTable = sse?.text('KMSMasterKeyId')
    sse?.withoutEffect({ SSEType: 'there is one type' })
    return {
      ...common(context),
      globalIndexes: properties.objects('GlobalSecondaryIndexes').map(
        (index): GlobalIndex => ({
          ...withoutWarmth(index),
          throughput: onDemand ? onDemandOf(index) : provisionedOf(index),
        }),
      ),
      throughput: onDemand ? onDemandOf(properties) : provisionedOf(properties),
      tableClass: properties.oneOf('TableClass', ['STANDARD', 'STANDARD_INFREQUENT_ACCESS']) ?? 'STANDARD',
      deletionProtection: properties.boolean('DeletionProtectionEnabled') ?? false,
      ...encryptionOf(sse, keyOfTable),
      ...policyOf(properties),
    }
  }),
  'AWS::DynamoDB::GlobalTable': node((context): Table => {
    const { properties } = context
    const replicas = properties.objects('Replicas')
    const [replica] = replicas
    if (!replica || replicas.length > 1 || replica.requiredText('Region') !== context.region) {
      throw notModelled(properties, 'Replicas', 'a table with replicas in other regions is not modelled')
    }
    replica.withoutEffect({
      PointInTimeRecoverySpecification: NO_BACKUPS,
      ContributorInsightsSpecification: 'the keys that are used most are not counted here',
      ReplicaStreamSpecification: NO_STREAM,
    })
    properties.withoutEffect({
      WarmThroughput: 'no table has to be warmed up here',
      MultiRegionConsistency: 'there is one region here',
    })
    notHere(context, properties, { StreamSpecification: NO_STREAM })
    notHere(context, replica, { KinesisStreamSpecification: NO_STREAM })
    const sse = properties.object('SSESpecification')
    sse?.withoutEffect({ SSEType: 'there is one type' })
    const { ofTable, ofIndex } = globalThroughput(context, replica)
    return {
      ...common(context),
      globalIndexes: properties
        .objects('GlobalSecondaryIndexes')
        .map((index): GlobalIndex => ({ ...withoutWarmth(index), throughput: ofIndex(index) })),
      tags: tagsOf(replica),
      throughput: ofTable(),
      tableClass: replica.oneOf('TableClass', ['STANDARD', 'STANDARD_INFREQUENT_ACCESS']) ?? 'STANDARD',
      deletionProtection: replica.boolean('DeletionProtectionEnabled') ?? false,
      ...encryptionOf(sse, replica.object('SSESpecification')?.text('KMSMasterKeyId')),
      ...policyOf(replica),
    }
  }),
}

function common(context: BuildContext) {
  const { properties } = context
  properties.readElsewhere('TableName')
  const types = properties.objects('AttributeDefinitions').map(each => {
    const type = each.oneOf('AttributeType', ['S', 'N', 'B'])
    if (!type) throw each.bad('AttributeType', 'one of S, N, B')
    return [each.requiredText('AttributeName'), type] as const
  })
  const timeToLive = properties.object('TimeToLiveSpecification')
  const attribute = timeToLive?.text('AttributeName')
  const isOn = timeToLive?.boolean('Enabled') ?? false
  return {
    ...context.base('table'),
    name: context.attribute('TableName') || context.base('table').physicalId,
    arn: context.attribute('Arn'),
    attributeTypes: Object.fromEntries(types),
    key: keyOf(properties),
    localIndexes: properties.objects('LocalSecondaryIndexes').map(indexOf),
    ...(isOn && attribute !== undefined ? { timeToLiveAttribute: attribute } : {}),
  }
}

function keyOf(reader: PropertyReader): TableKey {
  const parts = reader.objects('KeySchema').map(each => {
    const type = each.oneOf('KeyType', ['HASH', 'RANGE'])
    return { type, name: each.requiredText('AttributeName') }
  })
  const [partition, ...more] = parts.filter(({ type }) => type === 'HASH')
  const [sort, ...others] = parts.filter(({ type }) => type === 'RANGE')
  if (!partition) throw reader.bad('KeySchema', 'a list with the partition key, of the KeyType HASH')
  if (more.length + others.length > 0) {
    throw notModelled(reader, 'KeySchema', 'a key of more than a partition and a sort key is not modelled')
  }
  return { partition: partition.name, ...(sort ? { sort: sort.name } : {}) }
}

const indexOf = (reader: PropertyReader): TableIndex => ({
  name: reader.requiredText('IndexName'),
  key: keyOf(reader),
  projection: projectionOf(reader.requiredObject('Projection')),
})

function projectionOf(reader: PropertyReader): Projection {
  const type = reader.oneOf('ProjectionType', ['ALL', 'KEYS_ONLY', 'INCLUDE']) ?? 'ALL'
  const including = reader.texts('NonKeyAttributes')
  if (type === 'INCLUDE') return { including }
  return type === 'ALL' ? 'all' : 'keysOnly'
}

function withoutWarmth(reader: PropertyReader): TableIndex {
  reader.withoutEffect({
    ContributorInsightsSpecification: 'the keys that are used most are not counted here',
    WarmThroughput: 'no table has to be warmed up here',
  })
  return indexOf(reader)
}

function provisionedOf(reader: PropertyReader): TableThroughput {
  const throughput = reader.requiredObject('ProvisionedThroughput')
  return {
    mode: 'provisioned',
    reads: throughput.requiredNumber('ReadCapacityUnits', UNITS),
    writes: throughput.requiredNumber('WriteCapacityUnits', UNITS),
  }
}

const UNITS = { least: 1, most: 1_000_000_000_000 }

function onDemandOf(reader: PropertyReader): TableThroughput {
  const most = reader.object('OnDemandThroughput')
  const reads = most?.number('MaxReadRequestUnits')
  const writes = most?.number('MaxWriteRequestUnits')
  return {
    mode: 'onDemand',
    ...(reads === undefined || reads < 1 ? {} : { mostReads: reads }),
    ...(writes === undefined || writes < 1 ? {} : { mostWrites: writes }),
  }
}

function encryptionOf(sse: PropertyReader | undefined, kmsKeyId: string | undefined): Pick<Table, 'encryptionKey'> {
  if (!sse?.boolean('SSEEnabled')) return {}
  return { encryptionKey: kmsKeyId === undefined ? {} : { kmsKeyId } }
}

function policyOf(reader: PropertyReader): Pick<Table, 'policy'> {
  const policy = reader.object('ResourcePolicy')
  return policy ? { policy: policyDocumentOf(policy, 'PolicyDocument') } : {}
}

/** What a table can have and the local cloud doesn't carry out: property → what is otherwise. */
function notHere(context: BuildContext, reader: PropertyReader, otherwise: Readonly<Record<string, string>>): void {
  for (const [key, message] of Object.entries(otherwise)) {
    if (reader.has(key)) context.gap('property', reader.pathOf(key), reader.placeOf(key).line, message)
    reader.listed(message, key)
  }
}
