import type { NodeUpdates } from '../../update/node-update.ts'
import type { World } from '../../world.ts'
import { withoutStatement } from './policy.ts'
import type { Buses } from './state.ts'
import { makeTemplateRules } from './template-rules.ts'

/**
 * What an update of the stack changes in EventBridge: rules with their targets, buses and who may send to them; new and
 * removed ones. A schedule that stays the same goes on counting.
 *
 * @see CloudFormation Template Reference, "AWS::Events::Rule", "AWS::Events::EventBus", "AWS::Events::EventBusPolicy"
 */
export function eventUpdates(world: Pick<World, 'architecture' | 'clock'>, buses: Buses): NodeUpdates {
  // What the template has no longer goes as well.
  const bring = (id: string) => makeTemplateRules(world, buses, each => each === id)
  return {
    eventBus: {
      refuses: ({ before, after }) =>
        before && after && before.name !== after.name ? 'another name means another event bus' : undefined,
      apply: async ({ id }) => bring(id),
    },
    eventBusPolicy: {
      async apply({ id, before, after }) {
        const isMoved = before?.bus !== after?.bus || before?.statementId !== after?.statementId
        const policy = before && isMoved ? buses.find(before.bus)?.policy : undefined
        if (before && policy !== undefined) {
          buses.change(before.bus, { policy: withoutStatement(policy, before.statementId) })
        }
        if (after) bring(id)
      },
    },
    eventRule: {
      async apply({ id, before, after }) {
        bring(id)
        if (!before || !after || (before.name === after.name && before.bus === after.bus)) return
        const old = buses.findRule(before.bus, before.name)
        if (old) buses.deleteRule(old)
      },
    },
  }
}
