import type { NodeId, SecurityGroupRule, Subnet } from '@terrace/model'
import type { FaultState } from './faults.ts'
import type { Interfaces } from './interfaces.ts'
import { isEveryPort, isOpen, type Matcher, type PeerAddress } from './matching.ts'
import type { NetworkInterface, Stage } from './network.ts'
import { AWS_ADDRESSES } from './process/aws-hosts.ts'
import type { PortRange } from './process/view.ts'
import type { Routing } from './routing.ts'
import type { RuleState } from './rule-state.ts'
import type { Topology } from './topology.ts'

/** One thing in the way of a connection. What belongs to the path stops standing connections, too. */
export interface Obstacle {
  readonly kind: 'group' | 'path'
  readonly stage: Stage
  readonly because: () => string
}

/** A connection as the rules see it: what is in its way, in the order of its packets. */
export interface Crossing {
  readonly obstacles: readonly Obstacle[]
  /** Neither end keeps track of it, so that it ends with the rule that allows it. */
  readonly untracked: boolean
  /** The address that the target sees; `public` for the own public one. */
  readonly source: string
  /** The gateway endpoint, or the NAT gateway's interface, that it goes through. */
  readonly endpoint?: NodeId
  readonly nat?: NetworkInterface
}

/** What the decisions are made from. */
export interface DecisionParts {
  readonly topology: Topology
  readonly interfaces: Interfaces
  readonly rules: RuleState
  readonly routing: Routing
  readonly matcher: Matcher
  readonly faults: FaultState
  /** The interface of each NAT gateway. */
  readonly natInterfaces: ReadonlyMap<NodeId, NetworkInterface>
  readonly isOutside: (address: string) => boolean
}

/** What answers come back to. @see VPC User Guide, "Network ACLs": ephemeral ports */
const LINUX_PORTS: PortRange = [32_768, 60_999]
const BALANCER_PORTS: PortRange = [1024, 65_535]

const EVERY_AWS_ADDRESS: ReadonlySet<string> = new Set(Object.values(AWS_ADDRESSES))

type Direction = 'ingress' | 'egress'

/**
 * Decides TCP connections: routes by the longest prefix, network ACLs in both directions, security groups at both ends,
 * and the faults that are there.
 *
 * An ACL must let answers through on every port that a client may have: 32768–60999, for balancers and NAT gateways
 * 1024–65535. On AWS a narrower range lets some connections through and others not; here it drops all of them, and the
 * reason says so.
 *
 * @see VPC User Guide, "Security groups", "Control traffic to subnets using Network ACLs", "Route priority"
 */
export class Decisions {
  readonly #parts: DecisionParts

  constructor(parts: DecisionParts) {
    this.#parts = parts
  }

