import type { LifecycleHook } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { LimitExceeded, ValidationError } from '../errors.ts'
import type { RunningGroup } from '../group.ts'
import { type ActionSelector, globalTimeout } from '../hooks.ts'
import { LIMITS } from '../limits.ts'
import { type AutoScalingView, anywhere, groupNamed, inSeconds, onGroup, wireSeconds } from './view.ts'

const RESULTS = ['ABANDON', 'CONTINUE'] as const
const TRANSITIONS = ['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING'] as const

const selector = {
  LifecycleHookName: z.string(),
  AutoScalingGroupName: z.string(),
  LifecycleActionToken: z.string().optional(),
  InstanceId: z.string().optional(),
}

/** Lifecycle hooks and their actions. */
export const hookOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'PutLifecycleHook',
    input: shape({
      LifecycleHookName: z.string().regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable characters'),
      AutoScalingGroupName: z.string(),
      LifecycleTransition: z.enum(TRANSITIONS).optional(),
      RoleARN: z.string().optional(),
      NotificationTargetARN: z.string().optional(),
      NotificationMetadata: z.string().max(LIMITS.notificationMetadata).optional(),
      HeartbeatTimeout: wireSeconds(
        inSeconds(LIMITS.hookHeartbeat.least),
        inSeconds(LIMITS.hookHeartbeat.most),
      ).optional(),
      DefaultResult: z.enum(RESULTS).optional(),
    }),
    authorize: input => onGroup(view, 'PutLifecycleHook', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const before = group.hooks.all.find(({ name }) => name === input.LifecycleHookName)
      const transition = input.LifecycleTransition ?? before?.transition
      if (!transition) throw new ValidationError('LifecycleTransition is required for a new lifecycle hook')
      if (!before && group.hooks.all.length >= LIMITS.hooksOfGroup)
        throw new LimitExceeded(`A group may have at most ${LIMITS.hooksOfGroup} lifecycle hooks`)
      const target = input.NotificationTargetARN ?? before?.notificationTarget
      const role = input.RoleARN ?? before?.role
      // An empty target takes the one before away.
      if (target && !role) throw new ValidationError('RoleARN is required with NotificationTargetARN')
      const metadata = input.NotificationMetadata ?? before?.notificationMetadata
      const hook: LifecycleHook = {
        name: input.LifecycleHookName,
        transition,
        heartbeatTimeout: input.HeartbeatTimeout ?? before?.heartbeatTimeout ?? LIMITS.hookHeartbeat.default,
        defaultResult: input.DefaultResult ?? before?.defaultResult ?? 'ABANDON',
        ...(target ? { notificationTarget: target } : {}),
        ...(metadata === undefined ? {} : { notificationMetadata: metadata }),
        ...(role === undefined ? {} : { role }),
      }
      group.hooks.put(hook)
      return {}
    },
  }),
  operation({
    name: 'DeleteLifecycleHook',
    input: shape({ LifecycleHookName: z.string(), AutoScalingGroupName: z.string() }),
    authorize: input => onGroup(view, 'DeleteLifecycleHook', input.AutoScalingGroupName),
    run({ LifecycleHookName: name, AutoScalingGroupName: groupName }) {
      const group = groupNamed(view, groupName)
      if (!group.hooks.all.some(hook => hook.name === name))
        throw new ValidationError(`No Lifecycle Hook found with name ${name} for AutoScalingGroup ${groupName}`)
      group.hooks.remove(name)
      return {}
    },
  }),
  operation({
    name: 'DescribeLifecycleHooks',
    input: shape({ AutoScalingGroupName: z.string(), LifecycleHookNames: wireList(z.string()).optional() }),
    authorize: () => anywhere('DescribeLifecycleHooks'),
    run({ AutoScalingGroupName: name, LifecycleHookNames: names }) {
      const group = groupNamed(view, name)
      const hooks = group.hooks.all.filter(hook => !names?.length || names.includes(hook.name))
      return { LifecycleHooks: hooks.map(hook => describeHook(hook, group)) }
    },
  }),
  operation({
    name: 'DescribeLifecycleHookTypes',
    input: shape({}),
    authorize: () => anywhere('DescribeLifecycleHookTypes'),
    run: () => ({ LifecycleHookTypes: TRANSITIONS }),
  }),
  operation({
    name: 'CompleteLifecycleAction',
    input: shape({ ...selector, LifecycleActionResult: z.enum(RESULTS) }),
    authorize: input => onGroup(view, 'CompleteLifecycleAction', input.AutoScalingGroupName),
    run(input) {
      groupNamed(view, input.AutoScalingGroupName).hooks.complete(selectorOf(input), input.LifecycleActionResult)
      return {}
    },
  }),
  operation({
    name: 'RecordLifecycleActionHeartbeat',
    input: shape(selector),
    authorize: input => onGroup(view, 'RecordLifecycleActionHeartbeat', input.AutoScalingGroupName),
    run(input) {
      groupNamed(view, input.AutoScalingGroupName).hooks.heartbeat(selectorOf(input))
      return {}
    },
  }),
]

const selectorOf = (input: {
  readonly LifecycleHookName: string
  readonly LifecycleActionToken?: string | undefined
  readonly InstanceId?: string | undefined
}): ActionSelector => ({
  hook: input.LifecycleHookName,
  ...(input.LifecycleActionToken === undefined ? {} : { token: input.LifecycleActionToken }),
  ...(input.InstanceId === undefined ? {} : { instance: input.InstanceId }),
})

const describeHook = (hook: LifecycleHook, group: RunningGroup) => ({
  LifecycleHookName: hook.name,
  AutoScalingGroupName: group.definition.name,
  LifecycleTransition: hook.transition,
  NotificationTargetARN: hook.notificationTarget,
  RoleARN: hook.role,
  NotificationMetadata: hook.notificationMetadata,
  HeartbeatTimeout: inSeconds(hook.heartbeatTimeout),
  GlobalTimeout: inSeconds(globalTimeout(hook)),
  DefaultResult: hook.defaultResult,
})
