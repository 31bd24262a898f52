import type { AutoScalingGroup } from '@terrace/model'
import type { Alarms } from '../../../ports.ts'
import { differingOutside, isSame, type NodeUpdates } from '../../../update/node-update.ts'
import type { World } from '../../../world.ts'
import type { RunningGroup } from '../group.ts'
import { refreshUpdate } from './refresh-update.ts'
import { rollingUpdate } from './rolling-update.ts'
import { until } from './waiting.ts'

/** What updates work with. */
export interface GroupUpdateParts {
  /** Those that run; new ones are added, removed ones taken out. */
  readonly groups: RunningGroup[]
  readonly make: (definition: AutoScalingGroup) => RunningGroup
  readonly alarms: () => Alarms | undefined
  /** What can't run here is not waited for. */
  readonly runs: (definition: AutoScalingGroup) => boolean
}

/** What a group takes in place. */
const SETTINGS = [
  'defaultCooldown',
  'defaultInstanceWarmup',
  'desiredCapacity',
  'groupMetrics',
  'healthChecks',
  'instanceTags',
  'lifecycleHooks',
  'maintenance',
  'maxInstanceLifetime',
  'maxSize',
  'minSize',
  'newInstancesProtected',
  'notifications',
  'subnets',
  'terminationPolicies',
  'zoneDistribution',
] as const

/**
 * What an update of the stack changes in Auto Scaling groups: settings and target groups at once, the machine by the
 * group's `UpdatePolicy`, without one by an instance refresh.
 *
 * @see CloudFormation Template Reference, "AWS::AutoScaling::AutoScalingGroup", "UpdatePolicy attribute"
 */
export const groupUpdates = (world: World, parts: GroupUpdateParts): NodeUpdates => ({
  autoScalingGroup: {
    refuses(change) {
      const { before, after } = change
      if (!before || !after) return undefined
      const isOther = !isSame(before.machine, after.machine)
      if (isOther && after.update?.willReplace) return 'AutoScalingReplacingUpdate means another group'
      const names = differingOutside(change, [...SETTINGS, 'targetGroups', 'machine', 'update', 'creation'])
      return names.length === 0 ? undefined : `${names.join(', ')} cannot be changed in place`
    },
    async apply({ id, before, after }, signal) {
      const group = parts.groups.find(({ definition }) => definition.id === id)
      if (!after) return group && remove(parts, group, signal)
      if (!group) return add(parts, after, signal)
      await change(group, before, after, parts.runs(after), signal)
    },
  },
  scalingPolicy: {
    async apply({ before, after }) {
      const of = (node: string | undefined) => parts.groups.find(({ definition }) => definition.id === node)
      if (before && (before.name !== after?.name || before.group !== after.group)) {
        of(before.group)?.policies.remove(before.name)
      }
      if (after)
        of(after.group)?.policies.put({ name: after.name, arn: after.arn, policy: after.policy, enabled: true })
    },
  },
  scheduledAction: {
    async apply({ before, after }) {
      const of = (node: string | undefined) => parts.groups.find(({ definition }) => definition.id === node)
      if (before) of(before.group)?.scheduled.remove(before.name)
      if (after && (after.recurrence !== undefined || (after.start ?? 0) >= world.clock.now())) {
        of(after.group)?.scheduled.put(after)
      }
    },
  },
})

async function change(
  group: RunningGroup,
  before: AutoScalingGroup | undefined,
  after: AutoScalingGroup,
  runs: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { machine, targetGroups, minSize, maxSize, desiredCapacity, ...settings } = after
  const { definition } = group
  if (before) {
    group.tags.retag(before, after)
    bringHooks(group, before, after)
  }
  const absent = (['maxInstanceLifetime', 'defaultInstanceWarmup', 'maintenance'] as const).filter(
    name => after[name] === undefined,
  )
  group.state.clear(absent)
  group.attachments.attach(targetGroups.filter(each => !definition.targetGroups.includes(each)))
  group.attachments.detach(definition.targetGroups.filter(each => !targetGroups.includes(each)))
  const keeps = after.update?.keepsSizes ?? false
  const sizes = {
    ...(keeps && before?.minSize === minSize ? {} : { minSize }),
    ...(keeps && before?.maxSize === maxSize ? {} : { maxSize }),
  }
  const { lifecycleHooks: _, suspendedProcesses: __, ...changing } = settings
  const desired = before?.desiredCapacity === desiredCapacity ? undefined : desiredCapacity
  await group.update({ ...changing, ...sizes }, desired)
  const rolling = after.update?.rolling
  if (!rolling && runs) return refreshUpdate(group, machine, signal)
  if (!isSame(group.definition.machine, machine)) group.state.update({ machine })
  if (rolling && runs) await rollingUpdate(group, rolling, signal)
}

/** Instances that wait for a hook finish as it was when they began; those of a removed one go on as its default says. */
function bringHooks({ hooks }: RunningGroup, before: AutoScalingGroup, { lifecycleHooks }: AutoScalingGroup): void {
  for (const hook of lifecycleHooks) {
    if (!before.lifecycleHooks.some(each => isSame(each, hook))) hooks.put(hook)
  }
  for (const { name } of before.lifecycleHooks) {
    if (!lifecycleHooks.some(hook => hook.name === name)) hooks.remove(name)
  }
}

async function add({ groups, make, alarms, runs }: GroupUpdateParts, node: AutoScalingGroup, signal: AbortSignal) {
  const group = make(node)
  groups.push(group)
  const there = alarms()
  if (there) group.connect(there)
  await group.start()
  if (runs(node)) {
    await until(group, () => group.members.filter(({ state }) => state === 'InService').length >= group.desired, signal)
  }
}

async function remove({ groups }: GroupUpdateParts, group: RunningGroup, signal: AbortSignal): Promise<void> {
  await group.update({ minSize: 0, maxSize: 0 }, 0)
  await until(group, () => group.members.length === 0, signal)
  group.stop()
  const at = groups.indexOf(group)
  if (at >= 0) groups.splice(at, 1)
}
