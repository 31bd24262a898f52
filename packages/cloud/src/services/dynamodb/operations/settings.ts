import { z } from 'zod'
import { type Operation, shape } from '../../../gateway/api.ts'
import { requestTags } from '../access.ts'
import { ValidationException } from '../errors.ts'
import { ACCOUNT_UNITS, MOST_TAGS, TABLE_UNITS } from '../limits.ts'
import { nameOfTable, tableName, tagList, tagsFrom } from './shapes.ts'
import { measured, type Surface } from './surface.ts'

const arn = z.string().min(1).max(1283)

/** Time to live, tags, and what can be asked for beside. */
export function settingsOperations(surface: Surface): readonly Operation[] {
  const { tables, access, world } = surface
  return [
    measured(surface, {
      name: 'UpdateTimeToLive',
      input: shape({
        TableName: tableName,
        TimeToLiveSpecification: shape({ AttributeName: z.string().min(1).max(255), Enabled: z.boolean() }),
      }),
      authorize: ({ TableName }) => access.on('UpdateTimeToLive', TableName),
      run({ TableName, TimeToLiveSpecification }) {
        const { AttributeName: attribute, Enabled: isOn } = TimeToLiveSpecification
        const table = tables.get(TableName)
        tables.checkActive(table)
        const now = table.record.timeToLiveAttribute
        if (isOn && now === attribute) throw new ValidationException('TimeToLive is already enabled')
        if (!isOn && now === undefined) throw new ValidationException('TimeToLive is already disabled')
        if (now !== undefined && now !== attribute) {
          throw new ValidationException(
            `TimeToLive is active on a different AttributeName: current AttributeName is ${now}`,
          )
        }
        if (isOn) tables.set(table, { timeToLiveAttribute: attribute })
        else tables.removeTimeToLive(table)
        return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: isOn } }
      },
    }),
    measured(surface, {
      name: 'DescribeTimeToLive',
      input: shape({ TableName: tableName }),
      authorize: ({ TableName }) => access.on('DescribeTimeToLive', TableName),
      run({ TableName }) {
        const { timeToLiveAttribute: AttributeName } = tables.get(TableName).record
        return {
          TimeToLiveDescription: {
            TimeToLiveStatus: AttributeName === undefined ? 'DISABLED' : 'ENABLED',
            AttributeName,
          },
        }
      },
    }),
    measured(surface, {
      name: 'TagResource',
      input: shape({ ResourceArn: arn, Tags: tagList }),
      authorize: ({ ResourceArn, Tags }) =>
        access.on('TagResource', nameOfTable(ResourceArn), { context: requestTags(tagsFrom(Tags)) }),
      run({ ResourceArn, Tags }) {
        const table = tables.get(nameOfTable(ResourceArn))
        const tags = { ...table.record.tags, ...tagsFrom(Tags) }
        if (Object.keys(tags).some(name => name.startsWith('aws:'))) {
          throw new ValidationException('One or more parameter values were invalid: Tag keys can not start with aws:')
        }
        if (Object.keys(tags).length > MOST_TAGS) {
          throw new ValidationException(
            `One or more parameter values were invalid: Too many tags, at most ${MOST_TAGS} on a table`,
          )
        }
        tables.set(table, { tags })
        return {}
      },
    }),
    measured(surface, {
      name: 'UntagResource',
      input: shape({ ResourceArn: arn, TagKeys: z.array(z.string()) }),
      authorize: ({ ResourceArn, TagKeys }) =>
        access.on('UntagResource', nameOfTable(ResourceArn), { context: { 'aws:TagKeys': TagKeys } }),
      run({ ResourceArn, TagKeys }) {
        const table = tables.get(nameOfTable(ResourceArn))
        const left = Object.entries(table.record.tags).filter(([name]) => !TagKeys.includes(name))
        tables.set(table, { tags: Object.fromEntries(left) })
        return {}
      },
    }),
    measured(surface, {
      name: 'ListTagsOfResource',
      // A table has no more tags than fit on one page.
      input: shape({ ResourceArn: arn }),
      authorize: ({ ResourceArn }) => access.on('ListTagsOfResource', nameOfTable(ResourceArn)),
      run({ ResourceArn }) {
        const { tags } = tables.get(nameOfTable(ResourceArn)).record
        return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
      },
    }),
    measured(surface, {
      name: 'DescribeContinuousBackups',
      input: shape({ TableName: tableName }),
      authorize: ({ TableName }) => access.on('DescribeContinuousBackups', TableName),
      run({ TableName }) {
        tables.get(TableName)
        return {
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            // differs: there is nothing here to restore from, whatever the template says
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        }
      },
    }),
    measured(surface, {
      name: 'DescribeLimits',
      input: shape({}),
      authorize: () => ({ action: 'dynamodb:DescribeLimits', resource: '*' }),
      run: () => ({
        AccountMaxReadCapacityUnits: ACCOUNT_UNITS,
        AccountMaxWriteCapacityUnits: ACCOUNT_UNITS,
        TableMaxReadCapacityUnits: TABLE_UNITS,
        TableMaxWriteCapacityUnits: TABLE_UNITS,
      }),
    }),
    measured(surface, {
      name: 'DescribeEndpoints',
      input: shape({}),
      authorize: () => ({ action: 'dynamodb:DescribeEndpoints', resource: '*' }),
      run: () => ({
        Endpoints: [{ Address: `dynamodb.${world.architecture.region}.amazonaws.com`, CachePeriodInMinutes: 1440 }],
      }),
    }),
  ]
}
