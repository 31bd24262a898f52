/** How AWS writes ids and ARNs: matched, never compared, so that the same tests run in any account. */

/** `vpc-` and 17 (or, for older resources, 8) lower-case hexadecimal digits. */
export const resourceId = (prefix: string): RegExp => new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`)

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The ARN of something in the stack's account; IAM's have no region. */
export const arn = (service: string, resource: string): RegExp =>
  new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}$`)
