import type { HealthState } from '../../dataplane/balancer/target-health.ts'
import type { ReportedHealth } from './target-groups.ts'

/** Worst first: what one node sees is what is reported, until the nodes agree. */
const SEVERITY: readonly HealthState[] = ['unhealthy', 'initial', 'healthy', 'unavailable', 'draining', 'unused']

/** The worst of what several nodes, or several registrations, say. */
export const worst = (seen: readonly ReportedHealth[]): ReportedHealth | undefined =>
  [...seen].sort((a, b) => SEVERITY.indexOf(a.state) - SEVERITY.indexOf(b.state))[0]

/**
 * States that don't come from a check, with AWS's reasons.
 * @see ELB User Guide for Application Load Balancers, "Health checks for Application Load Balancer target groups"
 */
export const NOT_REGISTERED: ReportedHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
}
export const NOT_IN_USE: ReportedHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
}
export const ZONE_NOT_ENABLED: ReportedHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target is in an Availability Zone that is not enabled for the load balancer',
}
export const INITIAL: ReportedHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
}
export const DRAINING: ReportedHealth = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
}

/** The health of an instance that doesn't run. @param state  such as `stopped` */
export const invalidState = (state: string): ReportedHealth => ({
  state: 'unused',
  reason: 'Target.InvalidState',
  description: `Target is in the ${state} state`,
})
