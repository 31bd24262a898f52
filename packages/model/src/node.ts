import type { Place } from '@terrace/kit'

/** Names a node in its architecture: `<stack>/<logical id>`. */
export type NodeId = string

/** Where a node was written. */
export interface Origin {
  readonly stack: string
  readonly logicalId: string
  /** CloudFormation type, such as `AWS::EC2::Subnet`. */
  readonly type: string
  /** Path in the CDK tree, when the template came from one. */
  readonly constructPath?: string
  readonly place: Place
  /** `DeletionPolicy` of the template: `Delete`, `Retain`, `RetainExceptOnCreate` or `Snapshot`; absent when it says none. */
  readonly deletionPolicy?: string
}

/** What every node of an architecture has. */
export interface BaseNode<Kind extends string> {
  readonly id: NodeId
  readonly kind: Kind
  readonly origin: Origin
  /** What `Ref` gives: `subnet-0ab…`, a name, an ARN, a URL. The same at every load of the same template. */
  readonly physicalId: string
  readonly tags: Readonly<Record<string, string>>
}

/** An IPv4 range such as `10.0.1.0/24`. */
export type Cidr = string

/** An availability zone's name, such as `us-east-1a`. */
export type Zone = string
