import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireInteger, wireList } from '../../../gateway/api.ts'
import { ValidationError } from '../errors.ts'
import type { RunningGroup } from '../group.ts'
import type { DesiredConfiguration, InstanceRefresh } from '../refresh/instance-refresh.ts'
import type { RefreshPreferences } from '../refresh/preferences.ts'
import { pageOf, paging } from './paging.ts'
import {
  type AutoScalingView,
  anywhere,
  groupNamed,
  inSeconds,
  isoTime,
  launchTemplateNamed,
  onGroup,
  wireSeconds,
} from './view.ts'

const wirePreferences = shape({
  MinHealthyPercentage: wireInteger().optional(),
  MaxHealthyPercentage: wireInteger().optional(),
  InstanceWarmup: wireSeconds(0, 86_400).optional(),
  CheckpointPercentages: wireList(wireInteger()).optional(),
  CheckpointDelay: wireSeconds(0, 172_800).optional(),
  SkipMatching: wireBoolean().optional(),
  AutoRollback: wireBoolean().optional(),
  ScaleInProtectedInstances: z.enum(['Refresh', 'Ignore', 'Wait']).optional(),
  StandbyInstances: z.enum(['Terminate', 'Ignore', 'Wait']).optional(),
  AlarmSpecification: shape({ Alarms: wireList(z.string()).optional() }).optional(),
  BakeTime: wireSeconds(0, 172_800).optional(),
})

const wireDesired = shape({
  LaunchTemplate: shape({
    LaunchTemplateId: z.string().optional(),
    LaunchTemplateName: z.string().optional(),
    Version: z.string().optional(),
  }),
})

/** Instance refreshes. */
export const refreshOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'StartInstanceRefresh',
    input: shape({
      AutoScalingGroupName: z.string(),
      Strategy: z.enum(['Rolling']).optional(),
      DesiredConfiguration: wireDesired.optional(),
      Preferences: wirePreferences.optional(),
    }),
    authorize: input => onGroup(view, 'StartInstanceRefresh', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const preferences = readPreferences(input.Preferences)
      const desired = input.DesiredConfiguration && readDesired(view, input.DesiredConfiguration)
      if (preferences.autoRollback && !desired)
        throw new ValidationError('AutoRollback can be used only with a desired configuration')
      return { InstanceRefreshId: group.refreshes.start(preferences, desired).id }
    },
  }),
  operation({
    name: 'CancelInstanceRefresh',
    input: shape({ AutoScalingGroupName: z.string() }),
    authorize: input => onGroup(view, 'CancelInstanceRefresh', input.AutoScalingGroupName),
    run: input => ({ InstanceRefreshId: groupNamed(view, input.AutoScalingGroupName).refreshes.cancel().id }),
  }),
  operation({
    name: 'RollbackInstanceRefresh',
    input: shape({ AutoScalingGroupName: z.string() }),
    authorize: input => onGroup(view, 'RollbackInstanceRefresh', input.AutoScalingGroupName),
    run: input => ({ InstanceRefreshId: groupNamed(view, input.AutoScalingGroupName).refreshes.rollBack().id }),
  }),
  operation({
    name: 'DescribeInstanceRefreshes',
    input: shape({
      AutoScalingGroupName: z.string(),
      InstanceRefreshIds: wireList(z.string()).optional(),
      ...paging,
    }),
    authorize: () => anywhere('DescribeInstanceRefreshes'),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const ids = input.InstanceRefreshIds
      const found = group.refreshes.all.filter(({ id }) => !ids?.length || ids.includes(id))
      const { items, next } = pageOf(found, input)
      return { InstanceRefreshes: items.map(refresh => describe(refresh, group)), NextToken: next }
    },
  }),
]

