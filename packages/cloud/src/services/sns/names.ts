import { InvalidParameter } from './errors.ts'
import { LONGEST_NAME } from './limits.ts'

/** The account's side of names: what ARNs of its topics begin with. */
export interface Home {
  readonly region: string
  readonly account: string
}

/** `arn:aws:sns:us-east-1:123456789012:news` */
export const arnOf = ({ region, account }: Home, name: string): string => `arn:aws:sns:${region}:${account}:${name}`

/** The last part of a topic's ARN. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)

/** `<topic>` of `<topic>:<uuid>`. */
export const topicOf = (subscriptionArn: string): string => subscriptionArn.slice(0, subscriptionArn.lastIndexOf(':'))

/** @throws InvalidParameter when it isn't the ARN of a topic at all */
export function checkTopicArn(arn: string, parameter = 'TopicArn'): void {
  const parts = arn.split(':')
  if (parts.length < 6) {
    throw new InvalidParameter(
      `${parameter} Reason: An ARN must have at least 6 elements, not ${arn === '' ? 0 : parts.length}`,
    )
  }
  if (parts.length !== 6 || parts[0] !== 'arn' || parts[2] !== 'sns' || !isName(parts[5] ?? '')) {
    throw new InvalidParameter(parameter)
  }
}

/** @throws InvalidParameter when it isn't the ARN of a subscription at all */
export function checkSubscriptionArn(arn: string): void {
  const parts = arn.split(':')
  if (parts.length < 6) {
    throw new InvalidParameter(
      `SubscriptionArn Reason: An ARN must have at least 6 elements, not ${arn === '' ? 0 : parts.length}`,
    )
  }
  if (parts.length !== 7 || parts[0] !== 'arn' || parts[2] !== 'sns') {
    throw new InvalidParameter('SubscriptionId')
  }
}

/** @throws InvalidParameter */
export function checkName(name: string, fifo: boolean): void {
  if (!isName(name)) throw new InvalidParameter('Topic Name')
  if (fifo && !name.endsWith('.fifo')) {
    throw new InvalidParameter(
      'Topic Name Reason: Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.',
    )
  }
  if (!fifo && name.endsWith('.fifo')) throw new InvalidParameter('Topic Name')
}

const isName = (name: string): boolean =>
  name.length <= LONGEST_NAME && /^[A-Za-z0-9_-]+$/.test(name.replace(/\.fifo$/, ''))
