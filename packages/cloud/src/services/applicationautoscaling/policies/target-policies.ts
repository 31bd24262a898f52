import type { Instant } from '@terrace/kit'
import type { Alarms, AlarmTransition } from '../../../ports.ts'
import { Proposals } from '../../../scaling/proposals.ts'
import { scaledTo } from '../../../scaling/tracking.ts'
import type { World } from '../../../world.ts'
import { WORDS } from '../activities.ts'
import { ASSUMED } from '../limits.ts'
import { type Cooldowns, decide, type TargetPolicy } from './decide.ts'
import { nameAlarms, type Owner, type TrackingAlarms, trackingAlarms } from './tracking-alarms.ts'

/** A policy of a target, and the alarms it made for itself. */
export interface BookedPolicy {
  readonly name: string
  readonly arn: string
  readonly policy: TargetPolicy
  readonly alarms: TrackingAlarms | undefined
  readonly createdAt: Instant
}

/** What policies see of the target that they scale, and do to it. */
export interface PolicySite {
  readonly world: World
  /** Once CloudWatch runs. */
  readonly alarms: () => Alarms | undefined
  /** `service/<cluster>/<service>` */
  readonly resourceId: string
  /** The capacity as it is; nothing while there is none. */
  readonly current: () => number | undefined
  /** A capacity within the bounds. */
  readonly bounded: (capacity: number) => number
  /** Why nothing is added or taken away now; nothing when it may be. */
  readonly heldBecause: (way: 'in' | 'out') => string | undefined
  readonly newArn: (kind: 'scalingPolicy', rest: string) => string
  readonly set: (capacity: number, cause: string) => void
  readonly note: (kind: string, message: string) => void
}

interface Proposal {
  readonly booked: BookedPolicy
  readonly capacity: number
  readonly alarm: string
}

/** The scaling policies of a target, their alarms and their cooldowns. */
export class TargetPolicies {
  readonly #site: PolicySite
  readonly #policies = new Map<string, BookedPolicy>()
  readonly #lastMetric = new Map<string, number>()
  readonly #cooldowns: Cooldowns = {}
  readonly #proposals: Proposals<Proposal>

  constructor(site: PolicySite) {
    this.#site = site
    this.#proposals = new Proposals(site.world.clock, ASSUMED.decision, largest => this.#apply(largest))
  }

  get all(): readonly BookedPolicy[] {
    return [...this.#policies.values()]
  }

  /** Makes a policy, or replaces the one with its name. @throws ValidationException */
  put(name: string, policy: TargetPolicy, arn?: string): BookedPolicy {
    const { random, clock } = this.#site.world
    const before = this.#policies.get(name)
    const policyArn = arn ?? before?.arn ?? this.#site.newArn('scalingPolicy', `policyName/${name}`)
    const owner = this.#ownerOf(policyArn)
    const alarms = policy.type === 'TargetTrackingScaling' ? nameAlarms(owner, policy, random) : undefined
    if (policy.type === 'TargetTrackingScaling' && alarms) trackingAlarms(policy, alarms, owner)
    this.#removeAlarms(before)
    const booked = { name, arn: policyArn, policy, alarms, createdAt: before?.createdAt ?? clock.now() }
    this.#policies.set(name, booked)
    this.#putAlarms(booked)
    return booked
  }

  /** @returns whether there was one */
  remove(name: string): boolean {
    this.#removeAlarms(this.#policies.get(name))
    return this.#policies.delete(name)
  }

  /** CloudWatch has come: the policies have their alarms from now on. */
  connect(): void {
    for (const booked of this.all) this.#putAlarms(booked)
  }

  /** Takes their alarms away. */
  disconnect(): void {
    for (const booked of this.all) this.#removeAlarms(booked)
  }

  /** An alarm fires, or still fires a minute later. */
  alarmFired(action: string, transition: AlarmTransition): void {
    const booked = this.all.find(({ arn, alarms }) => action === arn || action === alarms?.action)
    const current = this.#site.current()
    if (!booked || current === undefined) return
    const { name } = transition.alarm
    if (transition.metricValue !== undefined) this.#lastMetric.set(name, transition.metricValue)
    const capacity = this.#wish(booked, transition, current)
    if (capacity !== undefined) this.#proposals.add({ booked, capacity, alarm: name })
  }

  stop(): void {
    this.#proposals.stop()
  }

  #wish(booked: BookedPolicy, transition: AlarmTransition, current: number): number | undefined {
    const isLow = transition.alarm.name === booked.alarms?.low
    const wish = decide({
      policy: booked.policy,
      transition,
      isLow,
      current,
      cooldowns: this.#cooldowns,
      now: this.#site.world.clock.now(),
    })
    if (wish.kind === 'none') return this.#holds(booked, wish.because)
    const because = this.#site.heldBecause(wish.capacity > current ? 'out' : 'in')
    if (because !== undefined) return this.#holds(booked, because)
    return isLow ? this.#agreed(booked, wish.capacity, current) : wish.capacity
  }

