import type { NodeId, PolicyDocument } from '@terrace/model'

/** Who makes a call. Known from the link it arrives on and the key that was issued, never from what the request claims. */
export type Principal =
  /** The AWS CLI and SDKs of the person at the machine, on the gateway's own port: any key stands for the account. */
  | { readonly kind: 'administrator'; readonly arn: string }
  /** A request without any signature. */
  | { readonly kind: 'anonymous' }
  | RolePrincipal
  /** A service of AWS on behalf of one resource, such as CloudFront for a distribution. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string }

/** A session of a role: an instance or a task with the credentials of its role, or whoever took it on by AssumeRole. */
export interface RolePrincipal {
  readonly kind: 'role'
  readonly role: NodeId
  readonly arn: string
  readonly sessionArn: string
  /** By which bucket policies may mean it: of an origin access identity of CloudFront. */
  readonly canonicalUser?: string
  /** What AssumeRole was told to limit the session to. */
  readonly sessionPolicies?: readonly PolicyDocument[]
}

/** `i-…` of `arn:aws:sts::123456789012:assumed-role/app/i-…`. */
export const sessionNameOf = ({ sessionArn }: RolePrincipal): string =>
  sessionArn.slice(sessionArn.lastIndexOf('/') + 1)
