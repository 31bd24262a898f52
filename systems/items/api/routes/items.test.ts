import { describe, expect, it } from 'vitest'
import { ITEMS } from '../testing/client.ts'
import { describeItems } from '../testing/running-items.ts'

const UUID = /^[\da-f]{8}-[\da-f]{4}-[48][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

describeItems('the list of items', start => {
  it('I-01: creates an item, says where it is and which version it has, and shows it', async () => {
    await using items = await start()
    const { status, headers, body } = await items.client.post(ITEMS, { name: '  One  ', description: 'a\r\nb\tc' })
    expect(body).toEqual({
      id: expect.stringMatching(UUID),
      name: 'One',
      description: 'a\nb\tc',
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      updatedAt: body.createdAt,
      version: 1,
    })
    expect([status, headers.get('location'), headers.get('etag')]).toEqual([201, `${ITEMS}/${body.id}`, '"1"'])
    expect(await items.client.get(`${ITEMS}/${body.id}`)).toMatchObject({ status: 200, body })
    expect((await items.client.get(ITEMS)).body).toEqual({ items: [body], next: null })
    expect((await items.client.post(ITEMS, { name: 'Two' })).body.description).toBe('')
  })

  it('I-01: lists twenty of the newest first, and goes on by cursor', async () => {
    await using items = await start()
    const names = Array.from({ length: 45 }, (_, index) => `Item ${index}`)
    for (const name of names) {
      await items.client.create(name)
      items.travel(1)
    }
    const first = await items.client.get(ITEMS)
    expect([first.body.items.length, first.body.items[0].name, typeof first.body.next]).toEqual([
      20,
      'Item 44',
      'string',
    ])
    for (const query of ['', 'limit=1', 'limit=7', 'limit=100'])
      expect(await items.client.names(query)).toEqual(names.toReversed())
    expect(await items.client.names('limit=2&q=%20ITEM%203')).toEqual(
      [...names.filter(name => name.startsWith('Item 3'))].reverse(),
    )
    expect((await items.client.get(`${ITEMS}?q=`)).body.items).toHaveLength(20)
  })

  it('I-01: shows each item once while others are added, however many ask', async () => {
    await using items = await start()
    const names = Array.from({ length: 30 }, (_, index) => `Old ${index}`)
    await Promise.all(names.map(name => items.client.create(name)))
    items.travel(1000)
    let adding = true
    const adder = (async () => {
      for (let count = 0; adding; count++) await items.client.create(`New ${count}`)
    })()
    const walks = await Promise.all(['limit=1', 'limit=4', 'limit=7'].map(query => items.client.names(query)))
    adding = false
    await adder
    for (const walk of walks) expect(walk.filter(name => name.startsWith('Old')).toSorted()).toEqual(names.toSorted())
  })

  it('refuses a cursor of another query, one that was tampered with, and what is none, with 400', async () => {
    await using items = await start()
    for (const name of ['Apple', 'Apple pie', 'Pear']) await items.client.create(name)
    const { next } = (await items.client.get(`${ITEMS}?limit=1&q=apple`)).body
    const own = (cursor: string, q = 'apple') => items.client.get(`${ITEMS}?limit=1&q=${q}&cursor=${cursor}`)
    expect((await own(next)).body.items).toMatchObject([{ name: 'Apple' }])
    // The same question in other letters, and other pages of it.
    expect((await own(next, 'APPLE')).status).toBe(200)
    const half = Math.floor(next.length / 2)
    const tampered = next.slice(0, half) + (next[half] === 'A' ? 'B' : 'A') + next.slice(half + 1)
    for (const [cursor, q] of [
      [next, 'pear'],
      [next, ''],
      [tampered, 'apple'],
      [next.slice(0, -1), 'apple'],
      ['', 'apple'],
      ['null', 'apple'],
      ['%00', 'apple'],
      ['x'.repeat(5000), 'apple'],
    ]) {
      const { status, headers, body } = await own(cursor, q)
      expect([cursor, status, headers.get('content-type')]).toEqual([
        cursor,
        400,
        'application/problem+json; charset=utf-8',
      ])
      expect(body.detail).toContain('start anew')
    }
  })

  it('I-16: takes cursors of the key before, and learns a new key from a cursor that another task gave', async () => {
    let texts: [string, ...string[]] = ['key one of the cursors']
    await using items = await start({ read: async () => texts })
    await using other = await start({ read: async () => ['key two of the cursors', 'key one of the cursors'] })
    for (const name of ['a', 'b', 'c']) for (const one of [items, other]) await one.client.create(name)
    const cursorOf = async (one: typeof items) => (await one.client.get(`${ITEMS}?limit=1`)).body.next
    const [old, fresh] = [await cursorOf(items), await cursorOf(other)]
    expect((await other.client.get(`${ITEMS}?cursor=${old}`)).status).toBe(200)
    expect((await items.client.get(`${ITEMS}?cursor=${fresh}`)).status).toBe(400)
    texts = ['key two of the cursors', 'key one of the cursors']
    items.travel(10_000)
    expect((await items.client.get(`${ITEMS}?cursor=${fresh}`)).status).toBe(200)
    expect((await items.client.get(`${ITEMS}?cursor=${old}`)).status).toBe(200)
    expect((await cursorOf(items)).slice(0, 8)).toBe(fresh.slice(0, 8))
  })

  describe('with an Idempotency-Key', () => {
    it('makes one item of many requests, and repeats the answer, also after it was changed', async () => {
      await using items = await start()
      const send = (name = 'One', key = 'order/1') => items.client.post(ITEMS, { name }, { 'idempotency-key': key })
      const answers = await Promise.all(Array.from({ length: 10 }, () => send()))
      const [first] = answers
      for (const { status, headers, body } of answers)
        expect([status, headers.get('location'), headers.get('etag'), body]).toEqual([
          201,
          `${ITEMS}/${first?.body.id}`,
          '"1"',
          first?.body,
        ])
      expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(9)
      await items.client.patch(`${ITEMS}/${first?.body.id}`, { name: 'Changed' })
      expect((await send(' One ')).body).toEqual(first?.body)
      expect(await items.client.names()).toEqual(['Changed'])
      expect((await send('Two', 'order/2')).body.id).not.toBe(first?.body.id)
    })

    it('refuses another body with 422, and keys that are none', async () => {
      await using items = await start()
      await items.client.post(ITEMS, { name: 'One' }, { 'idempotency-key': 'k' })
      const other = await items.client.post(ITEMS, { name: 'Two' }, { 'idempotency-key': 'k' })
      expect([other.status, other.body.detail]).toEqual([
        422,
        'This Idempotency-Key was used with another request; choose a new one',
      ])
      for (const key of ['with space', 'x'.repeat(129), 'ä'])
        expect((await items.client.post(ITEMS, { name: 'One' }, { 'idempotency-key': key })).status).toBe(422)
      expect(await items.client.names()).toEqual(['One'])
    })
  })

  it('I-01: says what runs here', async () => {
    await using items = await start({ environment: { VERSION: '2.3.4', ENVIRONMENT: 'prod' } })
    const { status, body } = await items.client.get('/api/v1/info')
    expect([status, body]).toEqual([
      200,
      { name: 'items', version: '2.3.4', environment: 'prod', time: expect.stringMatching(/Z$/) },
    ])
    for (const path of ['/health', '/livez', '/readyz']) expect((await items.client.get(path)).status).toBe(200)
    expect(items.log.lines.filter(({ path }) => path === '/health')).toEqual([])
  })
})
