import { GROUP_METRICS, type GroupMetric } from '@terrace/model'
import type { MetricDatum } from '../../metrics/metrics.ts'
import type { GroupState } from './group-state.ts'
import { isPending, isTerminating } from './lifecycle.ts'

/** The values of the enabled metrics as they are now, namespace `AWS/AutoScaling`. Warm pools have none here. */
export function groupMetrics(state: GroupState): readonly MetricDatum[] {
  const { definition } = state
  if (definition.groupMetrics.length === 0) return []
  const values = valuesOf(state)
  return GROUP_METRICS.filter(name => definition.groupMetrics.includes(name)).map(name => ({
    namespace: 'AWS/AutoScaling',
    name,
    dimensions: { AutoScalingGroupName: definition.name },
    value: values[name],
    unit: 'None',
  }))
}

function valuesOf(state: GroupState): Readonly<Record<GroupMetric, number>> {
  const counts = { inService: 0, pending: state.starting, standby: 0, terminating: 0 }
  for (const { state: lifecycle } of state.members.values()) {
    if (lifecycle === 'InService') counts.inService++
    else if (isPending(lifecycle)) counts.pending++
    else if (lifecycle === 'Standby' || lifecycle === 'EnteringStandby') counts.standby++
    else if (isTerminating(lifecycle)) counts.terminating++
  }
  const total = counts.inService + counts.pending + counts.standby + counts.terminating
  return {
    GroupMinSize: state.definition.minSize,
    GroupMaxSize: state.definition.maxSize,
    GroupDesiredCapacity: state.desired,
    // Without weights an instance is a unit of capacity.
    GroupInServiceInstances: counts.inService,
    GroupInServiceCapacity: counts.inService,
    GroupPendingInstances: counts.pending,
    GroupPendingCapacity: counts.pending,
    GroupStandbyInstances: counts.standby,
    GroupStandbyCapacity: counts.standby,
    GroupTerminatingInstances: counts.terminating,
    GroupTerminatingCapacity: counts.terminating,
    GroupTotalInstances: total,
    GroupTotalCapacity: total,
  }
}
