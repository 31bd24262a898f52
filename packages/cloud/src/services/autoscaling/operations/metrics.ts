import { GROUP_METRICS } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { ValidationError } from '../errors.ts'
import { type AutoScalingView, anywhere, groupNamed, onGroup } from './view.ts'

/** Which metrics a group writes. */
export const metricOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'EnableMetricsCollection',
    input: shape({
      AutoScalingGroupName: z.string(),
      Metrics: wireList(z.string()).optional(),
      Granularity: z.literal('1Minute'),
    }),
    authorize: input => onGroup(view, 'EnableMetricsCollection', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const enabled = new Set([...group.definition.groupMetrics, ...readMetrics(input.Metrics)])
      group.state.update({ groupMetrics: GROUP_METRICS.filter(name => enabled.has(name)) })
      return {}
    },
  }),
  operation({
    name: 'DisableMetricsCollection',
    input: shape({ AutoScalingGroupName: z.string(), Metrics: wireList(z.string()).optional() }),
    authorize: input => onGroup(view, 'DisableMetricsCollection', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const disabled = new Set(readMetrics(input.Metrics))
      group.state.update({ groupMetrics: group.definition.groupMetrics.filter(name => !disabled.has(name)) })
      return {}
    },
  }),
  operation({
    name: 'DescribeMetricCollectionTypes',
    input: shape({}),
    authorize: () => anywhere('DescribeMetricCollectionTypes'),
    run: () => ({
      Metrics: GROUP_METRICS.map(Metric => ({ Metric })),
      Granularities: [{ Granularity: '1Minute' }],
    }),
  }),
]

/** None named means all of them. */
function readMetrics(names: readonly string[] | undefined): readonly string[] {
  if (!names?.length) return GROUP_METRICS
  const unknown = names.find(name => !GROUP_METRICS.some(known => known === name))
  if (unknown !== undefined)
    throw new ValidationError(`Invalid metric ${unknown}. Valid metrics are: ${GROUP_METRICS.join(', ')}`)
  return names
}
