import { TerraceError } from '@terrace/kit'
import {
  type Architecture,
  type NatGateway,
  type NodeId,
  nodesOf,
  type Subnet,
  type Vpc,
  type VpcEndpoint,
} from '@terrace/model'

/** The parts of an architecture that make its network, found by their id. What changes at run time is in `RuleState`. */
export class Topology {
  readonly architecture: Architecture
  readonly subnets: ReadonlyMap<NodeId, Subnet>
  readonly vpcs: ReadonlyMap<NodeId, Vpc>
  readonly natGateways: ReadonlyMap<NodeId, NatGateway>
  readonly endpoints: ReadonlyMap<NodeId, VpcEndpoint>

  constructor(architecture: Architecture) {
    this.architecture = architecture
    this.subnets = byId(nodesOf(architecture, 'subnet'))
    this.vpcs = byId(nodesOf(architecture, 'vpc'))
    this.natGateways = byId(nodesOf(architecture, 'natGateway'))
    this.endpoints = byId(nodesOf(architecture, 'vpcEndpoint'))
  }

  /** @throws TerraceError NETWORK_NO_SUBNET */
  subnet(id: NodeId): Subnet {
    const subnet = this.subnets.get(id)
    if (subnet) return subnet
    throw new TerraceError('NETWORK_NO_SUBNET', `unknown subnet ${id}`, { blame: 'internal' })
  }

  /** The VPC of a subnet; nothing in a test that has none. */
  vpcOf(subnet: NodeId): Vpc | undefined {
    return this.vpcs.get(this.subnet(subnet).vpc)
  }
}

const byId = <T extends { readonly id: NodeId }>(nodes: readonly T[]): ReadonlyMap<NodeId, T> =>
  new Map(nodes.map(node => [node.id, node]))
