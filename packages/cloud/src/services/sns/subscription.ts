import { checkSubscriptionPolicy } from './delivery-policy.ts'
import type { Protocol } from './endpoint.ts'
import { InvalidParameter } from './errors.ts'
import { type FilterPolicy, type FilterScope, filterPolicyOf } from './filter-policy/filter-policy.ts'
import type { KeptSubscription } from './store.ts'

/** Attributes of subscriptions by AWS's names. */
export type SubscriptionAttributes = Readonly<Record<string, string>>

/** A subscription, with what its attributes mean. */
export interface Subscription {
  readonly kept: KeptSubscription
  readonly arn: string
  /** The message itself is delivered, without anything around it. */
  readonly raw: boolean
  readonly filter: FilterPolicy | undefined
  readonly deadLetterArn: string | undefined
}

const RAW: readonly Protocol[] = ['http', 'https', 'sqs']

const NAMES: ReadonlySet<string> = new Set([
  ...['DeliveryPolicy', 'FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy'],
])

/** What its attributes mean. */
export function subscriptionOf(kept: KeptSubscription): Subscription {
  const { FilterPolicy, RawMessageDelivery, RedrivePolicy } = kept.attributes
  return {
    kept,
    arn: kept.arn,
    raw: RawMessageDelivery === 'true',
    filter: FilterPolicy ? filterPolicyOf(FilterPolicy, scopeOf(kept.attributes)) : undefined,
    deadLetterArn: RedrivePolicy ? deadLetterIn(RedrivePolicy, '') : undefined,
  }
}

/** Where its filter policy looks. */
export const scopeOf = ({ FilterPolicyScope }: SubscriptionAttributes): FilterScope =>
  FilterPolicyScope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes'

/**
 * All of them together, because the scope decides what a filter policy may be.
 *
 * @param of.prefix  what errors begin with: `Attributes Reason: ` when they come with a new subscription
 * @throws InvalidParameter
 */
export function checkSubscriptionAttributes(
  attributes: SubscriptionAttributes,
  of: { readonly protocol: string; readonly isFifo: boolean; readonly prefix?: string },
): void {
  const { protocol, isFifo, prefix = '' } = of
  const bad = (reason: string) => new InvalidParameter(`${prefix}${reason}`)
  for (const [name, value] of Object.entries(attributes)) {
    if (!NAMES.has(name)) throw prefix ? bad(`Unknown attribute: ${name}`) : new InvalidParameter('AttributeName')
    if (value === '') continue
    if (name === 'RawMessageDelivery') {
      if (value !== 'true' && value !== 'false') {
        throw bad(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`)
      }
      if (value === 'true' && !RAW.some(each => each === protocol)) {
        throw bad(`RawMessageDelivery: Delivery protocol [${protocol}] does not support raw message delivery.`)
      }
    }
    if (name === 'FilterPolicyScope' && value !== 'MessageAttributes' && value !== 'MessageBody') {
      throw bad(`FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`)
    }
    if (name === 'DeliveryPolicy') {
      if (protocol !== 'http' && protocol !== 'https') {
        throw bad(`DeliveryPolicy: Delivery protocol [${protocol}] does not support a delivery policy.`)
      }
      checkSubscriptionPolicy(value, prefix)
    }
    if (name === 'RedrivePolicy') checkDeadLetter(deadLetterIn(value, prefix), isFifo, prefix)
  }
  if (attributes.FilterPolicy) filterPolicyOf(attributes.FilterPolicy, scopeOf(attributes), prefix)
}

function deadLetterIn(text: string, prefix: string): string {
  try {
    const policy: unknown = JSON.parse(text)
    if (typeof policy === 'object' && policy !== null && 'deadLetterTargetArn' in policy) {
      const { deadLetterTargetArn } = policy
      if (typeof deadLetterTargetArn === 'string' && Object.keys(policy).length === 1) return deadLetterTargetArn
    }
  } catch {
    throw new InvalidParameter(`${prefix}RedrivePolicy: failed to parse JSON.`)
  }
  throw new InvalidParameter(`${prefix}RedrivePolicy: must have a deadLetterTargetArn, and nothing else`)
}

function checkDeadLetter(arn: string, isFifo: boolean, prefix: string): void {
  const [, , service, , , name] = arn.split(':')
  const bad = (reason: string) => new InvalidParameter(`${prefix}RedrivePolicy: ${reason}`)
  if (service !== 'sqs' || !name) throw bad('deadLetterTargetArn is an invalid arn')
  if (isFifo !== name.endsWith('.fifo')) {
    throw bad(`must be the ARN of a ${isFifo ? 'FIFO' : 'standard'} queue, as the topic is one`)
  }
}
