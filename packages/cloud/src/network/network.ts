import type { Stop } from '@terrace/kit'
import type { NodeId, Zone } from '@terrace/model'

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
  /** Whether the interface has a way to AWS's own endpoints on port 443, and if not why. */
  reachesAws(from: NetworkInterface): { readonly reaches: true } | { readonly reaches: false; readonly because: string }
  viewOf(from: NetworkInterface): NetworkView
  /** Tells when an earlier decision may no longer hold. */
  onChange(listener: () => void): Stop
}
