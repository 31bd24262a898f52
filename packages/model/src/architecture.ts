import type { Place } from '@terrace/kit'
import type { Listener, LoadBalancer, TargetGroup } from './balancing.ts'
import type { AutoScalingGroup, Instance, LaunchTemplate, ScalingPolicy, ScheduledAction } from './compute.ts'
import type {
  ApplicationScalingPolicy,
  Cluster,
  EcsService,
  Repository,
  ScalableTarget,
  TaskDefinition,
} from './containers.ts'
import type {
  BucketDeployment,
  DbInstance,
  DbParameterGroup,
  LogGroup,
  ManagedPolicy,
  Parameter,
  Role,
  Secret,
} from './data.ts'
import type { Certificate, Distribution, HostedZone, RecordSet } from './edge.ts'
import type { EventBus, EventBusPolicy, EventRule } from './events.ts'
import type {
  FirewallLogging,
  FirewallRuleGroup,
  IpSet,
  RegexPatternSet,
  WebAcl,
  WebAclAssociation,
} from './firewall.ts'
import type { EventSourceMapping, LambdaFunction } from './functions.ts'
import type { KmsAlias, KmsKey } from './keys.ts'
import type { LogStream, MetricFilter, SubscriptionFilter } from './log-filters.ts'
import type { ConfigurationSet, EmailIdentity, EmailTemplate } from './mail.ts'
import type { Queue } from './messaging.ts'
import type { Alarm, CompositeAlarm, Dashboard } from './monitoring.ts'
import type {
  ElasticIp,
  InternetGateway,
  NatGateway,
  NetworkAcl,
  RouteTable,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
} from './network.ts'
import type { BaseNode, NodeId, Zone } from './node.ts'
import type { Bucket } from './storage.ts'
import type { Table } from './tables.ts'
import type { Subscription, Topic } from './topics.ts'
import type { SamplingRule, TraceGroup } from './tracing.ts'
import type { Volume } from './volumes.ts'

/**
 * What a template describes, typed and readonly. Every value is resolved: parameters, conditions and intrinsic functions
 * are gone, references to other resources are node ids.
 */
export interface Architecture {
  /** What it is called on this machine: the system's name, or the first stack's. */
  readonly name: string
  readonly region: string
  readonly account: string
  /** The zones that subnets use, in alphabetical order. */
  readonly zones: readonly Zone[]
  /** In the order of deployment. */
  readonly stacks: readonly Stack[]
  readonly nodes: readonly ArchitectureNode[]
  /** `from` needs `to` first: by Ref, GetAtt, Sub or DependsOn. */
  readonly dependencies: readonly Dependency[]
  /** What the template says and the loader didn't understand. */
  readonly gaps: readonly Gap[]
}

export interface Stack {
  readonly name: string
  /** `AWS::StackId`, an ARN; absent in an architecture that comes from no template. */
  readonly id?: string
  readonly place: Place
  readonly description: string
  /** Values used; those of NoEcho parameters are `****`. */
  readonly parameters: Readonly<Record<string, string>>
  readonly outputs: readonly StackOutput[]
}

export interface StackOutput {
  readonly name: string
  readonly value: string
  readonly description: string
  readonly exportName?: string
}

export interface Dependency {
  readonly from: NodeId
  readonly to: NodeId
}

/** Something that was not understood, with its path in the template. */
export interface Gap {
  readonly kind: 'resourceType' | 'property' | 'value'
  readonly node?: NodeId
  /** Such as `Resources.Web.Properties.LoadBalancerAttributes`. */
  readonly path: string
  /** What was found and what follows from it, as a sentence. */
  readonly message: string
  readonly place: Place
}

/** A resource whose type the loader reads no further; its properties are resolved but not interpreted. */
export interface OtherResource extends BaseNode<'other'> {
  readonly properties: Readonly<Record<string, unknown>>
}

export type ArchitectureNode =
  | Alarm
  | ApplicationScalingPolicy
  | AutoScalingGroup
  | Bucket
  | BucketDeployment
  | Certificate
  | Cluster
  | CompositeAlarm
  | ConfigurationSet
  | Dashboard
  | DbInstance
  | DbParameterGroup
  | Distribution
  | EcsService
  | ElasticIp
  | EmailIdentity
  | EmailTemplate
  | EventBus
  | EventBusPolicy
  | EventRule
  | EventSourceMapping
  | FirewallLogging
  | FirewallRuleGroup
  | HostedZone
  | Instance
  | InternetGateway
  | IpSet
  | KmsAlias
  | KmsKey
  | LambdaFunction
  | LaunchTemplate
  | Listener
  | LoadBalancer
  | LogGroup
  | LogStream
  | ManagedPolicy
  | MetricFilter
  | NatGateway
  | NetworkAcl
  | OtherResource
  | Parameter
  | Queue
  | RecordSet
  | RegexPatternSet
  | Repository
  | Role
  | RouteTable
  | SamplingRule
  | ScalableTarget
  | ScalingPolicy
  | ScheduledAction
  | Secret
  | SecurityGroup
  | Subnet
  | Subscription
  | SubscriptionFilter
  | Table
  | TargetGroup
  | TaskDefinition
  | Topic
  | TraceGroup
  | Volume
  | Vpc
  | VpcEndpoint
  | WebAcl
  | WebAclAssociation

export type NodeKind = ArchitectureNode['kind']

/** The node type of a kind: `NodeOf<'subnet'>` is `Subnet`. */
export type NodeOf<K extends NodeKind> = Extract<ArchitectureNode, { kind: K }>
