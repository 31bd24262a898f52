import type { Stop } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { HealthState } from '../../dataplane/balancer/target-health.ts'
import type { NetworkInterface } from '../../network/network.ts'

/** The health of a target as the balancer reports it. */
export interface ReportedHealth {
  readonly state: HealthState
  readonly reason?: string
  readonly description?: string
}

/** Registers targets and tells their health; the port `targetGroups`. */
export interface TargetGroups {
  /** The target receives requests as soon as it is healthy. */
  register(
    targetGroup: NodeId,
    target: { readonly id: string; readonly networkInterface: NetworkInterface; readonly port?: number },
  ): void
  /** No new requests; resolves when nothing is under way any more, or the deregistration delay is over. */
  deregister(targetGroup: NodeId, id: string): Promise<void>
  healthOf(targetGroup: NodeId, id: string): ReportedHealth
  onHealth(listener: (targetGroup: NodeId, id: string, health: ReportedHealth) => void): Stop
}
