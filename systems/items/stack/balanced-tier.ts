import type { LoadBalancer } from '@terrace/constructs'
import { Duration } from 'aws-cdk-lib'
import { type ApplicationTargetGroup, HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { AlarmThresholds } from '../environments/environment.ts'
import type { TierWatch } from './tier-watch.ts'

const period = Duration.minutes(1)

/** What is watched where a balancer stands in front: answers, how long they take, and how many can give them. */
export function watchBalancer(
  watch: TierWatch,
  { balancer }: LoadBalancer,
  targets: ApplicationTargetGroup,
  { failuresPerMinute, slowestHundredthSeconds }: AlarmThresholds,
): void {
  const { metrics } = targets
  const failing = metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period })
  const unreachable = balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period })
  const slowest = metrics.targetResponseTime({ period, statistic: 'p99' })
  const unhealthy = metrics.unhealthyHostCount({ period, statistic: 'Maximum' })

  watch.alarm('Failing', {
    description: 'The tier answers with errors of its own',
    metric: failing,
    from: failuresPerMinute,
    minutes: 3,
  })
  watch.alarm('Unreachable', {
    description: 'The balancer finds nobody to ask, or gets no answer',
    metric: unreachable,
    from: failuresPerMinute,
    minutes: 3,
  })
  watch.alarm('Slow', {
    description: 'One answer in a hundred has taken too long for five minutes',
    metric: slowest,
    from: slowestHundredthSeconds,
    minutes: 5,
  })
  watch.alarm('Unhealthy', {
    description: 'A target has been unhealthy for five minutes: replacing it did not help',
    metric: unhealthy,
    from: 1,
    minutes: 5,
  })
  watch.graph('Requests a minute', balancer.metrics.requestCount({ period }))
  watch.graph('Errors a minute', failing, unreachable)
  watch.graph('Seconds to answer', metrics.targetResponseTime({ period, statistic: 'p50' }), slowest)
  watch.graph('Targets', metrics.healthyHostCount({ period, statistic: 'Minimum' }), unhealthy)
}
