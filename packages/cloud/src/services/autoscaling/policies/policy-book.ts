import type { GroupPolicy } from '@terrace/model'
import type { Alarms, AlarmTransition } from '../../../ports.ts'
import { Proposals } from '../../../scaling/proposals.ts'
import { nameTrackingAlarms, type TrackingAlarmNames } from '../../../scaling/tracking-alarms.ts'
import type { Capacity } from '../capacity.ts'
import { changes } from '../causes.ts'
import { Cooldown } from '../cooldown.ts'
import { ScalingActivityInProgress, ValidationError } from '../errors.ts'
import type { GroupState } from '../group-state.ts'
import { ASSUMED } from '../limits.ts'
import { simple, step, trackIn, trackOut, type Wish } from './decide.ts'
import { trackingAlarms } from './tracking-alarms.ts'

/** A policy of a group, and the alarms it made for itself. */
export interface BookedPolicy {
  readonly name: string
  readonly arn: string
  readonly policy: GroupPolicy
  readonly enabled: boolean
  readonly alarms: TrackingAlarmNames | undefined
}

interface Proposal {
  readonly booked: BookedPolicy
  readonly capacity: number
  readonly sentence: (from: number, to: number) => string
}

/**
 * The scaling policies of a group. Policies that fire within a few seconds are decided together.
 */
export class PolicyBook {
  readonly cooldown: Cooldown
  readonly #state: GroupState
  readonly #capacity: Capacity
  readonly #policies = new Map<string, BookedPolicy>()
  readonly #lastMetric = new Map<string, number>()
  readonly #said = new Map<string, string>()
  readonly #proposals: Proposals<Proposal>
  #alarms: Alarms | undefined

