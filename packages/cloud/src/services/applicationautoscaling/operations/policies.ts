import { seconds } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { problemOf } from '../../../scaling/steps.ts'
import { LimitExceeded, ObjectNotFound, ValidationException } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { TargetPolicy } from '../policies/decide.ts'
import type { BookedPolicy } from '../policies/target-policies.ts'
import type { ScaledTarget } from '../scaled-target.ts'
import { DIMENSION, NAMESPACE, type ScalingState } from '../state.ts'
import { anywhere, naming, onTarget, pageOf, paging, viewOf } from './context.ts'

const wireTracking = shape({
  TargetValue: z.number(),
  DisableScaleIn: z.boolean().optional(),
  ScaleInCooldown: z.int().min(0).optional(),
  ScaleOutCooldown: z.int().min(0).optional(),
  PredefinedMetricSpecification: shape({
    PredefinedMetricType: z.string(),
    ResourceLabel: z.string().optional(),
  }).optional(),
  CustomizedMetricSpecification: shape({
    MetricName: z.string(),
    Namespace: z.string(),
    Dimensions: z.array(shape({ Name: z.string(), Value: z.string() })).optional(),
    Statistic: z.enum(['Average', 'Minimum', 'Maximum', 'SampleCount', 'Sum']),
    Unit: z.string().optional(),
  }).optional(),
})

const wireSteps = shape({
  AdjustmentType: z.enum(['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity']),
  StepAdjustments: z
    .array(
      shape({
        MetricIntervalLowerBound: z.number().optional(),
        MetricIntervalUpperBound: z.number().optional(),
        ScalingAdjustment: z.int(),
      }),
    )
    .max(LIMITS.stepsOfPolicy),
  MinAdjustmentMagnitude: z.int().optional(),
  Cooldown: z.int().min(0).optional(),
  MetricAggregationType: z.enum(['Average', 'Minimum', 'Maximum']).optional(),
})

