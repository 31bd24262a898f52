import type { Instant, Stop } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import { causes, joinCause } from './causes.ts'
import type { FailingZones } from './failing-zones.ts'
import type { GroupState } from './group-state.ts'
import type { Launcher } from './launching.ts'
import { isPending } from './lifecycle.ts'
import { ASSUMED } from './limits.ts'
import type { Member } from './member.ts'
import { isReady, type TargetAttachments } from './target-attachments.ts'
import type { Terminator } from './terminating.ts'
import { nextToTerminate } from './termination-order.ts'
import { zoneToLaunchIn } from './zones.ts'

/** Why the group has more or fewer instances than it wants. */
export type Reason =
  /** The desired capacity has changed; the sentence says how. */
  | { readonly kind: 'change'; readonly sentence: string }
  | { readonly kind: 'difference' }
  /** The whole cause of the launches. */
  | { readonly kind: 'launch'; readonly cause: (at: Instant) => string }

export const DIFFERENCE: Reason = { kind: 'difference' }

/** @see Amazon EC2 Auto Scaling User Guide, "Use instance scale-in protection" */
const ALL_PROTECTED = 'Could not scale to desired capacity because all remaining instances are protected from scale-in.'

interface Parts {
  readonly launcher: Launcher
  readonly terminator: Terminator
  readonly attachments: TargetAttachments
  readonly failingZones: FailingZones
}

/** Keeps the number of instances at the desired capacity, balanced over the zones that can be launched in. */
export class Capacity {
  readonly #state: GroupState
  readonly #parts: Parts
  #retry: Stop | undefined
  readonly #warmups = new Set<Stop>()
  #failingSince: Instant | undefined
  #protectedSaid = false

