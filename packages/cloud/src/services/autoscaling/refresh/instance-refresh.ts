import type { Instant, Stop } from '@terrace/kit'
import type { Machine } from '@terrace/model'
import { sendEvent } from '../../../events.ts'
import type { Alarms } from '../../../ports.ts'
import type { Capacity } from '../capacity.ts'
import { causes } from '../causes.ts'
import type { GroupState } from '../group-state.ts'
import { LIMITS } from '../limits.ts'
import type { Member } from '../member.ts'
import type { TargetAttachments } from '../target-attachments.ts'
import type { Terminator } from '../terminating.ts'
import { awaited } from './awaited.ts'
import { chooseBatch } from './batch.ts'
import { batchOf, type RefreshPreferences } from './preferences.ts'
import { ENDED, EVENTS, type RefreshStatus } from './status.ts'

/** What a refresh can bring: the machine of a launch template, and its name for the API. */
export interface DesiredConfiguration {
  readonly machine: Machine
  readonly launchTemplate: { readonly id: string; readonly name: string; readonly version: string }
}

/** What a rollback found when it began. */
export interface RollbackDetails {
  readonly reason: string
  readonly at: Instant
  readonly percentageComplete: number
  readonly instancesToUpdate: number
}

export interface RefreshParts {
  readonly capacity: Capacity
  readonly terminator: Terminator
  readonly attachments: TargetAttachments
  readonly alarms: () => Alarms | undefined
}

/**
 * Replaces the instances of a group, some at a time: what goes is drained first, and the next ones wait until those that
 * came serve, are healthy and warmed up.
 *
 * @see Amazon EC2 Auto Scaling User Guide, "How an instance refresh works in an Auto Scaling group"
 */
export class InstanceRefresh {
  readonly id: string
  readonly startedAt: Instant
  readonly preferences: RefreshPreferences
  readonly desired: DesiredConfiguration | undefined
  status: RefreshStatus = 'Pending'
  statusReason: string | undefined
  endedAt: Instant | undefined
  rollback: RollbackDetails | undefined
  readonly #state: GroupState
  readonly #parts: RefreshParts
  readonly #previous: Machine
  #toReplace: Set<Member>
  #total: number
  #progressAt: Instant
  #checkpoints: readonly number[]
  #pausedUntil: Instant | undefined
  #bakedAt: Instant | undefined
  #timer: Stop = () => {}

  constructor(
    state: GroupState,
    parts: RefreshParts,
    preferences: RefreshPreferences,
    desired: DesiredConfiguration | undefined,
  ) {
    const { clock, random } = state.world
    this.id = random.uuid()
    this.startedAt = clock.now()
    this.preferences = preferences
    this.desired = desired
    this.#state = state
    this.#parts = parts
    this.#previous = state.definition.machine
    this.#progressAt = this.startedAt
    this.#checkpoints = preferences.checkpointPercentages
    const wanted = desired?.machine ?? this.#previous
    const all = [...state.members.values()]
    const old = preferences.skipMatching ? all.filter(member => !sameMachine(member.instance.machine, wanted)) : all
    this.#toReplace = new Set(old)
    this.#total = old.length
  }

  get ended(): boolean {
    return ENDED.has(this.status)
  }

  /** Those that are still to go, or on their way out. */
  get instancesToUpdate(): number {
    return this.#remaining.length
  }

  get percentageComplete(): number {
    return this.#total === 0 ? 100 : Math.floor(((this.#total - this.#remaining.length) * 100) / this.#total)
  }

  begin(): void {
    this.status = 'InProgress'
    if (this.desired) this.#state.update({ machine: this.desired.machine })
    this.#state.refreshWarmup = this.preferences.instanceWarmup
    this.#tell('Started')
    this.step()
  }

  /** Lets what is under way finish, and goes no further. */
  cancel(): void {
    this.status = 'Cancelling'
    this.statusReason = 'Cancelled due to user request.'
    this.step()
  }

