import type { HealthCheck } from '@terrace/model'

export type HealthState = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused' | 'unavailable'

/** What one node of a balancer thinks of one target. */
export interface TargetHealth {
  readonly state: HealthState
  readonly reason?: string
  readonly description?: string
  /** Checks in a row with the same result. */
  readonly successes: number
  readonly failures: number
}

export type CheckResult =
  | { readonly passed: true }
  | { readonly passed: false; readonly reason: string; readonly description: string }

export const REGISTERING: TargetHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
  successes: 0,
  failures: 0,
}

/**
 * The state after a check. A new target is healthy after one success, whatever the threshold; an unhealthy one needs as
 * many in a row as the threshold says.
 * @see ELB User Guide for Application Load Balancers, "Health checks for Application Load Balancer target groups"
 */
export function afterCheck(health: TargetHealth, result: CheckResult, config: HealthCheck): TargetHealth {
  const successes = result.passed ? health.successes + 1 : 0
  const failures = result.passed ? 0 : health.failures + 1
  if (result.passed) {
    const healthy = health.state !== 'unhealthy' || successes >= config.healthyThreshold
    if (healthy) return { state: 'healthy', successes, failures }
    return { ...health, successes, failures }
  }
  const { reason, description } = result
  if (failures >= config.unhealthyThreshold) return { state: 'unhealthy', reason, description, successes, failures }
  if (health.state !== 'initial') return { ...health, successes, failures }
  return {
    state: 'initial',
    reason: 'Elb.InitialHealthChecking',
    description: 'Initial health checks in progress',
    successes,
    failures,
  }
}

/** Whether a status code is one the matcher wants: `200`, `200,202` or `200-299`. */
export function matchesCode(matcher: string, code: number): boolean {
  return matcher.split(',').some(part => {
    const [first, last] = part.trim().split('-').map(Number)
    return first !== undefined && code >= first && code <= (last ?? first)
  })
}
