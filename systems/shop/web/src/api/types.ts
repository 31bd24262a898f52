import { decode } from '@terrace/ui'

/** What is on sale. Prices are in cents; `picture` is a path of this host. */
export interface Product {
  readonly id: number
  readonly name: string
  readonly slug: string
  readonly priceCents: number
  readonly currency: string
  readonly stock: number
  readonly picture: string
}

/** Who is logged in. */
export interface Account {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly role: string
}

/** `account` is null when nobody is logged in. */
export interface Session {
  readonly account: Account | null
  readonly csrfToken: string
}

/** So many of a product: a line of a cart, and of what is sent as an order. */
export interface Wanted {
  readonly productId: number
  readonly quantity: number
}

/** A line of an order, with name and price as they were. */
export interface OrderItem extends Wanted {
  readonly name: string
  readonly priceCents: number
}

/** Instants are ISO strings; `confirmedAt` is null until the mail was sent. `state`: `accepted` or `confirmed`. */
export interface Order {
  readonly id: string
  readonly number: string
  readonly state: string
  readonly items: readonly OrderItem[]
  readonly totalCents: number
  readonly currency: string
  readonly placedAt: string
  readonly confirmedAt: string | null
}

/** The states that orders are in. */
export type OrderState = 'accepted' | 'confirmed'

const { list, nullable, number, object, text } = decode

type Plain<T> = { [Name in keyof T]: T[Name] }

export const productOf = object<Plain<Product>>({
  id: number,
  name: text,
  slug: text,
  priceCents: number,
  currency: text,
  stock: number,
  picture: text,
})

const accountOf = object<Plain<Account>>({ id: number, email: text, name: text, role: text })

export const sessionOf = object<Plain<Session>>({ account: nullable(accountOf), csrfToken: text })

const itemOf = object<Plain<OrderItem>>({ productId: number, name: text, quantity: number, priceCents: number })

/** The fields of an order, for what has more of them. */
export const orderFields = {
  id: text,
  number: text,
  state: text,
  items: list(itemOf),
  totalCents: number,
  currency: text,
  placedAt: text,
  confirmedAt: nullable(text),
} as const

export const orderOf = object<Plain<Order>>(orderFields)