  /** Puts the machine back that the group had before. */
  rollBack(reason: string): void {
    const { clock } = this.#state.world
    this.rollback = {
      reason,
      at: clock.now(),
      percentageComplete: this.percentageComplete,
      instancesToUpdate: this.instancesToUpdate,
    }
    this.#state.update({ machine: this.#previous })
    const members = [...this.#state.members.values()]
    for (const member of members) member.leaving = undefined
    this.#toReplace = new Set(members.filter(({ instance }) => !sameMachine(instance.machine, this.#previous)))
    this.#total = this.#toReplace.size
    this.#checkpoints = []
    this.#pausedUntil = undefined
    this.#progressAt = clock.now()
    this.status = 'RollbackInProgress'
    this.statusReason = reason
    this.#tell('Rollback Started')
    this.step()
  }

  /** Goes on as far as it can now. Called whenever something in the group has changed, and each minute. */
  step(): void {
    if (this.ended || this.#state.stopped || this.#state.processes.has('InstanceRefresh')) return
    const problem = this.#problem()
    if (problem !== undefined && this.status !== 'Cancelling') return this.#fail(problem)
    const waiting = awaited(this.#state, this.#parts.attachments, this.#toReplace)
    if (waiting) {
      if (waiting.until !== undefined) this.#lookAgainAt(waiting.until)
      if (this.status !== 'Cancelling') this.statusReason = waiting.reason
      return
    }
    if (this.status === 'Cancelling') return this.#end('Cancelled')
    if (this.#isPaused()) return
    this.#leaveOutSpecial()
    if (this.#isComplete()) return this.#finish()
    this.#replaceNext()
  }

  stop(): void {
    this.#timer()
  }

  get #remaining(): readonly Member[] {
    return [...this.#toReplace].filter(
      ({ id, state }) => this.#state.members.has(id) && !state.startsWith('Terminating'),
    )
  }

  #problem(): string | undefined {
    const now = this.#state.world.clock.now()
    const { longest, noProgress } = LIMITS.refresh
    const watched = this.rollback ? [] : this.preferences.alarms
    const ringing = watched.find(name => this.#parts.alarms()?.stateOf(name)?.value === 'ALARM')
    if (ringing !== undefined) return `The CloudWatch alarm ${ringing} went into ALARM state.`
    if (now - this.startedAt > longest) return 'The instance refresh did not end within 14 days.'
    const resting = this.status === 'Baking' || (this.#pausedUntil !== undefined && now < this.#pausedUntil)
    if (!resting && now - this.#progressAt > noProgress)
      return `The instance refresh made no progress for an hour. ${this.statusReason ?? ''}`.trim()
    return undefined
  }

  #isPaused(): boolean {
    const { clock } = this.#state.world
    if (this.#pausedUntil !== undefined) {
      if (clock.now() < this.#pausedUntil) return true
      this.#pausedUntil = undefined
      this.#progressAt = clock.now()
    }
    const [next, ...later] = this.#checkpoints
    if (next === undefined || next >= 100 || this.percentageComplete < next) return false
    this.#checkpoints = later
    const delay = this.preferences.checkpointDelay
    this.#pausedUntil = clock.now() + delay
    this.statusReason = `Checkpoint of ${next}% reached, waiting for ${delay / 1000} seconds before continuing.`
    this.#tell('Checkpoint Reached', { CheckpointPercentage: String(next), CheckpointDelay: String(delay / 1000) })
    this.#lookAgainAt(this.#pausedUntil)
    return true
  }

  // Without 100 as the last checkpoint a refresh ends at the last one.
  #isComplete(): boolean {
    const { checkpointPercentages } = this.preferences
    const last = this.rollback ? 100 : (checkpointPercentages.at(-1) ?? 100)
    return this.#remaining.length === 0 || (last < 100 && this.percentageComplete >= last)
  }

  #finish(): void {
    const { clock } = this.#state.world
    const going = [...this.#toReplace].find(({ id, state }) => this.#state.members.has(id) && state.startsWith('Term'))
    if (going) {
      this.statusReason = `Waiting for remaining instances to be terminated. For example: ${going.id} is terminating.`
      return
    }
    if (this.preferences.bakeTime > 0 && !this.rollback) {
      this.#bakedAt ??= clock.now() + this.preferences.bakeTime
      this.status = 'Baking'
      this.statusReason = 'Waiting for the bake time to end.'
      if (clock.now() < this.#bakedAt) return this.#lookAgainAt(this.#bakedAt)
    }
    this.#end(this.rollback ? 'RollbackSuccessful' : 'Successful')
  }

  #leaveOutSpecial(): void {
    const { scaleInProtectedInstances, standbyInstances } = this.preferences
    for (const member of this.#remaining) {
      if (member.protectedFromScaleIn && scaleInProtectedInstances === 'Ignore') this.#toReplace.delete(member)
      else if (member.state === 'Standby' && standbyInstances === 'Ignore') this.#toReplace.delete(member)
      else if (member.state === 'Standby' && standbyInstances === 'Terminate')
        void this.#parts.terminator.terminate(member, causes.refreshed)
    }
  }

  #replaceNext(): void {
    const { desired, world, definition } = this.#state
    const { launchFirst, terminateFirst } = batchOf(this.preferences, desired)
    const pool = this.#remaining.filter(
      ({ state, leaving, protectedFromScaleIn }) =>
        state === 'InService' &&
        !leaving &&
        (!protectedFromScaleIn || this.preferences.scaleInProtectedInstances === 'Refresh'),
    )
    if (pool.length === 0) {
      const [held] = this.#remaining
      this.statusReason = held && `Waiting for ${held.id}, which is protected from scale in or in standby.`
      return
    }
    this.#progressAt = world.clock.now()
    const chosen = chooseBatch(this.#state, pool, launchFirst + terminateFirst)
    for (const [index, member] of chosen.entries()) {
      if (index < launchFirst) member.leaving = { cause: causes.refreshed }
      else void this.#parts.terminator.terminate(member, causes.refreshed)
    }
    this.#state.note(
      'autoscaling.refresh',
      `${definition.name} replaces ${chosen.map(({ id }) => id).join(', ')} (${this.percentageComplete}% done)`,
    )
    void this.#parts.capacity.converge({ kind: 'launch', cause: causes.refreshing })
  }

  #fail(reason: string): void {
    if (this.status === 'RollbackInProgress') return this.#end('RollbackFailed', reason)
    if (this.preferences.autoRollback && this.desired) return this.rollBack(reason)
    this.#end('Failed', reason)
  }

  #end(status: RefreshStatus, reason?: string): void {
    const { clock } = this.#state.world
    this.#timer()
    this.status = status
    this.endedAt = clock.now()
    this.statusReason = reason ?? (status === 'Cancelled' ? this.statusReason : undefined)
    this.#state.refreshWarmup = undefined
    for (const member of this.#state.members.values())
      if (this.#toReplace.has(member) && status !== 'Successful') member.leaving = undefined
    // The group keeps the desired configuration of a refresh that went to its end, and of no other.
    if (this.desired && (status === 'Failed' || status === 'Cancelled')) this.#state.update({ machine: this.#previous })
    this.#tell(EVENTS[status] ?? status)
  }

  #lookAgainAt(moment: Instant): void {
    const { clock } = this.#state.world
    this.#timer()
    this.#timer = clock.after(Math.max(1, moment - clock.now()), () => this.step())
  }

  #tell(what: string, more: Readonly<Record<string, string>> = {}): void {
    const { name } = this.#state.definition
    this.#state.note(
      `autoscaling.refresh${what.replaceAll(' ', '')}`,
      `instance refresh of ${name}: ${what.toLowerCase()}`,
    )
    sendEvent(this.#state.world, {
      source: 'aws.autoscaling',
      detailType: `EC2 Auto Scaling Instance Refresh ${what}`,
      resources: [this.#state.arn],
      detail: { InstanceRefreshId: this.id, AutoScalingGroupName: name, ...more },
    })
  }
}

const sameMachine = (a: Machine, b: Machine): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
