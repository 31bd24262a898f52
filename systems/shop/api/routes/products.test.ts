import { expect, it } from 'vitest'
import { describeShop } from '../testing/running-shop.ts'

describeShop('products', start => {
  it('S-01: there are six, with their prices and 10 in stock each', async () => {
    await using shop = await start()
    const { status, body } = await shop.visitor().get('/api/products')
    expect(status).toBe(200)
    expect(body[0]).toEqual({
      id: 1,
      name: 'Red mug',
      slug: 'red-mug',
      priceCents: 999,
      currency: 'EUR',
      stock: 10,
      picture: '/api/pictures/red-mug.jpeg',
    })
    const rows = body.map(({ slug, priceCents, stock }: Record<string, unknown>) => [slug, priceCents, stock])
    expect(rows).toEqual([
      ['red-mug', 999, 10],
      ['blue-shirt', 1999, 10],
      ['notepad', 499, 10],
      ['headphones', 2999, 10],
      ['bottle', 1200, 10],
      ['backpack', 3999, 10],
    ])
    expect((await shop.visitor().get('/api/products/6')).body.name).toBe('Backpack')
    expect((await shop.visitor().get('/api/products/7')).status).toBe(404)
  })

  it('S-01: stock that was sold stays sold when the shop starts again with another initial stock', async () => {
    await using shop = await start({ STOCK_PER_PRODUCT: '1000000' })
    expect((await shop.visitor().get('/api/products/1')).body.stock).toBe(1_000_000)
  })

  it('S-18: pictures come from the bucket, may be kept, and are not sent twice', async () => {
    await using shop = await start()
    const content = Buffer.alloc(300_000, 'picture')
    shop.aws.objects.set('red-mug.jpeg', content)
    const first = await fetch(`${shop.url}/api/pictures/red-mug.jpeg`)
    expect(first.headers.get('content-type')).toBe('image/jpeg')
    expect(first.headers.get('cache-control')).toMatch(/^public/)
    expect(first.headers.get('set-cookie')).toBe(null)
    expect(Buffer.from(await first.arrayBuffer()).equals(content)).toBe(true)
    const etag = first.headers.get('etag') ?? ''
    const again = await fetch(`${shop.url}/api/pictures/red-mug.jpeg`, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    for (const name of ['blue-shirt.jpeg', 'secret.jpeg', '..%2Fred-mug.jpeg', 'red-mug.jpeg%00'])
      expect((await fetch(`${shop.url}/api/pictures/${name}`)).status).toBe(404)
  })
})
