import { seconds } from '@terrace/kit'
import type { AdjustmentType, StepScaling, TargetTracking, TrackedMetric } from '@terrace/model'
import { notModelled } from './build-context.ts'
import { dimensionsOf } from './metrics.ts'
import type { PropertyReader } from './property-reader.ts'

const STATISTICS = ['Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum'] as const
const ADJUSTMENT_TYPES: readonly AdjustmentType[] = ['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity']

/**
 * A target tracking configuration, which EC2 Auto Scaling and Application Auto Scaling spell alike.
 *
 * @param predefined  the predefined metrics that the service has
 * @throws NotModelled for metric math
 */
export function targetTrackingOf(configuration: PropertyReader, predefined: readonly string[]): TargetTracking {
  return {
    metric: metricOf(configuration, predefined),
    target: configuration.requiredNumber('TargetValue'),
    disableScaleIn: configuration.boolean('DisableScaleIn') ?? false,
  }
}

function metricOf(configuration: PropertyReader, types: readonly string[]): TrackedMetric {
  const predefined = configuration.object('PredefinedMetricSpecification')
  if (predefined) {
    const type = predefined.oneOf('PredefinedMetricType', types)
    if (type === undefined) throw predefined.bad('PredefinedMetricType', `one of ${types.join(', ')}`)
    const resourceLabel = predefined.text('ResourceLabel')
    if (type === 'ALBRequestCountPerTarget' && resourceLabel === undefined) {
      throw predefined.bad('ResourceLabel', 'app/<balancer>/<id>/targetgroup/<target group>/<id>')
    }
    return { kind: 'predefined', type, ...(resourceLabel === undefined ? {} : { resourceLabel }) }
  }
  const customized = configuration.requiredObject('CustomizedMetricSpecification')
  if (customized.has('Metrics'))
    throw notModelled(customized, 'Metrics', 'metric math in target tracking is not modelled')
  const unit = customized.text('Unit')
  const period = customized.number('Period')
  return {
    kind: 'customized',
    namespace: customized.requiredText('Namespace'),
    name: customized.requiredText('MetricName'),
    dimensions: dimensionsOf(customized),
    statistic: customized.oneOf('Statistic', STATISTICS) ?? 'Average',
    ...(unit === undefined ? {} : { unit }),
    ...(period === undefined ? {} : { period: seconds(period) }),
  }
}

/**
 * A step scaling configuration, which both services spell alike.
 *
 * @throws TerraceError LOAD_BAD_PROPERTY when the steps have a gap or overlap, which AWS refuses
 * @see "Step adjustments for step scaling" in the EC2 Auto Scaling User Guide
 */
export function stepScalingOf(reader: PropertyReader): StepScaling {
  const magnitude = reader.number('MinAdjustmentMagnitude')
  const steps = reader.objects('StepAdjustments').map(step => {
    const lower = step.number('MetricIntervalLowerBound')
    const upper = step.number('MetricIntervalUpperBound')
    return {
      ...(lower === undefined ? {} : { lower }),
      ...(upper === undefined ? {} : { upper }),
      adjustment: step.requiredNumber('ScalingAdjustment'),
    }
  })
  if (!areSteps(steps)) throw reader.bad('StepAdjustments', 'a list of steps without a gap and without an overlap')
  return {
    adjustmentType: adjustmentTypeOf(reader),
    aggregation: reader.oneOf('MetricAggregationType', ['Average', 'Minimum', 'Maximum']) ?? 'Average',
    ...(magnitude === undefined ? {} : { minAdjustmentMagnitude: magnitude }),
    steps,
  }
}

/** @throws TerraceError LOAD_BAD_PROPERTY when it is missing or none of the three */
export function adjustmentTypeOf(reader: PropertyReader): AdjustmentType {
  const type = reader.oneOf('AdjustmentType', ADJUSTMENT_TYPES)
  if (type) return type
  throw reader.bad('AdjustmentType', `one of ${ADJUSTMENT_TYPES.join(', ')}`)
}

function areSteps(steps: StepScaling['steps']): boolean {
  const sorted = steps.toSorted((a, b) => (a.lower ?? Number.NEGATIVE_INFINITY) - (b.lower ?? Number.NEGATIVE_INFINITY))
  const meet = sorted.slice(1).every(({ lower }, index) => lower !== undefined && sorted[index]?.upper === lower)
  const ordered = sorted.every(({ lower, upper }) => lower === undefined || upper === undefined || lower < upper)
  return steps.length > 0 && meet && ordered
}
