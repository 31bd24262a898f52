import { decode, RequestError } from '@terrace/ui'
import type { Product } from '../api/types.ts'

/** A product of which there is less than was wanted. */
export interface Shortage {
  readonly productId: number
  readonly available: number
}

const shortagesDecoder = decode.list(
  decode.object<{ productId: number; available: number }>({ productId: decode.number, available: decode.number }),
)

/** What an order was refused for; undefined when it was for something else than lack of stock. */
export function shortagesOf(error: unknown): readonly Shortage[] | undefined {
  if (!(error instanceof RequestError) || error.status !== 409) return undefined
  try {
    return shortagesDecoder(error.problem?.members?.shortages)
  } catch {
    return undefined
  }
}

/** The products with what the refusal told about their stock. */
export const withShortages = (products: readonly Product[], shortages: readonly Shortage[]): readonly Product[] =>
  products.map(product => {
    const short = shortages.find(({ productId }) => productId === product.id)
    return short ? { ...product, stock: short.available } : product
  })
