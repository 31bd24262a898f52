import { type Instant, messageOf, type Stop, seconds } from '@terrace/kit'
import { type AutoScalingGroup, type Subnet, subnetsOf } from '@terrace/model'
import type { Instance, Instances, TargetGroups } from '../../ports.ts'
import type { World } from '../../world.ts'
import { type Activity, type ActivityStatus, causes } from './activity.ts'
import { countByZone, zoneToLaunchIn, zoneToShrink } from './zones.ts'

/** @see Amazon EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle" */
export type LifecycleState = 'Pending' | 'InService' | 'Terminating' | 'Terminated'

/** An instance of a group. */
export interface Member {
  readonly instance: Instance
  state: LifecycleState
  healthStatus: 'Healthy' | 'Unhealthy'
  /** Health checks of the balancer count from then on. */
  graceUntil: number
}

/** What a machine's operating system and container runtime take at most to stop. */
const STOP_GRACE = seconds(10)

/**
 * How often a group looks at its instances.
 * differs: AWS says only that the checks are periodic (up to a minute and a half was seen), and waits some minutes before
 * it acts on a failed status check.
 */
const CHECK_INTERVAL = seconds(10)

/** How many activities are kept, as the API returns them for six weeks there. */
const KEPT_ACTIVITIES = 500

/** Keeps a group at its desired capacity: balanced over its zones, replacing what is unhealthy. */
export class RunningGroup {
  readonly definition: AutoScalingGroup
  desired: number
  readonly activities: Activity[] = []
  readonly #world: World
  readonly #instances: Instances
  readonly #targets: TargetGroups
  readonly #subnets: readonly Subnet[]
  readonly #members = new Map<string, Member>()
  #stopped = false
  #stopChecking: Stop = () => {}

  constructor(world: World, definition: AutoScalingGroup, instances: Instances, targets: TargetGroups) {
    this.definition = definition
    this.desired = definition.desiredCapacity
    this.#world = world
    this.#instances = instances
    this.#targets = targets
    this.#subnets = subnetsOf(world.architecture, definition.subnets)
  }

