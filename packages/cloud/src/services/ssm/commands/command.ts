import type { Duration, Instant } from '@terrace/kit'

/** @see Systems Manager User Guide "Understanding command statuses" */
export type CommandStatus = 'Pending' | 'InProgress' | 'Success' | 'Cancelling' | 'Cancelled' | 'TimedOut' | 'Failed'

/** `Targets` of a command: `tag:Name`, `InstanceIds`, `tag-key`. */
export interface CommandTarget {
  readonly key: string
  readonly values: readonly string[]
}

/** What SendCommand asks for, checked. */
export interface CommandRequest {
  readonly documentName: string
  readonly instanceIds: readonly string[]
  readonly targets: readonly CommandTarget[]
  readonly parameters: Readonly<Record<string, readonly string[]>>
  readonly commands: readonly string[]
  readonly workingDirectory: string | undefined
  readonly executionTimeout: Duration
  readonly deliveryTimeout: Duration
  readonly comment: string
  /** A number, or a percentage of the targets. */
  readonly maxConcurrency: string
  readonly maxErrors: string
}

/** One command on one instance. */
export interface Invocation {
  readonly instanceId: string
  readonly instanceName: string
  status: CommandStatus
  /** Finer than the status: `Execution Timed Out`, `Delivery Timed Out`, `Undeliverable`. */
  statusDetails: string
  requestedAt: Instant
  startedAt: Instant | undefined
  endedAt: Instant | undefined
  /** -1 before it has ended. */
  responseCode: number
  output: string
  errorOutput: string
}

/** A command with what became of it everywhere. */
export interface Command {
  readonly id: string
  readonly request: CommandRequest
  readonly requestedAt: Instant
  readonly expiresAt: Instant
  readonly invocations: readonly Invocation[]
  status: CommandStatus
  statusDetails: string
}

/** Whether nothing more happens. */
export const isOver = (status: CommandStatus): boolean =>
  status === 'Success' || status === 'Failed' || status === 'TimedOut' || status === 'Cancelled'
