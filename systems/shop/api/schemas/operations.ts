import { numberField, pagingFields } from '@terrace/service'
import * as z from 'zod'
import { orderQuerySchema, orderSchema } from './order.ts'

/** A product and what of it is left. */
export const stockLevelSchema = z
  .object({ productId: z.int(), name: z.string(), slug: z.string(), stock: z.int() })
  .meta({ id: 'StockLevel' })

/** An order as the operator sees it. */
export const operatedOrderSchema = orderSchema
  .extend({ mailProblem: z.string().nullable().describe('Why its mail could not be sent the last time') })
  .meta({ id: 'OperatedOrder' })

/** Orders, and how many there are of each state. */
export const ordersByStateSchema = z
  .object({ counts: z.object({ accepted: z.int(), confirmed: z.int() }), orders: z.array(operatedOrderSchema) })
  .meta({ id: 'OrdersByState' })

export const operatedOrderQuerySchema = z.object({
  ...pagingFields,
  limit: numberField(1, 200).default(50).describe('Orders to answer with, 50 when it is not given'),
  state: orderQuerySchema.shape.state,
})

/** A message that the worker gave up after five attempts. */
export const deadLetterSchema = z
  .object({
    id: z.string(),
    orderId: z.string().nullable().describe('Null when it is no order'),
    orderNumber: z.string().nullable(),
    reason: z.string().nullable().describe('Why the mail could not be sent, when that is known'),
    sentAt: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetter' })

export const deadLetterParameter = z.object({ id: z.string().regex(/^[\w-]{1,100}$/, 'must be the id of a message') })
