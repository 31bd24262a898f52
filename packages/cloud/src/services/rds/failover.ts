import { type Duration, type Instant, messageOf, milliseconds, minutes, seconds } from '@terrace/kit'
import type { ManagedProcess } from '../../processes/supervisor.ts'
import type { World } from '../../world.ts'
import { EVENTS, FAILOVER_REASONS, type FailoverReason } from './events.ts'
import type { InstanceReport } from './instance-report.ts'
import type { InstanceState } from './instance-state.ts'
import { updatePairRecord } from './pair-record.ts'
import type { Seat } from './seat.ts'
import { type Seating, untilZoneIsUp } from './seating.ts'
import type { StandbyCare } from './standby-care.ts'
import type { LossCause, Watch } from './watch.ts'

/** Waits before the restarts of a server that ended by itself; after the last one the instance has failed. */
const RESTART_DELAYS: readonly Duration[] = [0, 500, 1000, 2000, 4000].map(milliseconds)
/** A server that ran this long starts the list of waits anew. */
const STABLE_AFTER: Duration = minutes(1)
/** "Failovers typically complete in 60–120 seconds." RDS User Guide, "Failover process for Amazon RDS". */
const AWS_OUTAGE: readonly [Duration, Duration] = [seconds(60), seconds(120)]

/** How long a failover takes: as fast as it can, or as long as on AWS. */
export type Pace = 'fast' | 'aws'

/** What a failover works with. */
export interface FailoverParts {
  readonly world: World
  readonly state: InstanceState
  readonly seating: Seating
  readonly watch: Watch
  readonly care: StandbyCare
  readonly report: InstanceReport
  readonly pace: Pace
  /** Where it is written who is primary. */
  readonly recordFile: string
  readonly stopping: AbortSignal
}

/**
 * What follows when a server is lost: a standby is given up, a primary is replaced by its standby or started again.
 *
 * The rule that everything here serves: a standby is promoted only while `synchronous` holds, that is while the primary
 * has acknowledged nothing that the standby doesn't have. It ends before the primary is told to go on alone, and begins
 * after the standby has everything and the primary waits for it.
 */
export class Failover {
  readonly #parts: FailoverParts
  #restarts = 0
  #startedAt: Instant = 0

  constructor(parts: FailoverParts) {
    this.#parts = parts
  }

  /** The primary runs since now. */
  primaryStarted(): void {
    this.#startedAt = this.#parts.world.clock.now()
  }

  async standbyLost(seat: Seat, process: ManagedProcess, cause: LossCause): Promise<void> {
    const { state, watch, care, report } = this.#parts
    watch.end(seat)
    if (cause.kind === 'refuses') {
      const primaryLives = await state.primary?.member.probe('primary').then(
        () => true,
        () => false,
      )
      // It lost its connection because the primary is gone: then it is the one that is needed.
      if (!primaryLives) return watch.begin(seat, 'standby', process)
    }
    state.synchronous = false
    await state.primary?.member.releaseStandby().catch(() => {})
    report.tell(
      'rds.degraded',
      `the standby in ${seat.zone} was lost (${this.#explain(seat, cause)}): degraded, the primary goes on alone and no failover is possible`,
      { zone: seat.zone },
    )
    await seat.member.kill()
    void care.begin(seat)
  }

