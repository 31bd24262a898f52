import type { Instant } from '@terrace/kit'
import type { Distribution, Listener, LoadBalancer, NodeId, TargetGroup, Zone } from '@terrace/model'
import type { HealthState } from './balancer/target-health.ts'
import type { OriginWays } from './cdn/origin-way.ts'
import type { FirewallConfig, FirewallReport } from './firewall/messages.ts'
import type { LineBundle } from './line-bundle.ts'

/** A load balancer as the data plane runs it: one node a zone. */
export interface BalancerConfig {
  readonly loadBalancer: LoadBalancer
  readonly listeners: readonly Listener[]
  readonly nodes: readonly BalancerNode[]
  /** What its nodes show inside the VPC, by the ARNs that the listeners name. */
  readonly certificates: readonly ServerCertificate[]
  /** Seals the cookies of sticky sessions: 64 hexadecimal digits, the same for all nodes. */
  readonly cookieKey: string
}

export interface BalancerNode {
  readonly zone: Zone
  readonly address: string
  /** Folder of its interface: the node listens on `<folder>/<port>`. */
  readonly folder: string
}

/** A registered target, with the way from each node to it as the network rules now. */
export interface TargetConfig {
  /** Names the registration in messages. */
  readonly id: string
  readonly zone: Zone
  readonly address: string
  readonly port: number
  readonly draining: boolean
  /** By the node's zone: a socket, or null when what the node sends is dropped. */
  readonly routes: Readonly<Record<Zone, string | null>>
  /** ARN of the function that it is: it has no address, no port and no ways, and belongs to every zone. */
  readonly function?: string
  /** The same for health checks, where they go to another port. */
  readonly check?: { readonly port: number; readonly routes: Readonly<Record<Zone, string | null>> }
}

/** What a public name leads to. `addresses`: those of instances, listed under the name that is given as its node. */
export interface NameTarget {
  readonly name: string
  readonly target: { readonly kind: 'loadBalancer' | 'distribution' | 'addresses'; readonly node: NodeId }
}

/** A public address that a name stands for, with the way to its ports; null when what is sent there is dropped. */
export interface PublicAddress {
  readonly address: string
  readonly sockets: Readonly<Record<number, string | null>>
}

export interface ServerCertificate {
  readonly arn?: string
  readonly names: readonly string[]
  /** PEM: leaf, then its issuer. */
  readonly certificate: string
  readonly key: string
}

/** What one node of a balancer counted since its last sample. */
export interface BalancerSample {
  readonly loadBalancer: NodeId
  readonly node: Zone
  /** Absent for what belongs to no target group. */
  readonly targetGroup?: NodeId
  /** By the name of the metric. */
  readonly counts: Readonly<Record<string, number>>
  /** Seconds until targets answered, each value as often as its count says. */
  readonly responseTimes?: { readonly values: readonly number[]; readonly counts: readonly number[] }
  /** Rules that were evaluated beyond those that are free for each request. */
  readonly chargedRules?: number
  /** Connections that are open now, to clients and to targets. */
  readonly activeConnections?: number
}

/** One connection of a node to a target, or one attempt that the network dropped. */
export interface TargetFlow {
  readonly targetGroup: NodeId
  readonly node: Zone
  readonly address: string
  readonly port: number
  readonly accepted: boolean
  readonly sent: number
  readonly received: number
  readonly startedAt: Instant
  readonly endedAt: Instant
}

/**
 * Why a request for a function could not be answered by it.
 * @see ELB User Guide for Application Load Balancers, "Access logs for your Application Load Balancer", "Error reason codes"
 */
export type FunctionFailure =
  | 'LambdaAccessDenied'
  | 'LambdaBadRequest'
  | 'LambdaConnectionTimeout'
  | 'LambdaInvalidResponse'
  | 'LambdaRequestTooLarge'
  | 'LambdaResourceNotFound'
  | 'LambdaResponseTooLarge'
  | 'LambdaServiceException'
  | 'LambdaThrottling'
  | 'LambdaUnhandled'
  | 'LambdaWebsocketNotSupported'

