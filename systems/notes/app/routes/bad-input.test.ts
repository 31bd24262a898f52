import { expect, it } from 'vitest'
import { describeNotes, type RunningNotes } from '../testing/running-notes.ts'
import { hiddenField, titlesIn } from '../testing/visitor.ts'

const SCRIPT = `"><script>alert(1)</script><img src=x onerror=alert(1)>' &amp; {{7*7}} \${7*7}`

describeNotes('bad input', server => {
  it('comes out as the text that it is, on every page and in every field (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    const { html } = await visitor.get('/notes/new')
    const title = SCRIPT.slice(0, 64)
    const typed = { title, description: SCRIPT, tags: '"><b onclick=x>' }
    expect((await visitor.post('/notes', { key: hiddenField(html, 'key') ?? '', ...typed })).status).toBe(303)
    const wrong = await visitor.post('/notes', { ...typed, title: SCRIPT.repeat(3), key: SCRIPT })
    expect(wrong.status).toBe(422)
    const pages = [wrong]
    for (const path of [
      '/',
      '/notes/1',
      '/notes/1/edit',
      `/?q=${encodeURIComponent(SCRIPT)}&tag=${encodeURIComponent('"><i>')}`,
      `/${encodeURIComponent(SCRIPT)}`,
    ])
      pages.push(await visitor.get(path))
    for (const { html } of pages) {
      expect(html).not.toMatch(/<script>|<img|<b |<i>|\sonerror=(?!alert\(1\)&gt;)/)
      expect(html.match(/<script/g)).toHaveLength(1)
    }
    expect((await running.client.get('/api/notes/1')).body).toMatchObject({ title, description: SCRIPT })
    expect(titlesIn((await visitor.get('/?q=script')).html)).toHaveLength(1)
  })

  it('is refused without a token of this visitor, nothing is stored, and what was typed is kept (N-01)', async () => {
    await using running = await server.start()
    const other = running.visitor()
    const foreign = hiddenField((await other.get('/')).html, '_csrf') ?? ''
    for (const [fields, headers] of [
      [{ _csrf: '' }, {}],
      [{ _csrf: 'forged-token' }, {}],
      [{ _csrf: foreign }, {}],
      [{}, { 'sec-fetch-site': 'cross-site' }],
      [{}, { origin: 'https://evil.example.net' }],
    ] as const) {
      const visitor = running.visitor()
      await visitor.get('/notes/new')
      const refused = await visitor.post('/notes', { title: 'Kept title', ...fields }, headers)
      expect([refused.status, refused.html.includes('value="Kept title"')]).toEqual([403, true])
      // The form that came back is good.
      expect((await visitor.post('/notes/1/done', { done: 'true', ...fields }, headers)).status).toBe(403)
    }
    const stranger = running.visitor()
    expect((await stranger.post('/notes', { title: 'No cookie', _csrf: foreign })).status).toBe(403)
    expect((await running.client.get('/api/notes')).body).toEqual([])
    expect((await stranger.post('/notes', { title: 'No cookie' })).status).toBe(303)
  })

  it('is refused when a session was forged, is over, or comes from another secret (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    await visitor.get('/notes/new')
    const [name = '', value = ''] = [...visitor.cookies][0] ?? []
    for (const forged of [value.slice(0, -2), `x${value}`, value.replace('.', '.x'), '']) {
      visitor.cookies.set(name, forged)
      expect((await visitor.post('/notes', { title: 'Forged' })).status).toBe(403)
    }
    expect((await running.client.get('/api/notes')).body).toEqual([])
  })

  it('of another kind or size is refused, for people with a page and for programs with a problem (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    await visitor.get('/')
    const send = (type: string, body: string) =>
      visitor.send('/notes', { method: 'POST', body, headers: { 'content-type': type, accept: 'text/html' } })
    for (const [type, body, status] of [
      ['text/plain', 'title=x', 415],
      ['multipart/form-data; boundary=x', '--x--', 415],
      ['application/xml', '<title/>', 415],
      ['application/json', '{"title":"x"}', 403],
      ['application/json', '{"title":', 400],
      ['application/x-www-form-urlencoded', `title=${'x'.repeat(300_000)}`, 413],
      ['application/x-www-form-urlencoded', 'title=x&title=y', 403],
      ['application/x-www-form-urlencoded', '%ZZ=%ZZ&__proto__=x', 403],
    ] as const) {
      const answer = await send(type, body)
      expect([type, answer.status, answer.headers.get('content-type')]).toEqual([
        type,
        status,
        'text/html; charset=utf-8',
      ])
    }
    await refusesForPrograms(running)
    expect((await running.client.get('/api/notes')).body).toEqual([])
  })

  it('that a long text makes of a form still fits, in its longest spelling (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    await visitor.get('/notes/new')
    const description = '🎉'.repeat(10_000)
    expect((await visitor.post('/notes', { title: 'Long', description })).status).toBe(303)
    expect((await running.client.get('/api/notes/1')).body.description).toBe(description)
    expect((await running.client.put('/api/notes/1', { title: 'Long', description: '雪'.repeat(10_000) })).status).toBe(
      200,
    )
    expect((await visitor.get('/')).html.length).toBeLessThan(12_000)
  })
})

async function refusesForPrograms({ client, url }: RunningNotes): Promise<void> {
  for (const [method, path, body, headers, status] of [
    ['POST', '/api/notes', 'title=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['POST', '/api/notes', '{"title":"x"}', { 'content-type': 'text/plain' }, 415],
    ['POST', '/api/notes', { title: 'x' }, { origin: 'https://evil.example.net' }, 403],
    ['POST', '/api/notes', { title: 'x' }, { 'sec-fetch-site': 'same-site' }, 403],
    ['DELETE', '/api/notes/1', undefined, { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST', '/api/notes', '{', {}, 400],
    ['POST', '/api/notes', '[]', {}, 422],
    ['POST', '/api/notes', {}, {}, 422],
    ['POST', '/api/notes', { title: '' }, {}, 422],
    ['POST', '/api/notes', { title: 1 }, {}, 422],
    ['POST', '/api/notes', { title: 'x', tags: 'home' }, {}, 422],
    ['POST', '/api/notes', { title: 'x', tags: ['a,b'] }, {}, 422],
    ['POST', '/api/notes', { title: 'x', tags: Array.from({ length: 2000 }, String) }, {}, 422],
    ['POST', '/api/notes', { title: 'x', done: 'yes' }, {}, 422],
    ['POST', '/api/notes', { title: 'x\ud800' }, {}, 422],
    ['POST', '/api/notes', { title: 'x', description: 'y'.repeat(300_000) }, {}, 413],
    ['PATCH', '/api/notes/1', {}, {}, 422],
    ['PUT', '/api/notes/1', { done: true }, {}, 422],
    ['GET', '/api/notes/0', undefined, {}, 422],
    ['GET', '/api/notes/99999999999', undefined, {}, 422],
    ['GET', '/api/notes/7', undefined, {}, 404],
    ['GET', '/api/nothing', undefined, {}, 404],
    ['PUT', '/api/notes', { title: 'x' }, {}, 405],
  ] as const) {
    const answer = await client.send(method, path, body, headers)
    expect([method, path, body, answer.status]).toEqual([method, path, body, status])
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  }
  const own = { origin: url, 'sec-fetch-site': 'same-origin' }
  expect((await client.send('DELETE', '/api/notes/1', undefined, own)).status).toBe(404)
}
