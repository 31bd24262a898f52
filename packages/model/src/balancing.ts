import type { Duration } from '@terrace/kit'
import type { BaseNode, NodeId } from './node.ts'

export interface LoadBalancer extends BaseNode<'loadBalancer'> {
  readonly name: string
  readonly arn: string
  readonly dnsName: string
  /** The hosted zone of that name, for alias records; one for each region. */
  readonly hostedZoneId?: string
  readonly scheme: 'internet-facing' | 'internal'
  /** One a zone. */
  readonly subnets: readonly NodeId[]
  readonly securityGroups: readonly NodeId[]
  readonly idleTimeout: Duration
  readonly clientKeepAlive: Duration
  readonly http2: boolean
  readonly dropInvalidHeaderFields: boolean
  readonly desyncMitigation: 'monitor' | 'defensive' | 'strictest'
  readonly preserveHostHeader: boolean
  readonly xffHeaderProcessing: 'append' | 'preserve' | 'remove'
  readonly xffClientPort: boolean
  /** Tells targets the TLS version and cipher of the client, in `x-amzn-tls-*`. */
  readonly tlsHeaders?: boolean
  readonly crossZone: boolean
  readonly accessLogs?: { readonly bucket: string; readonly prefix: string }
  readonly deletionProtection: boolean
}

export interface Listener extends BaseNode<'listener'> {
  readonly arn: string
  readonly loadBalancer: NodeId
  readonly port: number
  readonly protocol: 'HTTP' | 'HTTPS'
  readonly sslPolicy?: string
  /** ARNs, the default one first. */
  readonly certificates: readonly string[]
  /** `false`: responses that the balancer makes itself carry no `Server`. */
  readonly serverHeader?: boolean
  /** In the order of evaluation; the last one is the default and has no conditions. */
  readonly rules: readonly ListenerRule[]
}

export interface ListenerRule {
  /** Of a rule that is a resource of its own; the default one has none in the template. */
  readonly arn?: string
  /** 1–50,000; `default` for the last one. */
  readonly priority: number | 'default'
  readonly conditions: readonly RuleCondition[]
  readonly action: RuleAction
}

export type RuleCondition =
  | {
      readonly field: 'path-pattern' | 'host-header' | 'http-request-method' | 'source-ip'
      readonly values: readonly string[]
    }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] }
  | { readonly field: 'query-string'; readonly values: readonly { readonly key?: string; readonly value: string }[] }

export type RuleAction =
  | {
      readonly kind: 'forward'
      readonly targetGroups: readonly { readonly node: NodeId; readonly weight: number }[]
      readonly stickiness?: Duration
    }
  | {
      readonly kind: 'redirect'
      readonly protocol: string
      readonly host: string
      readonly port: string
      readonly path: string
      readonly query: string
      readonly status: 301 | 302
    }
  | { readonly kind: 'fixedResponse'; readonly status: number; readonly contentType: string; readonly body: string }

export interface TargetGroup extends BaseNode<'targetGroup'> {
  readonly name: string
  readonly arn: string
  readonly vpc?: NodeId
  readonly protocol: 'HTTP' | 'HTTPS'
  readonly port: number
  readonly targetType: 'instance' | 'ip' | 'lambda' | 'alb'
  readonly healthCheck: HealthCheck
  readonly deregistrationDelay: Duration
  readonly slowStart: Duration
  readonly algorithm: 'round_robin' | 'least_outstanding_requests' | 'weighted_random'
  readonly stickiness?:
    | { readonly type: 'lb_cookie'; readonly duration: Duration }
    | { readonly type: 'app_cookie'; readonly cookie: string; readonly duration: Duration }
  readonly crossZone: 'use_load_balancer_configuration' | boolean
  /** Below it requests go to all registered targets; 0 when the count is off. */
  readonly minimumHealthyTargets: number
  /** The same in percent of the registered targets; absent when off. */
  readonly minimumHealthyPercentage?: number
  /** Below it the address of a zone leaves the balancer's name. */
  readonly dnsFailover?: { readonly minimumHealthyTargets: number; readonly minimumHealthyPercentage?: number }
  /** With `weighted_random` alone. */
  readonly anomalyMitigation?: boolean
  /** ARN of the function that the template registers, of the type `lambda` alone: there can be one. */
  readonly function?: string
  /** Functions get, and return, lists of values for each name of a header field or parameter. */
  readonly multiValueHeaders?: boolean
  /** Instances that the template registers by name. */
  readonly targets: readonly { readonly instance: NodeId; readonly port: number }[]
}

export interface HealthCheck {
  readonly enabled: boolean
  readonly protocol: 'HTTP' | 'HTTPS'
  /** `traffic` for the port the target receives requests on. */
  readonly port: 'traffic' | number
  readonly path: string
  readonly interval: Duration
  readonly timeout: Duration
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
  /** Such as `200`, `200,202` or `200-299`. */
  readonly matcher: string
}
