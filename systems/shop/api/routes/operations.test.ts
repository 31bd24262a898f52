import { expect, it } from 'vitest'
import { describeShop } from '../testing/running-shop.ts'

const PATHS = [
  ['GET', '/api/operations/stock'],
  ['PUT', '/api/operations/stock/1'],
  ['PUT', '/api/operations/stock/nonsense'],
  ['GET', '/api/operations/orders'],
  ['GET', '/api/operations/dead-letters'],
  ['POST', '/api/operations/dead-letters/x/retry'],
] as const

describeShop('operations', start => {
  it('S-15: for everybody but the operator there is nothing', async () => {
    await using shop = await start()
    const customer = await shop.visitor().join('alice@example.com')
    for (const client of [shop.visitor(), customer])
      for (const [method, path] of PATHS) {
        const { status, body } = await client.send(method, path, method === 'GET' ? undefined : { stock: 5 })
        expect([status, body.detail]).toEqual([404, `There is nothing at ${path}`])
      }
  })

  it('S-03: the operator sees and sets what is in stock', async () => {
    await using shop = await start()
    const operator = await shop.operator()
    const { body } = await operator.get('/api/operations/stock')
    expect(body[0]).toEqual({ productId: 1, name: 'Red mug', slug: 'red-mug', stock: 10 })
    const set = (id: unknown, stock: unknown) => operator.put(`/api/operations/stock/${id}`, { stock })
    expect((await set(1, 25)).body).toMatchObject({ productId: 1, stock: 25 })
    expect((await set(1, 25)).status).toBe(200)
    expect((await operator.get('/api/products/1')).body.stock).toBe(25)
    for (const wrong of [-1, 1.5, 1e12, '5', null]) expect((await set(1, wrong)).status).toBe(422)
    expect((await set(99, 5)).status).toBe(404)
    operator.csrfToken = ''
    expect((await set(1, 5)).status).toBe(403)
  })

  it('S-16: the operator sees orders with their counts, what SES refused five times, and has it tried again', async () => {
    await using shop = await start()
    await shop.startWorker()
    const alice = await shop.visitor().join('alice@example.com')
    shop.aws.answerMail = () => 'refuse'
    shop.aws.orders.longestDelay = 0
    const { body: order } = await alice.order([{ productId: 1, quantity: 1 }], 'key')
    // A sixth attempt to receive it, after five that failed, puts it aside.
    while (shop.aws.deadLetters.size === 0) await new Promise(resolve => setImmediate(resolve))
    const operator = await shop.operator()
    const orders = await operator.get('/api/operations/orders?state=accepted')
    expect(orders.body.counts).toEqual({ accepted: 1, confirmed: 0 })
    expect(orders.body.orders).toMatchObject([
      { id: order.id, mailProblem: 'MESSAGE_REJECTED: Email address is not verified.' },
    ])
    const letters = await operator.get('/api/operations/dead-letters')
    expect(letters.body).toEqual([
      {
        id: expect.any(String),
        orderId: order.id,
        orderNumber: order.number,
        reason: 'MESSAGE_REJECTED: Email address is not verified.',
        sentAt: expect.any(String),
      },
    ])
    expect((await operator.get('/api/operations/dead-letters')).body).toEqual(letters.body)
    const retry = (id: string) => operator.post(`/api/operations/dead-letters/${id}/retry`)
    expect((await retry('another')).status).toBe(404)
    shop.aws.answerMail = () => 'accept'
    expect((await retry(letters.body[0].id)).status).toBe(204)
    await shop.aws.untilMails(mails => mails.length === 1)
    expect(shop.aws.mails[0]?.headers).toEqual({ 'X-Order-Id': order.id })
    expect((await operator.get('/api/operations/dead-letters')).body).toEqual([])
  })
})
