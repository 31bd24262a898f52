import type { Instant } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { Revision } from '../definitions/task-definitions.ts'
import { LIMITS } from '../limits.ts'

/** Where the tasks of a deployment run. */
export interface Placement {
  readonly subnets: readonly NodeId[]
  readonly securityGroups: readonly NodeId[]
  readonly assignPublicIp: boolean
}

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'

/** One deployment of a service. @see ECS API Reference, "Deployment" */
export interface Deployment {
  /** `ecs-svc/<digits>` */
  readonly id: string
  readonly revision: Revision
  readonly placement: Placement
  readonly createdAt: Instant
  updatedAt: Instant
  rolloutState: RolloutState
  rolloutStateReason: string
  /** In a row, until one is well. */
  failedTasks: number
  /** It has been complete: a rollback may lead to it. */
  wasComplete: boolean
  /** Alarms that were in ALARM when it began: AWS doesn't look at alarms then. */
  ignoresAlarms: boolean
  /** Said once that the percentages leave no way. */
  saidBlocked: boolean
}

/** @see ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures": 1 → 3, 25 → 13, 400 → 200 */
export function failureThreshold(desired: number): number {
  const { part, least, most } = LIMITS.circuitBreaker
  return Math.min(most, Math.max(least, Math.ceil(desired * part)))
}
