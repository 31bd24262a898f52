import type { NodeId } from '@terrace/model'

/** Who makes a call. Known from the link it arrives on, never from what the request claims. */
export type Principal =
  /** The AWS CLI and SDKs of the person at the machine, on the gateway's own port: any key stands for the account. */
  | { readonly kind: 'administrator'; readonly arn: string }
  /** A request without any signature. */
  | { readonly kind: 'anonymous' }
  /** An instance or a task with the credentials of its role. */
  | { readonly kind: 'role'; readonly role: NodeId; readonly arn: string; readonly sessionArn: string }
  /** A service of AWS on behalf of one resource, such as CloudFront for a distribution. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string }
