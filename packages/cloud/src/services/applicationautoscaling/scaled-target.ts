import { type Instant, LOWER_ALPHANUMERIC, messageOf, type Stop } from '@terrace/kit'
import type { NodeId, ScalableTarget } from '@terrace/model'
import type { Alarms, PortTypes } from '../../ports.ts'
import type { World } from '../../world.ts'
import { Activities, type Activity, WORDS } from './activities.ts'
import { ValidationException } from './errors.ts'
import { TargetPolicies } from './policies/target-policies.ts'
import { type BookedAction, TargetActions } from './schedule/target-actions.ts'

/** The services that targets scale. */
type EcsServices = PortTypes['ecsServices']

/** What a target works with. */
export interface TargetSurroundings {
  readonly world: World
  readonly services: EcsServices
  /** Once CloudWatch runs. */
  readonly alarms: () => Alarms | undefined
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
  readonly policies: TargetPolicies
  readonly actions: TargetActions
  readonly tags = new Map<string, string>()
  minCapacity: number
  maxCapacity: number
  suspended: Suspended

  readonly #on: TargetSurroundings
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
    const newArn = (kind: string, rest: string) => this.#newArn(kind, rest)
    this.actions = new TargetActions(clock, newArn, action => this.#runAction(action))
    this.policies = new TargetPolicies({
      world: on.world,
      alarms: on.alarms,
      resourceId: this.resourceId,
      current: () => this.current,
      bounded: capacity => Math.min(this.maxCapacity, Math.max(this.minCapacity, capacity)),
      heldBecause: way => this.#heldBecause(way),
      newArn,
      set: (capacity, cause) => this.#set(capacity, cause),
      note: (kind, message) => this.#note(kind, message),
    })
    this.#stopListening = on.services.onChange(view => {
      if (view.cluster !== cluster || view.name !== service) return
      this.#settled(view.runningCount, view.pendingCount)
      this.#hold()
    })
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

  /** Ends everything that it does, and takes its alarms away. */
  remove(): void {
    this.policies.disconnect()
    this.stop()
  }

  stop(): void {
    this.policies.stop()
    this.#stopListening()
    this.actions.stop()
  }

  #heldBecause(way: 'in' | 'out'): string | undefined {
    if (way === 'out') return this.suspended.dynamicScalingOut ? 'scale-out is suspended' : undefined
    if (this.suspended.dynamicScalingIn) return 'scale-in is suspended'
    // Application Auto Scaling User Guide, "Target tracking", considerations for ECS: no scale-in while deployments go on.
    const deploying = this.#on.services.find(this.cluster, this.service)?.deploymentInProgress
    return deploying ? 'a deployment is in progress' : undefined
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
