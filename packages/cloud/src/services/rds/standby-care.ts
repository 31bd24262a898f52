import { type Duration, messageOf, seconds, TerraceError } from '@terrace/kit'
import type { World } from '../../world.ts'
import type { InstanceReport } from './instance-report.ts'
import type { InstanceState } from './instance-state.ts'
import { CannotFollow } from './member.ts'
import type { Seat } from './seat.ts'
import { untilZoneIsUp } from './seating.ts'
import type { Watch } from './watch.ts'

/** Between attempts to get a standby back. */
const STANDBY_DELAY: Duration = seconds(1)
/** A standby that is let in has to have the last changes within this time, while writes wait for it. */
const LAST_STEP_LIMIT: Duration = seconds(3)

/** Gets a standby up to date, in as many attempts as it takes, until it may be promoted. */
export class StandbyCare {
  readonly #world: World
  readonly #state: InstanceState
  readonly #watch: Watch
  readonly #report: InstanceReport
  readonly #stopping: AbortSignal
  #underway: { readonly abort: AbortController; readonly done: Promise<void> } | undefined

  constructor(options: {
    readonly world: World
    readonly state: InstanceState
    readonly watch: Watch
    readonly report: InstanceReport
    readonly stopping: AbortSignal
  }) {
    this.#world = options.world
    this.#state = options.state
    this.#watch = options.watch
    this.#report = options.report
    this.#stopping = options.stopping
  }

  /** @returns when it is up to date, or the first attempt failed */
  begin(standby: Seat): Promise<void> {
    const abort = new AbortController()
    const first = Promise.withResolvers<void>()
    const signal = AbortSignal.any([abort.signal, this.#stopping])
    const done = this.#untilSynchronous(standby, signal, first.resolve).finally(first.resolve)
    this.#underway = { abort, done }
    return first.promise
  }

  async end(): Promise<void> {
    const underway = this.#underway
    this.#underway = undefined
    underway?.abort.abort()
    await underway?.done
  }

  async #untilSynchronous(standby: Seat, signal: AbortSignal, onAttempt: () => void): Promise<void> {
    const { primary } = this.#state
    let failedStarts = 0
    while (primary && !signal.aborted) {
      try {
        if (!this.#world.zones.isUp(standby.zone)) onAttempt()
        await untilZoneIsUp(this.#world, standby, signal)
        await this.#join(primary, standby, signal)
        return
      } catch (error) {
        await primary.member.releaseStandby().catch(() => {})
        if (signal.aborted) return
        this.#report.log(error)
        await standby.member.kill()
        if (error instanceof TerraceError && error.code === 'RDS_NOT_STARTED') failedStarts++
        if (primary.member.process && (error instanceof CannotFollow || failedStarts > 1)) {
          failedStarts = 0
          await standby.member.remove()
          const message = `the standby in ${standby.zone} is copied anew: ${messageOf(error)}`
          this.#report.tell('rds.standby-rebuilt', message)
        }
        onAttempt()
        await this.#world.realtime.sleep(STANDBY_DELAY, signal).catch(() => {})
      }
    }
  }

  async #join(primary: Seat, standby: Seat, signal: AbortSignal): Promise<void> {
    if (!standby.member.exists()) await standby.member.cloneFrom(primary.member, signal)
    if (standby.member.process) await standby.member.follow(primary.member, signal)
    else await standby.member.startStandby(primary.member, signal)
    // Far behind, it would hold up every write: the primary waits for it only for the last step.
    while (!(await standby.member.catchUp(primary.member, seconds(1)))) signal.throwIfAborted()
    signal.throwIfAborted()
    await primary.member.requireStandby()
    if (!(await standby.member.catchUp(primary.member, LAST_STEP_LIMIT)))
      throw new Error('the standby does not keep up')
    signal.throwIfAborted()
    const { process } = standby.member
    if (!process) throw new Error('the standby ended')
    this.#state.synchronous = true
    this.#watch.begin(standby, 'standby', process)
    const message = `the standby in ${standby.zone} has everything the primary in ${primary.zone} has`
    this.#report.tell('rds.synchronous', message, { primary: primary.zone, standby: standby.zone })
  }
}
