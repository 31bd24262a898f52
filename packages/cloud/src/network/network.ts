import type { Duration, Instant, Stop } from '@terrace/kit'
import type { NetworkAclRule, NodeId, Route, SecurityGroupRule, Zone } from '@terrace/model'

/** An elastic network interface: the place a connection comes from or goes to. */
export interface NetworkInterface {
  /** `eni-…` */
  readonly id: string
  /** What it belongs to: an instance id, a load balancer's name, a database identifier. */
  readonly owner: string
  readonly subnet: NodeId
  readonly zone: Zone
  readonly securityGroups: readonly NodeId[]
  /** Private IPv4 address, from its subnet. */
  readonly address: string
  readonly publicAddress: boolean
  /** Folder of its sockets; a listener on port 3306 listens on `<folder>/3306`. */
  readonly folder: string
}

/** What is needed for a new interface. */
export interface AttachRequest {
  readonly owner: string
  readonly subnet: NodeId
  readonly securityGroups: readonly NodeId[]
  /** Default: what the subnet assigns on launch. */
  readonly publicAddress?: boolean
}

/** What becomes of a connection. `dropped` is silence: the caller's own time-out ends it. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly socket: string; readonly target: NetworkInterface }
  | { readonly kind: 'dropped'; readonly because: string }

/** What one interface may reach, written so that a workload can decide by itself. */
export interface NetworkView {
  /** Rises with every change; a workload ignores what is older than what it has. */
  readonly version: number
  /** Names, in lower case, and the private addresses they stand for. */
  readonly names: Readonly<Record<string, readonly string[]>>
  /** The interfaces that can be reached, with the ranges of ports; everything else is silence. */
  readonly reach: readonly {
    readonly address: string
    readonly folder: string
    readonly ports: readonly (readonly [number, number])[]
  }[]
}

/** The network of the system: a VPC in user space. */
export interface Network {
  /** Takes a free address of the subnet. @throws TerraceError when the subnet is full */
  attach(request: AttachRequest): NetworkInterface
  detach(id: string): void
  /** Where a listener of that interface and port listens. */
  socketOf(networkInterface: NetworkInterface, port: number): string
  /** Makes a name resolve to addresses inside the VPC, from now on; no address forgets it. */
  setName(name: string, addresses: readonly string[]): void
  /** The addresses a name stands for; nothing when nobody knows it. */
  resolve(name: string): readonly string[]
  /** Decides one connection by routes, network ACLs and security groups, as they are now. */
  decide(from: NetworkInterface, address: string, port: number): Verdict
  /**
   * Whether the interface has a way to an endpoint of AWS on port 443, and if not why.
   * @param host  such as `secretsmanager.us-east-1.amazonaws.com`
   */
  wayToAws(from: NetworkInterface, host: string): WayToAws
  /** Opens the doors of an interface: what stands behind the names of AWS and the addresses of the metadata services. */
  setDoors(interfaceId: string, doors: Doors): void
  /** What was sent over the network, for the flow logs; denied connections too. */
  record(flow: Flow): void
  readonly rules: NetworkRules
  readonly faults: NetworkFaults
  viewOf(from: NetworkInterface): NetworkView
  /** Tells when an earlier decision may no longer hold. */
  onChange(listener: () => void): Stop
}

/** The way a call to AWS takes: out to the public endpoint, or through an endpoint of the VPC. */
export type WayToAws =
  | { readonly reaches: true; readonly endpoint?: NodeId }
  | { readonly reaches: false; readonly because: string }

/** Sockets on which AWS answers one host. A door that isn't there is silence. */
export interface Doors {
  /** The gateway's link for calls that leave the VPC. */
  readonly aws?: string
  /** The gateway's links for calls through VPC endpoints, by the endpoint's node id. */
  readonly endpoints?: Readonly<Record<NodeId, string>>
  /** `169.254.169.254:80` */
  readonly metadata?: string
  /** `169.254.170.2:80` */
  readonly taskMetadata?: string
}

/** One connection, or one attempt, in both directions. Sizes in bytes. */
export interface Flow {
  readonly from: NetworkInterface
  readonly fromPort: number
  readonly address: string
  readonly port: number
  readonly accepted: boolean
  readonly sent: number
  readonly received: number
  readonly startedAt: Instant
  readonly endedAt: Instant
}

/** The rules as they are now: those of the template, and what was changed since by the EC2 API. */
export interface NetworkRules {
  securityGroup(id: NodeId): {
    readonly ingress: readonly SecurityGroupRule[]
    readonly egress: readonly SecurityGroupRule[]
  }
  setSecurityGroup(id: NodeId, direction: 'ingress' | 'egress', rules: readonly SecurityGroupRule[]): void
  networkAcl(id: NodeId): { readonly ingress: readonly NetworkAclRule[]; readonly egress: readonly NetworkAclRule[] }
  setNetworkAcl(id: NodeId, direction: 'ingress' | 'egress', rules: readonly NetworkAclRule[]): void
  routes(routeTable: NodeId): readonly Route[]
  setRoutes(routeTable: NodeId, routes: readonly Route[]): void
  /** Replaces the groups of an interface. */
  setGroups(interfaceId: string, groups: readonly NodeId[]): void
}

/** Where a fault holds: everything from or to it. */
export type FaultScope =
  | { readonly kind: 'zone'; readonly zone: Zone }
  | { readonly kind: 'subnet'; readonly subnet: NodeId }
  | { readonly kind: 'interface'; readonly id: string }

/** Disturbances of the network; each lasts until it is ended. */
export interface NetworkFaults {
  /** Nothing gets through, and nobody is told: new connections are silence, standing ones hang. */
  blackhole(scope: FaultScope): Stop
  /** Every chunk of data arrives later, in both directions. */
  latency(scope: FaultScope, delay: Duration, jitter?: Duration): Stop
  /** Standing connections end with a reset, once. */
  cut(scope: FaultScope): void
}
