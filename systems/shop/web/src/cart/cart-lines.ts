import type { Wanted } from '../api/types.ts'

/** What the API takes in one order. */
export const MAX_QUANTITY = 1000
const MAX_LINES = 50

/** What is in the cart, in the order it was added. */
export type CartLines = readonly Wanted[]

const isQuantity = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1

/** What a stored text says; whatever is no line of a cart is left out, never an error. */
export function readLines(stored: string | null): CartLines {
  let parsed: unknown
  try {
    parsed = JSON.parse(stored ?? '[]')
  } catch {
    return []
  }
  if (!Array.isArray(parsed)) return []
  const lines = new Map<number, number>()
  for (const entry of parsed) {
    const [productId, quantity]: readonly unknown[] = Array.isArray(entry) ? entry : []
    if (isQuantity(productId) && isQuantity(quantity)) lines.set(productId, Math.min(quantity, MAX_QUANTITY))
  }
  return [...lines].slice(0, MAX_LINES).map(([productId, quantity]) => ({ productId, quantity }))
}

/** The text to store. */
export const writeLines = (lines: CartLines): string =>
  JSON.stringify(lines.map(({ productId, quantity }) => [productId, quantity]))

/** With so many of a product, where it stands or at the end; none takes it out. */
export function withQuantity(lines: CartLines, productId: number, quantity: number): CartLines {
  const wanted = { productId, quantity: Math.min(quantity, MAX_QUANTITY) }
  if (quantity < 1) return lines.filter(line => line.productId !== productId)
  return lines.some(line => line.productId === productId)
    ? lines.map(line => (line.productId === productId ? wanted : line))
    : [...lines, wanted].slice(0, MAX_LINES)
}

/** What is left once these were ordered: another tab may have added to the cart meanwhile. */
export const withoutOrdered = (lines: CartLines, ordered: readonly Wanted[]): CartLines =>
  ordered.reduce(
    (left, { productId, quantity }) => withQuantity(left, productId, quantityOf(left, productId) - quantity),
    lines,
  )

/** How many of a product there are; 0 when it isn't there. */
export const quantityOf = (lines: CartLines, productId: number): number =>
  lines.find(line => line.productId === productId)?.quantity ?? 0
