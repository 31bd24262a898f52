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
  /** The target receives requests as soon as it is healthy. `id` is the instance's, or the address for the type `ip`. */
  register(
    targetGroup: NodeId,
    target: { readonly id: string; readonly networkInterface: NetworkInterface; readonly port?: number },
  ): void
  /**
   * No new requests; resolves when nothing is under way any more, or the deregistration delay is over. Until then it is
   * `draining` in any case, and `unused` (told by `onHealth`) afterwards. An unknown target is deregistered already.
   */
  deregister(targetGroup: NodeId, id: string, port?: number): Promise<void>
  healthOf(targetGroup: NodeId, id: string, port?: number): ReportedHealth
  onHealth(listener: (targetGroup: NodeId, id: string, health: ReportedHealth) => void): Stop
}
