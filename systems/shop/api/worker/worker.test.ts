import { seeded } from '@terrace/kit'
import { expect, it } from 'vitest'
import { describeShop } from '../testing/running-shop.ts'
import { backOffSeconds } from './back-off.ts'

describeShop('the worker', start => {
  it('S-16: confirms an accepted order by mail, with the item table and the total', async () => {
    await using shop = await start()
    await shop.startWorker()
    const alice = await shop.visitor().join('alice@example.com')
    const cart = [
      { productId: 1, quantity: 2 },
      { productId: 5, quantity: 1 },
    ]
    const { body: order } = await alice.order(cart, 'key')
    await shop.aws.untilMails(mails => mails.length === 1)
    const [mail] = shop.aws.mails
    expect(mail).toMatchObject({
      from: 'orders@shop.example.com',
      to: 'alice@example.com',
      subject: `Your order ${order.number}`,
      headers: { 'X-Order-Id': order.id },
    })
    expect(mail?.text).toContain('2  Red mug       €19.98\n1  Water bottle  €12.00\n   Total         €31.98')
    expect(mail?.text).toContain(`https://shop.example.com/orders/${order.id}`)
    for (const part of ['<td', 'Red mug', '€31.98', 'scope="row"']) expect(mail?.html).toContain(part)
    const confirmed = await untilConfirmed(() => alice.get(`/api/orders/${order.id}`))
    expect(confirmed.confirmedAt).toEqual(expect.any(String))
  })

  it('S-16: does nothing when a message comes again', async () => {
    await using shop = await start()
    await shop.startWorker()
    const alice = await shop.visitor().join('alice@example.com')
    const { body: first } = await alice.order([{ productId: 1, quantity: 1 }], 'first')
    const confirmed = await untilConfirmed(() => alice.get(`/api/orders/${first.id}`))
    shop.aws.orders.send(JSON.stringify({ type: 'order', orderId: first.id }))
    const { body: second } = await alice.order([{ productId: 2, quantity: 1 }], 'second')
    await untilConfirmed(() => alice.get(`/api/orders/${second.id}`))
    expect(shop.aws.mails.map(({ headers }) => headers['X-Order-Id'])).toEqual([first.id, second.id])
    expect((await alice.get(`/api/orders/${first.id}`)).body).toEqual(confirmed)
  })

  it('S-03: a mail whose answer got lost is sent again, and says that it may be a repeat', async () => {
    await using shop = await start()
    let lost = 0
    shop.aws.orders.longestDelay = 0
    shop.aws.answerMail = () => (lost++ === 0 ? 'lose the answer' : 'accept')
    await shop.startWorker()
    const alice = await shop.visitor().join('alice@example.com')
    const { body: order } = await alice.order([{ productId: 1, quantity: 1 }], 'key')
    await shop.log.next('a confirmation could not be sent')
    await untilConfirmed(() => alice.get(`/api/orders/${order.id}`))
    expect(shop.aws.mails.map(({ headers }) => headers['X-Possible-Repeat'])).toEqual([undefined, 'true'])
    expect(shop.aws.mails[1]?.subject).toBe(`Your order ${order.number} (may have reached you before)`)
    expect((await alice.get('/api/products/1')).body.stock).toBe(9)
  })

  it('S-03: a mail that SES refused is no repeat when it is accepted later', async () => {
    await using shop = await start()
    let refused = 0
    shop.aws.orders.longestDelay = 0
    shop.aws.answerMail = () => (refused++ === 0 ? 'refuse' : 'accept')
    await shop.startWorker()
    const alice = await shop.visitor().join('alice@example.com')
    const { body: order } = await alice.order([{ productId: 1, quantity: 1 }], 'key')
    await shop.log.next('a confirmation could not be sent')
    await untilConfirmed(() => alice.get(`/api/orders/${order.id}`))
    expect(shop.aws.mails.map(({ headers }) => headers)).toEqual([{ 'X-Order-Id': order.id }])
  })

  it('S-16: of one batch, mails that are refused come back, and the others are confirmed, whoever the call blames', async () => {
    await using shop = await start()
    let calls = 0
    const refused = { 'bad-1@example.com': 'refuse', 'bad-2@example.com': 'refuse all' } as const
    shop.aws.answerMail = ({ to }) => Reflect.get(refused, to) ?? 'accept'
    shop.aws.onCall = (operation, moment) => {
      if (operation === 'SendBulkEmail' && moment === 'before') calls += 1
    }
    const buyers = await Promise.all(
      ['good-1', 'bad-1', 'good-2', 'bad-2'].map(name => shop.visitor().join(`${name}@example.com`)),
    )
    const orders = await Promise.all(buyers.map(buyer => buyer.order([{ productId: 1, quantity: 1 }], 'key')))
    while (shop.aws.orders.size < 4) await new Promise(resolve => setImmediate(resolve))
    await shop.startWorker()
    for (const index of [0, 2]) await untilConfirmed(() => own(index))
    expect(shop.aws.mails.map(({ to }) => to).sort()).toEqual(['good-1@example.com', 'good-2@example.com'])
    expect((await own(1)).body.state).toBe('accepted')
    expect((await own(3)).body.state).toBe('accepted')
    // One call for the batch, and one for each of it when it was refused as a whole.
    expect(calls).toBeGreaterThanOrEqual(5)
    function own(index: number) {
      return buyers[index]?.get(`/api/orders/${orders[index]?.body.id}`) ?? Promise.reject(new Error('no such buyer'))
    }
  })

  it('S-16: sends the mails of a batch with one call', async () => {
    await using shop = await start()
    let calls = 0
    shop.aws.onCall = (operation, moment) => {
      if (operation === 'SendBulkEmail' && moment === 'before') calls += 1
    }
    const alice = await shop.visitor().join('alice@example.com')
    const cart = [{ productId: 1, quantity: 1 }]
    const orders = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(key => alice.order(cart, key)))
    while (shop.aws.orders.size < 5) await new Promise(resolve => setImmediate(resolve))
    await shop.startWorker()
    for (const { body } of orders) await untilConfirmed(() => alice.get(`/api/orders/${body.id}`))
    expect(shop.aws.mails).toHaveLength(5)
    expect(calls).toBe(1)
  })

  it('S-03: script and headers in a name do nothing in a mail', async () => {
    await using shop = await start()
    await shop.startWorker()
    const client = shop.visitor()
    const name = '<script>alert(1)</script> "&\' Subject: Free'
    await client.post('/api/accounts', { email: 'alice@example.com', password: 'four quiet green boats', name })
    await client.logIn('alice@example.com', 'four quiet green boats')
    await client.order([{ productId: 1, quantity: 1 }], 'key')
    await shop.aws.untilMails(mails => mails.length === 1)
    const [mail] = shop.aws.mails
    expect(mail?.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&#39; Subject: Free')
    expect(mail?.html).not.toContain('<script>')
    expect(mail?.subject).toMatch(/^Your order [0-9A-Z-]+$/)
    expect(mail?.to).toBe('alice@example.com')
  })

  it('S-16: orders are accepted while the queue is away, and confirmed when it is back', async () => {
    await using shop = await start()
    await shop.startWorker()
    shop.aws.queueIsAway = true
    const alice = await shop.visitor().join('alice@example.com')
    const { status, body: order } = await alice.order([{ productId: 1, quantity: 1 }], 'key')
    expect(status).toBe(201)
    await shop.log.next('messages could not be put on the queue; they stay in the outbox')
    shop.aws.queueIsAway = false
    await untilConfirmed(() => alice.get(`/api/orders/${order.id}`))
    expect(await shop.db.selectFrom('outbox').select('id').execute()).toEqual([])
  })

  it('S-16: what is no message of ours is put aside, and harms no other', async () => {
    await using shop = await start()
    shop.aws.orders.send('not json')
    shop.aws.orders.send('{"type":"order","orderId":"0123456789ab"}')
    await shop.startWorker()
    const alice = await shop.visitor().join('alice@example.com')
    const { body: order } = await alice.order([{ productId: 1, quantity: 1 }], 'key')
    await untilConfirmed(() => alice.get(`/api/orders/${order.id}`))
    expect(shop.aws.orders.size).toBe(2)
  })

  it('S-16: a stopped worker finishes what it has', async () => {
    await using shop = await start()
    const worker = await shop.startWorker()
    const alice = await shop.visitor().join('alice@example.com')
    let stopped: Promise<void> | undefined
    shop.aws.answerMail = () => {
      stopped ??= worker.stop()
      return 'accept'
    }
    const { body: order } = await alice.order([{ productId: 1, quantity: 1 }], 'key')
    await shop.aws.untilMails(mails => mails.length === 1)
    await stopped
    expect((await alice.get(`/api/orders/${order.id}`)).body.state).toBe('confirmed')
    expect(shop.aws.orders.size).toBe(0)
  })
})

it('S-16: waiting grows with the attempts, by chance between half and all of the longest', () => {
  const random = seeded('back-off')
  const waits = [1, 2, 3, 4, 5, 9].map(receives => backOffSeconds(receives, random))
  const longest = [2, 8, 32, 128, 512, 900]
  for (const [index, wait] of waits.entries()) {
    const most = longest[index] ?? 0
    expect(wait).toBeGreaterThanOrEqual(most / 2)
    expect(wait).toBeLessThanOrEqual(most)
  }
})

interface Shown {
  readonly state: string
  readonly confirmedAt: string | null
}

// The mail goes out just before the confirmation is stored; asking again is how a customer's page learns of it.
async function untilConfirmed(ask: () => Promise<{ readonly body: Shown }>): Promise<Shown> {
  for (;;) {
    const { body } = await ask()
    if (body.state === 'confirmed') return body
  }
}
