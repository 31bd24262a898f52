import { messageOf } from '@terrace/kit'
import type { Subnet, Zone } from '@terrace/model'
import type { Instance, Instances } from '../../ports.ts'
import type { Activity } from './activities.ts'
import { causes } from './causes.ts'
import type { FailingZones } from './failing-zones.ts'
import type { GroupState } from './group-state.ts'
import type { LifecycleHooks } from './hooks.ts'
import { targetState } from './lifecycle.ts'
import { Member } from './member.ts'
import type { GroupTags } from './tags.ts'
import type { TargetAttachments } from './target-attachments.ts'
import type { Terminator } from './terminating.ts'

interface Parts {
  readonly instances: Instances
  readonly hooks: LifecycleHooks
  readonly tags: GroupTags
  readonly attachments: TargetAttachments
  readonly terminator: Terminator
  readonly failingZones: FailingZones
}

/** Brings instances into service: launch, hooks, registration. Nobody waits for a target's health, here or on AWS. */
export class Launcher {
  readonly #state: GroupState
  readonly #parts: Parts

  constructor(state: GroupState, parts: Parts) {
    this.#state = state
    this.#parts = parts
  }

  /** @returns whether an instance was launched; a failure is an activity, an event and the journal's */
  async launch(zone: Zone, cause: string): Promise<boolean> {
    const { definition, activities } = this.#state
    const subnet = this.#subnetIn(zone)
    if (!subnet) return false
    const activity = activities.begin({
      kind: 'launch',
      description: 'Launching a new EC2 instance',
      cause,
      details: { subnet: subnet.physicalId, zone },
      instance: undefined,
      status: 'WaitingForInstanceId',
    })
    const generation = this.#state.generation
    this.#state.addStarting(zone, 1)
    let member: Member | undefined
    let instance: Instance
    try {
      instance = await this.#parts.instances.launch({
        machine: definition.machine,
        subnet: subnet.id,
        owner: definition.id,
        tags: this.#parts.tags.ofInstances(),
        lifecycleState: () => targetState(member?.state ?? 'Pending'),
      })
    } catch (error) {
      this.#state.addStarting(zone, -1)
      this.#failed(activity, zone, messageOf(error))
      return false
    }
    this.#state.addStarting(zone, -1)
    this.#parts.failingZones.recovered(zone)
    activity.description = `Launching a new EC2 instance: ${instance.id}`
    activity.instance = instance.id
    activity.status = 'PreInService'
    member = new Member(instance, generation, definition.newInstancesProtected)
    this.#state.members.set(instance.id, member)
    // A launch that was under way when the cloud stopped is ended with the other instances.
    if (this.#state.stopped) return true
    this.#state.note('autoscaling.launch', `${definition.name} launched ${instance.id} in ${zone}`, instance.id)
    this.bringIntoService(member, activity)
    return true
  }

  /** From `Pending` on: hooks, target groups, `InService`. */
  bringIntoService(member: Member, activity: Activity): void {
    if (!this.#parts.hooks.has('autoscaling:EC2_INSTANCE_LAUNCHING')) return this.#serve(member, activity)
    member.moveTo('Pending:Wait')
    activity.status = 'MidLifecycleAction'
    void this.#parts.hooks.run(member, 'autoscaling:EC2_INSTANCE_LAUNCHING').then(outcome => {
      if (outcome.kind === 'continue') {
        member.moveTo('Pending:Proceed')
        return this.#serve(member, activity)
      }
      const because =
        outcome.kind === 'abandon'
          ? `Lifecycle Action with token ${outcome.token} was abandoned: ${outcome.because}`
          : 'the instance left the group'
      this.#state.activities.end(
        activity,
        'Cancelled',
        `Instance failed to complete user's Lifecycle Action: ${because}`,
      )
      if (outcome.kind === 'abandon') this.#abandon(member, because)
    })
  }

  #serve(member: Member, activity: Activity): void {
    const now = this.#state.world.clock.now()
    this.#parts.attachments.register(member)
    member.moveTo('InService')
    member.inServiceAt = now
    member.graceUntil = now + this.#state.definition.healthChecks.gracePeriod
    this.#state.activities.end(activity, 'Successful')
    this.#state.events.publish({ kind: 'inService', member })
  }

  #abandon(member: Member, because: string): void {
    this.#state.note('autoscaling.abandoned', `the launch of ${member.id} was abandoned: ${because}`, member.id)
    void this.#parts.terminator.terminate(member, at => causes.abandoned(at, member.id))
  }

  #failed(activity: Activity, zone: Zone, message: string): void {
    const sentence = /[.!?]$/.test(message) ? message : `${message}.`
    const statusMessage = `${sentence} Launching EC2 instance failed.`
    activity.description = `Launching a new EC2 instance.  Status Reason: ${statusMessage}`
    this.#state.activities.end(activity, 'Failed', statusMessage)
    this.#parts.failingZones.failed(zone)
    this.#state.note('autoscaling.launchFailed', `${this.#state.definition.name} can't launch in ${zone}: ${message}`)
    this.#state.events.publish({ kind: 'launchFailed', zone, message })
  }

  #subnetIn(zone: Zone): Subnet | undefined {
    const subnets = this.#state.subnets.filter(subnet => subnet.zone === zone)
    return subnets.length > 1 ? this.#state.world.random.pick(subnets) : subnets[0]
  }
}
