import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import type { Answer } from '../testing/client.ts'
import { describeOnBothDatabases, type RunningLibrary } from '../testing/running-library.ts'

describeOnBothDatabases('bad input', libraries => {
  it('refuses ids that are no whole number within range, on every path (L-01 L-02 L-03)', async () => {
    await using library = await libraries.start()
    const { client } = library
    for (const id of [
      '1.5',
      '-1',
      '0',
      'abc',
      '1e3',
      '%20',
      '99999999999999999999',
      '2147483648',
      "1' or '1'='1",
      '١',
    ]) {
      const path = id.startsWith('%') ? id : encodeURIComponent(id)
      for (const answer of [
        await client.get(`/users/${path}`),
        await client.get(`/books/${path}`),
        await client.patch(`/books/${path}`, { title: 'x' }),
        await client.delete(`/users/${path}`),
        await client.post(`/books/${path}/borrow/1`),
        await client.post(`/books/1/return/${path}`),
        await client.get(`/books/${path}/loans`),
        await client.get(`/loans/?user_id=${path}`),
      ])
        expectProblem(answer, 422)
    }
    expectProblem(await client.get('/books/2147483647'), 404)
    expectProblem(await client.get('/users/2147483647/loans'), 404)
  })

  it.each([
    ['nothing', undefined, 422],
    ['broken JSON', '{"name": ', 400],
    ['no JSON at all', 'name=Alice', 400],
    ['a poisoned prototype', '{"__proto__": {"admin": true}, "name": "Alice"}', 400],
    ['null', 'null', 422],
    ['a list', '[{"name": "Alice"}]', 422],
    ['a text', '"Alice"', 422],
    ['an empty object', '{}', 422],
    ['a number for a name', '{"name": 7}', 422],
    ['null for a name', '{"name": null}', 422],
    ['an object for a name', '{"name": {"$gt": ""}}', 422],
    ['an empty name', '{"name": ""}', 422],
    ['a name of white space', '{"name": " \\t\\n "}', 422],
    ['a name of 256 characters', JSON.stringify({ name: 'x'.repeat(256) }), 422],
    ['a control character', '{"name": "Al\\u0000ice"}', 422],
    ['half a surrogate pair', '{"name": "Al\\ud800ice"}', 422],
    ['1 MB', JSON.stringify({ name: 'x'.repeat(1_000_000) }), 413],
  ])('refuses %s as a user and stores nothing (L-01)', async (_, body, status) => {
    await using library = await libraries.start()
    const answer = await library.client.send('POST', '/users/', body)
    expectProblem(answer, status)
    expect((await library.client.get('/users/')).body).toEqual([])
  })

  it('names every field that is wrong (L-02)', async () => {
    await using library = await libraries.start()
    const { client } = library
    const answer = await client.post('/books/', { title: '', author: 'x'.repeat(300) })
    expectProblem(answer, 422)
    expect(answer.body).toMatchObject({
      title: 'Unprocessable Entity',
      errors: [
        { path: 'title', message: 'must not be empty' },
        { path: 'author', message: 'must have at most 255 characters, has 300' },
      ],
    })
    await client.post('/books/', { title: 'One', author: 'Someone' })
    for (const change of [{}, { title: '' }, { author: null }, { nothing: 'known' }, []])
      expectProblem(await client.patch('/books/1', change), 422)
    expect((await client.get('/books/1')).body).toMatchObject({ title: 'One', author: 'Someone' })
  })

  it('refuses queries that make no sense (L-02)', async () => {
    await using library = await libraries.start()
    for (const query of [
      'limit=0',
      'limit=1001',
      'limit=x',
      'limit=1&limit=2',
      'offset=-1',
      'sort=price',
      'available=maybe',
    ])
      expectProblem(await library.client.get(`/books/?${query}`), 422)
    expect((await library.client.get(`/books/?unknown=1&q=${encodeURIComponent("%' or 1=1 --")}`)).status).toBe(200)
  })

  it('keeps SQL, HTML and any script of the world as the text that they are (L-01 L-02)', async () => {
    await using library = await libraries.start()
    const { client } = library
    const titles = [
      "Robert'); DROP TABLE books;--",
      '" or ""="',
      '<script>alert(1)</script> &amp;',
      '\\ \\n \\0 %s {{x}} `x`',
      '百年の孤独 🐉 Ελλάδα שלום',
      '🐉'.repeat(255),
      '\ufdfa'.repeat(255),
    ]
    for (const title of titles) {
      const { status, body } = await client.post('/books/', { title, author: title })
      expect([status, body.title]).toEqual([201, title])
      const user = await client.post('/users/', { name: title })
      expect([user.status, user.body.name]).toEqual([201, title])
      expect((await client.get(`/books/?limit=10&q=${encodeURIComponent(title.slice(0, 20))}`)).body).toContainEqual(
        body,
      )
    }
    expect((await client.get('/books/')).body.map((book: { title: string }) => book.title)).toEqual(titles)
    expect((await client.post('/users/', { name: '  Alice  ' })).body.name).toBe('Alice')
  })

  it('says which method, path and media type it wants (L-04)', async () => {
    await using library = await libraries.start()
    const { client } = library
    const method = await client.send('PUT', '/books/1')
    expectProblem(method, 405)
    expect(method.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH')
    expectProblem(await client.send('DELETE', '/books/'), 405)
    expectProblem(await client.get('/nothing/here'), 404)
    expectProblem(await client.get('/books/%ZZ'), 400)
    expectProblem(await client.send('POST', '/books/', 'title=1984', { 'content-type': 'text/plain' }), 415)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expectProblem(await client.send('POST', '/books/', 'title=1984', form), 415)
    expectProblem(await client.post('/books/', { title: 'x', author: 'y' }, { 'idempotency-key': 'with space' }), 422)
    expect((await client.get('/books/')).body).toEqual([])
  })

  it('answers what is not HTTP with 400 and goes on (L-05)', async () => {
    await using library = await libraries.start()
    expect(await raw(library, 'HELLO\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"detail":"The request is not valid HTTP"/,
    )
    expect(await raw(library, `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
    expect((await library.client.get('/livez')).status).toBe(200)
  })
})

function expectProblem({ status, headers, body }: Answer, expected: number): void {
  expect([status, body]).toEqual([
    expected,
    expect.objectContaining({ type: 'about:blank', status: expected, detail: expect.stringMatching(/./) }),
  ])
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
}

function raw(library: RunningLibrary, request: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(library.url).port) })
  socket.end(request)
  return text(socket)
}
