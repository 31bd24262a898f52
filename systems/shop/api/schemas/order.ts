import { numberField, pagingFields } from '@terrace/service'
import * as z from 'zod'
import { ORDER_ID } from '../orders/order-id.ts'

/** Most of one product in an order, and most lines. */
export const MAX_QUANTITY = 1000
const MAX_LINES = 50

const orderStates = ['accepted', 'confirmed'] as const

/** One line of an order. */
const itemSchema = z.object({
  productId: z.int(),
  name: z.string().describe('As it was when it was ordered'),
  quantity: z.int(),
  priceCents: z.int().describe('Of one'),
})

/** What an order is to a client. */
export const orderSchema = z
  .object({
    id: z.string(),
    number: z.string().describe('The id as people read it'),
    state: z.enum(orderStates),
    items: z.array(itemSchema),
    totalCents: z.int(),
    currency: z.literal('EUR'),
    placedAt: z.iso.datetime(),
    confirmedAt: z.iso.datetime().nullable().describe('When the confirmation was sent; null until then'),
  })
  .meta({ id: 'Order' })

export type Order = z.output<typeof orderSchema>

/** A whole number in JSON, with one sentence for everything that isn't one in the range. */
const whole = (max: number) => {
  const error = `must be a whole number from 1 to ${max}`
  return z
    .number(error)
    .refine(value => Number.isInteger(value) && value >= 1 && value <= max, error)
    .meta({ type: 'integer', minimum: 1, maximum: max })
}

/** The body that orders. */
export const newOrderSchema = z
  .object(
    {
      items: z
        .array(
          z.object({ productId: whole(2_147_483_647), quantity: whole(MAX_QUANTITY) }, 'must be a JSON object'),
          'must be a list of products',
        )
        .min(1, 'must have at least one product')
        .max(MAX_LINES, `must have at most ${MAX_LINES} lines`),
    },
    'must be a JSON object',
  )
  .meta({ id: 'NewOrder' })

/** Every order has a key: a shop can't tell an order that is sent again from a second one. */
export const orderHeaders = z.looseObject({
  'idempotency-key': z
    .string('is required with every order')
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces')
    .describe('Repeating an order with the same key repeats the answer, not the order'),
})

export const orderParameter = z.object({ id: z.string().max(100) })

/** Is it an order's id at all? Whatever isn't can't be found. */
export const isOrderId = (id: string): boolean => ORDER_ID.test(id)

/** The query of a list of orders. */
export const orderQuerySchema = z.object({
  ...pagingFields,
  limit: numberField(1, 200).default(50).describe('Orders to answer with, 50 when it is not given'),
  state: z.enum(orderStates, `must be one of ${orderStates.join(', ')}`).optional(),
})

/** What was ordered and isn't there. */
export const shortageSchema = z.object({
  productId: z.int(),
  name: z.string(),
  requested: z.int(),
  available: z.int(),
})

export type Shortage = z.output<typeof shortageSchema>
