import type { TargetFlow } from '../../dataplane/messages.ts'
import type { Network } from '../../network/network.ts'
import type { World } from '../../world.ts'
import type { BalancerNodes } from './nodes.ts'
import type { BalancingState } from './state.ts'

/** Ports that Linux gives to connections that ask for none. */
const FIRST_EPHEMERAL = 1024
const EPHEMERAL_PORTS = 64_512

/** Tells the network of connections from nodes to targets, for the flow logs. */
export function recordFlows(
  flows: readonly TargetFlow[],
  {
    state,
    nodes,
    network,
    random,
  }: { state: BalancingState; nodes: BalancerNodes; network: Network } & Pick<World, 'random'>,
): void {
  for (const { targetGroup, node, ...flow } of flows) {
    const balancer = state.balancerOf(targetGroup)
    const from = balancer && nodes.inZone(balancer.id, node)
    // On a Unix socket there is no port of the caller's: one is made up, as a machine would.
    const fromPort = FIRST_EPHEMERAL + random.integer(EPHEMERAL_PORTS)
    if (from) network.record({ ...flow, from, fromPort })
  }
}
