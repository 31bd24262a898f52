import type { AccountTables } from '@terrace/service/accounts'
import type { Generated } from 'kysely'

/** Who may do what: an operator sees stock, orders and dead letters. */
export type Role = 'customer' | 'operator'

/** What a customer sees of an order: paid for and reserved, then confirmed by mail. */
export type OrderState = 'accepted' | 'confirmed'

/** The schema that the migrations make. Moments are `2026-01-31 12:00:00.000` in UTC, or milliseconds since 1970. */
export interface Tables extends AccountTables {
  readonly products: {
    readonly id: number
    readonly slug: string
    readonly name: string
    readonly price_cents: number
    /** Unsigned: the database itself refuses what would make it negative. */
    readonly stock: number
  }
  readonly accounts: {
    readonly id: Generated<number>
    /** As it was typed. */
    readonly email: string
    /** In lower case; no two accounts have the same. */
    readonly email_key: string
    readonly name: string
    readonly password_hash: string
    readonly role: Role
    readonly created_at: string
  }
  readonly orders: {
    readonly id: string
    readonly account_id: number
    /** SHA-256 of account and Idempotency-Key: the same key is the same order. */
    readonly request_key: string
    /** SHA-256 of what was ordered under that key. */
    readonly fingerprint: string
    readonly state: OrderState
    readonly total_cents: number
    readonly placed_at: string
    readonly confirmed_at: string | null
    /** Set before the mail is sent, and null again when SES refused it: while it is set, another mail may be a repeat. */
    readonly mail_started_at: string | null
    /** Why the mail could not be sent the last time. */
    readonly mail_problem: string | null
  }
  readonly order_items: {
    readonly order_id: string
    readonly product_id: number
    /** As it was when it was ordered, and so is the price. */
    readonly name: string
    readonly quantity: number
    readonly price_cents: number
  }
  /** Messages that are stored but not yet on the queue: a row for each transaction that had any. */
  readonly outbox: {
    readonly id: Generated<number>
    /** A JSON array of messages. */
    readonly messages: string
    /** A JSON array with the `traceparent` of each message, or null; as a whole null when none has one. */
    readonly traces: string | null
  }
}
