import type { Duration } from '@terrace/kit'
import type { Published } from '../message.ts'
import type { Subscription } from '../subscription.ts'

/** How one attempt to deliver ended. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** It will never work: a missing permission, an endpoint that is gone, an answer 4xx. */
  | { readonly kind: 'refused'; readonly because: string }
  /** It may work later. */
  | { readonly kind: 'failed'; readonly because: string }

/** What a topic has published; the question whether somebody wants that; what says that a subscription has ended. */
export const KINDS = ['notification', 'question', 'farewell'] as const

/** One delivery on its way. */
export interface Parcel {
  readonly kind: (typeof KINDS)[number]
  readonly subscription: Subscription
  readonly published: Published
}

/** Brings notifications to the endpoints of one kind. */
export interface Carrier {
  /** Tries once. @param signal  aborted when the cloud stops */
  attempt(parcel: Parcel, signal: AbortSignal): Promise<Outcome>
  /** How long it waits before each further attempt. */
  delays(parcel: Parcel): Iterable<Duration>
  /** Every failed attempt counts for the metrics, not only the last one. */
  readonly countsAttempts?: boolean
}

export const DELIVERED: Outcome = { kind: 'delivered' }
