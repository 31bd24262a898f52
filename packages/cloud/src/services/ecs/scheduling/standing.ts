import type { Duration, Instant } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { TargetGroups } from '../../../ports.ts'
import { ASSUMED, LIMITS } from '../limits.ts'
import { REASONS } from '../tasks/reasons.ts'
import { isStarting } from '../tasks/status.ts'
import type { Task } from '../tasks/task.ts'
import type { Standing } from './plan.ts'

/** What a task is judged by. */
export interface Judging {
  readonly targetGroups: Pick<TargetGroups, 'healthOf'>
  readonly gracePeriod: Duration
  readonly now: Instant
  readonly arnOf: (targetGroup: NodeId) => string
}

/** A task's standing, and why it is to be replaced. */
export interface Judgement {
  readonly standing: Standing
  /** The `stoppedReason` it will have. */
  readonly because?: string
  /** Of an unhealthy target: its group, port and reason, for the service's events. */
  readonly target?: { readonly arn: string; readonly port: number; readonly reason: string }
}

/**
 * Judges a task. Unhealthy checks of the balancer and of containers count when the grace period since its start is over;
 * it is healthy when its targets are, and its checked containers; with neither, 40 s after it runs.
 *
 * @see ECS API Reference, "DeploymentConfiguration" and "Service" (`healthCheckGracePeriodSeconds`)
 */
export function judge(task: Task, judging: Judging): Judgement {
  const { targetGroups, gracePeriod, now, arnOf } = judging
  const { targets } = task.request
  // Of a task behind a balancer the balancer's checks tell; the others are waited for in vain.
  const silentFor = task.lost && targets.length === 0 ? now - task.connectivityAt : 0
  if (task.lost && (isStarting(task.lastStatus) || silentFor >= ASSUMED.lostAfter)) {
    return { standing: 'unhealthy', because: REASONS.lost(task.zone) }
  }
  if (isStarting(task.lastStatus)) return { standing: 'starting' }
  const seen = targets.map(({ targetGroup, port }) => ({
    health: targetGroups.healthOf(targetGroup, task.networkInterface.address, port),
    arn: arnOf(targetGroup),
    port,
  }))
  const running = now - (task.startedAt ?? now)
  if (running >= gracePeriod) {
    if (task.healthStatus === 'UNHEALTHY') return { standing: 'unhealthy', because: REASONS.container }
    const bad = seen.find(({ health }) => health.state === 'unhealthy')
    if (bad) {
      const { arn, port, health } = bad
      const reason = health.description ?? health.reason ?? 'Health checks failed'
      return { standing: 'unhealthy', because: REASONS.elb(arn), target: { arn, port, reason } }
    }
  }
  const targetsWell = seen.every(({ health }) => health.state === 'healthy' || health.state === 'unused')
  const containersWell = !task.checked || task.healthStatus === 'HEALTHY'
  const waited = targets.length > 0 || task.checked || running >= LIMITS.healthyAfter
  return { standing: targetsWell && containersWell && waited ? 'healthy' : 'waiting' }
}
