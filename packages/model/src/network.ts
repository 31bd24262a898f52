import type { Duration } from '@terrace/kit'
import type { PolicyDocument } from './data.ts'
import type { BaseNode, Cidr, NodeId, Zone } from './node.ts'

export interface Vpc extends BaseNode<'vpc'> {
  readonly cidr: Cidr
  readonly dnsSupport: boolean
  readonly dnsHostnames: boolean
  readonly internetGateway?: NodeId
  /** Of `AWS::EC2::FlowLog`. */
  readonly flowLogs?: readonly FlowLog[]
}

export interface FlowLog {
  readonly traffic: 'ACCEPT' | 'REJECT' | 'ALL'
  readonly destination: 'cloud-watch-logs' | 's3' | 'kinesis-data-firehose'
  /** Name of the log group, or ARN of the bucket or stream. */
  readonly target: string
  /** One minute or ten. */
  readonly aggregation: Duration
  /** Fields in their order, such as `${srcaddr}`; absent: the default format, version 2. */
  readonly format?: string
  /** ARN of the role that writes to CloudWatch Logs. */
  readonly role?: string
}

export interface Subnet extends BaseNode<'subnet'> {
  readonly vpc: NodeId
  readonly cidr: Cidr
  readonly zone: Zone
  readonly mapPublicIpOnLaunch: boolean
  /** Absent: the VPC's main table, which has the local route alone. */
  readonly routeTable?: NodeId
  /** Absent: the VPC's default ACL, which allows everything. */
  readonly networkAcl?: NodeId
  readonly flowLogs?: readonly FlowLog[]
}

export interface InternetGateway extends BaseNode<'internetGateway'> {
  readonly vpc?: NodeId
}

export interface ElasticIp extends BaseNode<'elasticIp'> {
  readonly allocationId: string
  /** The instance it is attached to, outside of NAT gateways. */
  readonly instance?: NodeId
}

export interface NatGateway extends BaseNode<'natGateway'> {
  readonly subnet: NodeId
  readonly connectivity: 'public' | 'private'
  readonly elasticIp?: NodeId
}

export interface RouteTable extends BaseNode<'routeTable'> {
  readonly vpc: NodeId
  readonly routes: readonly Route[]
}

/** The local route of the VPC is implied and not listed. */
export interface Route {
  readonly destination: Cidr
  readonly target: RouteTarget
}

export type RouteTarget =
  | { readonly kind: 'internetGateway' | 'natGateway' | 'vpcEndpoint' | 'instance'; readonly node: NodeId }
  | { readonly kind: 'blackhole'; readonly because: string }

export interface SecurityGroup extends BaseNode<'securityGroup'> {
  readonly vpc: NodeId
  readonly name: string
  readonly description: string
  /** Inline rules and those of `AWS::EC2::SecurityGroupIngress`. */
  readonly ingress: readonly SecurityGroupRule[]
  /** Inline rules and those of `AWS::EC2::SecurityGroupEgress`; the default of allowing everything is written out. */
  readonly egress: readonly SecurityGroupRule[]
}

export interface SecurityGroupRule {
  readonly protocol: Protocol
  /** First and last port, both included; every port when absent. */
  readonly ports?: readonly [number, number]
  readonly peer: Peer
  readonly description?: string
}

export type Protocol = 'all' | 'tcp' | 'udp' | 'icmp' | 'icmpv6' | number

export type Peer =
  | { readonly kind: 'cidr'; readonly cidr: Cidr }
  | { readonly kind: 'cidrIpv6'; readonly cidr: string }
  | { readonly kind: 'securityGroup'; readonly node: NodeId }
  | { readonly kind: 'prefixList'; readonly id: string }

export interface NetworkAcl extends BaseNode<'networkAcl'> {
  readonly vpc: NodeId
  /** In the order of evaluation; the final deny is implied. */
  readonly ingress: readonly NetworkAclRule[]
  readonly egress: readonly NetworkAclRule[]
}

export interface NetworkAclRule {
  readonly number: number
  readonly action: 'allow' | 'deny'
  readonly protocol: Protocol
  readonly cidr: Cidr
  readonly ports?: readonly [number, number]
}

export interface VpcEndpoint extends BaseNode<'vpcEndpoint'> {
  readonly vpc: NodeId
  readonly type: 'gateway' | 'interface'
  /** Such as `com.amazonaws.us-east-1.s3`. */
  readonly service: string
  readonly subnets: readonly NodeId[]
  readonly routeTables: readonly NodeId[]
  readonly securityGroups: readonly NodeId[]
  readonly privateDns: boolean
  /** Absent: everything is allowed. */
  readonly policy?: PolicyDocument
}
