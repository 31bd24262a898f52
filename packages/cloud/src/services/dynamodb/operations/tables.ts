import { z } from 'zod'
import { type Operation, shape } from '../../../gateway/api.ts'
import { requestTags } from '../access.ts'
import { describeTable } from '../description.ts'
import { LimitExceededException, ResourceNotFoundException, ValidationException } from '../errors.ts'
import { checked } from '../grammar.ts'
import { MOST_GLOBAL_INDEXES, MOST_LISTED } from '../limits.ts'
import { parsePolicy } from '../policy.ts'
import { attributesOf, type TableRecord } from '../table-record.ts'
import type { TableChange } from '../tables.ts'
import {
  attributeDefinitions,
  createMembers,
  encryption,
  encryptionOf,
  globalIndex,
  globalIndexOf,
  onDemand,
  provisioned,
  settingsOf,
  throughputOf,
  typesOf,
} from './definition.ts'
import { tableName, tagsFrom } from './shapes.ts'
import { measured, type Surface } from './surface.ts'

const updateShape = shape({
  TableName: tableName,
  AttributeDefinitions: attributeDefinitions.optional(),
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).optional(),
  ProvisionedThroughput: provisioned.optional(),
  OnDemandThroughput: onDemand.optional(),
  GlobalSecondaryIndexUpdates: z
    .array(
      shape({
        Create: globalIndex.optional(),
        Update: shape({
          IndexName: z.string(),
          ProvisionedThroughput: provisioned.optional(),
          OnDemandThroughput: onDemand.optional(),
        }).optional(),
        Delete: shape({ IndexName: z.string() }).optional(),
      }),
    )
    .optional(),
  SSESpecification: encryption.optional(),
  TableClass: z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']).optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
})

type UpdateInput = z.output<typeof updateShape>

/** Tables as such. */
export function tableOperations(surface: Surface): readonly Operation[] {
  const { tables, access, world } = surface
  const describe = (name: string) => describeTable(tables.get(name), tables.arnOf(name))
  return [
    measured(surface, {
      name: 'CreateTable',
      input: shape(createMembers),
      authorize({ TableName, Tags, ResourcePolicy }) {
        const context = requestTags(tagsFrom(Tags ?? []))
        return [
          access.on('CreateTable', TableName, { context }),
          ...(Tags?.length ? [access.on('TagResource', TableName, { context })] : []),
          ...(ResourcePolicy === undefined ? [] : [access.on('PutResourcePolicy', TableName)]),
        ]
      },
      run(input) {
        checked('createTable', input)
        const policy = input.ResourcePolicy
        if (policy !== undefined) parsePolicy(policy)
        tables.create({
          ...settingsOf(input),
          ...(policy !== undefined && { policy: { text: policy, revision: world.random.uuid() } }),
        })
        return { TableDescription: describe(input.TableName) }
      },
    }),
    measured(surface, {
      name: 'DescribeTable',
      input: shape({ TableName: tableName }),
      authorize: ({ TableName }) => access.on('DescribeTable', TableName),
      run: ({ TableName }) => ({ Table: describe(TableName) }),
    }),
    measured(surface, {
      name: 'ListTables',
      input: shape({
        ExclusiveStartTableName: z.string().optional(),
        Limit: z.int().min(1).max(MOST_LISTED).optional(),
      }),
      authorize: () => ({ action: 'dynamodb:ListTables', resource: '*' }),
      run({ ExclusiveStartTableName: after = '', Limit = MOST_LISTED }) {
        const names = tables.list().map(({ record }) => record.name)
        const rest = names.filter(name => name > after)
        const page = rest.slice(0, Limit)
        return { TableNames: page, LastEvaluatedTableName: rest.length > Limit ? page.at(-1) : undefined }
      },
    }),
    measured(surface, {
      name: 'UpdateTable',
      input: updateShape,
      authorize: ({ TableName }) => access.on('UpdateTable', TableName),
      run(input) {
        const table = tables.get(input.TableName)
        tables.checkActive(table)
        tables.update(table, changeOf(input, table.record))
        return { TableDescription: describe(input.TableName) }
      },
    }),
    measured(surface, {
      name: 'DeleteTable',
      input: shape({ TableName: tableName }),
      authorize: ({ TableName }) => access.on('DeleteTable', TableName),
      run({ TableName }) {
        tables.delete(tables.get(TableName))
        return { TableDescription: describe(TableName) }
      },
    }),
  ]
}

