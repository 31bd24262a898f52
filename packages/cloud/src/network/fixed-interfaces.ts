import type { Architecture, NodeId } from '@terrace/model'
import { isAddress } from './addresses.ts'
import { type AttachedEndpoint, endpointNames, endpointZones } from './endpoints.ts'
import type { Interfaces } from './interfaces.ts'
import type { NameBook } from './names.ts'
import type { NetworkInterface } from './network.ts'
import type { Topology } from './topology.ts'

/** The interfaces that are there from the start: one for each NAT gateway, and those of the interface endpoints. */
export class FixedInterfaces {
  readonly natGateways: ReadonlyMap<NodeId, NetworkInterface>
  readonly #architecture: Architecture
  readonly #endpoints: readonly AttachedEndpoint[]
  readonly #endpointOf = new Map<string, NodeId>()

  constructor(architecture: Architecture, topology: Topology, interfaces: Interfaces) {
    this.#architecture = architecture
    this.natGateways = attachNatGateways(architecture, topology, interfaces)
    this.#endpoints = attachEndpoints(topology, interfaces)
    for (const { endpoint, interfaces: own } of this.#endpoints) {
      for (const { id } of own) this.#endpointOf.set(id, endpoint.id)
    }
  }

  get hasEndpoints(): boolean {
    return this.#endpoints.length > 0
  }

  /** The endpoint that an interface belongs to. */
  endpointOf(interfaceId: string): NodeId | undefined {
    return this.#endpointOf.get(interfaceId)
  }

  /** Makes the names of the endpoints lead to the interfaces that answer; when none does, to all of them. */
  nameEndpoints(names: NameBook, answers: (networkInterface: NetworkInterface) => boolean): void {
    for (const { endpoint, interfaces } of this.#endpoints) {
      const answering = interfaces.filter(answers)
      const all = { endpoint, interfaces: answering.length > 0 ? answering : interfaces }
      for (const zone of endpointZones(all, this.#architecture)) names.setZone(zone)
      for (const { name, addresses } of endpointNames(all, this.#architecture)) names.set(name, addresses)
    }
  }
}

// With the address of its Elastic IP, where the model knows it.
function attachNatGateways(
  { nodes }: Architecture,
  topology: Topology,
  interfaces: Interfaces,
): ReadonlyMap<NodeId, NetworkInterface> {
  const attached = [...topology.natGateways.values()].map(nat => {
    const elastic = nodes.find(node => node.id === nat.elasticIp)?.physicalId
    const networkInterface = interfaces.attach({
      owner: nat.physicalId,
      subnet: nat.subnet,
      securityGroups: [],
      publicAddress: nat.connectivity === 'public',
      ...(elastic !== undefined && isAddress(elastic) ? { publicIp: elastic } : {}),
      type: 'natGateway',
    })
    return [nat.id, networkInterface] as const
  })
  return new Map(attached)
}

function attachEndpoints(topology: Topology, interfaces: Interfaces): readonly AttachedEndpoint[] {
  const endpoints = [...topology.endpoints.values()].filter(({ type }) => type === 'interface')
  return endpoints.map(endpoint => ({
    endpoint,
    interfaces: endpoint.subnets.map(subnet =>
      interfaces.attach({
        owner: endpoint.physicalId,
        subnet,
        securityGroups: endpoint.securityGroups,
        publicAddress: false,
        type: 'vpcEndpoint',
      }),
    ),
  }))
}
