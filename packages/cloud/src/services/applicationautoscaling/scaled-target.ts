import { type Instant, LOWER_ALPHANUMERIC, messageOf, type Stop } from '@terrace/kit'
import type { NodeId, ScalableTarget } from '@terrace/model'
import type { Alarms, AlarmTransition, PortTypes } from '../../ports.ts'
import type { World } from '../../world.ts'
import { Activities, type Activity, WORDS } from './activities.ts'
import { ValidationException } from './errors.ts'
import { ASSUMED } from './limits.ts'
import { type Cooldowns, decide, type TargetPolicy } from './policies/decide.ts'
import { nameAlarms, type Owner, type TrackingAlarms, trackingAlarms } from './policies/tracking-alarms.ts'
import { readSchedule } from './schedule/expression.ts'
import { at } from './schedule/long-timer.ts'

/** The services that targets scale. */
type EcsServices = PortTypes['ecsServices']

/** What a target works with. */
export interface TargetSurroundings {
  readonly world: World
  readonly services: EcsServices
  /** Once CloudWatch runs. */
  readonly alarms: () => Alarms | undefined
}

/** A policy of a target, and the alarms it made for itself. */
export interface BookedPolicy {
  readonly name: string
  readonly arn: string
  readonly policy: TargetPolicy
  readonly alarms: TrackingAlarms | undefined
  readonly createdAt: Instant
}

/** A scheduled action of a target. */
export interface BookedAction {
  readonly name: string
  readonly arn: string
  readonly schedule: string
  readonly timeZone: string
  readonly minCapacity?: number
  readonly maxCapacity?: number
  readonly start?: Instant
  readonly end?: Instant
  readonly createdAt: Instant
}

interface Proposal {
  readonly booked: BookedPolicy
  readonly capacity: number
  readonly alarm: string
}

/** Why scale-in, scale-out or the schedule is suspended. */
export type Suspended = ScalableTarget['suspended']

/** One scalable target: the desired count of an ECS service, its bounds, and what changes it. */
export class ScaledTarget {
  readonly resourceId: string
  readonly cluster: string
  readonly service: string
  readonly node: NodeId | undefined
  readonly arn: string
  readonly createdAt: Instant
  readonly activities: Activities
  readonly tags = new Map<string, string>()
  minCapacity: number
  maxCapacity: number
  suspended: Suspended

  readonly #on: TargetSurroundings
  readonly #policies = new Map<string, BookedPolicy>()
  readonly #actions = new Map<string, { action: BookedAction; stop: Stop }>()
  readonly #lastMetric = new Map<string, number>()
  readonly #cooldowns: Cooldowns = {}
  #proposals: Proposal[] = []
  #decision: Stop | undefined
  #held = false
  #waiting: { readonly activity: Activity; readonly count: number } | undefined
  readonly #stopListening: Stop

