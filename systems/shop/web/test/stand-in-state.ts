import type { Account, Order, Product } from '../src/api/types.ts'

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** An order with whose it is, and why its mail failed. */
export type StandInOrder = Mutable<Order> & { readonly accountId: number; mailProblem: string | null }

/** What the stand-in knows. */
export interface StandInState {
  readonly products: Mutable<Product>[]
  readonly accounts: (Account & { password: string })[]
  readonly orders: StandInOrder[]
  readonly deadLetters: {
    readonly id: string
    readonly orderId: string | null
    readonly orderNumber: string | null
    readonly reason: string | null
    readonly sentAt: string
  }[]
}