/** What an UpdateTable changes. @throws ValidationException, LimitExceededException, ResourceNotFoundException */
function changeOf(input: UpdateInput, record: TableRecord): TableChange {
  const { TableName: _, ...asked } = input
  const wanted = Object.entries(asked).filter(([name, value]) => value !== undefined && name !== 'AttributeDefinitions')
  if (wanted.length === 0) {
    throw new ValidationException(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    )
  }
  const mode = input.BillingMode ?? (record.throughput.mode === 'provisioned' ? 'PROVISIONED' : 'PAY_PER_REQUEST')
  const changesMode =
    mode === 'PROVISIONED' ? record.throughput.mode === 'onDemand' : record.throughput.mode === 'provisioned'
  const attributeTypes = { ...record.attributeTypes, ...typesOf(input.AttributeDefinitions ?? []) }
  const globalIndexes = indexesAfter(input, record, mode, changesMode)
  const used = [record, ...record.localIndexes, ...globalIndexes].flatMap(attributesOf)
  const undefinedKey = used.find(name => attributeTypes[name] === undefined)
  if (undefinedKey !== undefined) {
    throw ValidationException.ofParameters(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${undefinedKey}], AttributeDefinitions: [${Object.keys(attributeTypes).join(', ')}]`,
    )
  }
  return {
    // What no key uses any more is not defined any more.
    attributeTypes: Object.fromEntries(Object.entries(attributeTypes).filter(([name]) => used.includes(name))),
    globalIndexes,
    ...(changesMode || input.ProvisionedThroughput || input.OnDemandThroughput
      ? { throughput: changedThroughput(input, record, mode, changesMode) }
      : {}),
    ...(input.TableClass && { tableClass: input.TableClass }),
    ...(input.DeletionProtectionEnabled === undefined ? {} : { deletionProtection: input.DeletionProtectionEnabled }),
    ...encryptionOf(input.SSESpecification),
  }
}

function changedThroughput(input: UpdateInput, record: TableRecord, mode: Mode, changesMode: boolean) {
  const after = throughputOf(input, mode)
  const { throughput: before } = record
  if (!changesMode && after.mode === 'provisioned' && JSON.stringify(after) === JSON.stringify(before)) {
    throw new ValidationException(
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${after.reads}. Requested ReadCapacityUnits: ${after.reads}. Current WriteCapacityUnits provisioned for the table: ${after.writes}. Requested WriteCapacityUnits: ${after.writes}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    )
  }
  return after
}

type Mode = 'PROVISIONED' | 'PAY_PER_REQUEST'

function indexesAfter(
  { GlobalSecondaryIndexUpdates: updates = [] }: UpdateInput,
  record: TableRecord,
  mode: Mode,
  changesMode: boolean,
): TableRecord['globalIndexes'] {
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1) {
    throw new LimitExceededException(
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    )
  }
  const existing = (name: string) => {
    if (record.globalIndexes.some(index => index.name === name)) return
    throw new ResourceNotFoundException(`Requested resource not found: Index: ${name} not found`)
  }
  const deleted = updates.flatMap(({ Delete }) => Delete?.IndexName ?? [])
  deleted.forEach(existing)
  for (const { Update } of updates) if (Update) existing(Update.IndexName)
  const created = updates.flatMap(({ Create }) => (Create ? [globalIndexOf(Create, mode)] : []))
  const twice = created.find(({ name }) => [...record.globalIndexes, ...record.localIndexes].some(i => i.name === name))
  if (twice) {
    throw new ValidationException(`Attempting to create an index which already exists: ${twice.name}`)
  }
  const kept = record.globalIndexes.filter(({ name }) => !deleted.includes(name))
  const after = kept.map(index => {
    const update = updates.find(({ Update }) => Update?.IndexName === index.name)?.Update
    if (!update && !changesMode) return index
    if (!update && mode === 'PROVISIONED') {
      throw ValidationException.ofParameters(`ProvisionedThroughput must be specified for index: ${index.name}`)
    }
    return { ...index, throughput: throughputOf(update ?? {}, mode) }
  })
  if (after.length + created.length > MOST_GLOBAL_INDEXES) {
    throw ValidationException.ofParameters('GlobalSecondaryIndex count exceeds the per-table limit of 20')
  }
  return [...after, ...created]
}
