import { nodesOf } from '@terrace/model'
import { isEmulated } from '../../coverage.ts'
import type { Alarms } from '../../ports.ts'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import { RunningGroup } from './group.ts'
import { autoscalingApi } from './operations/index.ts'
import { groupUpdates } from './update/updates.ts'

export interface AutoScalingOptions {
  /** Programs that can't run here are replaced by placeholders, which become healthy. */
  readonly standIns?: boolean
}

/** Auto Scaling groups with their policies, schedules and hooks. */
export const autoscalingService = ({ standIns = false }: AutoScalingOptions = {}): Service => ({
  name: 'autoscaling',
  emulates: ['autoScalingGroup', 'scalingPolicy', 'scheduledAction'],
  async start(world) {
    const [instances, targetGroups] = await Promise.all([
      world.ports.need('instances'),
      world.ports.need('targetGroups'),
    ])
    const groups = nodesOf(world.architecture, 'autoScalingGroup').map(
      definition => new RunningGroup(world, definition, instances, targetGroups),
    )
    book(world, groups)
    const stops = [
      targetGroups.onHealth((targetGroup, id, { state }) => {
        // What can't run here never becomes healthy: it would be replaced for ever.
        for (const group of groups) {
          const counts = state !== 'unhealthy' || isEmulated(group.definition.machine, { standIns })
          if (counts) group.targetHealth(targetGroup, id, state)
        }
      }),
      instances.onChange(instance => {
        for (const group of groups) group.instanceChanged(instance)
      }),
    ]
    let alarmsThere: Alarms | undefined
    // Alarms come whenever CloudWatch has started; groups without them keep their desired capacity.
    world.ports.need('alarms').then(
      alarms => {
        alarmsThere = alarms
        for (const group of groups) group.connect(alarms)
        stops.push(
          alarms.onAction('arn:aws:autoscaling:', (action, transition) => {
            for (const group of groups) group.policies.alarmFired(action, transition)
          }),
        )
      },
      // The start as a whole has failed then, and says so itself.
      () => {},
    )
    world.ports.provide('groups', { all: groups, of: node => groups.find(group => group.definition.id === node) })
    // CloudFormation creates the database before the group whose launch template names it.
    await Promise.all([world.ports.need('databases'), world.ports.need('objects')])
    await Promise.all(groups.map(group => group.start()))
    return {
      api: autoscalingApi(world, groups, instances),
      updates: groupUpdates(world, {
        groups,
        make: definition => new RunningGroup(world, definition, instances, targetGroups),
        alarms: () => alarmsThere,
        runs: ({ machine }) => isEmulated(machine, { standIns }),
      }),
      async stop() {
        for (const stop of stops) stop()
        for (const group of groups) group.stop()
      },
    }
  },
})

export const autoscaling = autoscalingService()

function book(world: World, groups: readonly RunningGroup[]): void {
  const groupOf = (node: string) => groups.find(({ definition }) => definition.id === node)
  for (const { group, name, arn, policy } of nodesOf(world.architecture, 'scalingPolicy'))
    groupOf(group)?.policies.put({ name, arn, policy, enabled: true })
  for (const action of nodesOf(world.architecture, 'scheduledAction')) {
    const { clock } = world
    if (action.recurrence === undefined && (action.start ?? 0) < clock.now()) {
      const message = `the scheduled action ${action.name} does not run: its start time is over`
      world.journal.write({ kind: 'autoscaling.scheduleMissed', node: action.id, message })
    } else groupOf(action.group)?.scheduled.put(action)
  }
}
