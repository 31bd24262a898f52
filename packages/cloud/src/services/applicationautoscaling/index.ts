import { minutes } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { Alarms } from '../../ports.ts'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import { applicationAutoScalingApi } from './operations/index.ts'
import { ScalingState } from './state.ts'

/** Scalable targets of ECS services: target tracking, steps and schedules. */
export const applicationautoscaling: Service = {
  name: 'application-autoscaling',
  emulates: ['applicationScalingPolicy', 'scalableTarget'],
  async start(world) {
    const services = await world.ports.need('ecsServices')
    let alarms: Alarms | undefined
    const state = new ScalingState({ world, services, alarms: () => alarms })
    let stopListening = () => {}
    // Alarms come whenever CloudWatch has started; without them the desired count stays.
    world.ports.need('alarms').then(
      port => {
        alarms = port
        stopListening = port.onAction('arn:aws:autoscaling:', (action, transition) =>
          state.alarmFired(action, transition),
        )
        for (const target of state.targets) target.policies.connect()
      },
      // The start as a whole has failed then, and says so itself.
      () => {},
    )
    state.startTemplate()
    const stopSaying = sayMissing(world, state)
    return {
      api: applicationAutoScalingApi(state),
      updates: {
        scalableTarget: {
          refuses: ({ before, after }) =>
            before && after && before.resourceId !== after.resourceId
              ? 'another resource means another scalable target'
              : undefined,
          async apply({ before, after }) {
            const known = before && state.find(before.resourceId)
            if (!after) return known && state.deregister(known)
            const target = known ?? state.register(after, after.id)
            target.policies.connect()
            const names = new Set(after.scheduledActions.map(({ name }) => name))
            for (const { name } of before?.scheduledActions ?? []) if (!names.has(name)) target.actions.remove(name)
            for (const action of after.scheduledActions) target.actions.put(action)
            target.suspended = after.suspended
            target.setBounds(after.minCapacity, after.maxCapacity)
          },
        },
        applicationScalingPolicy: {
          async apply({ before, after }) {
            const of = (node: string) => state.targets.find(target => target.node === node)
            if (before && (before.name !== after?.name || before.target !== after.target)) {
              of(before.target)?.policies.remove(before.name)
            }
            if (after) of(after.target)?.policies.put(after.name, after.policy, after.arn)
          },
        },
      },
      async stop() {
        stopSaying()
        stopListening()
        state.stop()
      },
    }
  },
}

/** A target whose service isn't there does nothing, and nobody would notice. */
function sayMissing(world: World, state: ScalingState): () => void {
  return world.clock.after(minutes(1), () => {
    for (const { resourceId, id } of nodesOf(world.architecture, 'scalableTarget')) {
      if (state.find(resourceId)?.current !== undefined) continue
      const message = `${resourceId} can't be scaled: there is no such service`
      world.journal.write({ kind: 'applicationautoscaling.noService', node: id, message })
    }
  })
}
