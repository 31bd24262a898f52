import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import type { World } from '../../../world.ts'
import { InvalidParameter, ResourceNotFound } from '../errors.ts'
import { parsePattern } from '../filter-pattern/pattern.ts'
import { DESCRIBE_PAGE } from '../limits.ts'
import { pageAfter } from '../paging.ts'
import type { LogsState } from '../state.ts'
import { checkFunction, type SubscriptionFilter, withSubscriptionFilter } from '../subscription-filters.ts'
import { groupName, permissions, streamName } from './shapes.ts'

/** Filters that send events to Lambda functions. Other destinations and transformed logs are refused by name. */
export function subscriptionFilterOperations(
  state: LogsState,
  { architecture, clock }: Pick<World, 'architecture' | 'clock'>,
): readonly Operation[] {
  const { onGroup } = permissions(state)
  return [
    operation({
      name: 'PutSubscriptionFilter',
      input: shape({
        logGroupName: groupName,
        filterName: streamName,
        filterPattern: z.string().max(1024),
        destinationArn: z.string().min(1),
        roleArn: z.string().min(1).optional(),
        distribution: accepted(z.enum(['Random', 'ByLogStream']).optional(), 'it is for streams of Kinesis alone'),
      }),
      authorize: input => onGroup('PutSubscriptionFilter', input.logGroupName),
      run({ logGroupName, filterName, filterPattern, destinationArn, roleArn, distribution = 'ByLogStream' }) {
        const group = state.get(logGroupName)
        parsePattern(filterPattern)
        refuseOthers(destinationArn)
        if (roleArn !== undefined) {
          throw new InvalidParameter('destinationArn for vendor lambda cannot be used with roleArn')
        }
        checkFunction(destinationArn, logGroupName, architecture)
        const filter: SubscriptionFilter = {
          name: filterName,
          pattern: filterPattern,
          created: clock.now(),
          destination: destinationArn,
          distribution,
        }
        group.change({ subscriptionFilters: withSubscriptionFilter(group.settings.subscriptionFilters, filter) })
        return {}
      },
    }),
    operation({
      name: 'DescribeSubscriptionFilters',
      input: shape({
        logGroupName: groupName,
        filterNamePrefix: streamName.optional(),
        nextToken: z.string().optional(),
        limit: z.int().min(1).max(DESCRIBE_PAGE).optional(),
      }),
      authorize: input => onGroup('DescribeSubscriptionFilters', input.logGroupName),
      run({ logGroupName, filterNamePrefix = '', nextToken, limit = DESCRIBE_PAGE }) {
        const found = state
          .get(logGroupName)
          .settings.subscriptionFilters.filter(({ name }) => name.startsWith(filterNamePrefix))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        const { items, next } = pageAfter(found, ({ name }) => name, limit, nextToken)
        return { subscriptionFilters: items.map(filter => describe(logGroupName, filter)), nextToken: next }
      },
    }),
    operation({
      name: 'DeleteSubscriptionFilter',
      input: shape({ logGroupName: groupName, filterName: streamName }),
      authorize: input => onGroup('DeleteSubscriptionFilter', input.logGroupName),
      run({ logGroupName, filterName }) {
        const group = state.get(logGroupName)
        const present = group.settings.subscriptionFilters
        const others = present.filter(({ name }) => name !== filterName)
        if (others.length === present.length) throw new ResourceNotFound('subscription filter')
        group.change({ subscriptionFilters: others })
        return {}
      },
    }),
  ]
}

const OTHERS: Readonly<Record<string, string>> = {
  kinesis: 'a stream of Kinesis',
  firehose: 'a delivery stream of Firehose',
  logs: 'a destination of CloudWatch Logs',
}

function refuseOthers(destinationArn: string): void {
  const other = OTHERS[destinationArn.split(':')[2] ?? '']
  if (other === undefined) return
  throw new NotEmulated(
    `${other} as destinationArn of PutSubscriptionFilter`,
    'events are sent to Lambda functions alone',
  )
}

const describe = (logGroupName: string, filter: SubscriptionFilter) => ({
  filterName: filter.name,
  logGroupName,
  filterPattern: filter.pattern,
  destinationArn: filter.destination,
  distribution: filter.distribution,
  creationTime: filter.created,
})
