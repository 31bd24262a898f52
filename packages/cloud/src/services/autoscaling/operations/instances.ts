import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireList } from '../../../gateway/api.ts'
import { ValidationError } from '../errors.ts'
import type { RunningGroup } from '../group.ts'
import { LIMITS } from '../limits.ts'
import { describeActivity, describeMember } from './describe.ts'
import { pageOf, paging } from './paging.ts'
import { type AutoScalingView, anywhere, groupNamed, memberNamed, membersNamed, onGroup, onInstance } from './view.ts'

/** The operations on instances of groups. */
export const instanceOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'DescribeAutoScalingInstances',
    input: shape({ InstanceIds: wireList(z.string()).optional(), ...paging }),
    authorize: () => anywhere('DescribeAutoScalingInstances'),
    run(input) {
      const ids = input.InstanceIds
      const all = view.groups.flatMap(group =>
        group.members
          .filter(({ id }) => !ids?.length || ids.includes(id))
          .map(member => ({
            ...describeMember(view.world, member),
            // Here, and here alone, AWS writes it in capitals.
            HealthStatus: member.healthStatus.toUpperCase(),
            AutoScalingGroupName: group.definition.name,
          })),
      )
      const { items, next } = pageOf(all, input, LIMITS.instancePage)
      return { AutoScalingInstances: items, NextToken: next }
    },
  }),
  operation({
    name: 'TerminateInstanceInAutoScalingGroup',
    input: shape({ InstanceId: z.string(), ShouldDecrementDesiredCapacity: wireBoolean() }),
    authorize: input => onInstance(view, 'TerminateInstanceInAutoScalingGroup', input.InstanceId),
    run({ InstanceId: id, ShouldDecrementDesiredCapacity: decrement }) {
      const { group } = memberNamed(view, id)
      if (decrement && group.desired - 1 < group.definition.minSize) {
        throw new ValidationError(
          `Currently, desiredSize equals minSize (${group.definition.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
        )
      }
      const activity = group.terminateInstance(id, decrement)
      return { Activity: activity && describeActivity(activity, group) }
    },
  }),
  operation({
    name: 'SetInstanceHealth',
    input: shape({
      InstanceId: z.string(),
      HealthStatus: z.enum(['Healthy', 'Unhealthy']),
      ShouldRespectGracePeriod: wireBoolean().optional(),
    }),
    authorize: input => onInstance(view, 'SetInstanceHealth', input.InstanceId),
    run({ InstanceId: id, HealthStatus: status, ShouldRespectGracePeriod: respect = true }) {
      const { group, member } = memberNamed(view, id)
      group.health.set(member, status, respect)
      return {}
    },
  }),
  operation({
    name: 'SetInstanceProtection',
    input: shape({
      InstanceIds: wireList(z.string()),
      AutoScalingGroupName: z.string(),
      ProtectedFromScaleIn: wireBoolean(),
    }),
    authorize: input => onGroup(view, 'SetInstanceProtection', input.AutoScalingGroupName),
    run(input) {
      const members = membersNamed(groupNamed(view, input.AutoScalingGroupName), input.InstanceIds)
      for (const member of members) {
        if (!['InService', 'EnteringStandby', 'Standby'].includes(member.state))
          throw new ValidationError(`The instance ${member.id} is not in InService or EnteringStandby or Standby.`)
      }
      for (const member of members) member.protectedFromScaleIn = input.ProtectedFromScaleIn
      return {}
    },
  }),
  operation({
    name: 'EnterStandby',
    input: shape({
      InstanceIds: wireList(z.string()).optional(),
      AutoScalingGroupName: z.string(),
      ShouldDecrementDesiredCapacity: wireBoolean(),
    }),
    authorize: input => onGroup(view, 'EnterStandby', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const members = inState(group, input.InstanceIds ?? [], ['InService'], 'InService')
      const decrement = input.ShouldDecrementDesiredCapacity
      keepMinimum(group, decrement ? members.length : 0)
      return { Activities: members.map(member => describeActivity(group.moves.enterStandby(member, decrement), group)) }
    },
  }),
  operation({
    name: 'ExitStandby',
    input: shape({ InstanceIds: wireList(z.string()).optional(), AutoScalingGroupName: z.string() }),
    authorize: input => onGroup(view, 'ExitStandby', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const members = inState(group, input.InstanceIds ?? [], ['Standby'], 'Standby')
      keepMaximum(group, members.length)
      return { Activities: members.map(member => describeActivity(group.moves.exitStandby(member), group)) }
    },
  }),
  operation({
    name: 'DetachInstances',
    input: shape({
      InstanceIds: wireList(z.string()).optional(),
      AutoScalingGroupName: z.string(),
      ShouldDecrementDesiredCapacity: wireBoolean(),
    }),
    authorize: input => onGroup(view, 'DetachInstances', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const members = inState(group, input.InstanceIds ?? [], ['InService', 'Standby'], 'InService or Standby')
      const decrement = input.ShouldDecrementDesiredCapacity
      keepMinimum(group, decrement ? members.length : 0)
      return { Activities: members.map(member => describeActivity(group.moves.detach(member, decrement), group)) }
    },
  }),
  operation({
    name: 'AttachInstances',
    input: shape({ InstanceIds: wireList(z.string()).optional(), AutoScalingGroupName: z.string() }),
    authorize: input => onGroup(view, 'AttachInstances', input.AutoScalingGroupName),
    run(input) {
      const group = groupNamed(view, input.AutoScalingGroupName)
      const instances = (input.InstanceIds ?? []).map(id => attachable(view, id))
      keepMaximum(group, instances.length)
      for (const instance of instances) group.moves.attach(instance)
      return {}
    },
  }),
]

function inState(group: RunningGroup, ids: readonly string[], states: readonly string[], said: string) {
  const members = membersNamed(group, ids)
  const wrong = members.find(({ state }) => !states.includes(state))
  if (wrong) throw new ValidationError(`The instance ${wrong.id} is not in ${said}.`)
  return members
}

function attachable({ groups, instances }: AutoScalingView, id: string) {
  const instance = instances.list().find(each => each.id === id)
  if (!instance) throw new ValidationError(`Invalid Instance ID(s): [${id}] specified`)
  if (instance.state !== 'running') throw new ValidationError(`Instance ${id} is not in the running state`)
  if (groups.some(({ state }) => state.members.has(id)))
    throw new ValidationError(`Instance ${id} is already part of an AutoScalingGroup`)
  return instance
}

function keepMinimum({ definition, desired }: RunningGroup, fewer: number): void {
  const { name, minSize, maxSize } = definition
  if (desired - fewer >= minSize) return
  throw new ValidationError(
    `AutoScalingGroup ${name} has min-size=${minSize}, max-size=${maxSize}, and desired-size=${desired}. To take ${fewer} more instance${fewer === 1 ? '' : 's'} out, the group size must be updated so that the desired-size is at least ${minSize + fewer}.`,
  )
}

function keepMaximum({ definition, desired }: RunningGroup, more: number): void {
  const { name, minSize, maxSize } = definition
  if (desired + more <= maxSize) return
  throw new ValidationError(
    `AutoScalingGroup ${name} has min-size=${minSize}, max-size=${maxSize}, and desired-size=${desired}. To place into service ${more} more instance${more === 1 ? '' : 's'}, the group max size must be updated to at least ${desired + more}.`,
  )
}
