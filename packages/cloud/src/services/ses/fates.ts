import type { SuppressionReason } from '@terrace/model'
import { domainOf } from './addresses.ts'

/** What becomes of one recipient's copy. */
export type Fate =
  | { readonly kind: 'delivered' }
  /** Delivered, and then complained about. */
  | { readonly kind: 'complaint' }
  | { readonly kind: 'bounce'; readonly subType: BounceSubType }

/** @see "Contents of event data that Amazon SES publishes to Amazon SNS", Bounce types */
export type BounceSubType = 'General' | 'Suppressed' | 'OnAccountSuppressionList'

const SIMULATOR = 'simulator.amazonses.com'

/** Whether it is one of SES's own addresses for tests; labels count: `bounce+order-1@simulator.amazonses.com`. */
export const isSimulator = (address: string): boolean => domainOf(address) === SIMULATOR

/**
 * What happens to a copy. Real mail arrives: there is no one here who could refuse it.
 *
 * @param suppressed  why the recipient is on the suppression list, if the list counts for this message
 * @see Amazon SES Developer Guide "Using the mailbox simulator manually"
 */
export function fateOf(address: string, suppressed: SuppressionReason | undefined): Fate {
  if (suppressed !== undefined) return { kind: 'bounce', subType: 'OnAccountSuppressionList' }
  if (!isSimulator(address)) return { kind: 'delivered' }
  switch (address.slice(0, address.lastIndexOf('@')).split('+')[0]?.toLowerCase()) {
    case 'bounce':
      return { kind: 'bounce', subType: 'General' }
    case 'complaint':
      return { kind: 'complaint' }
    case 'suppressionlist':
      return { kind: 'bounce', subType: 'Suppressed' }
    default:
      return { kind: 'delivered' }
  }
}
