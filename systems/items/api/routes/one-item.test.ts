import { hours, minutes } from '@terrace/kit'
import { expect, it } from 'vitest'
import { ITEMS } from '../testing/client.ts'
import { describeItems } from '../testing/running-items.ts'

const NOWHERE = `${ITEMS}/00000000-0000-4000-8000-000000000000`

describeItems('one item', start => {
  it('I-01: is replaced and changed, each time with a new version', async () => {
    await using items = await start()
    const { client } = items
    const path = await client.create('One', 'text')
    items.travel(1500)
    const replaced = await client.put(path, { name: 'Two' })
    expect([replaced.status, replaced.headers.get('etag')]).toEqual([200, '"2"'])
    expect(replaced.body).toMatchObject({ name: 'Two', description: '', version: 2 })
    expect(replaced.body.updatedAt > replaced.body.createdAt).toBe(true)
    const changed = await client.patch(path, { description: 'more' })
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"3"'])
    expect(changed.body).toMatchObject({ name: 'Two', description: 'more', createdAt: replaced.body.createdAt })
    expect((await client.get(path)).body).toEqual(changed.body)
  })

  it('is not sent again to who has it: If-None-Match', async () => {
    await using items = await start()
    const path = await items.client.create('One')
    for (const tag of ['"1"', 'W/"1"', '"7", "1"', '*']) {
      const { status, headers, body } = await items.client.get(path, { 'if-none-match': tag })
      expect([tag, status, headers.get('etag'), body]).toEqual([tag, 304, '"1"', ''])
    }
    for (const tag of ['"2"', '"11"', '"x"'])
      expect((await items.client.get(path, { 'if-none-match': tag })).status).toBe(200)
    await items.client.put(path, { name: 'Two' })
    expect((await items.client.get(path, { 'if-none-match': '"1"' })).status).toBe(200)
    for (const tag of ['1', '"1', '"a" "b"'])
      expect((await items.client.get(path, { 'if-none-match': tag })).status).toBe(422)
  })

  it('is changed with If-Match only as the version that it names; 412 says which it is now', async () => {
    await using items = await start()
    const { client } = items
    const path = await client.create('One')
    expect((await client.put(path, { name: 'Two' }, { 'if-match': '"1"' })).status).toBe(200)
    for (const tag of ['"1"', 'W/"2"', '"x"', '"1", "3"', '"02"']) {
      for (const refused of [
        await client.put(path, { name: 'Three' }, { 'if-match': tag }),
        await client.patch(path, { name: 'Three' }, { 'if-match': tag }),
        await client.delete(path, { 'if-match': tag }),
      ])
        expect([tag, refused.status, refused.headers.get('etag'), refused.body.title]).toEqual([
          tag,
          412,
          '"2"',
          'Precondition Failed',
        ])
    }
    expect((await client.get(path)).body).toMatchObject({ name: 'Two', version: 2 })
    expect((await client.patch(path, { name: 'Three' }, { 'if-match': '"1", "2"' })).status).toBe(200)
    expect((await client.patch(path, { name: 'Four' }, { 'if-match': '*' })).status).toBe(200)
    expect((await client.put(path, { name: 'Five' }, { 'if-match': '2' })).status).toBe(422)
    expect((await client.delete(path, { 'if-match': '"4"' })).status).toBe(204)
    for (const tag of ['"4"', '*', '"x"'])
      expect((await client.put(path, { name: 'Six' }, { 'if-match': tag })).status).toBe(404)
  })

  it('is changed by exactly one of many that name the same version, and by the last of those that name none', async () => {
    await using items = await start()
    const { client } = items
    const path = await client.create('One')
    for (let version = 1; version <= 5; version++) {
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          client.put(path, { name: `${version}-${index}` }, { 'if-match': `"${version}"` }),
        ),
      )
      const winners = answers.filter(({ status }) => status === 200)
      expect(winners).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 412)).toHaveLength(15)
      expect((await client.get(path)).body).toEqual(winners[0]?.body)
    }
    const free = await Promise.all(
      Array.from({ length: 10 }, (_, index) => client.put(path, { name: `free ${index}` })),
    )
    const { body } = await client.get(path)
    expect(free.map(answer => answer.body.version).sort((one, other) => one - other)).toEqual([
      7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ])
    expect(free.find(answer => answer.body.version === 16)?.body).toEqual(body)
  })

  it('is deleted once, a second time it is not there, and comes back within a day as it was', async () => {
    await using items = await start()
    const { client } = items
    const path = await client.create('One', 'kept')
    const before = (await client.get(path)).body
    expect(await client.delete(path)).toMatchObject({ status: 204, body: '' })
    for (const gone of [
      await client.get(path),
      await client.get(path, { 'if-none-match': '*' }),
      await client.put(path, { name: 'x' }),
      await client.patch(path, { name: 'x' }),
      await client.delete(path),
      await client.delete(path, { 'if-match': '"1"' }),
    ])
      expect([gone.status, gone.body.detail]).toEqual([404, 'Item not found'])
    expect(await client.names()).toEqual([])
    items.travel(hours(24) - minutes(1))
    for (let time = 0; time < 2; time++) {
      const restored = await client.post(`${path}/restore`)
      expect([restored.status, restored.headers.get('etag'), restored.body]).toEqual([200, '"1"', before])
    }
    expect(await client.names()).toEqual(['One'])
    await client.delete(path)
    items.travel(hours(24))
    expect((await client.post(`${path}/restore`)).status).toBe(404)
  })

  it('that never was is not found, and an id that is none is refused', async () => {
    await using items = await start()
    const { client } = items
    for (const [path, status] of [
      [NOWHERE, 404],
      [`${ITEMS}/1`, 422],
      [`${ITEMS}/..%2f`, 422],
      [`${ITEMS}/${'x'.repeat(400)}`, 422],
      [`${ITEMS}/${'x'.repeat(600)}`, 414],
    ] as const)
      for (const answer of [
        await client.get(path),
        await client.put(path, { name: 'x' }),
        await client.patch(path, { name: 'x' }),
        await client.delete(path),
        await client.post(`${path}/restore`),
      ])
        expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
          path,
          status,
          'application/problem+json; charset=utf-8',
        ])
    const path = await client.create('One')
    expect((await client.get(path.toUpperCase().replace(ITEMS.toUpperCase(), ITEMS))).status).toBe(200)
  })
})
