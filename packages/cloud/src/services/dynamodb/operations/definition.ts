import type { GlobalIndex, KeyType, Projection, TableKey, TableThroughput } from '@terrace/model'
import { z } from 'zod'
import { accepted, decided, onlyOff, shape } from '../../../gateway/api.ts'
import { ValidationException } from '../errors.ts'
import type { TableSettings } from '../table-record.ts'
import { tableName, tagList, tagsFrom } from './shapes.ts'

export const attributeDefinitions = z.array(
  shape({ AttributeName: z.string().min(1).max(255), AttributeType: z.enum(['S', 'N', 'B']) }),
)

export const keySchema = z.array(
  shape({ AttributeName: z.string().min(1).max(255), KeyType: z.enum(['HASH', 'RANGE']) }),
)

export const projection = shape({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
})

export const provisioned = shape({
  ReadCapacityUnits: z.int().min(1),
  WriteCapacityUnits: z.int().min(1),
})

export const onDemand = shape({
  MaxReadRequestUnits: z.int().optional(),
  MaxWriteRequestUnits: z.int().optional(),
})

const warmThroughput = accepted(
  shape({ ReadUnitsPerSecond: z.int().optional(), WriteUnitsPerSecond: z.int().optional() }).optional(),
  'no table has to be warmed up here',
)

export const encryption = shape({
  Enabled: z.boolean().optional(),
  SSEType: accepted(z.enum(['AES256', 'KMS']).optional(), 'there is one type'),
  KMSMasterKeyId: z.string().optional(),
})

export const globalIndex = shape({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: projection,
  ProvisionedThroughput: provisioned.optional(),
  OnDemandThroughput: onDemand.optional(),
  WarmThroughput: warmThroughput,
})

export const createMembers = {
  TableName: tableName,
  AttributeDefinitions: attributeDefinitions,
  KeySchema: keySchema,
  LocalSecondaryIndexes: z
    .array(shape({ IndexName: z.string(), KeySchema: keySchema, Projection: projection }))
    .optional(),
  GlobalSecondaryIndexes: z.array(globalIndex).optional(),
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).optional(),
  ProvisionedThroughput: provisioned.optional(),
  OnDemandThroughput: onDemand.optional(),
  WarmThroughput: warmThroughput,
  StreamSpecification: decided(shape({ StreamEnabled: onlyOff('a stream of changes to items') }).optional()),
  SSESpecification: encryption.optional(),
  Tags: tagList.optional(),
  TableClass: z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']).optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  ResourcePolicy: z.string().optional(),
}

const createShape = shape(createMembers)

/** What CreateTable says of a table. */
export function settingsOf(input: z.output<typeof createShape>): TableSettings {
  const mode = input.BillingMode ?? 'PROVISIONED'
  return {
    name: input.TableName,
    attributeTypes: typesOf(input.AttributeDefinitions),
    key: keyOf(input.KeySchema),
    localIndexes: (input.LocalSecondaryIndexes ?? []).map(index => ({
      name: index.IndexName,
      key: keyOf(index.KeySchema),
      projection: projectionOf(index.Projection),
    })),
    globalIndexes: (input.GlobalSecondaryIndexes ?? []).map(index => globalIndexOf(index, mode)),
    throughput: throughputOf(input, mode),
    tableClass: input.TableClass ?? 'STANDARD',
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tags: tagsFrom(input.Tags ?? []),
    ...encryptionOf(input.SSESpecification),
  }
}

export const typesOf = (definitions: z.output<typeof attributeDefinitions>): Readonly<Record<string, KeyType>> =>
  Object.fromEntries(definitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]))

/** A new global index. @throws ValidationException when its throughput doesn't fit the table's mode */
export function globalIndexOf(index: z.output<typeof globalIndex>, mode: BillingMode): GlobalIndex {
  if (mode === 'PROVISIONED' && !index.ProvisionedThroughput) {
    throw ValidationException.ofParameters(`ProvisionedThroughput must be specified for index: ${index.IndexName}`)
  }
  return {
    name: index.IndexName,
    key: keyOf(index.KeySchema),
    projection: projectionOf(index.Projection),
    throughput: throughputOf(index, mode),
  }
}

type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST'

interface ThroughputInput {
  readonly ProvisionedThroughput?: z.output<typeof provisioned> | undefined
  readonly OnDemandThroughput?: z.output<typeof onDemand> | undefined
}

/** @throws ValidationException when one mode is asked for with the throughput of the other */
export function throughputOf(
  { ProvisionedThroughput: units, OnDemandThroughput: most = {} }: ThroughputInput,
  mode: BillingMode,
): TableThroughput {
  if (mode === 'PROVISIONED') {
    if (units) return { mode: 'provisioned', reads: units.ReadCapacityUnits, writes: units.WriteCapacityUnits }
    throw ValidationException.ofParameters('ProvisionedThroughput must be specified when BillingMode is PROVISIONED')
  }
  if (units) {
    throw ValidationException.ofParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    )
  }
  const { MaxReadRequestUnits: reads = -1, MaxWriteRequestUnits: writes = -1 } = most
  return { mode: 'onDemand', ...(reads > 0 && { mostReads: reads }), ...(writes > 0 && { mostWrites: writes }) }
}

export function encryptionOf(sse: z.output<typeof encryption> | undefined): Pick<TableSettings, 'encryptionKey'> {
  if (!sse?.Enabled) return {}
  return { encryptionKey: sse.KMSMasterKeyId === undefined ? {} : { kmsKeyId: sse.KMSMasterKeyId } }
}

function keyOf(parts: z.output<typeof keySchema>): TableKey {
  const named = (type: 'HASH' | 'RANGE') => parts.find(({ KeyType }) => KeyType === type)?.AttributeName
  const sort = named('RANGE')
  return { partition: named('HASH') ?? '', ...(sort === undefined ? {} : { sort }) }
}

function projectionOf({ ProjectionType, NonKeyAttributes = [] }: z.output<typeof projection>): Projection {
  if (ProjectionType === undefined) throw ValidationException.ofParameters('Unknown ProjectionType: null')
  if (ProjectionType === 'INCLUDE') return { including: NonKeyAttributes }
  return ProjectionType === 'ALL' ? 'all' : 'keysOnly'
}
