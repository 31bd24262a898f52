import { minutes } from '@terrace/kit'
import type { AlarmMetric, TrackedMetric } from '@terrace/model'

/** What a tracked metric is in CloudWatch, or why it is none. */
export type MetricReading =
  | { readonly kind: 'metric'; readonly metric: AlarmMetric }
  /** A predefined type that this service doesn't have. */
  | { readonly kind: 'unknownType'; readonly type: string }
  /** AWS's own words for what is wrong. */
  | { readonly kind: 'invalid'; readonly message: string }

/** The predefined metrics that a service has for itself; `undefined` for all others. */
export type OwnMetrics = (type: string) => Omit<AlarmMetric, 'period' | 'statistic'> | undefined

/**
 * Reads a metric that a target tracking policy follows: a customized one, the requests of a target group, or one of the
 * service's own, which are averages of a minute.
 *
 * @see Amazon EC2 Auto Scaling API Reference and Application Auto Scaling API Reference, "PredefinedMetricSpecification"
 */
export function readTrackedMetric(tracked: TrackedMetric, ownMetrics: OwnMetrics): MetricReading {
  if (tracked.kind === 'customized') {
    const { namespace, name, dimensions, statistic, unit, period = minutes(1) } = tracked
    const metric = { namespace, name, dimensions, statistic, period, ...(unit === undefined ? {} : { unit }) }
    return { kind: 'metric', metric }
  }
  const own = ownMetrics(tracked.type)
  if (own) return { kind: 'metric', metric: { ...own, statistic: 'Average', period: minutes(1) } }
  if (tracked.type !== 'ALBRequestCountPerTarget') return { kind: 'unknownType', type: tracked.type }
  const label = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(tracked.resourceLabel ?? '')
  if (!label) return { kind: 'invalid', message: LABEL_FORM }
  const [, LoadBalancer = '', TargetGroup = ''] = label
  const metric = {
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCountPerTarget',
    dimensions: { LoadBalancer, TargetGroup },
    statistic: 'Sum',
    period: minutes(1),
  }
  return { kind: 'metric', metric }
}

const LABEL_FORM =
  'The resource label must have the form app/<load-balancer-name>/<load-balancer-id>/targetgroup/<target-group-name>/<target-group-id>'
