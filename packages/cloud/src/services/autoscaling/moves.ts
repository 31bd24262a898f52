import type { Instance } from '../../ports.ts'
import type { Activity } from './activities.ts'
import { type Capacity, DIFFERENCE } from './capacity.ts'
import { causes } from './causes.ts'
import type { GroupState } from './group-state.ts'
import type { Launcher } from './launching.ts'
import { Member } from './member.ts'
import type { TargetAttachments } from './target-attachments.ts'
import { subnetOf } from './terminating.ts'

interface Parts {
  readonly capacity: Capacity
  readonly launcher: Launcher
  readonly attachments: TargetAttachments
}

/**
 * Standby, detach and attach: instances leave the group's care, and come back, without ending.
 * @see Amazon EC2 Auto Scaling User Guide, "Temporarily remove instances from your Auto Scaling group", "Detach or attach
 * instances from your Auto Scaling group"
 */
export class Moves {
  readonly #state: GroupState
  readonly #parts: Parts

  constructor(state: GroupState, parts: Parts) {
    this.#state = state
    this.#parts = parts
  }

  /** @param decrement  whether the desired capacity falls with it; otherwise another instance takes its place */
  enterStandby(member: Member, decrement: boolean): Activity {
    const shrink = this.#decrement(decrement)
    const activity = this.#begin(member, `Moving EC2 instance to Standby: ${member.id}`, at =>
      causes.toStandby(at, member.id, shrink),
    )
    member.moveTo('EnteringStandby')
    this.#parts.attachments.deregister(member).then(
      () => {
        // It may have been terminated while it drained.
        if (member.state === 'EnteringStandby') member.moveTo('Standby')
        this.#state.activities.end(activity, 'Successful')
      },
      error => this.#state.activities.end(activity, 'Failed', String(error)),
    )
    void this.#parts.capacity.converge(DIFFERENCE)
    return activity
  }

  exitStandby(member: Member): Activity {
    const from = this.#state.desired
    this.#increment()
    const activity = this.#begin(member, `Moving EC2 instance out of Standby: ${member.id}`, at =>
      causes.fromStandby(at, member.id, from, from + 1),
    )
    activity.status = 'PreInService'
    member.moveTo('Pending')
    this.#parts.launcher.bringIntoService(member, activity)
    return activity
  }

  /** The instance runs on, without a group. */
  detach(member: Member, decrement: boolean): Activity {
    const shrink = this.#decrement(decrement)
    const activity = this.#begin(member, `Detaching EC2 instance: ${member.id}`, at =>
      causes.detached(at, member.id, shrink),
    )
    member.moveTo('Detaching')
    this.#parts.attachments.deregister(member).then(
      () => {
        member.moveTo('Detached')
        this.#state.members.delete(member.id)
        this.#state.activities.end(activity, 'Successful')
        this.#state.events.publish({ kind: 'gone', member })
      },
      error => this.#state.activities.end(activity, 'Failed', String(error)),
    )
    void this.#parts.capacity.converge(DIFFERENCE)
    return activity
  }

  /** Takes a running instance into the group's care; the desired capacity rises with it. */
  attach(instance: Instance): Activity {
    const from = this.#state.desired
    this.#increment()
    const member = new Member(instance, this.#state.generation, this.#state.definition.newInstancesProtected)
    this.#state.members.set(member.id, member)
    const activity = this.#begin(member, `Attaching an existing EC2 instance: ${member.id}`, at =>
      causes.attached(at, member.id, from, from + 1),
    )
    this.#parts.launcher.bringIntoService(member, activity)
    return activity
  }

  #begin(member: Member, description: string, cause: (at: number) => string): Activity {
    const { world, activities } = this.#state
    this.#state.note('autoscaling.move', description, member.id)
    return activities.begin({
      kind: 'other',
      description,
      cause: cause(world.clock.now()),
      details: { subnet: subnetOf(this.#state, member), zone: member.instance.zone },
      instance: member.id,
      status: 'InProgress',
    })
  }

  #decrement(decrement: boolean): { readonly from: number; readonly to: number } | undefined {
    if (!decrement) return undefined
    const from = this.#state.desired
    this.#state.desired = from - 1
    this.#state.events.publish({ kind: 'desired', from, to: from - 1 })
    return { from, to: from - 1 }
  }

  #increment(): void {
    const from = this.#state.desired
    this.#state.desired = from + 1
    this.#state.events.publish({ kind: 'desired', from, to: from + 1 })
  }
}