/** An event of a balancer for a function. */
export interface FunctionInvocation {
  readonly targetGroup: NodeId
  /** ARN. */
  readonly function: string
  /** JSON text. */
  readonly payload: string
}

/** What came of it; the payload is the JSON text that the function has returned. */
export type FunctionOutcome =
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly reason: FunctionFailure }

/** Has a function invoked. Never rejects. */
export type InvokeFunction = (invocation: FunctionInvocation) => Promise<FunctionOutcome>

/** From the control plane to the data plane. */
export type ToDataPlane =
  | { readonly type: 'listen'; readonly port: number; readonly httpPort: number }
  | { readonly type: 'certificates'; readonly certificates: readonly ServerCertificate[] }
  | { readonly type: 'names'; readonly names: readonly NameTarget[] }
  /** The addresses that a name stands for now. */
  | { readonly type: 'addresses'; readonly name: string; readonly addresses: readonly PublicAddress[] }
  | {
      readonly type: 'targetGroup'
      readonly targetGroup: TargetGroup
      readonly crossZone: boolean
      readonly nodes: readonly Zone[]
    }
  | { readonly type: 'targets'; readonly targetGroup: NodeId; readonly targets: readonly TargetConfig[] }
  | { readonly type: 'loadBalancer'; readonly config: BalancerConfig }
  /** The zones of the nodes that the balancer's name stands for now. */
  | { readonly type: 'nodesInService'; readonly loadBalancer: NodeId; readonly zones: readonly Zone[] }
  /** The ports of its nodes that the network lets nobody in at from outside. */
  | {
      readonly type: 'closedPorts'
      readonly loadBalancer: NodeId
      readonly closed: readonly { readonly zone: Zone; readonly port: number }[]
    }
  | { readonly type: 'zones'; readonly down: readonly Zone[] }
  | {
      readonly type: 'distribution'
      readonly distribution: Distribution
      /** By origin id: the gateway's link for a bucket. The ways to other origins come by `origins`. */
      readonly originSockets: Readonly<Record<string, string>>
    }
  /** The ways to the custom origins of a distribution, as the network is now. */
  | { readonly type: 'origins'; readonly distribution: NodeId; readonly ways: OriginWays }
  /** The answer to an `invoke`. */
  | { readonly type: 'invoked'; readonly id: number; readonly outcome: FunctionOutcome }
  /** A web ACL, with everything that it names. */
  | { readonly type: 'firewall'; readonly config: FirewallConfig }
  /** The web ACL before a balancer or a distribution, by its ARN; null: none any more. */
  | { readonly type: 'guard'; readonly resource: NodeId; readonly acl: string | null }
  | { readonly type: 'invalidate'; readonly distribution: NodeId; readonly paths: readonly string[] }
  | { readonly type: 'stop' }

/** From the data plane to the control plane. */
export type FromDataPlane =
  | { readonly type: 'listening'; readonly port: number; readonly httpPort: number }
  | { readonly type: 'listenFailed'; readonly port: number; readonly code: string }
  | {
      readonly type: 'health'
      readonly targetGroup: NodeId
      readonly target: string
      readonly node: Zone
      readonly state: HealthState
      readonly reason?: string
      readonly description?: string
    }
  /** To be answered by `invoked`. */
  | { readonly type: 'invoke'; readonly id: number; readonly invocation: FunctionInvocation }
  /** Nothing is under way to a draining target any more. */
  | { readonly type: 'drained'; readonly targetGroup: NodeId; readonly target: string }
  | {
      readonly type: 'accessLog'
      readonly loadBalancer: NodeId
      readonly name: string
      readonly node: Zone
      readonly lines: LineBundle
    }
  | { readonly type: 'metrics'; readonly samples: readonly BalancerSample[] }
  | { readonly type: 'firewall'; readonly report: FirewallReport }
  | { readonly type: 'flows'; readonly flows: readonly TargetFlow[] }
  | { readonly type: 'log'; readonly resource: string; readonly lines: LineBundle }
  /** Something can't be done, and the rest goes on; a sentence. */
  | { readonly type: 'problem'; readonly message: string }
  | { readonly type: 'stopped' }
