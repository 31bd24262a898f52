import type { Clock, Instant, Random } from '@terrace/kit'
import { LIMITS } from './limits.ts'

/** One scaling activity. @see Application Auto Scaling API Reference, "ScalingActivity" */
export interface Activity {
  readonly id: string
  readonly description: string
  readonly cause: string
  readonly startedAt: Instant
  endedAt?: Instant
  status: 'Pending' | 'InProgress' | 'Successful' | 'Overridden' | 'Unfulfilled' | 'Failed'
  statusMessage: string
}

/** The activities of a target, the newest first. */
export class Activities {
  readonly #clock: Clock
  readonly #random: Random
  readonly #all: Activity[] = []

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  get all(): readonly Activity[] {
    return this.#all
  }

  /** @param start  with a status that is not the end of it it goes on until `end` */
  begin(start: Pick<Activity, 'description' | 'cause' | 'status' | 'statusMessage'>): Activity {
    const activity: Activity = { id: this.#random.uuid(), startedAt: this.#clock.now(), ...start }
    if (start.status !== 'InProgress') activity.endedAt = activity.startedAt
    this.#all.unshift(activity)
    this.#all.length = Math.min(this.#all.length, LIMITS.activities)
    return activity
  }

  end(activity: Activity, status: Activity['status'], statusMessage: string): void {
    activity.status = status
    activity.statusMessage = statusMessage
    activity.endedAt = this.#clock.now()
  }
}

/**
 * AWS's wording.
 * @see Application Auto Scaling User Guide, "Scaling activities for Application Auto Scaling"
 */
export const WORDS = {
  setting: (count: number) => `Setting desired count to ${count}.`,
  waiting: (count: number) => `Successfully set desired count to ${count}. Waiting for change to be fulfilled by ecs.`,
  done: (count: number) => `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`,
  overridden: (count: number) =>
    `Successfully set desired count to ${count}. The change was overridden by a later one.`,
  alarm: (alarm: string, policy: string) => `monitor alarm ${alarm} in state ALARM triggered policy ${policy}`,
  scheduled: (action: string) => `scheduled action name ${action} was triggered`,
  minimum: (capacity: number) => `minimum capacity was set to ${capacity}`,
  maximum: (capacity: number) => `maximum capacity was set to ${capacity}`,
  bounds: (min: number | undefined, max: number | undefined) =>
    [
      ...(min === undefined ? [] : [`min capacity to ${min}`]),
      ...(max === undefined ? [] : [`max capacity to ${max}`]),
    ].join(' and '),
} as const
