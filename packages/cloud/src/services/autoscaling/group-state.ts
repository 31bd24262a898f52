import { type Duration, EventBus, type Instant, messageOf } from '@terrace/kit'
import { type AutoScalingGroup, type Subnet, subnetsOf, type Zone } from '@terrace/model'
import type { World } from '../../world.ts'
import { ActivityLog } from './activities.ts'
import { countsForCapacity } from './lifecycle.ts'
import type { Member } from './member.ts'
import { SuspendedProcesses } from './processes.ts'
import { countByZone } from './zones.ts'

/** What happens in a group; its parts listen to one another only through these. */
export type GroupEvent =
  /** An instance serves from now on. */
  | { readonly kind: 'inService'; readonly member: Member }
  /** An instance has left the group: terminated, or detached. */
  | { readonly kind: 'gone'; readonly member: Member }
  /** A launch did not succeed. */
  | { readonly kind: 'launchFailed'; readonly zone: Zone; readonly message: string }
  /** The desired capacity has another value. */
  | { readonly kind: 'desired'; readonly from: number; readonly to: number }

/** The one owner of what changes in a group: its definition as it is now, its members, its history. */
export class GroupState {
  readonly world: World
  /** `arn:aws:autoscaling:…:autoScalingGroup:<uuid>:autoScalingGroupName/<name>` */
  readonly arn: string
  readonly createdAt: Instant
  readonly members = new Map<string, Member>()
  readonly activities: ActivityLog
  readonly processes: SuspendedProcesses
  readonly events: EventBus<GroupEvent>
  desired: number
  /** Counts up whenever the machine that is launched changes. */
  generation = 1
  stopped = false
  /** How long new instances warm up while an instance refresh replaces the old ones. */
  refreshWarmup: Duration | undefined
  readonly #starting = new Map<Zone, number>()
  #definition: AutoScalingGroup
  #subnets: readonly Subnet[]

  constructor(world: World, definition: AutoScalingGroup) {
    const { region, account } = world.architecture
    this.world = world
    this.arn = `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:${world.random.uuid()}:autoScalingGroupName/${definition.name}`
    this.createdAt = world.clock.now()
    this.activities = new ActivityLog(world.clock, world.random)
    this.processes = new SuspendedProcesses(definition.suspendedProcesses, this.createdAt)
    this.events = new EventBus(error =>
      this.note('autoscaling.failed', `${this.definition.name} could not act: ${messageOf(error)}`),
    )
    this.desired = definition.desiredCapacity
    this.#definition = definition
    this.#subnets = subnetsOf(world.architecture, definition.subnets)
  }

  /** As it is now: what the template said, and what calls have changed since. */
  get definition(): AutoScalingGroup {
    return this.#definition
  }

  /** Changes some settings; another machine makes a new generation. */
  update(changes: Partial<AutoScalingGroup>): void {
    if (changes.machine !== undefined && changes.machine !== this.#definition.machine) this.generation++
    this.#definition = { ...this.#definition, ...changes }
    this.#subnets = subnetsOf(this.world.architecture, this.#definition.subnets)
  }

  /** Takes settings away that a group may be without. */
  clear(names: readonly ('maxInstanceLifetime' | 'defaultInstanceWarmup' | 'maintenance')[]): void {
    const { maxInstanceLifetime, defaultInstanceWarmup, maintenance, ...rest } = this.#definition
    const keeps = (name: (typeof names)[number]) => !names.includes(name)
    this.#definition = {
      ...rest,
      ...(maxInstanceLifetime !== undefined && keeps('maxInstanceLifetime') ? { maxInstanceLifetime } : {}),
      ...(defaultInstanceWarmup !== undefined && keeps('defaultInstanceWarmup') ? { defaultInstanceWarmup } : {}),
      ...(maintenance !== undefined && keeps('maintenance') ? { maintenance } : {}),
    }
  }

  get subnets(): readonly Subnet[] {
    return this.#subnets
  }

  get zones(): readonly Zone[] {
    return [...new Set(this.#subnets.map(subnet => subnet.zone))]
  }

  /** What counts for the desired capacity: on its way into service, or in it, and not on its way out. */
  get active(): readonly Member[] {
    return [...this.members.values()].filter(member => countsForCapacity(member.state) && !member.leaving)
  }

  /** Launches that have no instance yet. */
  get starting(): number {
    let all = 0
    for (const count of this.#starting.values()) all += count
    return all
  }

  /** Instances that count, and launches without an instance yet. */
  get capacity(): number {
    return this.active.length + this.starting
  }

  /** A launch in a zone has begun (1) or has its instance, or none (-1). */
  addStarting(zone: Zone, by: 1 | -1): void {
    this.#starting.set(zone, (this.#starting.get(zone) ?? 0) + by)
  }

  /** Capacity by zone; zones of the group without any count as well. */
  countByZone(members: readonly Member[] = this.active): Map<Zone, number> {
    const counts = countByZone(
      this.#subnets,
      members.map(member => member.instance),
    )
    for (const [zone, count] of this.#starting) counts.set(zone, (counts.get(zone) ?? 0) + count)
    return counts
  }

  note(kind: string, message: string, instance?: string): void {
    this.world.journal.write({
      kind,
      node: this.#definition.id,
      message,
      ...(instance === undefined ? {} : { details: { instance } }),
    })
  }
}