  /** Between two interfaces, by their private addresses. */
  inside(from: NetworkInterface, to: NetworkInterface, port: number): Crossing {
    const { topology, routing } = this.#parts
    const [source, target] = [topology.subnet(from.subnet), topology.subnet(to.subnet)]
    const obstacles: Obstacle[] = []
    if (source.vpc !== target.vpc) {
      obstacles.push(path('route', () => `${to.address} is in another VPC, and nothing connects the two`))
    }
    const crosses = source.id !== target.id
    obstacles.push(...this.#group(from, 'egress', to, port))
    if (crosses) obstacles.push(...this.#acl(source, 'egress', to.address, [port, port], 'egress'))
    const detour = routing.inside(source, to.address) ?? routing.inside(target, from.address)
    if (detour !== undefined) obstacles.push(path('route', () => detour))
    obstacles.push(...this.#fault(from), ...this.#fault(to))
    if (crosses) obstacles.push(...this.#acl(target, 'ingress', from.address, [port, port], 'ingress'))
    obstacles.push(...this.#group(to, 'ingress', from, port))
    if (crosses) {
      const answers = ephemeralPorts(from)
      obstacles.push(...this.#acl(target, 'egress', from.address, answers, 'replyEgress'))
      obstacles.push(...this.#acl(source, 'ingress', to.address, answers, 'replyIngress'))
    }
    const privateLink = to.type === 'vpcEndpoint'
    const untracked =
      this.#isUntracked(from, 'egress', to, port) || (!privateLink && this.#isUntracked(to, 'ingress', from, port))
    return { obstacles, untracked, source: from.address }
  }

  /** To an address outside of the own VPC: of AWS, of an interface that has a public one, or somewhere else. */
  outside(from: NetworkInterface, address: string, port: number): Crossing {
    const { topology, interfaces, routing, natInterfaces } = this.#parts
    const subnet = topology.subnet(from.subnet)
    const peer = { address, securityGroups: [] }
    const obstacles: Obstacle[] = [
      ...this.#group(from, 'egress', peer, port),
      ...this.#acl(subnet, 'egress', address, [port, port], 'egress'),
      ...this.#fault(from),
    ]
    let source = 'public'
    let rest: Pick<Crossing, 'endpoint' | 'nat'> = {}
    const hop = routing.out(subnet, address)
    if (hop.kind === 'lost') obstacles.push(path('route', () => hop.because))
    if (hop.kind === 'gatewayEndpoint') {
      source = from.address
      rest = { endpoint: hop.endpoint.id }
    }
    if (hop.kind === 'internetGateway' && from.publicIp === undefined) {
      const where = subnet.origin.logicalId
      obstacles.push(
        path('route', () => `${where} routes to an internet gateway, but the interface has no public address`),
      )
    }
    if (hop.kind === 'natGateway') {
      const nat = natInterfaces.get(hop.natGateway.id)
      source = nat?.publicIp ?? 'public'
      const through = this.#throughNat(from, hop.natGateway.id, address, port)
      obstacles.push(...through.obstacles)
      rest = { ...(nat ? { nat } : {}), ...(through.endpoint === undefined ? {} : { endpoint: through.endpoint }) }
    }
    const target = interfaces.atPublic(address)
    if (target) {
      const seen = source === 'public' ? (from.publicIp ?? from.address) : source
      const answers = rest.nat ? BALANCER_PORTS : ephemeralPorts(from)
      obstacles.push(...this.arrival(seen, target, port, answers).obstacles)
    } else if (!EVERY_AWS_ADDRESS.has(address) && !this.#parts.isOutside(address)) {
      obstacles.push(path('route', () => this.#nobody(address)))
    }
    obstacles.push(...this.#acl(subnet, 'ingress', address, ephemeralPorts(from), 'replyIngress'))
    // NAT gateways and gateway endpoints keep track by themselves.
    const tracked = rest.nat !== undefined || rest.endpoint !== undefined
    const arriving = { address: source === 'public' ? (from.publicIp ?? from.address) : source, securityGroups: [] }
    const untracked =
      this.#isUntracked(from, 'egress', peer, port) ||
      (target !== undefined && this.#isUntracked(target, 'ingress', arriving, port))
    return { obstacles, untracked: !tracked && untracked, source, ...rest }
  }

  /** From the internet to the public address of an interface. */
  arrival(source: string, to: NetworkInterface, port: number, answers: PortRange = BALANCER_PORTS): Crossing {
    const { topology, routing } = this.#parts
    const subnet = topology.subnet(to.subnet)
    const peer = { address: source, securityGroups: [] }
    const obstacles: Obstacle[] = [
      ...this.#fault(to),
      ...this.#acl(subnet, 'ingress', source, [port, port], 'ingress'),
      ...this.#group(to, 'ingress', peer, port),
      ...this.#acl(subnet, 'egress', source, answers, 'replyEgress'),
    ]
    if (to.publicIp === undefined) obstacles.push(path('route', () => `${to.owner} has no public address`))
    const back = routing.out(subnet, source)
    if (back.kind !== 'internetGateway') {
      const where = subnet.origin.logicalId
      obstacles.push(
        path(
          'route',
          () => `the answers of ${to.owner} find no way back: ${where} has no route to an internet gateway`,
        ),
      )
    }
    return { obstacles, untracked: this.#isUntracked(to, 'ingress', peer, port), source }
  }

  // The ACL of the NAT gateway's own subnet is asked on both of its sides; it has no security group.
  #throughNat(
    from: NetworkInterface,
    id: NodeId,
    address: string,
    port: number,
  ): { readonly obstacles: readonly Obstacle[]; readonly endpoint?: NodeId } {
    const { topology, routing, natInterfaces } = this.#parts
    const nat = natInterfaces.get(id)
    const natGateway = topology.natGateways.get(id)
    if (!nat || !natGateway) return { obstacles: [path('route', () => `the NAT gateway ${id} is gone`)] }
    const name = natGateway.origin.logicalId
    const subnet = topology.subnet(natGateway.subnet)
    const obstacles: Obstacle[] = []
    if (this.#parts.faults.isBlackholed(nat)) {
      obstacles.push(path('route', () => `the NAT gateway ${name} in ${nat.zone} does not answer`))
    }
    if (subnet.id !== from.subnet) {
      obstacles.push(
        ...this.#acl(subnet, 'ingress', from.address, [port, port], 'route'),
        ...this.#acl(subnet, 'egress', from.address, ephemeralPorts(from), 'route'),
      )
    }
    obstacles.push(
      ...this.#acl(subnet, 'egress', address, [port, port], 'route'),
      ...this.#acl(subnet, 'ingress', address, BALANCER_PORTS, 'route'),
    )
    const onward = routing.out(subnet, address)
    if (onward.kind === 'gatewayEndpoint') return { obstacles, endpoint: onward.endpoint.id }
    if (natGateway.connectivity === 'private') {
      obstacles.push(path('route', () => `the NAT gateway ${name} is a private one: it leads to no internet`))
    } else if (onward.kind !== 'internetGateway') {
      obstacles.push(
        path('route', () => `the NAT gateway ${name} is in a subnet without a route to an internet gateway`),
      )
    }
    return { obstacles }
  }

  #nobody(address: string): string {
    for (const { cidr } of this.#parts.topology.subnets.values()) {
      if (this.#parts.matcher.contains(cidr, address)) return `no interface has the address ${address}`
    }
    return `${address} is outside the system: the local cloud has no internet behind it`
  }

  #group(of: NetworkInterface, direction: Direction, peer: PeerAddress, port: number): Obstacle[] {
    const { rules, matcher } = this.#parts
    const allowed = of.securityGroups.some(id =>
      rules.securityGroup(id)[direction].some(rule => matcher.groupRuleMatches(rule, peer, port)),
    )
    if (allowed) return []
    const because = () => {
      const preposition = direction === 'egress' ? 'to' : 'from'
      const unknown = of.securityGroups
        .flatMap(id => rules.securityGroup(id)[direction])
        .flatMap(rule => (rule.peer.kind === 'prefixList' && matcher.isUnknownList(rule.peer) ? [rule.peer.id] : []))
      const hint = unknown.length > 0 ? ` (the prefix list ${unknown[0]} is not known here and matches nothing)` : ''
      return `no ${direction} rule of ${this.#names(of)} allows TCP ${port} ${preposition} ${peer.address}${hint}`
    }
    return [{ kind: 'group', stage: direction, because }]
  }

  #acl(at: Subnet, direction: Direction, address: string, ports: PortRange, stage: Stage): Obstacle[] {
    if (at.networkAcl === undefined) return []
    const rules = this.#parts.rules.networkAcl(at.networkAcl)[direction]
    if (this.#parts.matcher.aclAllows(rules, address, ports)) return []
    const [first, last] = ports
    const what = first === last ? `TCP ${first}` : `answers on TCP ${first}–${last}`
    const peer = direction === 'egress' ? 'to' : 'from'
    return [
      path(stage, () => `the network ACL of ${at.origin.logicalId} denies ${direction} of ${what} ${peer} ${address}`),
    ]
  }

  #fault(at: NetworkInterface): Obstacle[] {
    if (!this.#parts.faults.isBlackholed(at)) return []
    return [path('route', () => `a fault swallows everything from and to ${at.owner} (${at.address}, ${at.zone})`)]
  }

  /**
   * Not tracked: an open rule lets it in, and an open rule lets every answer out.
   * @see EC2 User Guide, "Amazon EC2 security group connection tracking"
   */
  #isUntracked(of: NetworkInterface, direction: Direction, peer: PeerAddress, port: number): boolean {
    if (of.type === 'natGateway' || of.type === 'vpcEndpoint') return false
    const { rules, matcher } = this.#parts
    const groups = of.securityGroups.map(id => rules.securityGroup(id))
    const has = (side: Direction, passes: (rule: SecurityGroupRule) => boolean) =>
      groups.some(group => group[side].some(rule => isOpen(rule) && passes(rule)))
    const reverse = direction === 'egress' ? 'ingress' : 'egress'
    return has(direction, rule => matcher.groupRuleMatches(rule, peer, port)) && has(reverse, isEveryPort)
  }

  #names(of: NetworkInterface): string {
    const names = of.securityGroups.map(id => this.#nameOf(id))
    return names.join(', ') || 'no security group'
  }

  #nameOf(id: NodeId): string {
    return this.#parts.topology.architecture.nodes.find(node => node.id === id)?.origin.logicalId ?? id
  }
}

const path = (stage: Stage, because: () => string): Obstacle => ({ kind: 'path', stage, because })

const ephemeralPorts = ({ type }: NetworkInterface): PortRange =>
  type === 'loadBalancer' || type === 'natGateway' ? BALANCER_PORTS : LINUX_PORTS