  /** Every tracking policy that may scale in must want to; the largest of their capacities counts. */
  #agreed(booked: BookedPolicy, capacity: number, current: number): number | undefined {
    let largest = capacity
    for (const { name, policy, alarms } of this.all) {
      if (name === booked.name || policy.type !== 'TargetTrackingScaling' || alarms?.low === undefined) continue
      const value = this.#lastMetric.get(alarms.low)
      if (this.#site.alarms()?.stateOf(alarms.low)?.value !== 'ALARM' || value === undefined) {
        return this.#holds(booked, `${name} does not want to scale in`)
      }
      largest = Math.max(largest, scaledTo(current, value, policy.target))
    }
    return largest < current ? largest : this.#holds(booked, 'another policy wants to keep the capacity')
  }

  #apply({ booked, capacity, alarm }: Proposal): void {
    const current = this.#site.current()
    if (current === undefined) return
    const wanted = this.#site.bounded(capacity)
    if (wanted === current) {
      this.#holds(booked, 'the target is at its bound')
      return
    }
    this.#coolDown(booked.policy, current, wanted)
    this.#site.set(wanted, WORDS.alarm(alarm, booked.name))
  }

  #coolDown(policy: TargetPolicy, from: number, to: number): void {
    const now = this.#site.world.clock.now()
    const tracking = policy.type === 'TargetTrackingScaling'
    if (to > from) {
      const { out } = this.#cooldowns
      // What was added during a cooldown still counts from where that began.
      const base = out && now < out.until ? out.base : from
      const span = tracking ? policy.scaleOutCooldown : policy.cooldown
      this.#cooldowns.out = { until: now + span, base }
      delete this.#cooldowns.in
    } else {
      this.#cooldowns.in = { until: now + (tracking ? policy.scaleInCooldown : policy.cooldown) }
      delete this.#cooldowns.out
    }
  }

  #holds(booked: BookedPolicy, because: string): undefined {
    const message = `${this.#site.resourceId}: ${booked.name} does nothing: ${because}`
    this.#site.note('applicationautoscaling.held', message)
    return undefined
  }

  #putAlarms({ policy, alarms, arn }: BookedPolicy): void {
    if (policy.type !== 'TargetTrackingScaling' || !alarms) return
    for (const alarm of trackingAlarms(policy, alarms, this.#ownerOf(arn))) this.#site.alarms()?.put(alarm)
  }

  #removeAlarms(booked: BookedPolicy | undefined): void {
    if (!booked?.alarms) return
    this.#site.alarms()?.remove(booked.alarms.high)
    if (booked.alarms.low !== undefined) this.#site.alarms()?.remove(booked.alarms.low)
  }

  #ownerOf(policyArn: string): Owner {
    const { region, account } = this.#site.world.architecture
    const alarmArnPrefix = `arn:aws:cloudwatch:${region}:${account}:alarm:`
    return { resourceId: this.#site.resourceId, policyArn, alarmArnPrefix }
  }
}
