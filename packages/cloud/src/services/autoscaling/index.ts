import { nodesOf } from '@terrace/model'
import { isEmulated } from '../../coverage.ts'
import type { Service } from '../service.ts'
import { RunningGroup } from './group.ts'
import { autoscalingApi } from './operations.ts'

/** Auto Scaling groups at their desired capacity. Scaling policies are not carried out yet. */
export const autoscaling: Service = {
  name: 'autoscaling',
  emulates: ['autoScalingGroup'],
  async start(world) {
    const [instances, targetGroups] = await Promise.all([
      world.ports.need('instances'),
      world.ports.need('targetGroups'),
    ])
    const groups = nodesOf(world.architecture, 'autoScalingGroup').map(
      definition => new RunningGroup(world, definition, instances, targetGroups),
    )
    const stopListening = targetGroups.onHealth((_, id, { state }) => {
      if (state !== 'unhealthy') return
      // What can't run here never becomes healthy: it would be replaced for ever.
      for (const group of groups) if (isEmulated(group.definition.machine)) group.targetUnhealthy(id)
    })
    world.ports.provide('groups', { all: groups, of: node => groups.find(group => group.definition.id === node) })
    // CloudFormation creates the database before the group whose launch template names it.
    await Promise.all([world.ports.need('databases'), world.ports.need('objects')])
    await Promise.all(groups.map(group => group.start()))
    return {
      api: autoscalingApi(world, groups),
      async stop() {
        stopListening()
        for (const group of groups) group.stop()
      },
    }
  },
}
