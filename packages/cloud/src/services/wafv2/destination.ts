/** Where records of requests go. */
export type Destination =
  | { readonly kind: 'logGroup'; readonly name: string }
  /** `prefix`: before the keys, without a slash at its end; it may be empty. */
  | { readonly kind: 'bucket'; readonly name: string; readonly prefix: string }

/**
 * What the ARN of a destination says; nothing when it is of neither kind.
 * @see WAF Developer Guide, "Sending protection pack (web ACL) traffic logs to an Amazon CloudWatch Logs log group", "… to an
 *   Amazon Simple Storage Service bucket"
 */
export function destinationOf(arn: string): Destination | undefined {
  const [, group] = /^arn:[\w-]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(arn) ?? []
  if (group !== undefined) return { kind: 'logGroup', name: group }
  const [, name, prefix = ''] = /^arn:[\w-]+:s3:::([^/]+)\/?(.*)$/.exec(arn) ?? []
  return name === undefined ? undefined : { kind: 'bucket', name, prefix: prefix.replace(/\/$/, '') }
}
