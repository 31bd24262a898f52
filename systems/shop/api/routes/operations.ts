import { type App, type Database, notFound } from '@terrace/service'
import * as z from 'zod'
import type { Visitors } from '../accounts/visitors.ts'
import type { DeadLetter, DeadLetterQueue } from '../aws/dead-letters.ts'
import { countOrders, findOrders, mailProblems, ordersByState } from '../data/orders.ts'
import { allProducts, productById, setStock } from '../data/products.ts'
import type { Tables } from '../data/tables.ts'
import { decodeMessage } from '../messages/message.ts'
import { orderNumber } from '../orders/order-id.ts'
import {
  deadLetterParameter,
  deadLetterSchema,
  operatedOrderQuerySchema,
  ordersByStateSchema,
  stockLevelSchema,
} from '../schemas/operations.ts'
import { type Product, productParameter, stockSchema } from '../schemas/product.ts'

const tags = ['operations']

/** `/api/operations/…`: for operators; for everybody else there is nothing here. */
export function addOperationRoutes(
  root: App,
  database: Database<Tables>,
  visitors: Visitors,
  deadLetters: DeadLetterQueue,
): void {
  const { db } = database
  root.register(async (app: App) => {
    // Before anything is validated: a refusal of the input would tell that there is something.
    app.addHook('onRequest', async request => {
      await visitors.mustBeOperator(request)
    })

    app.get(
      '/api/operations/stock',
      { schema: { tags, summary: 'List what is in stock', response: { 200: z.array(stockLevelSchema) } } },
      async () => (await allProducts(db)).map(toStockLevel),
    )

    app.put(
      '/api/operations/stock/:id',
      {
        schema: {
          tags,
          summary: "Set a product's stock",
          params: productParameter,
          body: stockSchema,
          response: { 200: stockLevelSchema },
          problems: [403, 404],
        },
      },
      async request => {
        const { id } = request.params
        const changed = await setStock(db, id, request.body.stock)
        const product = changed ? await productById(db, id) : undefined
        if (!product) throw notFound('Product not found')
        return toStockLevel(product)
      },
    )

    app.get(
      '/api/operations/orders',
      {
        schema: {
          tags,
          summary: 'List orders, newest first, and count them by state',
          querystring: operatedOrderQuerySchema,
          response: { 200: ordersByStateSchema },
        },
      },
      async (request, reply) => {
        const { query } = request
        const [counts, found, total] = await Promise.all([
          ordersByState(db),
          findOrders(db, { state: query.state }, query),
          countOrders(db, { state: query.state }),
        ])
        const problems = await mailProblems(
          db,
          found.map(({ id }) => id),
        )
        reply.header('x-total-count', String(total))
        return { counts, orders: found.map(order => ({ ...order, mailProblem: problems.get(order.id) ?? null })) }
      },
    )

    app.get(
      '/api/operations/dead-letters',
      { schema: { tags, summary: 'List what the worker gave up', response: { 200: z.array(deadLetterSchema) } } },
      async (_request, reply) => {
        const [letters, total] = await Promise.all([deadLetters.list(), deadLetters.count()])
        reply.header('x-total-count', String(Math.max(total, letters.length)))
        return describe(letters)
      },
    )

    app.post(
      '/api/operations/dead-letters/:id/retry',
      {
        schema: {
          tags,
          summary: 'Let the worker try once more',
          params: deadLetterParameter,
          response: { 204: z.void() },
          problems: [403, 404],
        },
      },
      async (request, reply) => {
        if (!(await deadLetters.retry(request.params.id))) throw notFound('Dead letter not found')
        return reply.code(204).send()
      },
    )
  })

  async function describe(letters: readonly DeadLetter[]): Promise<z.input<typeof deadLetterSchema>[]> {
    const orderIds = letters.map(({ body }) => {
      const message = decodeMessage(body)
      return message?.type === 'order' ? message.orderId : null
    })
    const reasons = await mailProblems(
      db,
      orderIds.filter(id => id !== null),
    )
    return letters.map(({ id, sentAt }, index) => {
      const orderId = orderIds[index] ?? null
      return {
        id,
        orderId,
        orderNumber: orderId && orderNumber(orderId),
        reason: orderId && (reasons.get(orderId) ?? null),
        sentAt: new Date(sentAt).toISOString(),
      }
    })
  }
}

const toStockLevel = ({ id, name, slug, stock }: Product) => ({ productId: id, name, slug, stock })
