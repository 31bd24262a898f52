import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { InvalidParameter } from '../errors.ts'
import { DESCRIBE_PAGE, RETENTION_DAYS } from '../limits.ts'
import { pageAfter } from '../paging.ts'
import type { LogsState } from '../state.ts'
import type { Group } from '../store/group.ts'
import { groupIdentifier, groupName, nameIn, permissions, tags } from './shapes.ts'

const limit = z.int().min(1).max(DESCRIBE_PAGE).optional()

/** Groups and how long they keep what they hold. Keys, classes but STANDARD and other accounts are refused by name. */
export function groupOperations(state: LogsState): readonly Operation[] {
  const { onGroup, onTags } = permissions(state)
  const describe = (group: Group) => {
    const { name, created, retentionDays, metricFilters } = group.settings
    return {
      logGroupName: name,
      creationTime: created,
      retentionInDays: retentionDays,
      metricFilterCount: metricFilters.length,
      arn: `${state.arnOf(name)}:*`,
      logGroupArn: state.arnOf(name),
      logGroupClass: 'STANDARD',
      storedBytes: group.storedBytes,
    }
  }
  return [
    operation({
      name: 'CreateLogGroup',
      input: shape({
        logGroupName: groupName,
        tags: tags.optional(),
        logGroupClass: z.literal('STANDARD').optional(),
      }),
      authorize: input => [
        onGroup('CreateLogGroup', input.logGroupName),
        ...(input.tags ? [onTags('TagResource', state.arnOf(input.logGroupName))] : []),
      ],
      run(input) {
        state.createNew(input.logGroupName, input.tags ?? {})
        return {}
      },
    }),
    operation({
      name: 'DeleteLogGroup',
      input: shape({ logGroupName: groupName }),
      authorize: input => onGroup('DeleteLogGroup', input.logGroupName),
      run(input) {
        state.delete(input.logGroupName)
        return {}
      },
    }),
    operation({
      name: 'DescribeLogGroups',
      input: shape({
        logGroupNamePrefix: groupName.optional(),
        logGroupNamePattern: z.string().max(512).optional(),
        logGroupIdentifiers: z.array(groupIdentifier).min(1).max(50).optional(),
        logGroupClass: z.literal('STANDARD').optional(),
        nextToken: z.string().optional(),
        limit,
      }),
      authorize: () => onGroup('DescribeLogGroups'),
      run({ logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers, nextToken, limit: most }) {
        if (prefix !== undefined && pattern !== undefined) {
          throw new InvalidParameter(
            'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
          )
        }
        const wanted = logGroupIdentifiers?.map(nameIn)
        const found = state.all.filter(
          ({ settings: { name } }) =>
            (prefix === undefined || name.startsWith(prefix)) &&
            (pattern === undefined || name.toLowerCase().includes(pattern.toLowerCase())) &&
            (wanted === undefined || wanted.includes(name)),
        )
        const { items, next } = pageAfter(found, group => group.settings.name, most ?? DESCRIBE_PAGE, nextToken)
        return { logGroups: items.map(describe), nextToken: next }
      },
    }),
    operation({
      name: 'PutRetentionPolicy',
      input: shape({ logGroupName: groupName, retentionInDays: z.int() }),
      authorize: input => onGroup('PutRetentionPolicy', input.logGroupName),
      run(input) {
        if (!RETENTION_DAYS.includes(input.retentionInDays)) {
          throw new InvalidParameter(
            `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
          )
        }
        state.get(input.logGroupName).change({ retentionDays: input.retentionInDays })
        return {}
      },
    }),
    operation({
      name: 'DeleteRetentionPolicy',
      input: shape({ logGroupName: groupName }),
      authorize: input => onGroup('DeleteRetentionPolicy', input.logGroupName),
      run(input) {
        state.get(input.logGroupName).change({ retentionDays: undefined })
        return {}
      },
    }),
  ]
}