  constructor(state: GroupState, capacity: Capacity) {
    this.#state = state
    this.#capacity = capacity
    this.cooldown = new Cooldown(state.world.clock)
    this.#proposals = new Proposals(state.world.clock, ASSUMED.decision, largest => {
      if (!state.stopped) this.#apply(largest)
    })
    state.events.on('desired', () => this.#refreshAlarms())
  }

  get all(): readonly BookedPolicy[] {
    return [...this.#policies.values()]
  }

  get(nameOrArn: string): BookedPolicy | undefined {
    return this.#policies.get(nameOrArn) ?? this.all.find(({ arn }) => arn === nameOrArn)
  }

  /** From now on the policies have their alarms. */
  connect(alarms: Alarms): void {
    this.#alarms = alarms
    this.#refreshAlarms()
  }

  /** Makes a policy, or replaces the one with its name. */
  put(made: Pick<BookedPolicy, 'name' | 'policy' | 'enabled'> & { readonly arn?: string }): BookedPolicy {
    const before = this.#policies.get(made.name)
    this.#removeAlarms(before)
    const { random } = this.#state.world
    const { name } = this.#state.definition
    const alarms =
      made.policy.type === 'TargetTrackingScaling' ? nameTrackingAlarms(name, made.policy, random) : undefined
    const booked: BookedPolicy = { ...made, arn: made.arn ?? before?.arn ?? this.#newArn(made.name), alarms }
    this.#definitionsOf(booked)
    this.#policies.set(made.name, booked)
    this.#putAlarms(booked)
    return booked
  }

  remove(name: string): void {
    this.#removeAlarms(this.#policies.get(name))
    this.#policies.delete(name)
  }

  /** An alarm fires, or still fires a minute later. */
  alarmFired(arn: string, transition: AlarmTransition): void {
    const booked = this.get(arn)
    if (!booked?.enabled || this.#state.stopped || this.#state.processes.has('AlarmNotification')) return
    if (transition.metricValue !== undefined) this.#lastMetric.set(transition.alarm.name, transition.metricValue)
    const { clock } = this.#state.world
    const wish = this.#wish(booked, transition)
    if (wish.kind === 'none') return this.#says(booked, wish.because)
    const sentence = (from: number, to: number) =>
      changes.alarm(clock.now(), transition.alarm.name, booked.name, from, to)
    this.#proposals.add({ booked, capacity: wish.capacity, sentence })
  }

  /** What `ExecutePolicy` does. @throws ScalingActivityInProgress, ValidationError */
  execute(
    booked: BookedPolicy,
    options: { readonly honorCooldown: boolean; readonly metric?: number; readonly threshold?: number },
  ): void {
    const { policy } = booked
    if (policy.type === 'TargetTrackingScaling')
      throw new ValidationError('ExecutePolicy is not supported for target tracking scaling policies')
    if (policy.type === 'SimpleScaling' && options.honorCooldown && this.cooldown.active) throw coolingDown(this.#state)
    const { metric, threshold } = options
    if (policy.type === 'StepScaling' && (metric === undefined || threshold === undefined))
      throw new ValidationError('MetricValue and BreachThreshold are required for step scaling policies')
    const wish =
      policy.type === 'SimpleScaling'
        ? simple(this.#state, policy)
        : step(this.#state, policy, (metric ?? 0) - (threshold ?? 0))
    if (wish.kind === 'none') return this.#says(booked, wish.because)
    const { clock } = this.#state.world
    const sentence = (from: number, to: number) => changes.executed(clock.now(), booked.name, from, to)
    this.#apply({ booked, capacity: wish.capacity, sentence })
  }

  stop(): void {
    this.#proposals.stop()
  }

  #wish(booked: BookedPolicy, { alarm, metricValue }: AlarmTransition): Wish {
    const { policy } = booked
    if (policy.type === 'SimpleScaling') {
      return this.cooldown.active ? { kind: 'none', because: 'the cooldown is not over' } : simple(this.#state, policy)
    }
    if (metricValue === undefined) return { kind: 'none', because: `${alarm.name} has no value to compare` }
    if (policy.type === 'StepScaling') {
      return alarm.threshold === undefined
        ? { kind: 'none', because: `${alarm.name} has no threshold` }
        : step(this.#state, policy, metricValue - alarm.threshold)
    }
    if (alarm.name === booked.alarms?.low) return this.#trackIn(booked, policy, metricValue)
    return trackOut(this.#state, policy, metricValue)
  }

  // Every tracking policy that may scale in must want to, and the largest of their capacities counts.
  #trackIn(
    booked: BookedPolicy,
    policy: Extract<GroupPolicy, { type: 'TargetTrackingScaling' }>,
    metric: number,
  ): Wish {
    const own = trackIn(this.#state, policy, metric)
    if (own.kind === 'none') return own
    let largest = own.capacity
    for (const other of this.all) {
      if (other === booked || other.policy.type !== 'TargetTrackingScaling' || !other.enabled) continue
      const low = other.alarms?.low
      if (low === undefined) continue
      const value = this.#lastMetric.get(low)
      if (this.#alarms?.stateOf(low)?.value !== 'ALARM' || value === undefined)
        return { kind: 'none', because: `${other.name} does not want to scale in` }
      const theirs = trackIn(this.#state, other.policy, value)
      if (theirs.kind === 'none') return theirs
      largest = Math.max(largest, theirs.capacity)
    }
    return { kind: 'capacity', capacity: largest }
  }

  #apply({ booked, capacity, sentence }: Proposal): void {
    const before = this.#state.desired
    const { policy } = booked
    const wait =
      policy.type === 'SimpleScaling' ? (policy.cooldown ?? this.#state.definition.defaultCooldown) : undefined
    const endActivity = wait === undefined ? undefined : this.cooldown.begin(wait)
    const done = this.#capacity.setDesired(capacity, sentence)
    const after = this.#state.desired
    if (after !== before) {
      this.#said.clear()
      const message = `${this.#state.definition.name}: ${booked.name} changes the desired capacity from ${before} to ${after}`
      this.#state.note('autoscaling.policy', message)
    } else this.#says(booked, 'the group is at its bound')
    if (endActivity) void done.then(() => this.#whenSettled(endActivity))
  }

  // A cooldown begins when the last instance is in service, or the last one that goes has drained.
  #whenSettled(action: () => void): void {
    const { activities } = this.#state
    if (!activities.inProgress) return action()
    const stop = activities.onEnd(() => {
      if (activities.inProgress) return
      stop()
      action()
    })
  }

  // An alarm repeats its action each minute: the same answer is worth saying once.
  #says({ name }: BookedPolicy, because: string): void {
    if (this.#said.get(name) === because) return
    this.#said.set(name, because)
    this.#state.note('autoscaling.policyHeld', `${this.#state.definition.name}: ${name} does nothing: ${because}`)
  }

  #refreshAlarms(): void {
    for (const booked of this.all) this.#putAlarms(booked)
  }

  #putAlarms(booked: BookedPolicy): void {
    if (!booked.enabled) return
    for (const alarm of this.#definitionsOf(booked)) this.#alarms?.put(alarm)
  }

  #definitionsOf({ policy, alarms, arn }: BookedPolicy) {
    if (policy.type !== 'TargetTrackingScaling' || !alarms) return []
    const { region, account } = this.#state.world.architecture
    return trackingAlarms(policy, alarms, {
      group: this.#state.definition.name,
      policyArn: arn,
      alarmArnPrefix: `arn:aws:cloudwatch:${region}:${account}:alarm:`,
      capacity: this.#state.desired,
    })
  }

  #removeAlarms(booked: BookedPolicy | undefined): void {
    if (!booked?.alarms) return
    this.#alarms?.remove(booked.alarms.high)
    if (booked.alarms.low !== undefined) this.#alarms?.remove(booked.alarms.low)
  }

  #newArn(name: string): string {
    const { architecture, random } = this.#state.world
    const { region, account } = architecture
    return `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${random.uuid()}:autoScalingGroupName/${this.#state.definition.name}:policyName/${name}`
  }
}

/** What a caller that honors the cooldown gets while it lasts. */
export const coolingDown = (state: GroupState): ScalingActivityInProgress =>
  new ScalingActivityInProgress(
    `You cannot change the desired capacity of ${state.definition.name} now: the scaling activity's cooldown is in progress.`,
  )
