import { type Architecture, type LoadBalancer, type NodeId, nodesOf } from '@terrace/model'
import type { BalancerNode } from '../../dataplane/messages.ts'
import type { NetworkInterface } from '../../network/network.ts'
import type { World } from '../../world.ts'
import type { Service } from '../service.ts'
import { TargetRegistry, type UsedTargetGroup } from './registry.ts'

/** Application Load Balancers: their nodes in the network, their target groups, and what the data plane runs of them. */
export const elbv2: Service = {
  name: 'elasticloadbalancing',
  emulates: ['listener', 'loadBalancer', 'targetGroup'],
  async start(world) {
    const [network, dataPlane] = await Promise.all([world.ports.need('network'), world.ports.need('dataPlane')])
    const { architecture } = world
    const nodesByBalancer = new Map<NodeId, readonly NetworkInterface[]>()
    for (const loadBalancer of nodesOf(architecture, 'loadBalancer')) {
      const nodes = loadBalancer.subnets.map(subnet =>
        network.attach({
          owner: loadBalancer.name,
          subnet,
          securityGroups: loadBalancer.securityGroups,
          publicAddress: loadBalancer.scheme === 'internet-facing',
        }),
      )
      nodesByBalancer.set(loadBalancer.id, nodes)
      network.setName(
        loadBalancer.dnsName,
        nodes.map(node => node.address),
      )
    }
    const used = usedTargetGroups(architecture, nodesByBalancer)
    for (const { targetGroup, nodes } of used.values()) {
      const crossZone = targetGroup.crossZone !== false
      dataPlane.send({ type: 'targetGroup', targetGroup, crossZone, nodes: nodes.map(node => node.zone) })
    }
    for (const loadBalancer of nodesOf(architecture, 'loadBalancer')) {
      const nodes = (nodesByBalancer.get(loadBalancer.id) ?? []).map(
        ({ zone, address }): BalancerNode => ({ zone, address }),
      )
      dataPlane.send({
        type: 'loadBalancer',
        config: { loadBalancer, listeners: listenersOf(architecture, loadBalancer), nodes },
      })
    }
    const registry = new TargetRegistry(world.clock, network, dataPlane, used, (node, target, because) => {
      const message = `${node.owner} in ${node.zone} gets no answer from ${target}: ${because}`
      world.journal.write({ kind: 'network.dropped', message, details: { target } })
    })
    const stopListening = network.onChange(() => registry.networkChanged())
    world.ports.provide('targetGroups', registry)
    noteHealth(world, registry)
    return {
      async stop() {
        stopListening()
      },
    }
  },
}

const listenersOf = (architecture: Architecture, loadBalancer: LoadBalancer) =>
  nodesOf(architecture, 'listener').filter(listener => listener.loadBalancer === loadBalancer.id)

// A target group is checked only when a rule uses it, by the nodes of that rule's balancer.
function usedTargetGroups(
  architecture: Architecture,
  nodesByBalancer: ReadonlyMap<NodeId, readonly NetworkInterface[]>,
): ReadonlyMap<NodeId, UsedTargetGroup> {
  const used = new Map<NodeId, UsedTargetGroup>()
  const groups = new Map(nodesOf(architecture, 'targetGroup').map(group => [group.id, group]))
  for (const listener of nodesOf(architecture, 'listener')) {
    for (const { action } of listener.rules) {
      if (action.kind !== 'forward') continue
      for (const { node } of action.targetGroups) {
        const targetGroup = groups.get(node)
        if (targetGroup) used.set(node, { targetGroup, nodes: nodesByBalancer.get(listener.loadBalancer) ?? [] })
      }
    }
  }
  return used
}

function noteHealth(world: World, registry: TargetRegistry): void {
  registry.onHealth((targetGroup, id, { state, reason }) => {
    const because = reason === undefined ? '' : ` (${reason})`
    world.journal.write({
      kind: `elbv2.${state}`,
      node: targetGroup,
      message: `target ${id} is ${state}${because}`,
      details: { target: id, state, reason },
    })
  })
}
