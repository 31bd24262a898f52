import type { Clock } from '@terrace/kit'
import { EventBus, type Instant, type Random, type Stop } from '@terrace/kit'

/**
 * The status codes in use here, of `ScalingActivityStatusCode`.
 * @see Amazon EC2 Auto Scaling API Reference, "Activity"
 */
export type ActivityStatus =
  | 'WaitingForInstanceId'
  | 'PreInService'
  | 'InProgress'
  | 'MidLifecycleAction'
  | 'WaitingForELBConnectionDraining'
  | 'Successful'
  | 'Failed'
  | 'Cancelled'

/** What an activity does: decides which event and which notification its end is. */
export type ActivityKind = 'launch' | 'terminate' | 'other'

/** One scaling activity, with the wording of EC2 Auto Scaling. */
export interface Activity {
  readonly id: string
  readonly kind: ActivityKind
  description: string
  readonly cause: string
  readonly startedAt: Instant
  readonly details: { readonly subnet: string; readonly zone: string }
  instance: string | undefined
  endedAt?: Instant
  status: ActivityStatus
  statusMessage?: string
}

export type ActivityStart = Pick<Activity, 'kind' | 'description' | 'cause' | 'details' | 'instance' | 'status'>

/** How far an activity is, in percent, as the API says it. Source: values seen in AWS's own examples. */
export const progressOf = ({ status }: Activity): number => {
  if (status === 'Successful' || status === 'Failed' || status === 'Cancelled') return 100
  return status === 'WaitingForInstanceId' || status === 'PreInService' ? 30 : 50
}

const ENDED: ReadonlySet<ActivityStatus> = new Set(['Successful', 'Failed', 'Cancelled'])

/** How many activities of a group are kept; AWS keeps those of six weeks. */
const KEPT = 1000

/** The activity history of a group, the newest first. */
export class ActivityLog {
  readonly #clock: Clock
  readonly #random: Random
  readonly #entries: Activity[] = []
  readonly #ends = new EventBus<{ readonly kind: 'ended'; readonly activity: Activity }>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  get all(): readonly Activity[] {
    return this.#entries
  }

  get inProgress(): boolean {
    return this.#entries.some(({ status }) => !ENDED.has(status))
  }

  begin(start: ActivityStart): Activity {
    const activity: Activity = { id: this.#random.uuid(), startedAt: this.#clock.now(), ...start }
    this.#entries.unshift(activity)
    this.#entries.length = Math.min(this.#entries.length, KEPT)
    return activity
  }

  end(activity: Activity, status: 'Successful' | 'Failed' | 'Cancelled', message?: string): void {
    activity.status = status
    activity.endedAt = this.#clock.now()
    if (message !== undefined) activity.statusMessage = message
    this.#ends.publish({ kind: 'ended', activity })
  }

  onEnd(listener: (activity: Activity) => void): Stop {
    return this.#ends.on('ended', ({ activity }) => listener(activity))
  }
}