  get zones(): readonly string[] {
    return [...new Set(this.#subnets.map(subnet => subnet.zone))]
  }

  get members(): readonly Member[] {
    return [...this.#members.values()]
  }

  /** Launches the desired capacity; resolves when every launch has been made. */
  async start(): Promise<void> {
    this.#stopChecking = this.#world.clock.every(CHECK_INTERVAL, () => this.#checkInstances())
    const cause = causes.created(this.#world.clock.now(), this.desired)
    await Promise.all(this.#zonesFor(this.desired).map(zone => this.#launch(zone, cause)))
  }

  /** @param desired within the group's bounds: the API checks that, in AWS's words */
  async setDesiredCapacity(desired: number): Promise<void> {
    const before = this.desired
    this.desired = desired
    const cause = causes.desiredChanged(this.#world.clock.now(), before, desired)
    if (desired > before)
      await Promise.all(this.#zonesFor(desired - this.#active().length).map(zone => this.#launch(zone, cause)))
    else
      await Promise.all(this.#toTakeOut(this.#active().length - desired).map(member => this.#terminate(member, cause)))
  }

  /** Takes one instance out; its place is filled again unless the desired capacity goes down with it. */
  async terminateInstance(id: string, decrement: boolean): Promise<void> {
    const member = this.#members.get(id)
    if (member?.state !== 'InService') return
    if (decrement) this.desired--
    const gone = this.#terminate(member, causes.userTerminated(this.#world.clock.now()))
    if (!decrement) await this.#fill()
    await gone
  }

  /** A target group says that an instance is unhealthy. */
  targetUnhealthy(id: string): void {
    const member = this.#members.get(id)
    if (!member || !this.definition.healthChecks.elb) return
    const wait = member.graceUntil - this.#world.clock.now()
    if (wait <= 0) return this.#replace(member, causes.elbUnhealthy)
    this.#world.clock.after(wait, () => {
      const states = this.definition.targetGroups.map(group => this.#targets.healthOf(group, id).state)
      if (states.includes('unhealthy')) this.#replace(member, causes.elbUnhealthy)
    })
  }

  /** No more launches; what runs is ended by whoever ends the instances. */
  stop(): void {
    this.#stopped = true
    this.#stopChecking()
  }

  // EC2's own checks count at any time, the grace period or not.
  #checkInstances(): void {
    for (const member of this.members) {
      if (member.instance.statusCheck === 'impaired') this.#replace(member, causes.ec2Unhealthy)
    }
  }

  // The terminate activity comes first, the launch goes on beside it.
  #replace(member: Member, cause: (at: Instant) => string): void {
    if (member.state !== 'InService' || this.#stopped) return
    member.healthStatus = 'Unhealthy'
    const failed = (error: unknown) =>
      this.#note('autoscaling.failed', `replacing ${member.instance.id} failed: ${messageOf(error)}`)
    this.#terminate(member, cause(this.#world.clock.now())).catch(failed)
    this.#fill().catch(failed)
  }

  async #fill(): Promise<void> {
    const missing = this.desired - this.#active().length
    const cause = causes.replacing(this.#world.clock.now())
    await Promise.all(this.#zonesFor(missing).map(zone => this.#launch(zone, cause)))
  }

  async #launch(zone: string, cause: string): Promise<void> {
    if (this.#stopped) return
    const subnet = this.#subnets.find(candidate => candidate.zone === zone)
    if (!subnet) return
    const instance = await this.#instances.launch({
      machine: this.definition.machine,
      subnet: subnet.id,
      owner: this.definition.id,
    })
    const activity = this.#begin(`Launching a new EC2 instance: ${instance.id}`, cause, 'PreInService')
    const now = this.#world.clock.now()
    const graceUntil = now + this.definition.healthChecks.gracePeriod
    this.#members.set(instance.id, { instance, state: 'InService', healthStatus: 'Healthy', graceUntil })
    // A member is registered and in service at once: nobody waits for its health, here or on AWS.
    for (const group of this.definition.targetGroups) {
      this.#targets.register(group, { id: instance.id, networkInterface: instance.networkInterface })
    }
    this.#end(activity, 'Successful')
    this.#note('autoscaling.launch', `${this.definition.name} launched ${instance.id} in ${zone}`, instance.id)
  }

  async #terminate(member: Member, cause: string): Promise<void> {
    member.state = 'Terminating'
    const { id } = member.instance
    const activity = this.#begin(`Terminating EC2 instance: ${id}`, cause, 'WaitingForELBConnectionDraining')
    this.#note('autoscaling.terminate', `${this.definition.name} takes ${id} out of service: ${cause}`, id)
    await Promise.all(this.definition.targetGroups.map(group => this.#targets.deregister(group, id)))
    await this.#instances.terminate(id, STOP_GRACE)
    member.state = 'Terminated'
    this.#members.delete(id)
    this.#end(activity, 'Successful')
  }

  #active(): readonly Member[] {
    return this.members.filter(member => member.state === 'Pending' || member.state === 'InService')
  }

  // Each launch counts for the choice of the next.
  #zonesFor(launches: number): string[] {
    const counts = countByZone(
      this.#subnets,
      this.#active().map(member => member.instance),
    )
    return Array.from({ length: Math.max(0, launches) }, () => {
      const zone = zoneToLaunchIn(counts) ?? ''
      counts.set(zone, (counts.get(zone) ?? 0) + 1)
      return zone
    })
  }

  #toTakeOut(count: number): Member[] {
    const left = [...this.#active()].sort((a, b) => a.instance.launchedAt - b.instance.launchedAt)
    return Array.from({ length: Math.max(0, count) }, () => {
      const zone = zoneToShrink(
        countByZone(
          this.#subnets,
          left.map(member => member.instance),
        ),
      )
      const index = left.findIndex(member => member.instance.zone === zone)
      return left.splice(index, 1)
    }).flat()
  }

  #begin(description: string, cause: string, status: ActivityStatus): Activity {
    const { clock, random } = this.#world
    const activity: Activity = {
      id: uuid(random.text(32, '0123456789abcdef')),
      description,
      cause,
      startedAt: clock.now(),
      status,
    }
    this.activities.unshift(activity)
    this.activities.length = Math.min(this.activities.length, KEPT_ACTIVITIES)
    return activity
  }

  #end(activity: Activity, status: ActivityStatus): void {
    activity.status = status
    activity.endedAt = this.#world.clock.now()
  }

  #note(kind: string, message: string, instance?: string): void {
    this.#world.journal.write({
      kind,
      node: this.definition.id,
      message,
      ...(instance === undefined ? {} : { details: { instance } }),
    })
  }
}

const uuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
