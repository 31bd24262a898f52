import { describedOperations } from '@terrace/service/testing'
import { expect, it } from 'vitest'
import { describeShop } from './testing/running-shop.ts'

describeShop("the API's description", start => {
  it('S-05: names every route with what it takes and how it may refuse', async () => {
    await using shop = await start()
    const { status, body } = await shop.visitor().get('/openapi.json')
    expect(status).toBe(200)
    const operations = describedOperations(body)
    for (const { name, summary } of operations) expect([name, typeof summary]).toEqual([name, 'string'])
    expect(operations.map(({ name }) => name).filter(name => name.includes('/api/'))).toEqual([
      'delete /api/sessions/current',
      'get /api/operations/dead-letters',
      'get /api/operations/orders',
      'get /api/operations/stock',
      'get /api/orders',
      'get /api/orders/{id}',
      'get /api/pictures/{file}',
      'get /api/products',
      'get /api/products/{id}',
      'get /api/sessions/current',
      'post /api/accounts',
      'post /api/operations/dead-letters/{id}/retry',
      'post /api/orders',
      'post /api/sessions',
      'put /api/accounts/current/password',
      'put /api/operations/stock/{id}',
    ])
  })
})
