import { idField } from '@terrace/service'
import * as z from 'zod'

/** What a product is to a client. */
export const productSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    slug: z.string(),
    priceCents: z.int().describe('In the smallest unit of the currency'),
    currency: z.literal('EUR'),
    stock: z.int().describe('What can be ordered now'),
    picture: z.string().describe('Its address below this host'),
  })
  .meta({ id: 'Product' })

export type Product = z.output<typeof productSchema>

/** The largest stock that can be set. */
export const MAX_STOCK = 100_000_000

/** The body that sets a stock. */
export const stockSchema = z
  .object({ stock: z.int('must be a whole number').min(0, 'must not be negative').max(MAX_STOCK) }, 'must be an object')
  .meta({ id: 'Stock' })

export const productParameter = z.object({ id: idField })
