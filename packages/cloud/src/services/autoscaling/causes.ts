import type { Instant } from '@terrace/kit'

/** `2026-11-22T10:00:00Z`, as it stands in causes. */
export const causeTime = (at: Instant): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

const TOOK_OUT = 'an instance was taken out of service in response to'

/**
 * Why the desired capacity changed, as the first sentence of a cause.
 * @see Amazon EC2 Auto Scaling User Guide, "Verify a scaling activity for an Auto Scaling group"; AWS CLI examples of
 * `describe-scaling-activities`
 */
export const changes = {
  created: (at: Instant, desired: number) =>
    `At ${causeTime(at)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`,
  desiredSet: (at: Instant, from: number, to: number) =>
    `At ${causeTime(at)} a user request explicitly set group desired capacity changing the desired capacity from ${from} to ${to}.`,
  updated: (at: Instant, from: number, to: number, bounds: { readonly min: number; readonly max: number }) =>
    `At ${causeTime(at)} a user request update of AutoScalingGroup constraints to min: ${bounds.min}, max: ${bounds.max}, ` +
    `desired: ${to} changing the desired capacity from ${from} to ${to}.`,
  alarm: (at: Instant, alarm: string, policy: string, from: number, to: number) =>
    `At ${causeTime(at)} a monitor alarm ${alarm} in state ALARM triggered policy ${policy} changing the desired capacity from ${from} to ${to}.`,
  executed: (at: Instant, policy: string, from: number, to: number) =>
    `At ${causeTime(at)} a user request executed policy ${policy} changing the desired capacity from ${from} to ${to}.`,
  scheduled: (at: Instant, action: string, steps: readonly string[]) =>
    [`At ${causeTime(at)} the scheduled action ${action} executed.`, ...steps].join(' '),
}

/** Why an instance was launched or taken out, as the last sentences of a cause. */
export const causes = {
  grow: (at: Instant, from: number, to: number) =>
    `At ${causeTime(at)} an instance was started in response to a difference between desired and actual capacity, ` +
    `increasing the capacity from ${from} to ${to}.`,
  shrink: (at: Instant, from: number, to: number, id: string) =>
    `At ${causeTime(at)} ${TOOK_OUT} a difference between desired and actual capacity, shrinking the capacity from ` +
    `${from} to ${to}.  At ${causeTime(at)} instance ${id} was selected for termination.`,
  replacing: (at: Instant) =>
    `At ${causeTime(at)} an instance was launched in response to an unhealthy instance needing to be replaced.`,
  elbUnhealthy: (at: Instant) => `At ${causeTime(at)} ${TOOK_OUT} an ELB system health check failure.`,
  statusCheckFailed: (at: Instant) => `At ${causeTime(at)} ${TOOK_OUT} an EC2 instance status check failure.`,
  notRunning: (at: Instant) =>
    `At ${causeTime(at)} ${TOOK_OUT} an EC2 health check indicating it has been terminated or stopped.`,
  userUnhealthy: (at: Instant) => `At ${causeTime(at)} ${TOOK_OUT} a user health-check.`,
  protectedFromScaleIn: (at: Instant) =>
    `At ${causeTime(at)} a scale-in was requested, and all remaining instances are protected from scale-in.`,
  userTerminated: (at: Instant, id: string, shrink?: { readonly from: number; readonly to: number }) =>
    `At ${causeTime(at)} instance ${id} was taken out of service in response to a user request` +
    `${shrink ? `, shrinking the capacity from ${shrink.from} to ${shrink.to}` : ''}.`,
  abandoned: (at: Instant, id: string) =>
    `At ${causeTime(at)} instance ${id} was taken out of service because its launch was abandoned.`,
  tooOld: (at: Instant) => `At ${causeTime(at)} ${TOOK_OUT} the maximum instance lifetime of the group.`,
  refreshed: (at: Instant) => `At ${causeTime(at)} ${TOOK_OUT} an instance refresh.`,
  refreshing: (at: Instant) => `At ${causeTime(at)} an instance was launched in response to an instance refresh.`,
  rebalancing: (at: Instant, zones: readonly string[]) =>
    `At ${causeTime(at)} instances were launched to balance instances in zones ${zones.join(' ')} with other zones ` +
    'resulting in more than desired number of instances in the group.',
  rebalanced: (at: Instant) => `At ${causeTime(at)} ${TOOK_OUT} the rebalancing of instances over zones.`,
  toStandby: (at: Instant, id: string, shrink?: { readonly from: number; readonly to: number }) =>
    `At ${causeTime(at)} instance ${id} was moved to standby in response to a user request` +
    `${shrink ? `, shrinking the capacity from ${shrink.from} to ${shrink.to}` : ''}.`,
  fromStandby: (at: Instant, id: string, from: number, to: number) =>
    `At ${causeTime(at)} instance ${id} was moved out of standby in response to a user request, increasing the capacity from ${from} to ${to}.`,
  detached: (at: Instant, id: string, shrink?: { readonly from: number; readonly to: number }) =>
    `At ${causeTime(at)} instance ${id} was detached in response to a user request` +
    `${shrink ? `, shrinking the capacity from ${shrink.from} to ${shrink.to}` : ''}.`,
  attached: (at: Instant, id: string, from: number, to: number) =>
    `At ${causeTime(at)} an instance ${id} was attached in response to a user request, increasing the capacity from ${from} to ${to}.`,
}

/** Sentences of a cause stand two spaces apart. */
export const joinCause = (...sentences: readonly (string | undefined)[]): string =>
  sentences.filter(sentence => sentence !== undefined && sentence !== '').join('  ')
