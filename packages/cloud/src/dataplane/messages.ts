import type { Distribution, Listener, LoadBalancer, NodeId, TargetGroup, Zone } from '@terrace/model'
import type { HealthState } from './balancer/target-health.ts'

/** A load balancer as the data plane runs it: one node a zone. */
export interface BalancerConfig {
  readonly loadBalancer: LoadBalancer
  readonly listeners: readonly Listener[]
  readonly nodes: readonly BalancerNode[]
}

export interface BalancerNode {
  readonly zone: Zone
  readonly address: string
}

/** A registered target, with the way from each node to it as the network rules now. */
export interface TargetConfig {
  /** Instance id, or address for targets of type `ip`. */
  readonly id: string
  readonly zone: Zone
  readonly address: string
  readonly port: number
  readonly draining: boolean
  /** By the node's zone: a socket, or null when what the node sends is dropped. */
  readonly routes: Readonly<Record<Zone, string | null>>
}

/** What a public name leads to. */
export interface NameTarget {
  readonly name: string
  readonly target: { readonly kind: 'loadBalancer' | 'distribution'; readonly node: NodeId }
}

export interface ServerCertificate {
  readonly names: readonly string[]
  /** PEM: leaf, then its issuer. */
  readonly certificate: string
  readonly key: string
}

/** From the control plane to the data plane. */
export type ToDataPlane =
  | { readonly type: 'listen'; readonly port: number; readonly httpPort: number }
  | { readonly type: 'certificates'; readonly certificates: readonly ServerCertificate[] }
  | { readonly type: 'names'; readonly names: readonly NameTarget[] }
  | {
      readonly type: 'targetGroup'
      readonly targetGroup: TargetGroup
      readonly crossZone: boolean
      readonly nodes: readonly Zone[]
    }
  | { readonly type: 'targets'; readonly targetGroup: NodeId; readonly targets: readonly TargetConfig[] }
  | { readonly type: 'loadBalancer'; readonly config: BalancerConfig }
  | {
      readonly type: 'distribution'
      readonly distribution: Distribution
      /** By origin id: the gateway's link for a bucket. Other origins are reached by their public name. */
      readonly originSockets: Readonly<Record<string, string>>
    }
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
  /** Nothing is under way to a draining target any more. */
  | { readonly type: 'drained'; readonly targetGroup: NodeId; readonly target: string }
  | { readonly type: 'log'; readonly resource: string; readonly lines: readonly string[] }
  | { readonly type: 'stopped' }
