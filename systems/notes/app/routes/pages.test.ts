import { hours, minutes } from '@terrace/kit'
import { expect, it } from 'vitest'
import { describeNotes, type RunningNotes } from '../testing/running-notes.ts'
import { hiddenField, titlesIn, type Visitor } from '../testing/visitor.ts'

/** Adds a note by the form, as a person does. */
async function add(visitor: Visitor, fields: Readonly<Record<string, string>>) {
  const form = await visitor.get('/notes/new')
  return visitor.post('/notes', { key: hiddenField(form.html, 'key') ?? '', ...fields })
}

async function fill(running: RunningNotes, count: number) {
  for (let number = 1; number <= count; number++)
    expect((await running.client.post('/api/notes', { title: `Note ${number}` })).status).toBe(201)
}

describeNotes('the pages without scripting', server => {
  it('add, show, change, toggle, remove and bring back a note, each with a redirection (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    expect((await visitor.get('/')).html).toContain('No notes yet')

    const added = await add(visitor, { title: ' Buy milk ', description: 'Two\r\nbottles', tags: 'Home, home,shop' })
    expect([added.status, added.location]).toEqual([303, '/'])
    const list = await visitor.follow(added)
    expect(titlesIn(list.html)).toEqual(['Buy milk'])
    expect(list.html).toContain('Note added')
    expect((await visitor.get('/')).html).not.toContain('Note added')
    expect((await running.client.get('/api/notes/1')).body).toMatchObject({
      title: 'Buy milk',
      description: 'Two\nbottles',
      tags: ['home', 'shop'],
      done: false,
    })

    const form = await visitor.get('/notes/1/edit')
    expect(form.html).toContain('>\nTwo\nbottles</textarea>')
    const version = hiddenField(form.html, 'version') ?? ''
    const saved = await visitor.post('/notes/1', { title: 'Buy oat milk', description: '', tags: '', version })
    expect([saved.status, saved.location]).toEqual([303, '/notes/1'])
    expect((await visitor.follow(saved)).html).toContain('<h1>Buy oat milk</h1>')

    const toggled = await visitor.post('/notes/1/done', { done: 'true', back: '/?show=open&q=milk' })
    expect([toggled.status, toggled.location]).toEqual([303, '/?q=milk&show=open#note-1'])
    expect((await running.client.get('/api/notes/1')).body.done).toBe(true)

    const removed = await visitor.post('/notes/1/remove', { back: '/?q=milk' })
    expect([removed.status, removed.location]).toEqual([303, '/?q=milk'])
    const after = await visitor.follow(removed)
    expect(titlesIn(after.html)).toEqual([])
    expect(after.html).toContain('“Buy oat milk” removed')
    expect((await visitor.get('/notes/1')).status).toBe(404)

    const restored = await visitor.post('/notes/1/restore', { back: '/' })
    expect(restored.status).toBe(303)
    expect((await visitor.follow(restored)).html).toContain('“Buy oat milk” is back')
    expect((await running.client.get('/api/notes/1')).body).toMatchObject({ title: 'Buy oat milk', done: true })
    expect(titlesIn((await visitor.get('/?q=oat')).html)).toEqual(['Buy oat milk'])
  })

  it('change nothing by GET, whatever the address (N-01)', async () => {
    await using running = await server.start()
    await fill(running, 1)
    const visitor = running.visitor()
    const before = (await running.client.get('/api/notes/1')).body
    for (const path of ['/notes/1/done?done=true', '/notes/1/remove', '/notes/1/restore', '/notes/1?title=x', '/theme'])
      expect([path, [200, 404].includes((await visitor.get(path)).status)]).toEqual([path, true])
    expect((await running.client.get('/api/notes/1')).body).toEqual(before)
  })

  it('say what is wrong at the field, keep what was typed, and store nothing (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    const long = 'x'.repeat(65)
    for (const [fields, message] of [
      [{ title: '', description: 'kept text' }, 'Enter a title'],
      [{ title: '   ', description: 'kept text' }, 'Enter a title'],
      [{ description: 'kept text' }, 'Enter a title'],
      [{ title: long, description: 'kept text' }, 'A title has at most 64 characters; this one has 65'],
      [{ title: 'x', description: `kept text${'y'.repeat(10_000)}` }, 'A description has at most 10,000 characters'],
      [{ title: 'x', description: 'kept text', tags: 'a,b,c,d,e,f,g,h,i,j,k' }, 'A note has at most 10 tags'],
      [{ title: 'x', description: 'kept text', tags: 't'.repeat(33) }, 'A tag has at most 32 characters'],
      [{ title: 'a\u0000b', description: 'kept text' }, 'can’t have control characters'],
    ] as const) {
      const answer = await add(visitor, fields)
      expect([answer.status, answer.html.includes(message), answer.html.includes('kept text')]).toEqual([
        422,
        true,
        true,
      ])
      expect(answer.html).toMatch(/aria-invalid="true" autofocus/)
    }
    expect((await running.client.get('/api/notes')).body).toEqual([])
    expect((await add(visitor, { title: '🎉'.repeat(64) })).status).toBe(303)
  })

  it('make one note of a form that is sent twice, and another of another text (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    const key = hiddenField((await visitor.get('/notes/new')).html, 'key') ?? ''
    const answers = await Promise.all([1, 2, 3].map(() => visitor.post('/notes', { key, title: 'Once' })))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect((await visitor.post('/notes', { key, title: 'Another' })).status).toBe(303)
    expect((await running.client.get('/api/notes')).body.map((note: { title: string }) => note.title)).toEqual([
      'Another',
      'Once',
    ])
  })

  it('answer a missing or impossible id with 404 on every path (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    await visitor.get('/')
    await add(visitor, { title: 'x' })
    for (const id of ['2', '0', '-1', 'abc', '1.5', '99999999999999999999', '%27', '1%20or%201=1']) {
      for (const path of [`/notes/${id}`, `/notes/${id}/edit`]) {
        const page = await visitor.get(path)
        expect([path, page.status, page.html.includes('<h1>Not here</h1>')]).toEqual([path, 404, true])
      }
      for (const action of ['done', 'remove'])
        expect((await visitor.post(`/notes/${id}/${action}`, { done: 'true' })).status).toBe(404)
      const saved = await visitor.post(`/notes/${id}`, { title: 'typed text' })
      expect([saved.status, saved.html.includes('typed text')]).toEqual([404, true])
    }
    expect((await visitor.get('/nothing/here')).status).toBe(404)
    expect((await visitor.get('/notes')).location).toBe('/')
  })

  it('page through 120 notes by address, forward and back, and bear any address (N-01)', async () => {
    await using running = await server.start()
    await fill(running, 120)
    const visitor = running.visitor()
    const first = await visitor.get('/')
    expect(titlesIn(first.html)).toHaveLength(50)
    expect(first.html).not.toContain('rel="prev"')
    const next = /rel="next" href="([^"]*)"/.exec(first.html)?.[1] ?? ''
    const second = await visitor.get(next)
    expect(titlesIn(second.html)[0]).toBe('Note 70')
    const third = await visitor.get(/rel="next" href="([^"]*)"/.exec(second.html)?.[1] ?? '')
    expect(titlesIn(third.html)).toHaveLength(20)
    expect(third.html).not.toContain('rel="next"')
    const back = await visitor.get(/rel="prev" href="([^"]*)"/.exec(third.html)?.[1] ?? '')
    expect(titlesIn(back.html)).toEqual(titlesIn(second.html))
    const top = await visitor.get(/rel="prev" href="([^"]*)"/.exec(back.html)?.[1] ?? '')
    expect(titlesIn(top.html)).toEqual(titlesIn(first.html))
    for (const query of [
      'before=0',
      'before=99999999999999999999',
      'after=-1',
      'before=x&before=y',
      'show=all',
      'page=9e9',
      'after=120',
      'before=1',
      'q=%00',
      'q=%ff',
      'tag=%2c',
    ])
      expect([query, (await visitor.get(`/?${query}`)).status]).toEqual([query, 200])
    expect(titlesIn((await visitor.get('/?before=1')).html)).toEqual(titlesIn(first.html))
  })

  it('filter by tag, by done, and by both with a search (N-01)', async () => {
    await using running = await server.start()
    const { client } = running
    await client.post('/api/notes', { title: 'Call the plumber', tags: ['home'] })
    await client.post('/api/notes', { title: 'Call the office', tags: ['work', 'this week'], done: true })
    await client.post('/api/notes', { title: 'Paint the door', tags: ['home'], done: true })
    const visitor = running.visitor()
    const titles = async (query: string) => titlesIn((await visitor.get(`/?${query}`)).html)
    expect(await titles('tag=home')).toEqual(['Paint the door', 'Call the plumber'])
    expect(await titles('tag=THIS+WEEK')).toEqual(['Call the office'])
    expect(await titles('show=done')).toEqual(['Paint the door', 'Call the office'])
    expect(await titles('show=open')).toEqual(['Call the plumber'])
    expect(await titles('tag=home&show=done')).toEqual(['Paint the door'])
    expect(await titles('q=call')).toEqual(['Call the office', 'Call the plumber'])
    expect(await titles('q=call&show=open')).toEqual(['Call the plumber'])
    expect(await titles('q=call&tag=work&show=done')).toEqual(['Call the office'])
    await client.patch('/api/notes/1', { done: true })
    expect(await titles('tag=home&show=done')).toEqual(['Paint the door', 'Call the plumber'])
    expect((await visitor.get('/?q=nothing')).html).toContain('No note matches')
    expect((await visitor.get('/?q=%2B%2B')).html).toContain('letters and digits')
  })

  it('tell who saves an older version, keep the text, and let it be saved (N-01)', async () => {
    await using running = await server.start()
    await fill(running, 1)
    const visitor = running.visitor()
    const form = await visitor.get('/notes/1/edit')
    await running.client.patch('/api/notes/1', { title: 'Theirs' })
    const version = hiddenField(form.html, 'version') ?? ''
    const refused = await visitor.post('/notes/1', { title: 'Mine', version })
    expect([refused.status, refused.html.includes('value="Mine"')]).toEqual([409, true])
    expect((await running.client.get('/api/notes/1')).body.title).toBe('Theirs')
    const again = await visitor.post('/notes/1', { title: 'Mine', version: hiddenField(refused.html, 'version') ?? '' })
    expect(again.status).toBe(303)
    expect((await running.client.get('/api/notes/1')).body.title).toBe('Mine')
  })

  it('bring back what was removed for an hour, also when the button is pressed twice (N-01)', async () => {
    await using running = await server.start()
    await fill(running, 2)
    const visitor = running.visitor()
    await visitor.get('/')
    for (const id of [1, 2])
      expect(
        (await Promise.all([1, 2].map(() => visitor.post(`/notes/${id}/remove`, {})))).map(one => one.status),
      ).toEqual([303, 303])
    expect((await visitor.post('/notes/1/restore', {})).status).toBe(303)
    expect((await visitor.post('/notes/1/restore', {})).status).toBe(303)
    expect((await running.client.get('/api/notes')).body).toHaveLength(1)
    running.travel(hours(1) + minutes(1))
    await running.stop()
  })

  it('remember the theme, and take nobody to another site (N-01)', async () => {
    await using running = await server.start()
    const visitor = running.visitor()
    expect((await visitor.get('/')).html).toContain('<html lang="en">')
    expect((await visitor.post('/theme', { theme: 'dark', back: '/?q=milk' })).location).toBe('/?q=milk')
    expect((await visitor.get('/')).html).toContain('<html lang="en" data-theme="dark">')
    for (const back of [
      'https://evil.example.net/',
      '//evil.example.net',
      '/\\evil.example.net',
      'javascript:alert(1)',
      '/notes/1/remove',
    ])
      expect((await visitor.post('/theme', { theme: 'system', back })).location).toBe('/')
    expect((await visitor.get('/')).html).toContain('<html lang="en">')
  })

  it('serve script, style and icon under addresses that change with them (N-01)', async () => {
    await using running = await server.start()
    const { html, headers } = await running.visitor().get('/')
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self'")
    expect(html).not.toMatch(/<style|style="|<script(?! type="module" src="\/assets)|\son\w+="/)
    const addresses = Array.from(html.matchAll(/(?:href|src)="(\/assets\/[^"]*)"/g), ([, address = '']) => address)
    expect(addresses).toHaveLength(3)
    for (const address of addresses) {
      const response = await fetch(running.url + address)
      expect([response.status, response.headers.get('cache-control'), response.headers.get('set-cookie')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
        null,
      ])
      const older = await fetch(running.url + address.replace(/[0-9a-f]{8}/, '01234567'))
      expect([older.status, older.headers.get('cache-control'), older.headers.get('content-type')]).toEqual([
        200,
        'no-store',
        response.headers.get('content-type'),
      ])
    }
    for (const path of ['/assets/', '/assets/x', '/assets/notes.01234567.map', '/assets/..%2fmain.js'])
      expect([path, (await fetch(running.url + path)).status]).toEqual([path, 404])
  })
})