function readPreferences(given: z.output<typeof wirePreferences> | undefined): Partial<RefreshPreferences> {
  if (!given) return {}
  const { MinHealthyPercentage: min, MaxHealthyPercentage: max } = given
  if (min !== undefined && (min < 0 || min > 100))
    throw new ValidationError('MinHealthyPercentage must be between 0 and 100')
  if (max !== undefined && (max < 100 || max > 200))
    throw new ValidationError('MaxHealthyPercentage must be between 100 and 200')
  if (max !== undefined && min === undefined)
    throw new ValidationError('MinHealthyPercentage must be given with MaxHealthyPercentage')
  if (max !== undefined && min !== undefined && max - min > 100)
    throw new ValidationError(
      'The difference between MinHealthyPercentage and MaxHealthyPercentage must not exceed 100',
    )
  const checkpoints = given.CheckpointPercentages
  if (checkpoints?.some((value, index) => value < 1 || value > 100 || value <= (checkpoints[index - 1] ?? 0)))
    throw new ValidationError('CheckpointPercentages must be in ascending order, between 1 and 100')
  return {
    ...(min === undefined ? {} : { minHealthyPercentage: min }),
    // A minimum alone leaves no room above the desired capacity.
    ...(min === undefined ? {} : { maxHealthyPercentage: max ?? 100 }),
    ...(given.InstanceWarmup === undefined ? {} : { instanceWarmup: given.InstanceWarmup }),
    ...(checkpoints ? { checkpointPercentages: checkpoints } : {}),
    ...(given.CheckpointDelay === undefined ? {} : { checkpointDelay: given.CheckpointDelay }),
    ...(given.SkipMatching === undefined ? {} : { skipMatching: given.SkipMatching }),
    ...(given.AutoRollback === undefined ? {} : { autoRollback: given.AutoRollback }),
    ...(given.ScaleInProtectedInstances ? { scaleInProtectedInstances: given.ScaleInProtectedInstances } : {}),
    ...(given.StandbyInstances ? { standbyInstances: given.StandbyInstances } : {}),
    ...(given.AlarmSpecification?.Alarms ? { alarms: given.AlarmSpecification.Alarms } : {}),
    ...(given.BakeTime === undefined ? {} : { bakeTime: given.BakeTime }),
  }
}

function readDesired(view: AutoScalingView, given: z.output<typeof wireDesired>): DesiredConfiguration {
  const { LaunchTemplate: wanted } = given
  const { physicalId, name, machine } = launchTemplateNamed(view, wanted)
  return { machine, launchTemplate: { id: physicalId, name, version: wanted.Version ?? '$Default' } }
}

function describe(refresh: InstanceRefresh, group: RunningGroup) {
  const { preferences, desired, rollback } = refresh
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.definition.name,
    Status: refresh.status,
    StatusReason: refresh.statusReason,
    StartTime: isoTime(refresh.startedAt),
    EndTime: refresh.endedAt === undefined ? undefined : isoTime(refresh.endedAt),
    PercentageComplete: refresh.percentageComplete,
    InstancesToUpdate: refresh.instancesToUpdate,
    Strategy: 'Rolling',
    Preferences: {
      MinHealthyPercentage: preferences.minHealthyPercentage,
      MaxHealthyPercentage: preferences.maxHealthyPercentage,
      InstanceWarmup: inSeconds(preferences.instanceWarmup),
      CheckpointPercentages: preferences.checkpointPercentages,
      CheckpointDelay:
        preferences.checkpointPercentages.length > 0 ? inSeconds(preferences.checkpointDelay) : undefined,
      SkipMatching: preferences.skipMatching,
      AutoRollback: preferences.autoRollback,
      ScaleInProtectedInstances: preferences.scaleInProtectedInstances,
      StandbyInstances: preferences.standbyInstances,
      AlarmSpecification: preferences.alarms.length > 0 ? { Alarms: preferences.alarms } : undefined,
      BakeTime: preferences.bakeTime > 0 ? inSeconds(preferences.bakeTime) : undefined,
    },
    DesiredConfiguration: desired && {
      LaunchTemplate: {
        LaunchTemplateId: desired.launchTemplate.id,
        LaunchTemplateName: desired.launchTemplate.name,
        Version: desired.launchTemplate.version,
      },
    },
    RollbackDetails: rollback && {
      RollbackReason: rollback.reason,
      RollbackStartTime: isoTime(rollback.at),
      PercentageCompleteOnRollback: rollback.percentageComplete,
      InstancesToUpdateOnRollback: rollback.instancesToUpdate,
    },
  }
}
