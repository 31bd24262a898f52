import type {
  CachePolicy,
  Machine,
  NodeId,
  OriginRequestPolicy,
  RecordHealthCheck,
  ResponseHeadersPolicy,
} from '@terrace/model'

/** What a helper resource brings to the nodes that name it; it is no node of its own. */
export type Part =
  | { readonly kind: 'instanceProfile'; readonly role?: NodeId }
  | { readonly kind: 'launchConfiguration'; readonly machine: Machine; readonly publicAddress?: boolean }
  /** Of the cluster that it is named after. */
  | { readonly kind: 'capacityProviders'; readonly defaults: readonly string[] }
  | {
      readonly kind: 'dbSubnetGroup'
      readonly name: string
      readonly description: string
      readonly subnets: readonly NodeId[]
    }
  | { readonly kind: 'cachePolicy'; readonly policy: CachePolicy }
  | { readonly kind: 'originRequestPolicy'; readonly policy: OriginRequestPolicy }
  | { readonly kind: 'responseHeadersPolicy'; readonly policy: ResponseHeadersPolicy }
  | { readonly kind: 'originAccessControl'; readonly signing: 'always' | 'never' | 'no-override' }
  | { readonly kind: 'originAccessIdentity'; readonly canonicalUser: string }
  | { readonly kind: 'healthCheck'; readonly check: RecordHealthCheck }

export type PartKind = Part['kind']
export type PartOf<K extends PartKind> = Extract<Part, { kind: K }>
