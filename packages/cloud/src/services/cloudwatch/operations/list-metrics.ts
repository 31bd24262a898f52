import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireBoolean, wireList } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import { LISTED_FOR, METRICS_PAGE, RECENTLY_ACTIVE } from '../limits.ts'
import { pageOf } from '../paging.ts'
import { metricName, namespace } from './shapes.ts'

/** ListMetrics: those with data in the last two weeks. differs: a new metric is listed at once, not after minutes. */
export const listMetrics = ({ metrics, clock }: Pick<World, 'clock' | 'metrics'>): Operation =>
  operation({
    name: 'ListMetrics',
    input: shape({
      Namespace: namespace.optional(),
      MetricName: metricName.optional(),
      Dimensions: wireList(
        shape({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024).optional() }),
      ).optional(),
      NextToken: z.string().optional(),
      RecentlyActive: z.literal('PT3H').optional(),
      IncludeLinkedAccounts: accepted(wireBoolean().optional(), 'there are no linked accounts'),
    }),
    authorize: () => ({ action: 'cloudwatch:ListMetrics', resource: '*' }),
    run({ Namespace, MetricName, Dimensions = [], NextToken, RecentlyActive }) {
      const since = clock.now() - (RecentlyActive ? RECENTLY_ACTIVE : LISTED_FOR)
      const found = metrics
        .list()
        .filter(metric => metric.newest >= since)
        .filter(metric => Namespace === undefined || metric.namespace === Namespace)
        .filter(metric => MetricName === undefined || metric.name === MetricName)
        .filter(metric =>
          Dimensions.every(({ Name, Value }) =>
            Value === undefined ? Object.hasOwn(metric.dimensions, Name) : metric.dimensions[Name] === Value,
          ),
        )
      const { items, next } = pageOf(found, METRICS_PAGE, NextToken)
      return {
        Metrics: items.map(metric => ({
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        NextToken: next,
      }
    },
  })
