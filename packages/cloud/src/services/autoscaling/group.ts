import type { Stop } from '@terrace/kit'
import type { AutoScalingGroup, NodeId, Zone } from '@terrace/model'
import type { Alarms, Instance, Instances, TargetGroups } from '../../ports.ts'
import type { World } from '../../world.ts'
import type { Activity } from './activities.ts'
import { Capacity, DIFFERENCE } from './capacity.ts'
import { causes, changes } from './causes.ts'
import { FailingZones } from './failing-zones.ts'
import { groupMetrics } from './group-metrics.ts'
import { GroupState } from './group-state.ts'
import { Health } from './health.ts'
import { LifecycleHooks } from './hooks.ts'
import { Launcher } from './launching.ts'
import { replaceTooOld } from './lifetime.ts'
import { ASSUMED } from './limits.ts'
import type { Member } from './member.ts'
import { Moves } from './moves.ts'
import { sendNotices } from './notices.ts'
import { PolicyBook } from './policies/policy-book.ts'
import type { ScalingProcess } from './processes.ts'
import { Rebalancing } from './rebalancing.ts'
import { Refreshes } from './refresh/refreshes.ts'
import { type Schedule, ScheduledActions } from './schedule/scheduled-actions.ts'
import { GroupTags } from './tags.ts'
import { TargetAttachments } from './target-attachments.ts'
import { Terminator } from './terminating.ts'

/** One Auto Scaling group: puts its parts together, and is what the others see of it. */
export class RunningGroup {
  readonly state: GroupState
  readonly hooks: LifecycleHooks
  readonly attachments: TargetAttachments
  readonly policies: PolicyBook
  readonly scheduled: ScheduledActions
  readonly refreshes: Refreshes
  readonly moves: Moves
  readonly health: Health
  readonly tags: GroupTags
  readonly #capacity: Capacity
  readonly #terminator: Terminator
  readonly #rebalancing: Rebalancing
  readonly #failingZones: FailingZones
  readonly #stops: Stop[] = []
  #alarms: Alarms | undefined

