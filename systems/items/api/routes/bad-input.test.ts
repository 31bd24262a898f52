import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { ITEMS } from '../testing/client.ts'
import { describeItems, ORIGIN, type RunningItems } from '../testing/running-items.ts'

describeItems('bad input', start => {
  it('I-01: of every kind is refused with the problem that is documented, and nothing is stored', async () => {
    await using items = await start()
    const { client } = items
    const path = await client.create('Kept', 'as it is')
    const before = (await client.get(path)).body
    const large = 'y'.repeat(400 * 1024)
    const bodies: readonly (readonly [body: unknown, status: number, type?: string])[] = [
      ['{', 400],
      ['', 422],
      ['null', 422],
      ['[]', 422],
      ['"name"', 422],
      ['7', 422],
      ['{"name":"x","__proto__":{"description":"y"}}', 400],
      ['{"name":"x","constructor":{"prototype":{}}}', 400],
      [{ name: '' }, 422],
      [{ name: ' \t ' }, 422],
      [{ name: 7 }, 422],
      [{ name: null }, 422],
      [{ name: ['x'] }, 422],
      [{ name: { $ne: '' } }, 422],
      [{ name: 'x\u0000' }, 422],
      [{ name: 'x\ny' }, 422],
      ['{"name":"x\\ud800"}', 422],
      [{ name: 'x'.repeat(256) }, 422],
      [{ name: 'x', description: 7 }, 422],
      [{ name: 'x', description: null }, 422],
      [{ name: 'x', description: 'a\u0007b' }, 422],
      ['{"name":"x","description":"\\udc00"}', 422],
      [{ name: 'x', description: 'y'.repeat(10_001) }, 422],
      [{ name: 'x', description: '🎉'.repeat(10_001) }, 422],
      [{ name: 'x', id: 'mine' }, 422],
      [{ name: 'x', version: 9 }, 422],
      [{ name: 'x', createdAt: '2000-01-01T00:00:00Z' }, 422],
      [{ name: 'x', expiresAt: 1 }, 422],
      [{ name: 'x', unknown: true }, 422],
      [{ name: 'x', description: large }, 413],
      [{ name: large }, 413],
      ['name=x', 415, 'application/x-www-form-urlencoded'],
      ['{"name":"x"}', 415, 'text/plain'],
      ['<name>x</name>', 415, 'application/xml'],
    ]
    for (const [body, status, type] of bodies) {
      const headers: Record<string, string> = type ? { 'content-type': type } : {}
      for (const answer of [
        await client.post(ITEMS, body, headers),
        await client.put(path, body, headers),
        await client.patch(path, body, headers),
      ]) {
        expect([body, answer.status]).toEqual([body, status])
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
        expect(answer.body).toMatchObject({ type: 'about:blank', status, detail: expect.any(String) })
      }
    }
    for (const [method, body] of [
      ['POST', {}],
      ['POST', { description: 'x' }],
      ['PUT', { description: 'x' }],
      ['PATCH', {}],
    ] as const)
      expect([method, (await client.send(method, method === 'POST' ? ITEMS : path, body)).status]).toEqual([
        method,
        422,
      ])
    expect((await client.get(path)).body).toEqual(before)
    expect(await client.names()).toEqual(['Kept'])
  })

  it('names the field and what is allowed', async () => {
    await using items = await start()
    const unknown = await items.client.post(ITEMS, { name: '', colour: 'red' })
    expect(unknown.body.errors).toEqual([
      { path: 'name', message: 'must not be empty' },
      { path: '', message: 'unknown: colour; known are name and description' },
    ])
    const long = await items.client.post(ITEMS, { name: 'x', description: 'y'.repeat(10_001) })
    expect(long.body.errors).toEqual([
      { path: 'description', message: 'must have at most 10000 characters, has 10001' },
    ])
  })

  it('in a query is refused', async () => {
    await using items = await start()
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=-1',
      'limit=1.5',
      'limit=1e1',
      'limit=',
      'limit=1&limit=2',
      'q=a&q=b',
      `q=${'x'.repeat(256)}`,
      'cursor=a&cursor=b',
      'offset=3',
      '__proto__=1',
    ])
      expect([query, (await items.client.get(`${ITEMS}?${query}`)).status]).toEqual([query, 422])
    expect((await items.client.get(`${ITEMS}?q=%ZZ`)).status).toBeLessThan(500)
    expect((await items.client.put(ITEMS, { name: 'x' })).status).toBe(405)
    expect((await items.client.get('/api/v1/nothing')).status).toBe(404)
  })

  it('that is just within the limits is taken, in its longest spelling', async () => {
    await using items = await start()
    const name = '🎉'.repeat(255)
    const description = '🎉'.repeat(10_000)
    const escaped = (text: string) =>
      text.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    const { status, body } = await items.client.post(
      ITEMS,
      `{"name":"${escaped(name)}","description":"${escaped(description)}"}`,
    )
    expect([status, body.name, body.description]).toEqual([201, name, description])
    expect((await items.client.get(`${ITEMS}/${body.id}`)).body).toEqual(body)
  })

  it('I-08: a change that a page of another site makes is refused, ours may, and so may programs', async () => {
    await using items = await start()
    const { client, url } = items
    const path = await client.create('Kept')
    const foreign: readonly Record<string, string>[] = [
      { origin: 'https://evil.example.net' },
      { origin: 'null' },
      { origin: `${ORIGIN}.evil.example.net` },
      { origin: ORIGIN.replace('https', 'http') },
      { origin: ORIGIN.replace('app.', '') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of foreign)
      for (const answer of [
        await client.post(ITEMS, { name: 'x' }, headers),
        await client.put(path, { name: 'x' }, headers),
        await client.patch(path, { name: 'x' }, headers),
        await client.delete(path, headers),
        await client.post(`${path}/restore`, undefined, headers),
      ])
        expect([headers, answer.status, answer.body.title]).toEqual([headers, 403, 'Forbidden'])
    expect((await client.get(path)).body).toMatchObject({ name: 'Kept', version: 1 })
    for (const headers of [{ origin: ORIGIN, 'sec-fetch-site': 'same-site' }, { origin: url }, {}])
      expect((await client.put(path, { name: 'Kept' }, headers)).status).toBe(200)
    const asked = await client.send('OPTIONS', path, undefined, {
      origin: ORIGIN,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'if-match,content-type',
    })
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN])
    expect(asked.headers.get('access-control-allow-headers')).toContain('If-Match')
    const other = await client.get(path, { origin: 'https://evil.example.net' })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('in headers: a flood of them is refused with 431, and what is no HTTP with 400', async () => {
    await using items = await start()
    const many = Array.from({ length: 2000 }, (_, index) => `x-flood-${index}: ${index}`).join('\r\n')
    for (const [head, status] of [
      [`GET ${ITEMS} HTTP/1.1\r\nhost: x\r\n${many}`, 431],
      [`POST ${ITEMS} HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(70_000)}`, 431],
      ['HELLO', 400],
      [`GET ${ITEMS} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3`, 400],
    ] as const)
      expect(await raw(items, `${head}\r\n\r\n`)).toMatch(
        new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json`),
      )
    expect(await items.client.names()).toEqual([])
  })
})

async function raw({ url }: RunningItems, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  socket.write(text)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}
