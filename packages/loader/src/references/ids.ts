import { LOWER_ALPHANUMERIC } from '@terrace/kit'
import type { Subject } from './identity.ts'

const UPPER_ALPHANUMERIC = LOWER_ALPHANUMERIC.toUpperCase()
const MIXED = `${LOWER_ALPHANUMERIC}ABCDEFGHIJKLMNOPQRSTUVWXYZ`

/** `vpc-` and 17 hexadecimal digits, as EC2 names its resources. */
export const ec2Id = (prefix: string) => (subject: Subject) => `${prefix}-${subject.characters(prefix, 17)}`

/** A UUID. */
export function uuid(subject: Subject, purpose = 'uuid'): string {
  const hex = subject.characters(purpose, 32)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}

/** An id of CloudFront: `E` and 13 capital letters and digits. */
export const cloudFrontId = (subject: Subject) => `E${subject.characters('cloudfront', 13, UPPER_ALPHANUMERIC)}`

/** Capital letters and digits, as Route 53 and IAM use them. */
export const upper = (prefix: string, length: number) => (subject: Subject) =>
  `${prefix}${subject.characters(prefix, length, UPPER_ALPHANUMERIC)}`

/** `arn:<partition>:<service>:<region>:<account>:<rest>` */
export const arn = (subject: Subject, service: string, rest: string) =>
  `arn:${subject.partition}:${service}:${subject.region}:${subject.account}:${rest}`

/** The same for services that know no region: IAM, CloudFront. */
export const globalArn = (subject: Subject, service: string, rest: string) =>
  `arn:${subject.partition}:${service}::${subject.account}:${rest}`

/** How CloudFormation makes up a name: `<stack>-<logical id>-<12 characters>`, cut to what the service allows. */
export interface NameStyle {
  readonly most?: number
  readonly lower?: boolean
}

/**
 * The name that the template gives, or the one that CloudFormation would make up.
 *
 * @param property  path of the property that may hold a name
 */
export const nameOf =
  (property: string, style: NameStyle = {}) =>
  (subject: Subject): string =>
    subject.text(property) ?? generatedName(subject, style)

/** A made-up name. differs: the random part depends on stack and logical id */
export function generatedName(subject: Subject, { most = 255, lower = false }: NameStyle = {}): string {
  const random = subject.characters('name', 12, lower ? LOWER_ALPHANUMERIC : MIXED)
  const room = most - random.length - 1
  const whole = `${subject.stack}-${subject.logicalId}`
  // Both halves are kept recognisable when they have to be cut.
  const half = Math.floor((room - 1) / 2)
  const name = whole.length <= room ? whole : `${subject.stack.slice(0, half)}-${subject.logicalId.slice(0, half)}`
  const text = `${name}-${random}`
  return lower ? text.toLowerCase() : text
}

/** A made-up name of a launch template: `<logical id>_<12 characters>`. */
export const templateName = (subject: Subject) => `${subject.logicalId}_${subject.characters('name', 12, MIXED)}`

/** Load balancers and target groups: at most 32 characters, six of the stack and six of the logical id. */
export const shortName = (subject: Subject) =>
  subject.text('Name') ??
  `${subject.stack.slice(0, 6)}-${subject.logicalId.slice(0, 6)}-${subject.characters('name', 12, MIXED)}`
