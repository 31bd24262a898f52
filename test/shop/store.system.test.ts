import type { TraceSpan } from '@terrace/control'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../commands.ts'
import { call, json } from '../http.ts'
import type { Running } from '../running.ts'
import { Customer, type Order } from './customer.ts'
import { confirmations, startShop } from './running.ts'

interface Product {
  readonly id: number
  readonly name: string
  readonly priceCents: number
  readonly stock: number
  readonly picture: string
}

const installed = isInstalled('mariadbd') && isInstalled('nginx')

describe.skipIf(!installed)('the shop (needs MariaDB and NGINX)', () => {
  let shop: Running
  beforeAll(async () => {
    shop = await startShop()
  })
  afterAll(() => shop?.stop())

  it('S-01, S-04: serves the store from both zones, and says from which', async () => {
    const zones = new Set<unknown>()
    for (let visit = 0; visit < 12; visit++) {
      const page = await call(`${shop.site}/`)
      expect(page.status).toBe(200)
      expect(page.body).toContain('<div id="root">')
      zones.add(page.headers['x-served-by'])
    }
    expect(zones).toEqual(new Set(['us-east-1a', 'us-east-1b']))
  })

  it('S-01, S-02: sells six products, ten of each, with pictures from the private bucket that NGINX keeps', async () => {
    const products = await json<Product[]>(`${shop.site}/api/products`)
    expect(products.map(({ name, priceCents, stock }) => [name, priceCents, stock])).toEqual([
      ['Red mug', 999, 10],
      ['Blue shirt', 1999, 10],
      ['Notepad', 499, 10],
      ['Headphones', 2999, 10],
      ['Water bottle', 1200, 10],
      ['Backpack', 3999, 10],
    ])
    for (const { picture } of products) {
      const answer = await call(`${shop.site}${picture}`)
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'image/jpeg' } })
    }
    const again = async () => (await call(`${shop.site}${products[0]?.picture}`)).headers['x-cache']
    await expect.poll(again).toBe('HIT')
  })

  it('S-03, S-15, S-16: takes an order of several products as one, confirms it by mail, and counts the stock', async () => {
    const customer = await Customer.signUp(shop.site)
    const answer = await customer.order([
      { productId: 1, quantity: 2 },
      { productId: 3, quantity: 1 },
    ])
    expect(answer.status).toBe(201)
    const order: Order = JSON.parse(answer.body)
    expect(order.totalCents).toBe(2 * 999 + 499)
    const state = async () => (await customer.get<Order>(`/api/orders/${order.id}`)).state
    await expect.poll(state).toBe('confirmed')
    const mails = (await confirmations(shop)).get(order.id) ?? []
    expect(mails).toMatchObject([
      {
        from: expect.stringContaining('orders@shop.localhost'),
        to: [customer.email],
        text: expect.stringContaining('Red mug'),
        html: expect.stringContaining('24.97'),
      },
    ])
    const [mug, , notepad] = await json<Product[]>(`${shop.site}/api/products`)
    expect([mug?.stock, notepad?.stock]).toEqual([8, 9])
    const stranger = await Customer.signUp(shop.site)
    expect((await stranger.call(`/api/orders/${order.id}`)).status).toBe(404)
  })

  it('S-16, I-15: leads one trace from the purchase in the store over the transaction and the queue to the mail', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c'
    const customer = await Customer.signUp(shop.site)
    // What a page sends whose trace is recorded; NGINX and both balancers hand it on.
    const page = { traceparent: `00-${trace}-b7ad6b7169203331-01` }
    expect((await customer.order([{ productId: 5, quantity: 1 }], undefined, page)).status).toBe(201)
    const paths = async () => {
      const traces = await shop.cloud.traces()
      const isThere = traces.list(1000).some(({ id }) => id.replaceAll('-', '') === `1${trace}`)
      return isThere ? traces.read(trace).tree.flatMap(span => pathsIn(span)) : []
    }
    const queue = expect.stringMatching(/^shop > send shop-networking-Orders\S* > shop-worker > SESv2$/)
    await expect.poll(paths).toContainEqual(queue)
    await expect.poll(paths).toContainEqual(expect.stringMatching(/^shop > place orders > shop@/))
    expect((await paths()).filter(path => path.endsWith('> shop-worker'))).toHaveLength(1)
  })

  it('S-03: sells nothing of an order that is short of one product, and names it', async () => {
    const customer = await Customer.signUp(shop.site)
    const before = await json<Product[]>(`${shop.site}/api/products`)
    const answer = await customer.order([
      { productId: 2, quantity: 1 },
      { productId: 6, quantity: 11 },
    ])
    expect(answer.status).toBe(409)
    expect(JSON.parse(answer.body).shortages).toEqual([
      { productId: 6, name: 'Backpack', requested: 11, available: 10 },
    ])
    expect(await json(`${shop.site}/api/products`)).toEqual(before)
  })

  it('S-19: has two instances of each tier, one in each zone, and nothing that does not run here', async () => {
    const { tiers, ready } = await shop.cloud.status()
    expect(ready).toBe(true)
    expect(tiers).toHaveLength(2)
    for (const { instances } of tiers) {
      expect(instances.map(({ zone }) => zone).sort()).toEqual(['us-east-1a', 'us-east-1b'])
    }
    expect(shop.architecture.gaps).toEqual([])
  })
})

/** A span and those within it, each by the names that lead to it. */
const pathsIn = ({ name, spans }: TraceSpan, before = ''): readonly string[] => [
  before + name,
  ...spans.flatMap(inside => pathsIn(inside, `${before}${name} > `)),
]
