// Loaded into workloads: imports nothing but types.

/** What one interface may reach, written so that a workload can decide by itself. */
export interface NetworkView {
  /** Rises with every change; a workload ignores what is older than what it has. */
  readonly version: number
  /** Its own addresses. */
  readonly own: OwnAddresses
  /** Absent: the VPC has no resolver. */
  readonly dns?: DnsView
  /** The addresses that can be reached; everything else is silence. */
  readonly reach: readonly Reach[]
  /** The sockets behind doors: `aws`, `metadata`, `taskMetadata`, and endpoints of the VPC by their node id. */
  readonly doors: Readonly<Record<string, string>>
  /** A fault: nothing comes from it or gets to it. */
  readonly blackholed?: boolean
}

export interface OwnAddresses {
  readonly address: string
  readonly publicIp?: string
}

/** The resolver of a VPC. */
export interface DnsView {
  readonly region: string
  /** Names, in lower case, and the addresses they stand for; none for a name that exists without an address. */
  readonly names: Readonly<Record<string, readonly string[]>>
  /**
   * What every other name has that ends like this, the longest end first: `.corp.example.com` with the addresses of a
   * wildcard, or without any, where a zone hides what is not in it.
   */
  readonly below: Readonly<Record<string, readonly string[]>>
}

/** First and last port, both included. */
export type PortRange = readonly [number, number]

/** One address that can be reached. */
export interface Reach {
  readonly address: string
  /** Where its listeners listen: on `<folder>/<port>`. */
  readonly folder?: string
  /** The door it stands for instead. */
  readonly door?: string
  /** Or its sockets by port. */
  readonly sockets?: Readonly<Record<string, string>>
  /** Where new connections are allowed; empty when only standing ones go on. */
  readonly ports: readonly PortRange[]
  /** Where routes and network ACLs let packets pass, whatever the groups say; absent: everywhere. */
  readonly path?: readonly PortRange[]
  /** Where a connection is not tracked, so that it ends with its rule; absent: nowhere. */
  readonly untracked?: readonly PortRange[]
  /** The target wants the PROXY line: what it is told as its own address. */
  readonly announceTo?: string
  /** What the target sees as the source; absent: the own private address. */
  readonly source?: string
  /** A fault: how much later every chunk arrives, in milliseconds, and the most that is added or taken by chance. */
  readonly delay?: readonly [delay: number, jitter: number]
}

/** The version of what goes over a link. */
export const LINK_PROTOCOL = 2

/** From the network to a process: one JSON document a line. */
export type ToProcess =
  | { readonly protocol: number; readonly view: NetworkView }
  | ViewDiff
  | { readonly cut: 'all' | readonly string[] }

/** What is new since the version before. */
export interface ViewDiff {
  readonly version: number
  /** `null`: forget it. */
  readonly names?: Readonly<Record<string, readonly string[] | null>>
  readonly below?: Readonly<Record<string, readonly string[] | null>>
  readonly reach?: readonly Reach[]
  readonly gone?: readonly string[]
  readonly doors?: Readonly<Record<string, string>>
  readonly blackholed?: boolean
}

/** From a process to the network. */
export interface FromProcess {
  /** The first line: who it is. */
  readonly protocol?: number
  readonly pid?: number
  /** A connection that the view doesn't allow. */
  readonly dropped?: {
    readonly host: string
    readonly address: string
    readonly port: number
    readonly fromPort: number
  }
  readonly flow?: FlowReport
}

/** What passed on one connection since the last report, in bytes, or since it began. */
export interface FlowReport {
  readonly fromPort: number
  readonly address: string
  readonly port: number
  readonly sent: number
  readonly received: number
  /** Milliseconds that the report covers. */
  readonly lasted: number
  readonly part?: 'first' | 'middle' | 'last'
}