  constructor(state: GroupState, parts: Parts) {
    this.#state = state
    this.#parts = parts
    state.events.on('inService', ({ member }) => this.#served(member))
    state.events.on('gone', () => void this.converge(DIFFERENCE))
  }

  /**
   * Another desired capacity, kept within the group's bounds. Resolves when every launch that follows has been made or
   * has failed, and every termination has begun.
   */
  async setDesired(wanted: number, sentence: (from: number, to: number) => string): Promise<void> {
    const { minSize, maxSize } = this.#state.definition
    const from = this.#state.desired
    const to = Math.min(maxSize, Math.max(minSize, wanted))
    if (from === to) return
    this.#state.desired = to
    this.#state.events.publish({ kind: 'desired', from, to })
    await this.converge({ kind: 'change', sentence: sentence(from, to) })
  }

  /** Launches what is missing, and takes out what is too much. */
  async converge(reason: Reason): Promise<void> {
    if (this.#state.stopped) return
    const missing = this.#state.desired - this.#state.capacity
    if (missing > 0) await this.#grow(missing, reason)
    else if (missing < 0) this.#shrink(-missing, reason)
    this.review()
  }

  /** Lets go what was to leave as soon as others serve in its place. */
  review(): void {
    const leavers = [...this.#state.members.values()].filter(({ leaving, state }) => leaving && state === 'InService')
    if (leavers.length === 0) return
    const now = this.#state.world.clock.now()
    const ready = this.#state.active.filter(member => isReady(this.#state, this.#parts.attachments, member, now))
    const free = ready.length + leavers.length - this.#state.desired
    for (const member of leavers.slice(0, Math.max(0, free)))
      void this.#parts.terminator.terminate(member, at => member.leaving?.cause(at) ?? '')
  }

  stop(): void {
    this.#retry?.()
    for (const stop of this.#warmups) stop()
  }

  async #grow(missing: number, reason: Reason): Promise<void> {
    if (this.#state.processes.has('Launch')) return
    const from = this.#state.capacity
    const at = this.#state.world.clock.now()
    const cause = launchCause(reason, at, from, this.#state.desired)
    const launches: Promise<boolean>[] = []
    // Each launch counts for the choice of the next: it is counted as soon as it begins.
    for (let n = 0; n < missing; n++) {
      const zone = this.#zone()
      if (zone === undefined) break
      launches.push(this.#parts.launcher.launch(zone, cause))
    }
    const outcomes = await Promise.all(launches)
    if (outcomes.some(launched => launched)) this.#failingSince = undefined
    const short = outcomes.length < missing || outcomes.some(launched => !launched)
    if (short) await this.#tryAgain(reason)
  }

  // Another zone at once, if there is one that doesn't rest; else when the first rest is over.
  async #tryAgain(reason: Reason): Promise<void> {
    const { clock } = this.#state.world
    const now = clock.now()
    this.#failingSince ??= now
    if (now - this.#failingSince > ASSUMED.administrativeSuspension) return this.#suspend(now)
    if (this.#zone() !== undefined) return await this.converge(reason)
    const wait = this.#parts.failingZones.nextTry(this.#wantedZones()) - now
    this.#retry?.()
    this.#retry = clock.after(Math.max(wait, 1), () => void this.converge(reason))
  }

  #suspend(now: Instant): void {
    this.#failingSince = undefined
    const reason = `Administratively suspended at ${new Date(now).toISOString()}`
    this.#state.processes.suspend(['Launch'], reason)
    this.#state.note(
      'autoscaling.suspended',
      `${this.#state.definition.name} launches nothing any more: every launch failed for a day`,
    )
  }

  #zone(): Zone | undefined {
    const rested = this.#wantedZones().filter(zone => !this.#parts.failingZones.isResting(zone))
    return zoneToLaunchIn(this.#state.countByZone(), rested)
  }

  /** With `balanced-only` no other zone stands in for the one whose turn it is. */
  #wantedZones(): readonly Zone[] {
    const { zones, definition } = this.#state
    if (definition.zoneDistribution === 'balanced-best-effort') return zones
    const only = zoneToLaunchIn(this.#state.countByZone(), zones)
    return only === undefined ? [] : [only]
  }

  #shrink(surplus: number, reason: Reason): void {
    if (this.#state.processes.has('Terminate')) return
    let left = this.#state.active
    const from = this.#state.capacity
    const at = this.#state.world.clock.now()
    // What has an instance can go now; launches without one are looked at when they have it.
    for (let n = 0; n < Math.min(surplus, left.length); n++) {
      const member = nextToTerminate(this.#state, left)
      if (!member) return this.#protectedFromScaleIn()
      this.#protectedSaid = false
      left = left.filter(other => other !== member)
      member.scaledIn = true
      const sentence = reason.kind === 'change' ? reason.sentence : undefined
      const cause = joinCause(sentence, causes.shrink(at, from, this.#state.desired, member.id))
      void this.#parts.terminator.terminate(member, () => cause)
    }
  }

  #protectedFromScaleIn(): void {
    if (this.#protectedSaid) return
    this.#protectedSaid = true
    const { name } = this.#state.definition
    this.#state.note('autoscaling.protected', `${name}: ${ALL_PROTECTED}`)
    const activity = this.#state.activities.begin({
      kind: 'other',
      description: 'Terminating EC2 instance',
      cause: causes.protectedFromScaleIn(this.#state.world.clock.now()),
      details: { subnet: '', zone: '' },
      instance: undefined,
      status: 'InProgress',
    })
    this.#state.activities.end(activity, 'Failed', ALL_PROTECTED)
  }

  #served(member: Member): void {
    const { clock } = this.#state.world
    const warmup = this.#state.definition.defaultInstanceWarmup ?? 0
    if (warmup > 0) {
      const stop = clock.after(warmup, () => {
        this.#warmups.delete(stop)
        this.review()
      })
      this.#warmups.add(stop)
    }
    if (!isPending(member.state)) void this.converge(DIFFERENCE)
  }
}

function launchCause(reason: Reason, at: Instant, from: number, to: number): string {
  if (reason.kind === 'launch') return reason.cause(at)
  return joinCause(reason.kind === 'change' ? reason.sentence : undefined, causes.grow(at, from, to))
}
