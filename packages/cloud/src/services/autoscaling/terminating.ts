import { type Instant, messageOf } from '@terrace/kit'
import { getNode } from '@terrace/model'
import type { Instances } from '../../ports.ts'
import type { Activity } from './activities.ts'
import type { GroupState } from './group-state.ts'
import type { LifecycleHooks } from './hooks.ts'
import { isPending, isTerminating } from './lifecycle.ts'
import { ASSUMED } from './limits.ts'
import type { Member } from './member.ts'
import type { TargetAttachments } from './target-attachments.ts'

interface Parts {
  readonly instances: Instances
  readonly hooks: LifecycleHooks
  readonly attachments: TargetAttachments
}

/** Takes instances out: target groups drain first, then hooks, then EC2. Nothing is cut off that can still finish. */
export class Terminator {
  readonly #state: GroupState
  readonly #parts: Parts

  constructor(state: GroupState, parts: Parts) {
    this.#state = state
    this.#parts = parts
  }

  /**
   * Begins to take a member out, unless it is going already or `Terminate` is suspended.
   * @returns resolves when it has gone; its activity has begun before the first wait
   */
  async terminate(member: Member, cause: (at: Instant) => string): Promise<void> {
    if (this.#state.processes.has('Terminate') || this.#state.stopped) return
    if (isTerminating(member.state) || !this.#state.members.has(member.id)) return
    // Nothing is under way to an instance that never served: only hooks that ran to the end count.
    const served = !isPending(member.state)
    const { instance } = member
    const at = this.#state.world.clock.now()
    const activity = this.#state.activities.begin({
      kind: 'terminate',
      description: `Terminating EC2 instance: ${member.id}`,
      cause: cause(at),
      details: { subnet: subnetOf(this.#state, member), zone: instance.zone },
      instance: member.id,
      status: this.#parts.attachments.isRegistered(member) ? 'WaitingForELBConnectionDraining' : 'InProgress',
    })
    member.moveTo('Terminating')
    this.#parts.hooks.cancel(member)
    this.#state.note(
      'autoscaling.terminate',
      `${this.#state.definition.name} takes ${member.id} out of service: ${activity.cause}`,
      member.id,
    )
    try {
      await this.#parts.attachments.deregister(member)
      if (served) await this.#runHooks(member, activity)
      activity.status = 'InProgress'
      await this.#parts.instances.terminate(member.id, ASSUMED.stopGrace)
      member.moveTo('Terminated')
      this.#state.activities.end(activity, 'Successful')
    } catch (error) {
      const message = messageOf(error)
      this.#state.activities.end(activity, 'Failed', message)
      this.#state.note('autoscaling.failed', `terminating ${member.id} failed: ${message}`, member.id)
    }
    this.#state.members.delete(member.id)
    this.#state.events.publish({ kind: 'gone', member })
  }

  // CONTINUE and ABANDON both end in termination: "How lifecycle hooks work".
  async #runHooks(member: Member, activity: Activity): Promise<void> {
    if (!this.#parts.hooks.has('autoscaling:EC2_INSTANCE_TERMINATING')) return
    member.moveTo('Terminating:Wait')
    activity.status = 'MidLifecycleAction'
    await this.#parts.hooks.run(member, 'autoscaling:EC2_INSTANCE_TERMINATING')
    member.moveTo('Terminating:Proceed')
  }
}

/** `subnet-…` of a member. */
export const subnetOf = (state: GroupState, { instance }: Member): string =>
  getNode(state.world.architecture, instance.networkInterface.subnet, 'subnet').physicalId
