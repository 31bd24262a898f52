import { expect, it } from 'vitest'
import { Client } from '../testing/client.ts'
import { describeShop, type RunningShop } from '../testing/running-shop.ts'

const MUG = 1
const SHIRT = 2

describeShop('orders', start => {
  it('S-03: a cart of several products is ordered as one, at the price of the day', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    const cart = [
      { productId: SHIRT, quantity: 1 },
      { productId: MUG, quantity: 2 },
      { productId: MUG, quantity: 1 },
    ]
    const { status, body, headers } = await client.order(cart, 'first')
    expect([status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^[0-9a-z]{12}$/),
        number: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/),
        state: 'accepted',
        items: [
          { productId: MUG, name: 'Red mug', quantity: 3, priceCents: 999 },
          { productId: SHIRT, name: 'Blue shirt', quantity: 1, priceCents: 1999 },
        ],
        totalCents: 4996,
        currency: 'EUR',
        placedAt: expect.any(String),
        confirmedAt: null,
      },
    ])
    expect(headers.get('location')).toBe(`/api/orders/${body.id}`)
    expect((await client.get(`/api/orders/${body.id}`)).body).toMatchObject({ id: body.id, totalCents: 4996 })
    expect(await stockOf(shop)).toEqual([7, 9, 10, 10, 10, 10])
  })

  it('S-03: all of it or nothing: a refusal names each product and what is left of it', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    await client.order([{ productId: SHIRT, quantity: 10 }], 'all-shirts')
    const cart = [
      { productId: 3, quantity: 1 },
      { productId: MUG, quantity: 11 },
      { productId: SHIRT, quantity: 1 },
    ]
    const { status, body } = await client.order(cart, 'too-much')
    expect([status, body.detail, body.shortages]).toEqual([
      409,
      'Not everything is in stock: of Red mug there are 10 left, not 11; Blue shirt is sold out',
      [
        { productId: MUG, name: 'Red mug', requested: 11, available: 10 },
        { productId: SHIRT, name: 'Blue shirt', requested: 1, available: 0 },
      ],
    ])
    expect(await stockOf(shop)).toEqual([10, 0, 10, 10, 10, 10])
    expect(await shop.db.selectFrom('orders').select('id').execute()).toHaveLength(1)
  })

  it('S-16: the same key and order give the same answer, one after the other and at once', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    const first = await client.order([{ productId: MUG, quantity: 2 }], 'key')
    const second = await client.order([{ productId: MUG, quantity: 2 }], 'key')
    expect([second.status, second.body, second.headers.get('idempotency-replayed')]).toEqual([201, first.body, 'true'])
    const many = await Promise.all(
      Array.from({ length: 20 }, () => client.order([{ productId: SHIRT, quantity: 1 }], 'at-once')),
    )
    expect(new Set(many.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    expect(await stockOf(shop)).toEqual([8, 9, 10, 10, 10, 10])
  })

  it('S-16: the same key with another order is refused; the same key of another account is another key', async () => {
    await using shop = await start()
    const alice = await shop.visitor().join('alice@example.com')
    const bob = await shop.visitor().join('bob@example.com')
    const first = await alice.order([{ productId: MUG, quantity: 1 }], 'key')
    const other = await alice.order([{ productId: MUG, quantity: 2 }], 'key')
    expect([other.status, other.body.detail]).toEqual([
      409,
      'This Idempotency-Key was used for another order; choose a new one',
    ])
    const bobs = await bob.order([{ productId: MUG, quantity: 1 }], 'key')
    expect(bobs.status).toBe(201)
    expect(bobs.body.id).not.toBe(first.body.id)
    expect(await stockOf(shop)).toEqual([8, 10, 10, 10, 10, 10])
  })

  it("S-15: another's order is not found, and neither is what is no order", async () => {
    await using shop = await start()
    const alice = await shop.visitor().join('alice@example.com')
    const bob = await shop.visitor().join('bob@example.com')
    const { body } = await alice.order([{ productId: MUG, quantity: 1 }], 'key')
    const paths = [`/api/orders/${body.id}`, '/api/orders/0123456789ab', '/api/orders/1', "/api/orders/'%20or%201=1"]
    for (const path of paths) {
      const answer = await bob.get(path)
      expect([answer.status, answer.body.detail]).toEqual([404, 'Order not found'])
    }
    expect((await bob.get('/api/orders')).body).toEqual([])
    expect((await shop.visitor().get(paths[0] ?? '')).status).toBe(401)
  })

  it("S-15: one's own orders come in pages, newest first, by state", async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    for (const key of ['1', '2', '3']) {
      await client.order([{ productId: Number(key), quantity: 1 }], key)
      shop.travel(1000)
    }
    const page = await client.get('/api/orders?limit=2')
    expect(page.body.map((order: { items: { productId: number }[] }) => order.items[0]?.productId)).toEqual([3, 2])
    expect(page.headers.get('x-total-count')).toBe('3')
    expect(page.headers.get('link')).toBe('</api/orders?limit=2&offset=2>; rel="next"')
    expect((await client.get('/api/orders?state=confirmed')).body).toEqual([])
    expect((await client.get('/api/orders?state=lost')).status).toBe(422)
  })

  const quantity = 'must be a whole number from 1 to 1000'
  it.each([
    ['a negative quantity', [{ productId: MUG, quantity: -1 }], 'items.0.quantity', quantity],
    ['no quantity', [{ productId: MUG, quantity: 0 }], 'items.0.quantity', quantity],
    ['a fraction', [{ productId: MUG, quantity: 1.5 }], 'items.0.quantity', quantity],
    ['a huge quantity', [{ productId: MUG, quantity: 1e300 }], 'items.0.quantity', quantity],
    ['text for a quantity', [{ productId: MUG, quantity: '1' }], 'items.0.quantity', quantity],
    [
      'an unknown product',
      [
        { productId: MUG, quantity: 1 },
        { productId: 99, quantity: 1 },
      ],
      'items.1.productId',
      'there is no product 99',
    ],
    ['an empty cart', [], 'items', 'must have at least one product'],
    [
      'too many lines',
      Array.from({ length: 51 }, () => ({ productId: MUG, quantity: 1 })),
      'items',
      'must have at most 50 lines',
    ],
    ['no list', 'everything', 'items', 'must be a list of products'],
  ])('S-03: %s is refused at the field, and nothing is stored', async (_title, items, path, message) => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    const { status, body } = await client.order(items, 'key')
    expect([status, body.errors]).toEqual([422, [{ path, message }]])
    expect(await stockOf(shop)).toEqual([10, 10, 10, 10, 10, 10])
    expect(await shop.db.selectFrom('outbox').select('id').execute()).toEqual([])
  })

  it('S-16: an order without a key, or with one that is no key, is refused', async () => {
    await using shop = await start()
    const client = await shop.visitor().join('alice@example.com')
    const body = { items: [{ productId: MUG, quantity: 1 }] }
    const without = await client.post('/api/orders', body)
    expect([without.status, without.body.errors]).toEqual([
      422,
      [{ path: 'idempotency-key', message: 'is required with every order' }],
    ])
    expect((await client.post('/api/orders', body, { 'idempotency-key': 'x'.repeat(129) })).status).toBe(422)
  })

  it('S-03: of 500 buyers at two instances for 10 in stock exactly 10 get it, and all others a clear refusal', async () => {
    await using shop = await start()
    const urls = [shop.url, await shop.startSecond()]
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, index) => new Client(urls[index % 2] ?? '').join(`buyer${index}@example.com`)),
    )
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => {
        const both = [MUG, SHIRT].map(productId => ({ productId, quantity: 1 }))
        return clients[index % clients.length]?.order(index % 3 ? both : both.reverse(), `key-${index}`)
      }),
    )
    const sold = answers.filter(answer => answer?.status === 201)
    const refused = answers.filter(answer => answer?.status === 409)
    expect([sold.length, refused.length]).toEqual([10, 490])
    for (const answer of refused)
      expect(answer?.body.shortages).toEqual([
        { productId: MUG, name: 'Red mug', requested: 1, available: 0 },
        { productId: SHIRT, name: 'Blue shirt', requested: 1, available: 0 },
      ])
    expect(new Set(sold.map(answer => answer?.body.id)).size).toBe(10)
    expect(await stockOf(shop)).toEqual([0, 0, 10, 10, 10, 10])
  })

  it('S-16: the same key at two instances at once is one order', async () => {
    await using shop = await start()
    const here = await shop.visitor().join('alice@example.com')
    const there = Object.assign(new Client(await shop.startSecond()), {
      cookie: here.cookie,
      csrfToken: here.csrfToken,
    })
    for (let key = 0; key < 10; key++) {
      // Other products under the same key lock nothing in common: only the key itself keeps them apart.
      const answers = await Promise.all([
        here.order([{ productId: 3, quantity: 1 }], `same-${key}`),
        there.order([{ productId: 3, quantity: 1 }], `same-${key}`),
        here.order([{ productId: 4, quantity: 1 }], `other-${key}`),
        there.order([{ productId: 5, quantity: 1 }], `other-${key}`),
      ])
      const [one, two, third, fourth] = answers
      expect([one?.status, two?.status, two?.body.id]).toEqual([201, 201, one?.body.id])
      expect([third?.status, fourth?.status].sort()).toEqual([201, 409])
    }
    expect(await shop.db.selectFrom('orders').select('id').execute()).toHaveLength(20)
  })
})

async function stockOf({ db }: RunningShop): Promise<number[]> {
  const rows = await db.selectFrom('products').select('stock').orderBy('id').execute()
  return rows.map(({ stock }) => stock)
}
