import { createHash } from 'node:crypto'

/** So much of a product. */
export interface CartItem {
  readonly productId: number
  readonly quantity: number
}

/** An order that somebody wants to place. */
export interface NewOrder {
  readonly accountId: number
  /** What makes it the same order: account and Idempotency-Key, hashed. */
  readonly requestKey: string
  /** What was ordered, hashed. */
  readonly fingerprint: string
  /** Each product once, by id. */
  readonly items: readonly CartItem[]
}

/** Lines of the same product become one; products in the order of their ids, in which they are locked. */
export function newOrder(accountId: number, key: string, lines: readonly CartItem[]): NewOrder {
  const quantities = new Map<number, number>()
  for (const { productId, quantity } of lines) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity)
  const items = [...quantities]
    .map(([productId, quantity]) => ({ productId, quantity }))
    .sort((one, other) => one.productId - other.productId)
  return {
    accountId,
    requestKey: sha256(`${accountId} ${key}`),
    fingerprint: sha256(items.map(({ productId, quantity }) => `${productId}x${quantity}`).join(' ')),
    items,
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