  async primaryLost(seat: Seat, cause: LossCause): Promise<void> {
    const { world, state, watch, care, report } = this.#parts
    await care.end()
    const { standby } = state
    state.status = 'rebooting'
    if (!standby) report.note(EVENTS.shutdown, this.#explain(seat, cause))
    else {
      const message = `the primary in ${seat.zone} was lost: ${this.#explain(seat, cause)}`
      report.tell('rds.primary-lost', message, { zone: seat.zone })
    }
    if (standby && state.synchronous && world.zones.isUp(standby.zone)) {
      return this.promoteStandby(
        cause.kind === 'exit' ? 'unhealthy' : world.zones.isUp(seat.zone) ? 'unresponsive' : 'unreachable',
      )
    }
    state.synchronous = false
    watch.endAll()
    if (standby) this.#refused(standby, 'it may lack acknowledged writes')
    await seat.member.kill()
    await this.restartInPlace()
  }

  /** The standby becomes primary; the old primary is ended first, so that there are never two. */
  async promoteStandby(reason: FailoverReason): Promise<void> {
    const { world, state, seating, watch, care, report, pace, stopping } = this.#parts
    const { primary: old, standby: next } = state
    if (!old || !next) return
    const { process } = next.member
    if (!process) {
      // It ended, and we are about to hear of it.
      state.synchronous = false
      watch.endAll()
      await old.member.kill()
      return this.restartInPlace()
    }
    const { clock, random } = world
    const outage = pace === 'aws' ? AWS_OUTAGE[0] + random.integer(AWS_OUTAGE[1] - AWS_OUTAGE[0] + 1) : 0
    const began = clock.now()
    state.status = 'rebooting'
    report.note(EVENTS.failoverStarted, undefined, { reason: FAILOVER_REASONS[reason] })
    watch.endAll()
    await old.member.kill()
    await old.close()
    try {
      await next.member.drain()
    } catch (error) {
      state.synchronous = false
      this.#refused(next, messageOf(error))
      await next.member.kill()
      await seating.open(old)
      return this.restartInPlace()
    }
    state.synchronous = false
    await updatePairRecord(this.#parts.recordFile, { primary: next.member.number })
    state.primary = next
    state.standby = old
    try {
      await next.member.promote()
    } catch (error) {
      report.log(error)
      await next.member.kill()
      await seating.open(next)
      return this.restartInPlace()
    }
    await clock.sleep(Math.max(0, outage - (clock.now() - began)), stopping).catch(() => {})
    if (stopping.aborted) return
    await seating.open(next)
    watch.begin(next, 'primary', process)
    this.primaryStarted()
    state.status = 'available'
    report.note(EVENTS.restarted)
    report.note({ kind: 'rds.failover.reason', categories: ['failover'], message: FAILOVER_REASONS[reason] })
    report.note(EVENTS.failoverCompleted, undefined, { zone: next.zone })
    void care.begin(old)
  }

  /** On the same host and the same address, as RDS does it; its data is recovered. */
  async restartInPlace(): Promise<void> {
    const { world, state, seating, watch, care, report, stopping } = this.#parts
    const { clock } = world
    const seat = state.primary
    if (!seat) return
    if (clock.now() - this.#startedAt > STABLE_AFTER) this.#restarts = 0
    while (this.#restarts < RESTART_DELAYS.length && !stopping.aborted) {
      let process: ManagedProcess
      try {
        await clock.sleep(RESTART_DELAYS[this.#restarts++] ?? 0, stopping)
        await untilZoneIsUp(world, seat, stopping)
        process = await seat.member.startPrimary()
      } catch (error) {
        if (!stopping.aborted) report.log(error)
        continue
      }
      this.primaryStarted()
      await seating.open(seat)
      watch.begin(seat, 'primary', process)
      state.status = 'available'
      report.note(EVENTS.restarted)
      if (state.standby) void care.begin(state.standby)
      return
    }
    if (stopping.aborted) return
    state.status = 'failed'
    report.note(EVENTS.failed, 'it could not be started again; see its log')
  }

  #refused(standby: Seat, because: string): void {
    this.#parts.report.tell('rds.promotion-refused', `the standby in ${standby.zone} is not promoted: ${because}`)
  }

  #explain(seat: Seat, cause: LossCause): string {
    if (cause.kind === 'exit') return cause.words
    if (cause.kind === 'refuses') return cause.because
    return this.#parts.world.zones.isUp(seat.zone) ? "it doesn't answer" : `${seat.zone} has stopped`
  }
}
