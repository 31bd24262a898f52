import type { Operation } from '../../../gateway/api.ts'
import type { World } from '../../../world.ts'
import type { Dashboards } from '../dashboards.ts'
import type { AlarmsState } from '../state.ts'
import { Tags } from '../tags.ts'
import { alarmOperations } from './alarms.ts'
import { dashboardOperations } from './dashboards.ts'
import { describeAlarmOperations } from './describe-alarms.ts'
import { getMetricData } from './get-metric-data.ts'
import { getMetricStatistics } from './get-metric-statistics.ts'
import { listMetrics } from './list-metrics.ts'
import { putMetricData } from './put-metric-data.ts'
import { tagOperations } from './tags.ts'

/** The table of CloudWatch. @see CloudWatch API Reference, version 2010-08-01 */
export function operations(
  world: Pick<World, 'architecture' | 'clock' | 'metrics'>,
  alarms: AlarmsState,
  dashboards: Dashboards,
): readonly Operation[] {
  const tags = new Tags(
    arn => alarms.all.some(alarm => alarm.arn === arn) || dashboards.all.some(dashboard => dashboard.arn === arn),
  )
  return [
    putMetricData(world),
    getMetricData(world),
    getMetricStatistics(world),
    listMetrics(world),
    ...alarmOperations(alarms, tags),
    ...describeAlarmOperations(alarms),
    ...dashboardOperations(dashboards, tags),
    ...tagOperations(tags),
  ]
}
