import { type App, conflict, type Database, invalid, notFound, Problem, sendPage } from '@terrace/service'
import * as z from 'zod'
import type { Visitors } from '../accounts/visitors.ts'
import { countOrders, findOrders, orderOf } from '../data/orders.ts'
import type { Tables } from '../data/tables.ts'
import { newOrder } from '../orders/new-order.ts'
import type { OrderDesk } from '../orders/order-desk.ts'
import {
  isOrderId,
  newOrderSchema,
  orderHeaders,
  orderParameter,
  orderQuerySchema,
  orderSchema,
  type Shortage,
} from '../schemas/order.ts'

const tags = ['orders']

/** `/api/orders`: one's own. */
export function addOrderRoutes(app: App, database: Database<Tables>, visitors: Visitors, desk: OrderDesk): void {
  const { db } = database

  app.post(
    '/api/orders',
    {
      schema: {
        tags,
        summary: 'Order: all of it, or nothing',
        headers: orderHeaders,
        body: newOrderSchema,
        response: { 201: orderSchema },
        problems: [401, 403, 409],
      },
    },
    async (request, reply) => {
      const account = await visitors.mustBeLoggedIn(request)
      const { items } = request.body
      const outcome = await desk.place(newOrder(account.id, request.headers['idempotency-key'], items))
      switch (outcome.kind) {
        case 'accepted':
          if (outcome.replayed) reply.header('idempotency-replayed', 'true')
          return reply.code(201).header('location', `/api/orders/${outcome.order.id}`).send(outcome.order)
        case 'short':
          throw outOfStock(outcome.shortages)
        case 'key-taken':
          throw conflict('This Idempotency-Key was used for another order; choose a new one')
        case 'unknown':
          throw invalid(
            items.flatMap(({ productId }, index) =>
              outcome.productIds.includes(productId)
                ? [{ path: `items.${index}.productId`, message: `there is no product ${productId}` }]
                : [],
            ),
          )
      }
    },
  )

  app.get(
    '/api/orders',
    {
      schema: {
        tags,
        summary: "List one's own orders, newest first",
        querystring: orderQuerySchema,
        response: { 200: z.array(orderSchema) },
        problems: [401],
      },
    },
    async (request, reply) => {
      const { id: accountId } = await visitors.mustBeLoggedIn(request)
      const { query } = request
      const filter = { accountId, state: query.state }
      return sendPage(request, reply, query, await findOrders(db, filter, query), () => countOrders(db, filter))
    },
  )

  app.get(
    '/api/orders/:id',
    {
      schema: {
        tags,
        summary: "Show one of one's own orders",
        params: orderParameter,
        response: { 200: orderSchema },
        problems: [401, 404],
      },
    },
    async request => {
      const account = await visitors.mustBeLoggedIn(request)
      const { id } = request.params
      const order = isOrderId(id) ? await orderOf(db, account.id, id) : undefined
      if (!order) throw notFound('Order not found')
      return order
    },
  )
}

function outOfStock(shortages: readonly Shortage[]): Problem {
  const sentences = shortages.map(({ name, requested, available }) =>
    available === 0 ? `${name} is sold out` : `of ${name} there are ${available} left, not ${requested}`,
  )
  return new Problem(409, `Not everything is in stock: ${sentences.join('; ')}`, { members: { shortages } })
}
