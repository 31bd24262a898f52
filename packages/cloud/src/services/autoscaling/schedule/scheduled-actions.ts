import type { Instant, Stop } from '@terrace/kit'
import type { ScheduledAction } from '@terrace/model'
import { at } from '../../../scaling/long-timer.ts'
import { ValidationError } from '../errors.ts'
import type { GroupState } from '../group-state.ts'
import { type Recurrence, readRecurrence } from './recurrence.ts'

/** What a scheduled action sets, and when. */
export type Schedule = Pick<
  ScheduledAction,
  'name' | 'minSize' | 'maxSize' | 'desiredCapacity' | 'recurrence' | 'timeZone' | 'start' | 'end'
>

/** A schedule of a group, and when it is next. */
export interface BookedAction {
  readonly schedule: Schedule
  readonly arn: string
  readonly next: Instant | undefined
}

interface Entry {
  schedule: Schedule
  readonly arn: string
  next: Instant | undefined
  stop: Stop
}

/**
 * The scheduled actions of a group. What is missed while they are suspended is not made up for.
 * differs: AWS may run one up to two minutes late, here it is on time
 *
 * @see Amazon EC2 Auto Scaling User Guide, "Scheduled scaling for Amazon EC2 Auto Scaling"
 */
export class ScheduledActions {
  readonly #state: GroupState
  readonly #run: (schedule: Schedule) => void
  readonly #entries = new Map<string, Entry>()

  constructor(state: GroupState, run: (schedule: Schedule) => void) {
    this.#state = state
    this.#run = run
  }

  get all(): readonly BookedAction[] {
    return [...this.#entries.values()]
  }

  /** Makes an action, or replaces the one with its name. @throws ValidationError */
  put(schedule: Schedule): BookedAction {
    const { minSize, maxSize, desiredCapacity, recurrence, start, end } = schedule
    if (minSize === undefined && maxSize === undefined && desiredCapacity === undefined)
      throw new ValidationError('At least one of MinSize, MaxSize and DesiredCapacity must be given')
    if (recurrence === undefined && start === undefined)
      throw new ValidationError('Either a start time or a recurrence must be given')
    const now = this.#state.world.clock.now()
    if (start !== undefined && start < now && recurrence === undefined)
      throw new ValidationError('Given start time is in the past')
    if (end !== undefined && end < (start ?? now)) throw new ValidationError('Given end time is before the start time')
    const next = this.#nextOf(schedule, now - 1)
    const before = this.#entries.get(schedule.name)
    before?.stop()
    const entry: Entry = { schedule, arn: before?.arn ?? this.#newArn(schedule.name), next, stop: () => {} }
    this.#entries.set(schedule.name, entry)
    this.#arm(entry)
    return entry
  }

  /** @returns whether there was one */
  remove(name: string): boolean {
    this.#entries.get(name)?.stop()
    return this.#entries.delete(name)
  }

  stop(): void {
    for (const { stop } of this.#entries.values()) stop()
  }

  #nextOf(schedule: Schedule, after: Instant): Instant | undefined {
    const { start, end } = schedule
    const moment = this.#candidate(schedule, start === undefined ? after : Math.max(after, start - 1))
    return moment !== undefined && end !== undefined && moment > end ? undefined : moment
  }

  #candidate({ recurrence, timeZone, start }: Schedule, after: Instant): Instant | undefined {
    if (recurrence === undefined) return start !== undefined && start > after ? start : undefined
    const reader: Recurrence = readRecurrence(recurrence, timeZone)
    return reader.after(after)
  }

  // Without a next time an action has nothing left to do: AWS deletes it, too.
  #arm(entry: Entry): void {
    const { next } = entry
    if (next === undefined) {
      this.#entries.delete(entry.schedule.name)
      return
    }
    entry.stop = at(this.#state.world.clock, next, () => {
      entry.next = this.#nextOf(entry.schedule, next)
      this.#arm(entry)
      if (this.#state.stopped) return
      const { name } = entry.schedule
      if (this.#state.processes.has('ScheduledActions')) {
        this.#state.note('autoscaling.scheduleMissed', `${name} did not run: scheduled actions are suspended`)
      } else this.#run(entry.schedule)
    })
  }

  #newArn(name: string): string {
    const { architecture, random } = this.#state.world
    const { region, account } = architecture
    return `arn:aws:autoscaling:${region}:${account}:scheduledUpdateGroupAction:${random.uuid()}:autoScalingGroupName/${this.#state.definition.name}:scheduledActionName/${name}`
  }
}