/** Scaling policies. Predictive ones are refused by name. */
export const policyOperations = (state: ScalingState): readonly Operation[] => [
  operation({
    name: 'PutScalingPolicy',
    input: shape({
      PolicyName: z.string().min(1).max(256),
      ...naming,
      PolicyType: z.enum(['TargetTrackingScaling', 'StepScaling']).optional(),
      TargetTrackingScalingPolicyConfiguration: wireTracking.optional(),
      StepScalingPolicyConfiguration: wireSteps.optional(),
    }),
    authorize: ({ ResourceId }) => onTarget(viewOf(state), 'PutScalingPolicy', ResourceId),
    run(input) {
      const target = state.get(input.ResourceId)
      const isNew = !target.policies.all.some(({ name }) => name === input.PolicyName)
      if (isNew && target.policies.all.length >= LIMITS.policiesOfTarget) {
        throw new LimitExceeded(`A scalable target may have at most ${LIMITS.policiesOfTarget} scaling policies`)
      }
      const type = input.PolicyType ?? 'StepScaling'
      const policy =
        type === 'StepScaling'
          ? readSteps(input.StepScalingPolicyConfiguration)
          : readTracking(input.TargetTrackingScalingPolicyConfiguration)
      const booked = target.policies.put(input.PolicyName, policy)
      return { PolicyARN: booked.arn, Alarms: alarmsOf(state, booked) }
    },
  }),
  operation({
    name: 'DeleteScalingPolicy',
    input: shape({ PolicyName: z.string(), ...naming }),
    authorize: ({ ResourceId }) => onTarget(viewOf(state), 'DeleteScalingPolicy', ResourceId),
    run({ PolicyName, ResourceId }) {
      if (!state.find(ResourceId)?.policies.remove(PolicyName)) {
        throw new ObjectNotFound(
          `No scaling policy found for service namespace: ${NAMESPACE}, resource ID: ${ResourceId}, scalable dimension: ${DIMENSION}, policy name: ${PolicyName}`,
        )
      }
      return {}
    },
  }),
  operation({
    name: 'DescribeScalingPolicies',
    input: shape({
      PolicyNames: z.array(z.string()).optional(),
      ServiceNamespace: naming.ServiceNamespace,
      ResourceId: z.string().optional(),
      ScalableDimension: naming.ScalableDimension.optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribeScalingPolicies'),
    run({ PolicyNames: names, ResourceId, ...page }) {
      const all = state.targets
        .filter(({ resourceId }) => ResourceId === undefined || resourceId === ResourceId)
        .flatMap(target => target.policies.all.map(booked => ({ target, booked })))
        .filter(({ booked }) => !names?.length || names.includes(booked.name) || names.includes(booked.arn))
      const { items, NextToken } = pageOf(all, page)
      return { ScalingPolicies: items.map(({ target, booked }) => describe(state, target, booked)), NextToken }
    },
  }),
]

function readSteps(given: z.output<typeof wireSteps> | undefined): TargetPolicy {
  if (!given)
    throw new ValidationException('StepScalingPolicyConfiguration must be provided for policy type: StepScaling')
  const steps = given.StepAdjustments.map(step => ({
    ...(step.MetricIntervalLowerBound === undefined ? {} : { lower: step.MetricIntervalLowerBound }),
    ...(step.MetricIntervalUpperBound === undefined ? {} : { upper: step.MetricIntervalUpperBound }),
    adjustment: step.ScalingAdjustment,
  }))
  const problem = problemOf(steps)
  if (problem !== undefined) throw new ValidationException(problem)
  if (given.MinAdjustmentMagnitude !== undefined && given.AdjustmentType !== 'PercentChangeInCapacity') {
    throw new ValidationException('MinAdjustmentMagnitude is only allowed with PercentChangeInCapacity')
  }
  return {
    type: 'StepScaling',
    adjustmentType: given.AdjustmentType,
    aggregation: given.MetricAggregationType ?? 'Average',
    ...(given.MinAdjustmentMagnitude === undefined ? {} : { minAdjustmentMagnitude: given.MinAdjustmentMagnitude }),
    steps,
    cooldown: cooldownOf(given.Cooldown),
  }
}

function readTracking(given: z.output<typeof wireTracking> | undefined): TargetPolicy {
  if (!given) {
    throw new ValidationException(
      'TargetTrackingScalingPolicyConfiguration must be provided for policy type: TargetTrackingScaling',
    )
  }
  if (given.TargetValue <= 0) throw new ValidationException('TargetValue must be greater than 0')
  return {
    type: 'TargetTrackingScaling',
    target: given.TargetValue,
    disableScaleIn: given.DisableScaleIn ?? false,
    metric: readMetric(given),
    scaleInCooldown: cooldownOf(given.ScaleInCooldown),
    scaleOutCooldown: cooldownOf(given.ScaleOutCooldown),
  }
}

type TrackingPolicy = Extract<TargetPolicy, { type: 'TargetTrackingScaling' }>

function readMetric(given: z.output<typeof wireTracking>): TrackingPolicy['metric'] {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = given
  if (predefined && !customized) {
    const { PredefinedMetricType: type, ResourceLabel: resourceLabel } = predefined
    return { kind: 'predefined', type, ...(resourceLabel === undefined ? {} : { resourceLabel }) }
  }
  if (!customized || predefined) {
    throw new ValidationException(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be provided',
    )
  }
  return {
    kind: 'customized',
    namespace: customized.Namespace,
    name: customized.MetricName,
    dimensions: Object.fromEntries((customized.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    statistic: customized.Statistic,
    ...(customized.Unit === undefined ? {} : { unit: customized.Unit }),
  }
}

const cooldownOf = (given: number | undefined) => (given === undefined ? LIMITS.cooldown : seconds(given))

function describe(state: ScalingState, { resourceId }: ScaledTarget, booked: BookedPolicy) {
  const { policy } = booked
  return {
    PolicyARN: booked.arn,
    PolicyName: booked.name,
    ServiceNamespace: NAMESPACE,
    ResourceId: resourceId,
    ScalableDimension: DIMENSION,
    PolicyType: policy.type,
    ...(policy.type === 'StepScaling'
      ? { StepScalingPolicyConfiguration: describeSteps(policy) }
      : { TargetTrackingScalingPolicyConfiguration: describeTracking(policy) }),
    Alarms: alarmsOf(state, booked),
    CreationTime: timestamp(booked.createdAt),
  }
}

const describeSteps = (policy: Extract<TargetPolicy, { type: 'StepScaling' }>) => ({
  AdjustmentType: policy.adjustmentType,
  StepAdjustments: policy.steps.map(({ lower, upper, adjustment }) => ({
    MetricIntervalLowerBound: lower,
    MetricIntervalUpperBound: upper,
    ScalingAdjustment: adjustment,
  })),
  MinAdjustmentMagnitude: policy.minAdjustmentMagnitude,
  Cooldown: policy.cooldown / 1000,
  MetricAggregationType: policy.aggregation,
})

const describeTracking = (policy: TrackingPolicy) => ({
  TargetValue: policy.target,
  DisableScaleIn: policy.disableScaleIn,
  ScaleInCooldown: policy.scaleInCooldown / 1000,
  ScaleOutCooldown: policy.scaleOutCooldown / 1000,
  ...(policy.metric.kind === 'predefined'
    ? {
        PredefinedMetricSpecification: {
          PredefinedMetricType: policy.metric.type,
          ResourceLabel: policy.metric.resourceLabel,
        },
      }
    : {
        CustomizedMetricSpecification: {
          MetricName: policy.metric.name,
          Namespace: policy.metric.namespace,
          Dimensions: Object.entries(policy.metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
          Statistic: policy.metric.statistic,
          Unit: policy.metric.unit,
        },
      }),
})

function alarmsOf({ on }: ScalingState, { alarms }: BookedPolicy) {
  const { region, account } = on.world.architecture
  const names = alarms ? [alarms.high, ...(alarms.low === undefined ? [] : [alarms.low])] : []
  return names.map(AlarmName => ({
    AlarmName,
    AlarmARN: `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`,
  }))
}
