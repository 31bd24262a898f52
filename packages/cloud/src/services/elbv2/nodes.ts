import type { LoadBalancer, NodeId, Zone } from '@terrace/model'
import type { DataPlane } from '../../dataplane/data-plane.ts'
import type { Network, NetworkInterface } from '../../network/network.ts'
import type { World } from '../../world.ts'
import type { TargetRegistry } from './registry.ts'
import { type BalancingState, isCrossZone } from './state.ts'

/** Healthy targets that a zone needs, lest its node leave the balancer's name. */
const MINIMUM_HEALTHY = 1

/**
 * Whoever comes in at the public entrance, as security groups see it: an address of the internet that is nobody's.
 * differs: rules for particular addresses outside can't be tried from this machine
 */
const VIEWER = '203.0.113.1'

/**
 * The nodes of the balancers in the network, one a zone, and which of them a balancer's name stands for.
 *
 * @see ELB User Guide for Application Load Balancers, "Target group health": DNS failover
 */
export class BalancerNodes {
  readonly #state: BalancingState
  readonly #world: World
  readonly #network: Network
  readonly #dataPlane: DataPlane
  readonly #interfaces = new Map<NodeId, readonly NetworkInterface[]>()
  readonly #inService = new Map<NodeId, string>()
  readonly #closed = new Map<NodeId, string>()

  constructor(state: BalancingState, world: World, network: Network, dataPlane: DataPlane) {
    this.#state = state
    this.#world = world
    this.#network = network
    this.#dataPlane = dataPlane
  }

  attach(loadBalancer: LoadBalancer): void {
    const interfaces = loadBalancer.subnets.map(subnet =>
      this.#network.attach({
        owner: loadBalancer.name,
        subnet,
        securityGroups: loadBalancer.securityGroups,
        publicAddress: loadBalancer.scheme === 'internet-facing',
        announce: true,
      }),
    )
    this.#interfaces.set(loadBalancer.id, interfaces)
  }

  of(loadBalancer: NodeId): readonly NetworkInterface[] {
    return this.#interfaces.get(loadBalancer) ?? []
  }

  inZone(loadBalancer: NodeId, zone: Zone): NetworkInterface | undefined {
    return this.of(loadBalancer).find(node => node.zone === zone)
  }

  /** Looks again which ports of which nodes nobody outside gets through to. */
  updateDoors(): void {
    for (const loadBalancer of this.#state.loadBalancers) {
      if (loadBalancer.scheme !== 'internet-facing') continue
      const closed = this.of(loadBalancer.id).flatMap(node => this.#closedPorts(loadBalancer, node))
      const text = JSON.stringify(closed)
      if (text === (this.#closed.get(loadBalancer.id) ?? '[]')) continue
      this.#closed.set(loadBalancer.id, text)
      this.#dataPlane.send({ type: 'closedPorts', loadBalancer: loadBalancer.id, closed })
    }
  }

  #closedPorts({ id, name }: LoadBalancer, node: NetworkInterface): { zone: Zone; port: number }[] {
    const ports = new Set(this.#state.listenersOf(id).map(listener => listener.port))
    return [...ports].flatMap(port => {
      const verdict = this.#network.decideFromOutside(VIEWER, node, port)
      if (verdict.kind === 'accepted' || !this.#world.zones.isUp(node.zone)) return []
      const message = `nobody outside gets an answer from ${name} in ${node.zone} at port ${port}: ${verdict.because}`
      this.#world.journal.write({ kind: 'network.dropped', node: id, message, details: { port, zone: node.zone } })
      return [{ zone: node.zone, port }]
    })
  }

  /** Looks again which nodes the names stand for. */
  update(registry: TargetRegistry): void {
    for (const loadBalancer of this.#state.loadBalancers) {
      const nodes = this.#nodesInService(loadBalancer, registry)
      const zones = nodes.map(({ zone }) => zone)
      if (this.#inService.get(loadBalancer.id) === zones.join()) continue
      const before = this.#inService.get(loadBalancer.id)
      this.#inService.set(loadBalancer.id, zones.join())
      this.#network.setName(
        loadBalancer.dnsName,
        // From inside, a public name leads out of the VPC and in again, as on AWS.
        nodes.map(({ address, publicIp }) => publicIp ?? address),
      )
      this.#dataPlane.send({ type: 'nodesInService', loadBalancer: loadBalancer.id, zones })
      if (before !== undefined) this.#note(loadBalancer, zones)
    }
  }

  // When no zone is good enough, all are in the name: the same as failing open.
  #nodesInService(loadBalancer: LoadBalancer, registry: TargetRegistry): readonly NetworkInterface[] {
    const all = this.of(loadBalancer.id)
    const up = all.filter(({ zone }) => this.#world.zones.isUp(zone))
    const passing = up.filter(({ zone }) => this.#passes(loadBalancer, zone, registry))
    if (passing.length > 0) return passing
    return up.length > 0 ? up : all
  }

  #passes(loadBalancer: LoadBalancer, zone: Zone, registry: TargetRegistry): boolean {
    const groups = this.#state.targetGroupsOf(loadBalancer.id)
    const used = groups.filter(({ id }) => registry.registrations(id).length > 0)
    if (used.length === 0) return true
    return used.some(group => {
      // Nobody looks: it can't be unhealthy.
      if (!group.healthCheck.enabled) return true
      const scope = isCrossZone(group, loadBalancer) ? undefined : zone
      const { healthy } = registry.hostCounts(group.id, zone, scope)
      return healthy >= (group.dnsFailover?.minimumHealthyTargets ?? MINIMUM_HEALTHY)
    })
  }

  #note({ id, name }: LoadBalancer, zones: readonly Zone[]): void {
    this.#world.journal.write({
      kind: 'elbv2.nodesInService',
      node: id,
      message: `the name of ${name} leads to its nodes in ${zones.join(' and ')}`,
      details: { zones },
    })
  }
}
