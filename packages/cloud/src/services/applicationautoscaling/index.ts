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
