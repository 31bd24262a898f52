import { randomUUID } from 'node:crypto'
import { expect, vi } from 'vitest'
import type { Running } from '../running.ts'
import { Customer, type Order } from './customer.ts'
import { confirmations, header, operatorOf } from './running.ts'

/** Enough that nobody is refused. */
const STOCK = 100_000
const MUG = 1

/** Customers who buy one mug after the other until they are stopped. */
export interface Purchases {
  /** How many orders were acknowledged so far. */
  readonly count: number
  stop(): Promise<void>
  /**
   * Counts afterwards: every acknowledged order is there once and is confirmed, every confirmed order has its mail (more
   * than one only when the later ones say that they may be repeats), and the stock has gone down by what was sold.
   */
  settle(): Promise<void>
}

/** Two customers begin to buy. Each repeats an order with its key until it has an answer, as a browser would. */
export async function startPurchases(running: Running): Promise<Purchases> {
  const operator = await operatorOf(running)
  await operator.call(`/api/operations/stock/${MUG}`, { method: 'PUT', body: { stock: STOCK } })
  const customers = await Promise.all([Customer.signUp(running.site), Customer.signUp(running.site)])
  const acknowledged: string[] = []
  let going = true
  const buying = Promise.all(
    customers.map(async customer => {
      while (going) {
        const key = randomUUID()
        let order: string | undefined
        while (order === undefined) {
          const { status, body } = await customer.order([{ productId: MUG, quantity: 1 }], key)
          if (status === 201) order = JSON.parse(body).id
          else if (status !== 0 && status < 500) throw new Error(`an order was refused: ${status} ${body}`)
        }
        acknowledged.push(order)
      }
    }),
  )
  buying.catch(() => {})
  const stop = async () => {
    going = false
    await buying
  }
  return {
    get count() {
      return acknowledged.length
    },
    stop,
    async settle() {
      await stop()
      const orders = async () => (await Promise.all(customers.map(customer => customer.orders()))).flat()
      const unconfirmed = async () => (await orders()).filter(({ state }) => state !== 'confirmed').length
      // Not `expect.poll`, which needs the one test that runs: of these there may be two.
      await vi.waitFor(async () => expect(await unconfirmed()).toBe(0), { timeout: 90_000, interval: 500 })
      const all = await orders()
      expect(all.map(({ id }) => id).sort()).toEqual([...acknowledged].sort())
      await expectMails(running, all)
      const stock = await operator.get<{ productId: number; stock: number }[]>('/api/operations/stock')
      expect(stock[0]?.stock).toBe(STOCK - all.length)
    },
  }
}

async function expectMails(running: Running, orders: readonly Order[]): Promise<void> {
  const mails = await confirmations(running)
  expect(orders.filter(({ id }) => !mails.has(id))).toEqual([])
  const unmarked = [...mails.values()].filter(([, ...later]) =>
    later.some(mail => header(mail, 'x-possible-repeat') !== 'true'),
  )
  expect(unmarked).toEqual([])
}
