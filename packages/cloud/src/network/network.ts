import type { Clock, Duration, Instant, Stop } from '@terrace/kit'
import type {
  NetworkAcl,
  NetworkAclRule,
  NodeId,
  Route,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Zone,
} from '@terrace/model'
import type { DroppedConnection } from './drops.ts'
import type { NetworkView } from './process/view.ts'

export type { NetworkView } from './process/view.ts'

/** An elastic network interface: the place a connection comes from or goes to. */
export interface NetworkInterface {
  /** `eni-…` */
  readonly id: string
  /** What it belongs to: an instance id, a load balancer's name, a database identifier. */
  readonly owner: string
  readonly subnet: NodeId
  readonly zone: Zone
  /** The groups as they are now: `rules.setGroups` replaces them. */
  readonly securityGroups: readonly NodeId[]
  /** Private IPv4 address, from its subnet. */
  readonly address: string
  readonly publicAddress: boolean
  /** The public IPv4 address itself, when it has one. */
  readonly publicIp?: string
  /** Absent: an ordinary one. */
  readonly type?: InterfaceType
  /** Its listeners expect one PROXY protocol line before anything else, so that they know where a connection is from. */
  readonly announce?: boolean
  /** Folder of its sockets; a listener on port 3306 listens on `<folder>/3306`. */
  readonly folder: string
}

/** Who uses an interface decides its ephemeral ports: 1024–65535 for balancers and NAT gateways, else those of Linux. */
export type InterfaceType = 'interface' | 'loadBalancer' | 'natGateway' | 'vpcEndpoint'

/** What is needed for a new interface. */
export interface AttachRequest {
  readonly owner: string
  readonly subnet: NodeId
  readonly securityGroups: readonly NodeId[]
  /** Default: what the subnet assigns on launch. */
  readonly publicAddress?: boolean
  /** The public address it gets, such as that of an Elastic IP; default: any. Implies `publicAddress`. */
  readonly publicIp?: string
  /** The private address it asks for; default: the lowest free one of the subnet. */
  readonly address?: string
  /** Default: `loadBalancer` for those that are announced to, else `interface`. */
  readonly type?: InterfaceType
  /**
   * Whether its listeners expect one line of the PROXY protocol, version 1, before anything else, before TLS too:
   * `PROXY TCP4 <source> <destination> <source port> <destination port>\r\n`. Default: no.
   */
  readonly announce?: boolean
}

/** What becomes of a connection. `dropped` is silence: the caller's own time-out ends it. */
export type Verdict = Accepted | Dropped

export interface Accepted {
  readonly kind: 'accepted'
  /** Where it leads; whoever connects there writes the PROXY line first when the target wants one. */
  readonly socket: string
  /** Absent: it leaves the VPC, for AWS or for something outside. */
  readonly target?: NetworkInterface
  /** The address that the target sees: its private one inside the VPC; else its public one, or that of the NAT gateway. */
  readonly source: string
}

export interface Dropped {
  readonly kind: 'dropped'
  /** The rule or route that is missing, as a sentence without a full stop. */
  readonly because: string
  readonly stage: Stage
}

/** Where a packet is lost: it decides which flow logs show it. */
export type Stage =
  /** At the source: its groups, or the ACL of its subnet. */
  | 'egress'
  /** Behind the source: no route, a black hole, a fault, nobody there. */
  | 'route'
  /** At the target: the ACL of its subnet, or its groups. */
  | 'ingress'
  /** The answer, at the target's network ACL. */
  | 'replyEgress'
  /** The answer, at the source's network ACL. */
  | 'replyIngress'

/** What changed: everything that looks at the network again may look at no more than this. */
export type NetworkChange =
  | { readonly kind: 'attached' | 'detached'; readonly networkInterface: NetworkInterface }
  | { readonly kind: 'names' }
  /** Rules, routes, groups, zones, faults: any decision may be another one. */
  | { readonly kind: 'rules' }

