import type { Cidr, NetworkAclRule, NodeId, Peer, Protocol, SecurityGroupRule } from '@terrace/model'
import { addressToNumber, type Bounds, bounds, inBounds } from './addresses.ts'
import type { PortRange } from './process/view.ts'

/** The other end of a connection as rules see it: its address, and its groups when it is seen by its private one. */
export interface PeerAddress {
  readonly address: string
  readonly securityGroups: readonly NodeId[]
}

/** Matches rules against addresses and ports; every range is read once. */
export class Matcher {
  readonly #ranges = new Map<Cidr, Bounds>()
  readonly #prefixLists: ReadonlyMap<string, readonly Cidr[]>

  constructor(prefixLists: ReadonlyMap<string, readonly Cidr[]>) {
    this.#prefixLists = prefixLists
  }

  contains(cidr: Cidr, address: string): boolean {
    return inBounds(this.boundsOf(cidr), addressToNumber(address))
  }

  boundsOf(cidr: Cidr): Bounds {
    const known = this.#ranges.get(cidr)
    if (known) return known
    const made = bounds(cidr)
    this.#ranges.set(cidr, made)
    return made
  }

  /**
   * Whether a rule of a group lets a TCP connection pass. A group as peer means the private addresses of its members.
   * @see VPC User Guide, "Security group rules"
   */
  groupRuleMatches(rule: SecurityGroupRule, peer: PeerAddress, port: number): boolean {
    return isTcp(rule.protocol) && inPorts(rule.ports, port) && this.#isPeer(rule.peer, peer)
  }

  /**
   * Whether an ACL lets TCP packets to these ports pass: the first rule that matches decides, and in the end none does.
   * @see VPC User Guide, "Control traffic to subnets using Network ACLs"
   */
  aclAllows(rules: readonly NetworkAclRule[], address: string, ports: PortRange): boolean {
    const [first, last] = ports
    const edges = rules.flatMap(rule => (rule.ports ? [rule.ports[0], rule.ports[1] + 1] : []))
    const stretches = [first, ...edges.filter(port => port > first && port <= last)]
    const near = rules.filter(rule => isTcp(rule.protocol) && isIpv4(rule.cidr) && this.contains(rule.cidr, address))
    return stretches.every(port => near.find(rule => inPorts(rule.ports, port))?.action === 'allow')
  }

  /** Prefix lists that rules name and nobody knows. */
  isUnknownList(peer: Peer): boolean {
    return peer.kind === 'prefixList' && !this.#prefixLists.has(peer.id)
  }

  /** The ranges that a peer stands for; none for a group. */
  rangesOf(peer: Peer): readonly Cidr[] {
    if (peer.kind === 'cidr') return [peer.cidr]
    return peer.kind === 'prefixList' ? (this.#prefixLists.get(peer.id) ?? []) : []
  }

  #isPeer(peer: Peer, { address, securityGroups }: PeerAddress): boolean {
    if (peer.kind === 'securityGroup') return securityGroups.includes(peer.node)
    return this.rangesOf(peer).some(cidr => this.contains(cidr, address))
  }
}

/** A rule that is open to every IPv4 address. */
export const isOpen = ({ peer }: SecurityGroupRule): boolean => peer.kind === 'cidr' && peer.cidr === '0.0.0.0/0'

/** A rule that lets TCP through on every port. */
export const isEveryPort = ({ protocol, ports }: SecurityGroupRule): boolean =>
  isTcp(protocol) && (ports === undefined || (ports[0] <= 1 && ports[1] >= 65_535))

export const isIpv4 = (cidr: Cidr): boolean => !cidr.includes(':')

const isTcp = (protocol: Protocol): boolean =>
  protocol === 'all' || protocol === 'tcp' || protocol === 6 || protocol === -1

const inPorts = (ports: PortRange | undefined, port: number): boolean =>
  ports === undefined || (port >= ports[0] && port <= ports[1])
