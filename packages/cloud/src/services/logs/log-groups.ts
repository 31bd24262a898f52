import type { Instant } from '@terrace/kit'

export interface LogEvent {
  readonly at: Instant
  readonly message: string
}

/** The log groups of CloudWatch Logs, for what the cloud itself writes; the port `logGroups`. */
export interface LogGroups {
  has(group: string): boolean
  /** Does nothing when it exists. */
  create(group: string): void
  /** Appends to a stream, which is made when it isn't there. @throws AwsError ResourceNotFoundException without the group */
  put(group: string, stream: string, events: readonly LogEvent[]): void
}