  constructor(
    on: TargetSurroundings,
    target: Pick<ScalableTarget, 'resourceId' | 'minCapacity' | 'maxCapacity' | 'suspended'>,
    node?: NodeId,
  ) {
    const { architecture, clock, random } = on.world
    this.#on = on
    this.resourceId = target.resourceId
    this.minCapacity = target.minCapacity
    this.maxCapacity = target.maxCapacity
    this.suspended = target.suspended
    const [, cluster = '', service = ''] = target.resourceId.split('/')
    this.cluster = cluster
    this.service = service
    this.node = node
    this.createdAt = clock.now()
    this.activities = new Activities(clock, random)
    const id = random.text(36, LOWER_ALPHANUMERIC)
    this.arn = `arn:aws:application-autoscaling:${architecture.region}:${architecture.account}:scalable-target/${id}`
    this.#stopListening = on.services.onChange(view => {
      if (view.cluster !== cluster || view.name !== service) return
      this.#settled(view.runningCount, view.pendingCount)
      this.#hold()
    })
  }

  get policies(): readonly BookedPolicy[] {
    return [...this.#policies.values()]
  }

  get actions(): readonly BookedAction[] {
    return [...this.#actions.values()].map(({ action }) => action)
  }

  /** The desired count of the service; nothing while it doesn't exist. */
  get current(): number | undefined {
    return this.#on.services.find(this.cluster, this.service)?.desiredCount
  }

  /** New bounds: a count outside of them follows. */
  setBounds(min: number | undefined, max: number | undefined): void {
    const least = min ?? this.minCapacity
    const most = max ?? this.maxCapacity
    if (least > most) throw new ValidationException('Maximum capacity cannot be less than minimum capacity')
    this.minCapacity = least
    this.maxCapacity = most
    const { current } = this
    if (current === undefined) return
    if (current < least) this.#set(least, WORDS.minimum(least))
    else if (current > most) this.#set(most, WORDS.maximum(most))
  }

  /** Makes a policy, or replaces the one with its name. @throws ValidationException */
  putPolicy(name: string, policy: TargetPolicy, arn?: string): BookedPolicy {
    const { random, clock } = this.#on.world
    const before = this.#policies.get(name)
    const policyArn = arn ?? before?.arn ?? this.#newArn('scalingPolicy', `policyName/${name}`)
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
  removePolicy(name: string): boolean {
    this.#removeAlarms(this.#policies.get(name))
    return this.#policies.delete(name)
  }

  /** CloudWatch has come: the policies have their alarms from now on. */
  connect(): void {
    for (const booked of this.policies) this.#putAlarms(booked)
  }

  /** An alarm fires, or still fires a minute later. */
  alarmFired(action: string, transition: AlarmTransition): void {
    const booked = this.policies.find(({ arn, alarms }) => action === arn || action === alarms?.action)
    const { current } = this
    if (!booked || current === undefined) return
    const { clock } = this.#on.world
    const { name } = transition.alarm
    if (transition.metricValue !== undefined) this.#lastMetric.set(name, transition.metricValue)
    const capacity = this.#wish(booked, transition, current)
    if (capacity === undefined) return
    this.#proposals.push({ booked, capacity, alarm: name })
    this.#decision ??= clock.after(ASSUMED.decision, () => this.#decide())
  }

  /** Makes a scheduled action, or replaces the one with its name. @throws ValidationException */
  putAction(given: Omit<BookedAction, 'arn' | 'createdAt'>): BookedAction {
    const { clock } = this.#on.world
    const before = this.#actions.get(given.name)
    const createdAt = before?.action.createdAt ?? clock.now()
    const arn = before?.action.arn ?? this.#newArn('scheduledAction', `scheduledActionName/${given.name}`)
    const action: BookedAction = { ...given, arn, createdAt }
    const schedule = readSchedule(action.schedule, action.timeZone, action.start ?? createdAt)
    before?.stop()
    const entry = { action, stop: () => {} }
    this.#actions.set(action.name, entry)
    const arm = (after: Instant) => {
      const next = schedule.after(Math.max(after, (action.start ?? 0) - 1))
      if (next === undefined || (action.end !== undefined && next > action.end)) return
      entry.stop = at(clock, next, () => {
        arm(next)
        this.#runAction(action)
      })
    }
    arm(clock.now())
    return action
  }

  /** @returns whether there was one */
  removeAction(name: string): boolean {
    this.#actions.get(name)?.stop()
    return this.#actions.delete(name)
  }

  /** Ends everything that it does, and takes its alarms away. */
  remove(): void {
    for (const booked of this.policies) this.#removeAlarms(booked)
    this.stop()
  }

  stop(): void {
    this.#decision?.()
    this.#stopListening()
    for (const { stop } of this.#actions.values()) stop()
  }

  #wish(booked: BookedPolicy, transition: AlarmTransition, current: number): number | undefined {
    const isLow = transition.alarm.name === booked.alarms?.low
    const wish = decide({
      policy: booked.policy,
      transition,
      isLow,
      current,
      cooldowns: this.#cooldowns,
      now: this.#on.world.clock.now(),
    })
    if (wish.kind === 'none') return this.#holds(booked, wish.because)
    if (wish.capacity > current) {
      return this.suspended.dynamicScalingOut ? this.#holds(booked, 'scale-out is suspended') : wish.capacity
    }
    if (this.suspended.dynamicScalingIn) return this.#holds(booked, 'scale-in is suspended')
    // Application Auto Scaling User Guide, "Target tracking", considerations for ECS: no scale-in while deployments go on.
    if (this.#on.services.find(this.cluster, this.service)?.deploymentInProgress) {
      return this.#holds(booked, 'a deployment is in progress')
    }
    return isLow ? this.#agreed(booked, wish.capacity, current) : wish.capacity
  }

  /** Every tracking policy that may scale in must want to; the largest of their capacities counts. */
  #agreed(booked: BookedPolicy, capacity: number, current: number): number | undefined {
    let largest = capacity
    for (const { name, policy, alarms } of this.policies) {
      if (name === booked.name || policy.type !== 'TargetTrackingScaling' || alarms?.low === undefined) continue
      const value = this.#lastMetric.get(alarms.low)
      if (this.#on.alarms()?.stateOf(alarms.low)?.value !== 'ALARM' || value === undefined) {
        return this.#holds(booked, `${name} does not want to scale in`)
      }
      largest = Math.max(largest, Math.ceil((current * value) / policy.target - 1e-9))
    }
    return largest < current ? largest : this.#holds(booked, 'another policy wants to keep the capacity')
  }

  #decide(): void {
    const [first, ...others] = this.#proposals
    this.#proposals = []
    this.#decision = undefined
    const { current } = this
    if (!first || current === undefined) return
    const { booked, capacity, alarm } = others.reduce(
      (best, each) => (each.capacity > best.capacity ? each : best),
      first,
    )
    const wanted = Math.min(this.maxCapacity, Math.max(this.minCapacity, capacity))
    if (wanted === current) {
      this.#holds(booked, 'the target is at its bound')
      return
    }
    this.#coolDown(booked.policy, current, wanted)
    this.#set(wanted, WORDS.alarm(alarm, booked.name))
  }

  #coolDown(policy: TargetPolicy, from: number, to: number): void {
    const now = this.#on.world.clock.now()
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

  #runAction(action: BookedAction): void {
    if (this.suspended.scheduled) {
      this.#note('applicationautoscaling.scheduleMissed', `${action.name} did not run: scheduled scaling is suspended`)
      return
    }
    const what = WORDS.bounds(action.minCapacity, action.maxCapacity)
    this.activities.begin({
      description: `Setting ${what}`,
      cause: WORDS.scheduled(action.name),
      status: 'Successful',
      statusMessage: `Successfully set ${what}`,
    })
    this.#note('applicationautoscaling.scheduled', `${this.resourceId}: ${action.name} sets ${what}`)
    // A new maximum below the old minimum takes the minimum along, and the other way round.
    const min = action.minCapacity ?? Math.min(this.minCapacity, action.maxCapacity ?? this.minCapacity)
    const max = action.maxCapacity ?? Math.max(this.maxCapacity, min)
    this.setBounds(min, max)
  }

  #set(count: number, cause: string): void {
    const description = WORDS.setting(count)
    const before = this.current
    this.#override()
    try {
      const activity = this.activities.begin({
        description,
        cause,
        status: 'InProgress',
        statusMessage: WORDS.waiting(count),
      })
      this.#waiting = { activity, count }
      this.#note(
        'applicationautoscaling.scaled',
        `${this.resourceId}: the desired count goes from ${before} to ${count}: ${cause}`,
      )
      this.#on.services.setDesiredCount(this.cluster, this.service, count)
    } catch (error) {
      const statusMessage = `Failed to set desired count to ${count}. Reason: ${messageOf(error)}`
      if (this.#waiting) this.activities.end(this.#waiting.activity, 'Failed', statusMessage)
      this.#waiting = undefined
    }
  }

  // Of a template the target may come before the service: its bounds count from the first moment on.
  #hold(): void {
    if (this.#held) return
    this.#held = true
    this.setBounds(undefined, undefined)
  }

  #override(): void {
    if (!this.#waiting) return
    const { activity, count } = this.#waiting
    this.activities.end(activity, 'Overridden', WORDS.overridden(count))
    this.#waiting = undefined
  }

  #settled(running: number, pending: number): void {
    if (!this.#waiting || pending > 0 || running !== this.#waiting.count) return
    const { activity, count } = this.#waiting
    this.activities.end(activity, 'Successful', WORDS.done(count))
    this.#waiting = undefined
  }

  #holds(booked: BookedPolicy, because: string): undefined {
    this.#note('applicationautoscaling.held', `${this.resourceId}: ${booked.name} does nothing: ${because}`)
    return undefined
  }

  #putAlarms({ policy, alarms, arn }: BookedPolicy): void {
    if (policy.type !== 'TargetTrackingScaling' || !alarms) return
    for (const alarm of trackingAlarms(policy, alarms, this.#ownerOf(arn))) this.#on.alarms()?.put(alarm)
  }

  #removeAlarms(booked: BookedPolicy | undefined): void {
    if (!booked?.alarms) return
    this.#on.alarms()?.remove(booked.alarms.high)
    if (booked.alarms.low !== undefined) this.#on.alarms()?.remove(booked.alarms.low)
  }

  #ownerOf(policyArn: string): Owner {
    const { region, account } = this.#on.world.architecture
    const alarmArnPrefix = `arn:aws:cloudwatch:${region}:${account}:alarm:`
    return { resourceId: this.resourceId, policyArn, alarmArnPrefix }
  }

  #newArn(kind: string, rest: string): string {
    const { architecture, random } = this.#on.world
    const { region, account } = architecture
    return `arn:aws:autoscaling:${region}:${account}:${kind}:${random.uuid()}:resource/ecs/${this.resourceId}:${rest}`
  }

  #note(kind: string, message: string): void {
    const details = { resource: this.resourceId }
    this.#on.world.journal.write({ kind, ...(this.node === undefined ? {} : { node: this.node }), message, details })
  }
}
