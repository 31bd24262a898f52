import type { Instant } from '@terrace/kit'

export type ActivityStatus = 'PreInService' | 'WaitingForELBConnectionDraining' | 'InProgress' | 'Successful' | 'Failed'

/** One scaling activity, with the wording of EC2 Auto Scaling. */
export interface Activity {
  readonly id: string
  readonly description: string
  readonly cause: string
  readonly startedAt: Instant
  endedAt?: Instant
  status: ActivityStatus
  statusMessage?: string
}

/** `2026-11-22T10:00:00Z`, as it stands in causes. */
export const causeTime = (at: Instant): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

/** Why capacity changed. @see Amazon EC2 Auto Scaling User Guide, "Verify a scaling activity" */
export const causes = {
  created: (at: Instant, desired: number) =>
    `At ${causeTime(at)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.  ` +
    `At ${causeTime(at)} an instance was started in response to a difference between desired and actual capacity, ` +
    `increasing the capacity from 0 to ${desired}.`,
  desiredChanged: (at: Instant, from: number, to: number) =>
    `At ${causeTime(at)} a user request explicitly set group desired capacity changing the desired capacity from ${from} to ${to}.  ` +
    (to > from
      ? `At ${causeTime(at)} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${to}.`
      : `At ${causeTime(at)} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${from} to ${to}.`),
  elbUnhealthy: (at: Instant) =>
    `At ${causeTime(at)} an instance was taken out of service in response to an ELB system health check failure.`,
  ec2Unhealthy: (at: Instant) =>
    `At ${causeTime(at)} an instance was taken out of service in response to an EC2 instance status check failure.`,
  userTerminated: (at: Instant) =>
    `At ${causeTime(at)} an instance was taken out of service in response to a user request.`,
  replacing: (at: Instant) =>
    `At ${causeTime(at)} an instance was launched in response to an unhealthy instance needing to be replaced.`,
}
