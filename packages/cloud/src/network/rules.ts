import {
  type Architecture,
  findNode,
  getNode,
  type NetworkAclRule,
  type NodeId,
  type Peer,
  type Protocol,
  type Route,
  type SecurityGroupRule,
  type Subnet,
} from '@terrace/model'
import { bounds, contains } from './addresses.ts'

/** What the rules need to know of an interface. */
export interface Endpoint {
  readonly address: string
  readonly subnet: NodeId
  readonly securityGroups: readonly NodeId[]
  /** It has a public IPv4 address, so that an internet gateway can carry its traffic. */
  readonly publicAddress: boolean
}

/** Allowed, or the rule that is missing, as a sentence without a full stop. */
export type Ruling = { readonly allowed: true } | { readonly allowed: false; readonly because: string }

const ALLOWED: Ruling = { allowed: true }
const denied = (because: string): Ruling => ({ allowed: false, because })

/** What answers come back to: the ephemeral ports of Linux clients. */
const EPHEMERAL_PORT = 40_000

/**
 * Decides a TCP connection between two interfaces of one VPC: egress of the source's groups, network ACLs of both
 * subnets in both directions (only when it crosses a subnet's border), ingress of the target's groups.
 * @see VPC User Guide, "Security groups" and "Control traffic to subnets using Network ACLs"
 */
export function ruleInside(architecture: Architecture, from: Endpoint, to: Endpoint, port: number): Ruling {
  const vpc = subnet(architecture, from).vpc
  if (subnet(architecture, to).vpc !== vpc)
    return denied(`${to.address} is in another VPC, and nothing connects the two`)
  if (!groupsAllow(architecture, from.securityGroups, 'egress', port, peer => matches(peer, to))) {
    return denied(`no egress rule of ${names(architecture, from.securityGroups)} allows TCP ${port} to ${to.address}`)
  }
  const acl = aclsAllow(architecture, from, to, port)
  if (!acl.allowed) return acl
  if (!groupsAllow(architecture, to.securityGroups, 'ingress', port, peer => matches(peer, from))) {
    return denied(
      `no ingress rule of ${names(architecture, to.securityGroups)} allows TCP ${port} from ${from.address}`,
    )
  }
  return ALLOWED
}

/**
 * Decides a TCP connection to an address outside the VPC: egress rules, the ACL of the subnet, and a route that leads
 * out. An internet gateway needs a public address; a NAT gateway needs a way out of its own subnet.
 * @see VPC User Guide, "Connect to the internet using an internet gateway" and "NAT gateways"
 */
export function ruleOutside(architecture: Architecture, from: Endpoint, address: string, port: number): Ruling {
  if (!groupsAllow(architecture, from.securityGroups, 'egress', port, peer => reaches(peer, address))) {
    return denied(`no egress rule of ${names(architecture, from.securityGroups)} allows TCP ${port} to ${address}`)
  }
  const source = subnet(architecture, from)
  if (
    !aclAllows(architecture, source, 'egress', address, port) ||
    !aclAllows(architecture, source, 'ingress', address, EPHEMERAL_PORT)
  ) {
    return denied(`the network ACL of ${source.origin.logicalId} denies TCP ${port} to ${address}`)
  }
  return routeLeadsOut(architecture, source, address, from.publicAddress)
}

/** The route of a subnet for an address, by the longest prefix. */
export function routeFor(architecture: Architecture, from: Subnet, address: string): Route | undefined {
  if (!from.routeTable) return undefined
  const { routes } = getNode(architecture, from.routeTable, 'routeTable')
  return routes
    .filter(route => contains(route.destination, address))
    .sort((a, b) => bounds(b.destination).prefix - bounds(a.destination).prefix)[0]
}

function routeLeadsOut(architecture: Architecture, from: Subnet, address: string, publicAddress: boolean): Ruling {
  const route = routeFor(architecture, from, address)
  const where = from.origin.logicalId
  if (!route) return denied(`the route table of ${where} has no route to ${address}`)
  switch (route.target.kind) {
    case 'internetGateway':
      return publicAddress
        ? ALLOWED
        : denied(`${where} routes to an internet gateway, but the interface has no public address`)
    case 'natGateway': {
      const nat = findNode(architecture, route.target.node, 'natGateway')
      if (!nat) return denied(`the NAT gateway that ${where} routes to is gone`)
      const onward = routeFor(architecture, getNode(architecture, nat.subnet, 'subnet'), address)
      return onward?.target.kind === 'internetGateway'
        ? ALLOWED
        : denied(`the NAT gateway ${nat.origin.logicalId} is in a subnet without a route to an internet gateway`)
    }
    case 'blackhole':
      return denied(`the route of ${where} to ${address} is a black hole: ${route.target.because}`)
    default:
      return ALLOWED
  }
}

function aclsAllow(architecture: Architecture, from: Endpoint, to: Endpoint, port: number): Ruling {
  if (from.subnet === to.subnet) return ALLOWED
  const source = subnet(architecture, from)
  const target = subnet(architecture, to)
  const steps: readonly (readonly [Subnet, 'ingress' | 'egress', string, number])[] = [
    [source, 'egress', to.address, port],
    [target, 'ingress', from.address, port],
    [target, 'egress', from.address, EPHEMERAL_PORT],
    [source, 'ingress', to.address, EPHEMERAL_PORT],
  ]
  for (const [at, direction, address, stepPort] of steps) {
    if (aclAllows(architecture, at, direction, address, stepPort)) continue
    return denied(`the network ACL of ${at.origin.logicalId} denies ${direction} of TCP ${stepPort} with ${address}`)
  }
  return ALLOWED
}

function aclAllows(
  architecture: Architecture,
  at: Subnet,
  direction: 'ingress' | 'egress',
  address: string,
  port: number,
): boolean {
  if (!at.networkAcl) return true
  const acl = getNode(architecture, at.networkAcl, 'networkAcl')
  const first = [...acl[direction]].sort((a, b) => a.number - b.number).find(rule => aclMatches(rule, address, port))
  return first?.action === 'allow'
}

const aclMatches = (rule: NetworkAclRule, address: string, port: number): boolean =>
  isTcp(rule.protocol) && inPorts(rule.ports, port) && contains(rule.cidr, address)

function groupsAllow(
  architecture: Architecture,
  groups: readonly NodeId[],
  direction: 'ingress' | 'egress',
  port: number,
  passes: (peer: Peer) => boolean,
): boolean {
  const allows = (rule: SecurityGroupRule) => isTcp(rule.protocol) && inPorts(rule.ports, port) && passes(rule.peer)
  return groups.some(id => getNode(architecture, id, 'securityGroup')[direction].some(allows))
}

function matches(peer: Peer, other: Endpoint): boolean {
  if (peer.kind === 'securityGroup') return other.securityGroups.includes(peer.node)
  return reaches(peer, other.address)
}

const reaches = (peer: Peer, address: string): boolean => peer.kind === 'cidr' && contains(peer.cidr, address)

const isTcp = (protocol: Protocol): boolean => protocol === 'all' || protocol === 'tcp' || protocol === 6

const inPorts = (ports: readonly [number, number] | undefined, port: number): boolean =>
  ports === undefined || (port >= ports[0] && port <= ports[1])

const subnet = (architecture: Architecture, endpoint: Endpoint): Subnet =>
  getNode(architecture, endpoint.subnet, 'subnet')

const names = (architecture: Architecture, groups: readonly NodeId[]): string =>
  groups.map(id => getNode(architecture, id, 'securityGroup').origin.logicalId).join(', ') || 'no security group'
