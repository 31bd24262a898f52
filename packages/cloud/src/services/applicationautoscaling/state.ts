import { nodesOf } from '@terrace/model'
import type { AlarmTransition } from '../../ports.ts'
import { ObjectNotFound } from './errors.ts'
import { ScaledTarget, type Suspended, type TargetSurroundings } from './scaled-target.ts'

/** The only thing that scales here. */
export const NAMESPACE = 'ecs'
export const DIMENSION = 'ecs:service:DesiredCount'

/** What a registration says. */
export interface Registration {
  readonly resourceId: string
  readonly minCapacity: number
  readonly maxCapacity: number
  readonly suspended: Suspended
}

/** All scalable targets of the account. */
export class ScalingState {
  readonly on: TargetSurroundings
  readonly #targets = new Map<string, ScaledTarget>()

  constructor(on: TargetSurroundings) {
    this.on = on
  }

  get targets(): readonly ScaledTarget[] {
    return [...this.#targets.values()]
  }

  find(resourceId: string): ScaledTarget | undefined {
    return this.#targets.get(resourceId)
  }

  /** @throws ObjectNotFound */
  get(resourceId: string): ScaledTarget {
    const found = this.find(resourceId)
    if (found) return found
    throw new ObjectNotFound(
      `No scalable target found for service namespace: ${NAMESPACE}, resource ID: ${resourceId}, scalable dimension: ${DIMENSION}`,
    )
  }

  register(registration: Registration, node?: string): ScaledTarget {
    const target = new ScaledTarget(this.on, registration, node)
    this.#targets.set(registration.resourceId, target)
    return target
  }

  deregister(target: ScaledTarget): void {
    target.remove()
    this.#targets.delete(target.resourceId)
  }

  alarmFired(action: string, transition: AlarmTransition): void {
    for (const target of this.targets) target.policies.alarmFired(action, transition)
  }

  /** Registers what the template describes, in its order. */
  startTemplate(): void {
    const { architecture } = this.on.world
    const byNode = new Map<string, ScaledTarget>()
    for (const node of nodesOf(architecture, 'scalableTarget')) {
      const target = this.register(node, node.id)
      byNode.set(node.id, target)
      for (const action of node.scheduledActions) target.actions.put(action)
      target.setBounds(node.minCapacity, node.maxCapacity)
    }
    for (const { target, name, policy, arn } of nodesOf(architecture, 'applicationScalingPolicy')) {
      byNode.get(target)?.policies.put(name, policy, arn)
    }
  }

  stop(): void {
    for (const target of this.targets) target.stop()
  }
}
