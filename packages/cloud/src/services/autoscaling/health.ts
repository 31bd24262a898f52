import type { Instant, Stop } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { Instance } from '../../ports.ts'
import type { Capacity } from './capacity.ts'
import { causes } from './causes.ts'
import type { GroupState } from './group-state.ts'
import type { LifecycleHooks } from './hooks.ts'
import { isPending } from './lifecycle.ts'
import type { HealthStatus, Member } from './member.ts'
import { isReady, type TargetAttachments } from './target-attachments.ts'
import type { Terminator } from './terminating.ts'

interface Parts {
  readonly capacity: Capacity
  readonly terminator: Terminator
  readonly attachments: TargetAttachments
  readonly hooks: LifecycleHooks
}

/** How soon an unhealthy instance is replaced: what doesn't run any more at once, the rest a tenth of the group at a time. */
type Urgency = 'atOnce' | 'inTurn'

/**
 * Finds instances unhealthy and has them replaced.
 *
 * @see Amazon EC2 Auto Scaling User Guide, "Health checks for instances in an Auto Scaling group".
 * differs: a failed status check counts at once, AWS waits some minutes
 */
export class Health {
  readonly #state: GroupState
  readonly #parts: Parts
  readonly #waiting = new Set<Member>()
  readonly #timers = new Set<Stop>()
  #lastBatch: Instant = Number.POSITIVE_INFINITY

  constructor(state: GroupState, parts: Parts) {
    this.#state = state
    this.#parts = parts
    state.events.on('inService', () => this.#replaceWaiting())
    state.events.on('gone', ({ member }) => {
      this.#waiting.delete(member)
      this.#replaceWaiting()
    })
  }

  /** EC2's own checks count at any time, the grace period or not. */
  instanceChanged(instance: Instance): void {
    const member = this.#state.members.get(instance.id)
    if (!member || this.#state.processes.has('HealthCheck')) return
    const runs = instance.state === 'running' || instance.state === 'pending'
    if (isPending(member.state) && !runs) return this.#lostWhilePending(member)
    if (member.state !== 'InService') return
    if (!runs) this.#unhealthy(member, causes.notRunning, 'atOnce')
    else if (instance.statusCheck === 'impaired') this.#unhealthy(member, causes.statusCheckFailed, 'inTurn')
  }

  /** The balancer's word counts after the grace period, once the target group is in service. */
  targetChanged(targetGroup: NodeId, id: string, health: string): void {
    const member = this.#state.members.get(id)
    if (!member) return
    if (health === 'healthy') {
      if (this.#parts.attachments.sawHealthy(targetGroup, id)) this.sweep()
      this.#parts.capacity.review()
      this.#replaceWaiting()
    } else if (health === 'unhealthy') this.#checkTarget(member)
  }

  /** What `SetInstanceHealth` says. A grace period that is respected swallows it. */
  set(member: Member, status: HealthStatus, respectGrace: boolean): void {
    if (status === 'Healthy') {
      member.healthStatus = 'Healthy'
      member.unhealthyCause = undefined
      this.#waiting.delete(member)
    } else if (!respectGrace || this.#state.world.clock.now() >= member.graceUntil) {
      this.#unhealthy(member, causes.userUnhealthy, 'atOnce')
    }
  }

  /** Looks at every instance once: after a process was resumed, and for what no event told. */
  sweep(): void {
    for (const member of [...this.#state.members.values()]) {
      this.instanceChanged(member.instance)
      if (member.state === 'InService') this.#checkTarget(member)
      if (member.healthStatus === 'Unhealthy' && member.unhealthyCause) this.#queue(member, 'inTurn')
    }
    this.#replaceWaiting()
  }

  stop(): void {
    for (const stop of this.#timers) stop()
  }

  #checkTarget(member: Member): void {
    if (member.state !== 'InService' || this.#state.processes.has('HealthCheck')) return
    if (!this.#parts.attachments.healthOf(member).includes('unhealthy')) return
    const { clock } = this.#state.world
    const wait = member.graceUntil - clock.now()
    if (wait <= 0) return this.#unhealthy(member, causes.elbUnhealthy, 'inTurn')
    const stop = clock.after(wait, () => {
      this.#timers.delete(stop)
      this.#checkTarget(member)
    })
    this.#timers.add(stop)
  }

  #unhealthy(member: Member, cause: (at: Instant) => string, urgency: Urgency): void {
    if (member.healthStatus === 'Healthy') {
      member.healthStatus = 'Unhealthy'
      member.unhealthyCause = cause
      const { name } = this.#state.definition
      this.#state.note(
        'autoscaling.unhealthy',
        `${name}: ${member.id} is unhealthy. ${cause(this.#state.world.clock.now())}`,
        member.id,
      )
    }
    this.#queue(member, urgency)
    this.#replaceWaiting()
  }

  #queue(member: Member, urgency: Urgency): void {
    if (this.#state.processes.has('ReplaceUnhealthy') || member.state !== 'InService' || member.leaving) return
    if (urgency === 'atOnce') this.#replace([member])
    else this.#waiting.add(member)
  }

  // A tenth of the group at a time, one at least; the next ones when the new instances are healthy and warmed up.
  #replaceWaiting(): void {
    if (this.#waiting.size === 0 || this.#isReplacing()) return
    const batch = Math.max(1, Math.floor(this.#state.desired / 10))
    const members = [...this.#waiting].slice(0, batch)
    for (const member of members) this.#waiting.delete(member)
    this.#lastBatch = this.#state.world.clock.now()
    this.#replace(members.filter(({ state, healthStatus }) => state === 'InService' && healthStatus === 'Unhealthy'))
  }

  // What takes the place of the last batch is not ready yet. Instances that warm up for another reason hold up nobody.
  #isReplacing(): boolean {
    const { desired, active, starting } = this.#state
    const now = this.#state.world.clock.now()
    const healthy = active.filter(({ healthStatus }) => healthStatus === 'Healthy')
    const waitedFor = healthy.filter(
      member =>
        member.instance.launchedAt >= this.#lastBatch && !isReady(this.#state, this.#parts.attachments, member, now),
    )
    const underway = starting > 0 || waitedFor.length > 0
    return underway && healthy.length - waitedFor.length <= desired * 0.9
  }

  // The terminate activity comes first and the launch goes on beside it, unless the group's maintenance policy wants the
  // new instance first.
  #replace(members: readonly Member[]): void {
    if (members.length === 0) return
    const { maintenance } = this.#state.definition
    for (const member of members) {
      const cause = member.unhealthyCause ?? causes.userUnhealthy
      if (maintenance && maintenance.maxHealthyPercentage > 100) member.leaving = { cause }
      else void this.#parts.terminator.terminate(member, cause)
    }
    void this.#parts.capacity.converge({ kind: 'launch', cause: causes.replacing })
  }

  #lostWhilePending(member: Member): void {
    void this.#parts.terminator.terminate(member, causes.notRunning)
    void this.#parts.capacity.converge({ kind: 'launch', cause: causes.replacing })
  }
}
