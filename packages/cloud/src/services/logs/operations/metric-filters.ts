import type { MetricTransformation } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import { InvalidParameter, ResourceNotFound } from '../errors.ts'
import { parsePattern } from '../filter-pattern/pattern.ts'
import { DESCRIBE_PAGE } from '../limits.ts'
import { checkTransformation, type MetricFilter, withMetricFilter } from '../metric-filters.ts'
import { pageAfter } from '../paging.ts'
import type { LogsState } from '../state.ts'
import { groupName, permissions, streamName } from './shapes.ts'

const metricText = z
  .string()
  .max(255)
  .regex(/^[^:*$]*$/, 'must not hold : * and $')

const transformation = shape({
  metricName: metricText,
  metricNamespace: metricText,
  metricValue: z.string().min(1).max(100),
  defaultValue: z.number().optional(),
  dimensions: z.record(z.string().max(255), z.string().max(255)).optional(),
  unit: z.string().optional(),
})

/** Filters that make metrics of events. The transformed logs and field selections of AWS are refused by name. */
export function metricFilterOperations(state: LogsState, { clock }: Pick<World, 'clock'>): readonly Operation[] {
  const { onGroup } = permissions(state)
  return [
    operation({
      name: 'PutMetricFilter',
      input: shape({
        logGroupName: groupName,
        filterName: streamName,
        filterPattern: z.string().max(1024),
        metricTransformations: z.array(transformation).length(1),
      }),
      authorize: input => onGroup('PutMetricFilter', input.logGroupName),
      run(input) {
        const group = state.get(input.logGroupName)
        parsePattern(input.filterPattern)
        const [given] = input.metricTransformations
        if (!given) throw new InvalidParameter('metricTransformations must have one element.')
        const filter: MetricFilter = {
          name: input.filterName,
          pattern: input.filterPattern,
          created: clock.now(),
          transformation: readTransformation(given),
        }
        group.change({ metricFilters: withMetricFilter(group.settings.metricFilters, filter) })
        return {}
      },
    }),
    operation({
      name: 'DescribeMetricFilters',
      input: shape({
        logGroupName: groupName.optional(),
        filterNamePrefix: streamName.optional(),
        metricName: metricText.optional(),
        metricNamespace: metricText.optional(),
        nextToken: z.string().optional(),
        limit: z.int().min(1).max(DESCRIBE_PAGE).optional(),
      }),
      authorize: input => onGroup('DescribeMetricFilters', input.logGroupName),
      run(input) {
        const groups = input.logGroupName === undefined ? state.all : [state.get(input.logGroupName)]
        const found = groups
          .flatMap(({ settings }) => settings.metricFilters.map(filter => ({ group: settings.name, filter })))
          .filter(
            ({ filter: { name, transformation: made } }) =>
              (input.filterNamePrefix === undefined || name.startsWith(input.filterNamePrefix)) &&
              (input.metricName === undefined || made.name === input.metricName) &&
              (input.metricNamespace === undefined || made.namespace === input.metricNamespace),
          )
          .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
        const { items, next } = pageAfter(found, keyOf, input.limit ?? DESCRIBE_PAGE, input.nextToken)
        return { metricFilters: items.map(({ group, filter }) => describe(group, filter)), nextToken: next }
      },
    }),
    operation({
      name: 'DeleteMetricFilter',
      input: shape({ logGroupName: groupName, filterName: streamName }),
      authorize: input => onGroup('DeleteMetricFilter', input.logGroupName),
      run({ logGroupName, filterName }) {
        const group = state.get(logGroupName)
        const others = group.settings.metricFilters.filter(({ name }) => name !== filterName)
        if (others.length === group.settings.metricFilters.length) throw new ResourceNotFound('metric filter')
        group.change({ metricFilters: others })
        return {}
      },
    }),
    operation({
      name: 'TestMetricFilter',
      input: shape({
        filterPattern: z.string().max(1024),
        logEventMessages: z.array(z.string().min(1)).min(1).max(50),
      }),
      authorize: () => ({ action: 'logs:TestMetricFilter', resource: '*' }),
      run({ filterPattern, logEventMessages }) {
        const pattern = parsePattern(filterPattern)
        return {
          matches: logEventMessages.flatMap((eventMessage, i) => {
            const match = pattern.match(eventMessage)
            return match ? [{ eventNumber: i + 1, eventMessage, extractedValues: match.extracted }] : []
          }),
        }
      },
    }),
  ]
}

const keyOf = ({ group, filter }: { readonly group: string; readonly filter: MetricFilter }) =>
  `${group} ${filter.name}`

function readTransformation(given: z.output<typeof transformation>): MetricTransformation {
  const { metricName, metricNamespace, metricValue, defaultValue, dimensions, unit } = given
  const read = {
    namespace: metricNamespace,
    name: metricName,
    value: metricValue,
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(unit === undefined ? {} : { unit }),
  }
  checkTransformation(read)
  return read
}

const describe = (logGroupName: string, { name, pattern, created, transformation: made }: MetricFilter) => ({
  filterName: name,
  filterPattern: pattern,
  metricTransformations: [
    {
      metricName: made.name,
      metricNamespace: made.namespace,
      metricValue: made.value,
      defaultValue: made.defaultValue,
      dimensions: made.dimensions,
      unit: made.unit,
    },
  ],
  creationTime: created,
  logGroupName,
})
