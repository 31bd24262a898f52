import type { AdjustmentType, GroupPolicy, TrackedMetric } from '@terrace/model'
import { z } from 'zod'
import { shape, wireBoolean, wireInteger, wireList } from '../../../gateway/api.ts'
import { problemOf } from '../../../scaling/steps.ts'
import { ValidationError } from '../errors.ts'
import { inSeconds, wireNumber, wireSeconds } from './view.ts'

const ADJUSTMENTS = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const

/** The members of `PutScalingPolicy` that say what the policy does. */
export const wirePolicy = {
  PolicyType: z.enum(['SimpleScaling', 'StepScaling', 'TargetTrackingScaling']).optional(),
  AdjustmentType: z.enum(ADJUSTMENTS).optional(),
  MinAdjustmentMagnitude: wireInteger().optional(),
  ScalingAdjustment: wireInteger().optional(),
  Cooldown: wireSeconds(0, 86_400).optional(),
  MetricAggregationType: z.enum(['Average', 'Minimum', 'Maximum']).optional(),
  StepAdjustments: wireList(
    shape({
      MetricIntervalLowerBound: wireNumber().optional(),
      MetricIntervalUpperBound: wireNumber().optional(),
      ScalingAdjustment: wireInteger(),
    }),
  ).optional(),
  EstimatedInstanceWarmup: wireSeconds(0, 3600).optional(),
  TargetTrackingConfiguration: shape({
    TargetValue: wireNumber(),
    DisableScaleIn: wireBoolean().optional(),
    PredefinedMetricSpecification: shape({
      PredefinedMetricType: z.string(),
      ResourceLabel: z.string().optional(),
    }).optional(),
    CustomizedMetricSpecification: shape({
      MetricName: z.string(),
      Namespace: z.string(),
      Dimensions: wireList(shape({ Name: z.string(), Value: z.string() })).optional(),
      Statistic: z.enum(['Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum']),
      Unit: z.string().optional(),
      Period: wireSeconds(10, 60).optional(),
    }).optional(),
  }).optional(),
}

const policyShape = z.object(wirePolicy)

type WirePolicy = z.output<typeof policyShape>

/** The policy that a request describes. @throws ValidationError when members are missing or don't belong together */
export function readPolicy(input: WirePolicy): GroupPolicy {
  const type = input.PolicyType ?? 'SimpleScaling'
  const warmup = input.EstimatedInstanceWarmup === undefined ? {} : { instanceWarmup: input.EstimatedInstanceWarmup }
  const magnitude =
    input.MinAdjustmentMagnitude === undefined ? {} : { minAdjustmentMagnitude: input.MinAdjustmentMagnitude }
  if (type === 'TargetTrackingScaling') return { type, ...readTracking(input), ...warmup }
  const adjustmentType = readAdjustmentType(input)
  if (type === 'SimpleScaling') {
    if (input.ScalingAdjustment === undefined)
      throw new ValidationError('ScalingAdjustment must be specified for policy type: SimpleScaling')
    const cooldown = input.Cooldown === undefined ? {} : { cooldown: input.Cooldown }
    return { type, adjustmentType, adjustment: input.ScalingAdjustment, ...magnitude, ...cooldown }
  }
  const steps = (input.StepAdjustments ?? []).map(step => ({
    ...(step.MetricIntervalLowerBound === undefined ? {} : { lower: step.MetricIntervalLowerBound }),
    ...(step.MetricIntervalUpperBound === undefined ? {} : { upper: step.MetricIntervalUpperBound }),
    adjustment: step.ScalingAdjustment,
  }))
  const problem = problemOf(steps)
  if (problem !== undefined) throw new ValidationError(problem)
  return { type, adjustmentType, aggregation: input.MetricAggregationType ?? 'Average', steps, ...magnitude, ...warmup }
}

function readAdjustmentType(input: WirePolicy): AdjustmentType {
  if (input.AdjustmentType === undefined) throw new ValidationError('AdjustmentType must be specified')
  if (input.MinAdjustmentMagnitude !== undefined && input.AdjustmentType !== 'PercentChangeInCapacity')
    throw new ValidationError('MinAdjustmentMagnitude is only allowed with PercentChangeInCapacity')
  return input.AdjustmentType
}

function readTracking(input: WirePolicy) {
  const configuration = input.TargetTrackingConfiguration
  if (!configuration)
    throw new ValidationError('TargetTrackingConfiguration must be specified for policy type: TargetTrackingScaling')
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration
  if ((predefined === undefined) === (customized === undefined))
    throw new ValidationError(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is needed',
    )
  if (configuration.TargetValue <= 0) throw new ValidationError('TargetValue must be greater than 0')
  return {
    target: configuration.TargetValue,
    disableScaleIn: configuration.DisableScaleIn ?? false,
    metric: predefined ? readPredefined(predefined) : readCustomized(customized),
  }
}

type Configuration = NonNullable<WirePolicy['TargetTrackingConfiguration']>

const readPredefined = (given: NonNullable<Configuration['PredefinedMetricSpecification']>): TrackedMetric => ({
  kind: 'predefined',
  type: given.PredefinedMetricType,
  ...(given.ResourceLabel === undefined ? {} : { resourceLabel: given.ResourceLabel }),
})

function readCustomized(given: Configuration['CustomizedMetricSpecification']): TrackedMetric {
  if (!given) throw new ValidationError('CustomizedMetricSpecification is missing')
  return {
    kind: 'customized',
    namespace: given.Namespace,
    name: given.MetricName,
    dimensions: Object.fromEntries((given.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    statistic: given.Statistic,
    ...(given.Unit === undefined ? {} : { unit: given.Unit }),
    ...(given.Period === undefined ? {} : { period: given.Period }),
  }
}

/** API Reference, "ScalingPolicy", without its names. */
export function describePolicy(policy: GroupPolicy) {
  if (policy.type === 'SimpleScaling')
    return {
      PolicyType: policy.type,
      AdjustmentType: policy.adjustmentType,
      MinAdjustmentMagnitude: policy.minAdjustmentMagnitude,
      ScalingAdjustment: policy.adjustment,
      Cooldown: policy.cooldown === undefined ? undefined : inSeconds(policy.cooldown),
    }
  const warmup = policy.instanceWarmup === undefined ? undefined : inSeconds(policy.instanceWarmup)
  if (policy.type === 'StepScaling')
    return {
      PolicyType: policy.type,
      AdjustmentType: policy.adjustmentType,
      MinAdjustmentMagnitude: policy.minAdjustmentMagnitude,
      MetricAggregationType: policy.aggregation,
      EstimatedInstanceWarmup: warmup,
      StepAdjustments: policy.steps.map(({ lower, upper, adjustment }) => ({
        MetricIntervalLowerBound: lower,
        MetricIntervalUpperBound: upper,
        ScalingAdjustment: adjustment,
      })),
    }
  return {
    PolicyType: policy.type,
    EstimatedInstanceWarmup: warmup,
    TargetTrackingConfiguration: {
      TargetValue: policy.target,
      DisableScaleIn: policy.disableScaleIn,
      ...describeMetric(policy.metric),
    },
  }
}

const describeMetric = (metric: TrackedMetric) =>
  metric.kind === 'predefined'
    ? { PredefinedMetricSpecification: { PredefinedMetricType: metric.type, ResourceLabel: metric.resourceLabel } }
    : {
        CustomizedMetricSpecification: {
          MetricName: metric.name,
          Namespace: metric.namespace,
          Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
          Statistic: metric.statistic,
          Unit: metric.unit,
          Period: metric.period === undefined ? undefined : inSeconds(metric.period),
        },
      }
