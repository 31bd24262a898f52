import { nodesOf } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireList } from '../../../gateway/api.ts'
import { LimitExceeded, ValidationError } from '../errors.ts'
import type { RunningGroup } from '../group.ts'
import { LIMITS } from '../limits.ts'
import type { BookedPolicy } from '../policies/policy-book.ts'
import { pageOf, paging } from './paging.ts'
import { describePolicy, readPolicy, wirePolicy } from './policy-shapes.ts'
import { type AutoScalingView, anywhere, groupNamed, onGroup, wireNumber } from './view.ts'

/** Scaling policies. Predictive ones are refused by name. */
export const policyOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'PutScalingPolicy',
    input: shape({
      AutoScalingGroupName: z.string(),
      PolicyName: z.string(),
      Enabled: wireBoolean().optional(),
      ...wirePolicy,
    }),
    authorize: input => onGroup(view, 'PutScalingPolicy', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const { all } = group.policies
      if (all.length >= LIMITS.policiesOfGroup && !all.some(({ name }) => name === input.PolicyName))
        throw new LimitExceeded(`A group may have at most ${LIMITS.policiesOfGroup} scaling policies`)
      const policy = readPolicy(input)
      const booked = group.policies.put({ name: input.PolicyName, policy, enabled: input.Enabled ?? true })
      return { PolicyARN: booked.arn, Alarms: alarmsOf(view, booked) }
    },
  }),
  operation({
    name: 'DeletePolicy',
    input: shape({ AutoScalingGroupName: z.string().optional(), PolicyName: z.string() }),
    authorize: input => onGroup(view, 'DeletePolicy', input.AutoScalingGroupName ?? groupOfArn(input.PolicyName)),
    run(input) {
      const { group, booked } = policyNamed(view, input.AutoScalingGroupName, input.PolicyName)
      group.policies.remove(booked.name)
      return {}
    },
  }),
  operation({
    name: 'DescribePolicies',
    input: shape({
      AutoScalingGroupName: z.string().optional(),
      PolicyNames: wireList(z.string()).optional(),
      PolicyTypes: wireList(z.string()).optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribePolicies'),
    run(input) {
      const { AutoScalingGroupName: name, PolicyNames: names, PolicyTypes: types } = input
      const all = (name === undefined ? view.groups : [groupNamed(view, name)])
        .flatMap(group => group.policies.all.map(booked => ({ group, booked })))
        .filter(({ booked }) => !names?.length || names.includes(booked.name) || names.includes(booked.arn))
        .filter(({ booked }) => !types?.length || types.includes(booked.policy.type))
      const { items, next } = pageOf(all, input)
      const policies = items.map(({ group, booked }) => ({
        ...describePolicy(booked.policy),
        AutoScalingGroupName: group.definition.name,
        PolicyName: booked.name,
        PolicyARN: booked.arn,
        Alarms: alarmsOf(view, booked),
        Enabled: booked.enabled,
      }))
      return { ScalingPolicies: policies, NextToken: next }
    },
  }),
  operation({
    name: 'ExecutePolicy',
    input: shape({
      AutoScalingGroupName: z.string().optional(),
      PolicyName: z.string(),
      HonorCooldown: wireBoolean().optional(),
      MetricValue: wireNumber().optional(),
      BreachThreshold: wireNumber().optional(),
    }),
    authorize: input => onGroup(view, 'ExecutePolicy', input.AutoScalingGroupName ?? groupOfArn(input.PolicyName)),
    run(input) {
      const { group, booked } = policyNamed(view, input.AutoScalingGroupName, input.PolicyName)
      group.policies.execute(booked, {
        honorCooldown: input.HonorCooldown ?? false,
        ...(input.MetricValue === undefined ? {} : { metric: input.MetricValue }),
        ...(input.BreachThreshold === undefined ? {} : { threshold: input.BreachThreshold }),
      })
      return {}
    },
  }),
  operation({
    name: 'DescribeAdjustmentTypes',
    input: shape({}),
    authorize: () => anywhere('DescribeAdjustmentTypes'),
    run: () => ({
      AdjustmentTypes: ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'].map(AdjustmentType => ({
        AdjustmentType,
      })),
    }),
  }),
]

function policyNamed(
  view: AutoScalingView,
  groupName: string | undefined,
  policy: string,
): { readonly group: RunningGroup; readonly booked: BookedPolicy } {
  const groups = groupName === undefined ? view.groups : [groupNamed(view, groupName)]
  for (const group of groups) {
    const booked = group.policies.get(policy)
    if (booked) return { group, booked }
  }
  throw new ValidationError(`PolicyName not found - ${policy} not found`)
}

const groupOfArn = (arn: string): string => /autoScalingGroupName\/([^:]+)/.exec(arn)?.[1] ?? '*'

// Its own alarms, and those of the template that carry it out.
function alarmsOf({ world }: AutoScalingView, { alarms, arn }: BookedPolicy) {
  const { region, account } = world.architecture
  const written = nodesOf(world.architecture, 'alarm').filter(({ alarm: { actions } }) =>
    [...actions.alarm, ...actions.ok, ...actions.insufficientData].includes(arn),
  )
  const own = alarms ? [alarms.high, ...(alarms.low === undefined ? [] : [alarms.low])] : []
  const names = [...own, ...written.map(({ alarm }) => alarm.name)]
  return names.map(AlarmName => ({
    AlarmName,
    AlarmARN: `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`,
  }))
}