/** The network of the system: a VPC in user space. */
export interface Network {
  /** Takes a free address of the subnet. @throws TerraceError when the subnet is full or the address is taken */
  attach(request: AttachRequest): NetworkInterface
  detach(id: string): void
  /** Every interface there is, those of NAT gateways and VPC endpoints too. */
  interfaces(): readonly NetworkInterface[]
  /** Where a listener of that interface and port listens. */
  socketOf(networkInterface: NetworkInterface, port: number): string
  /** Where a listener of its loopback listens, whom nobody else reaches. */
  loopbackSocketOf(networkInterface: NetworkInterface, port: number): string
  /**
   * Makes a name resolve to addresses, from now on; no address forgets it.
   * @param options.vpc  inside that VPC alone; default: everywhere
   */
  setName(name: string, addresses: readonly string[], options?: { readonly vpc?: NodeId }): void
  /** Gives the network a hosted zone, or another content to one it has. */
  setZone(zone: NamedZone): void
  /**
   * Puts something at a public name that is outside of every VPC, such as a distribution.
   * @param sockets  by port; a port that isn't there is silence
   */
  setOutside(name: string, sockets: Readonly<Record<number, string>>): void
  /**
   * The addresses a name stands for; nothing when nobody knows it.
   * @param from  who asks; default: somebody on the internet
   */
  resolve(name: string, from?: NetworkInterface): readonly string[]
  /** Decides one connection by routes, network ACLs and security groups, as they are now. */
  decide(from: NetworkInterface, address: string, port: number): Verdict
  /** The same for a connection from the internet to the public address of an interface. */
  decideFromOutside(source: string, to: NetworkInterface, port: number): Verdict
  /**
   * Whether the interface has a way to an endpoint of AWS on port 443, and if not why.
   * @param host  such as `secretsmanager.us-east-1.amazonaws.com`
   */
  wayToAws(from: NetworkInterface, host: string): WayToAws
  /** Opens the doors of an interface: what stands behind the names of AWS and the addresses of the metadata services. */
  setDoors(interfaceId: string, doors: Doors): void
  doorsOf(interfaceId: string): Doors
  /** What was sent over the network, for the flow logs; denied connections too. */
  record(flow: Flow): void
  /** Hears of every flow that is recorded. */
  onFlow(listener: (flow: Flow) => void): Stop
  readonly rules: NetworkRules
  readonly faults: NetworkFaults
  viewOf(from: NetworkInterface): NetworkView
  /** Sends the view of an interface, then what is new of it, a line each: what links are fed from. */
  subscribe(networkInterface: NetworkInterface, send: (line: string) => void): Stop
  /** Says in the journal what gets no answer and why, each reason once for an interface. */
  noteDropped(from: NetworkInterface, dropped: DroppedConnection): void
  /** Of the flows. */
  readonly clock: Clock
  /** Tells when an earlier decision may no longer hold. */
  onChange(listener: (change: NetworkChange) => void): Stop
  /**
   * Opens a Unix socket for one destination, for programs that aren't Node's, such as NGINX: every connection to it is
   * resolved, decided and recorded as one of the interface. A name that nobody knows and a refusal close it.
   * differs: a denied connection is accepted by the socket, and then silent
   */
  openRelay(from: NetworkInterface, host: string, port: number): Promise<Relay>
  /**
   * Opens a port on 127.0.0.1 that speaks SOCKS 5 and HTTP `CONNECT`, guarded by the user and password of its URL.
   * A denied connection gets no answer.
   */
  openProxy(from: NetworkInterface): Promise<ProxyPort>
  /** Ends relays and proxies, and forgets everything. */
  stop(): Promise<void>
}

export interface Relay {
  readonly socket: string
  close(): void
}

export interface ProxyPort {
  /** `http://<user>:<password>@127.0.0.1:<port>`; `socks5h://` in front of the same works as well. */
  readonly url: string
  close(): void
}

/** A hosted zone as the resolver of a VPC and the internet know it. */
export interface NamedZone {
  /** Of the zone; setting one again replaces it. */
  readonly id: string
  /** Without the final dot. */
  readonly name: string
  /** Those that it is private to; empty for a public zone. */
  readonly vpcs: readonly NodeId[]
  readonly records: readonly NamedRecord[]
}

/** A name of a zone: its addresses, or the name that it stands for (a CNAME or an alias). `*.` in front is a wildcard. */
export type NamedRecord =
  | { readonly name: string; readonly addresses: readonly string[]; readonly alias?: never }
  | { readonly name: string; readonly alias: string; readonly addresses?: never }
  /** The name exists, without an address. */
  | { readonly name: string; readonly addresses?: never; readonly alias?: never }

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

/**
 * One connection, or one attempt, in both directions; of a connection that lasts, what passed in one stretch of time.
 * Sizes in bytes.
 */
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
  /** Absent: the connection both began and ended in it. */
  readonly part?: 'first' | 'middle' | 'last'
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
  /** A group, an ACL or a route table as the template has it now. */
  bring(node: SecurityGroup | NetworkAcl | RouteTable): void
  /** One that the template has no more; nothing may use it. */
  drop(id: NodeId): void
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