  constructor(world: World, definition: AutoScalingGroup, instances: Instances, targets: TargetGroups) {
    const state = new GroupState(world, definition)
    this.state = state
    this.hooks = new LifecycleHooks(state)
    this.attachments = new TargetAttachments(state, targets)
    this.tags = new GroupTags(state)
    this.#failingZones = new FailingZones(world.clock)
    const { hooks, attachments, tags } = this
    const failingZones = this.#failingZones
    const terminator = new Terminator(state, { instances, hooks, attachments })
    const launcher = new Launcher(state, { instances, hooks, tags, attachments, terminator, failingZones })
    const capacity = new Capacity(state, { launcher, terminator, attachments, failingZones })
    this.#terminator = terminator
    this.#capacity = capacity
    this.health = new Health(state, { capacity, terminator, attachments, hooks })
    this.#rebalancing = new Rebalancing(state, capacity, failingZones)
    this.moves = new Moves(state, { capacity, launcher, attachments })
    this.policies = new PolicyBook(state, capacity)
    this.scheduled = new ScheduledActions(state, schedule => this.#runSchedule(schedule))
    this.refreshes = new Refreshes(state, { capacity, terminator, attachments, alarms: () => this.#alarms })
    state.events.on('inService', () => this.refreshes.step())
    state.events.on('gone', () => {
      this.#rebalancing.check()
      this.refreshes.step()
    })
  }

  get definition(): AutoScalingGroup {
    return this.state.definition
  }

  get desired(): number {
    return this.state.desired
  }

  get zones(): readonly Zone[] {
    return this.state.zones
  }

  get members(): readonly Member[] {
    return [...this.state.members.values()]
  }

  get activities(): readonly Activity[] {
    return this.state.activities.all
  }

  /** Launches the desired capacity; resolves when every launch has been made or has failed. */
  async start(): Promise<void> {
    const { world } = this.state
    this.#stops.push(
      sendNotices(this.state),
      world.clock.every(ASSUMED.round, () => this.#round()),
      world.zones.onChange((zone, up) => {
        if (!up) return
        this.#failingZones.recovered(zone)
        void this.#capacity.converge(DIFFERENCE).then(() => this.#rebalancing.check())
      }),
    )
    this.hooks.start()
    await this.#capacity.converge({ kind: 'change', sentence: changes.created(world.clock.now(), this.desired) })
    if (!this.state.stopped) this.hooks.addLater()
  }

  /** The alarms are there: target tracking makes its own. */
  connect(alarms: Alarms): void {
    this.#alarms = alarms
    this.policies.connect(alarms)
  }

  /** @param desired  kept within the group's bounds: the API refuses others, in AWS's words */
  async setDesiredCapacity(desired: number): Promise<void> {
    const { clock } = this.state.world
    await this.#capacity.setDesired(desired, (from, to) => changes.desiredSet(clock.now(), from, to))
  }

  /** Changes settings; bounds and desired capacity follow one another. */
  async update(settings: Partial<AutoScalingGroup>, desired?: number): Promise<void> {
    const { clock } = this.state.world
    this.state.update(settings)
    const { minSize: min, maxSize: max } = this.definition
    await this.#capacity.setDesired(desired ?? this.desired, (from, to) =>
      changes.updated(clock.now(), from, to, { min, max }),
    )
    this.#rebalancing.check()
  }

  /**
   * Takes one instance out; its place is filled again unless the desired capacity goes down with it.
   * @returns its activity; none when it is on its way out already
   */
  terminateInstance(id: string, decrement: boolean): Activity | undefined {
    const member = this.state.members.get(id)
    if (!member) return undefined
    const from = this.desired
    if (decrement) {
      this.state.desired = from - 1
      this.state.events.publish({ kind: 'desired', from, to: from - 1 })
    }
    const before = this.activities[0]
    const shrink = decrement ? { from, to: from - 1 } : undefined
    void this.#terminator.terminate(member, at => causes.userTerminated(at, id, shrink))
    const activity = this.activities[0]
    void this.#capacity.converge(DIFFERENCE)
    return activity === before ? undefined : activity
  }

  /** EC2 says that an instance has changed. */
  instanceChanged(instance: Instance): void {
    this.health.instanceChanged(instance)
  }

  /** A target group says how a target is. */
  targetHealth(targetGroup: NodeId, id: string, health: string): void {
    if (!this.state.members.has(id)) return
    this.health.targetChanged(targetGroup, id, health)
    this.refreshes.step()
  }

  suspend(processes: readonly ScalingProcess[]): void {
    this.state.processes.suspend(processes, `User suspended at ${new Date(this.state.world.clock.now()).toISOString()}`)
  }

  /** What was left undone meanwhile is done now, but for schedules and alarms. */
  resume(processes: readonly ScalingProcess[]): void {
    this.state.processes.resume(processes)
    this.health.sweep()
    void this.#capacity.converge(DIFFERENCE).then(() => this.#rebalancing.check())
    this.refreshes.step()
  }

  /** No more launches; what runs is ended by whoever ends the instances. */
  stop(): void {
    this.state.stopped = true
    for (const stop of this.#stops) stop()
    for (const part of [this.#capacity, this.hooks, this.health, this.policies, this.scheduled, this.refreshes])
      part.stop()
  }

  #round(): void {
    this.state.world.metrics.put(...groupMetrics(this.state))
    this.health.sweep()
    this.#capacity.review()
    this.#rebalancing.check()
    replaceTooOld(this.state, this.#capacity)
    this.refreshes.step()
  }

  #runSchedule({ name, minSize, maxSize, desiredCapacity }: Schedule): void {
    const { clock } = this.state.world
    const { definition, desired } = this
    const steps = [
      ...step('min size', definition.minSize, minSize),
      ...step('max size', definition.maxSize, maxSize),
      ...step('desired capacity', desired, desiredCapacity),
    ]
    const sentence = changes.scheduled(clock.now(), name, steps)
    this.state.note('autoscaling.scheduled', `${definition.name}: ${sentence}`)
    this.state.update({
      ...(minSize === undefined ? {} : { minSize }),
      ...(maxSize === undefined ? {} : { maxSize }),
    })
    void this.#capacity.setDesired(desiredCapacity ?? desired, () => sentence)
  }
}

const step = (what: string, from: number, to: number | undefined): string[] =>
  to === undefined || to === from ? [] : [`Setting ${what} from ${from} to ${to}.`]
