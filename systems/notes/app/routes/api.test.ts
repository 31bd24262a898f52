import { expect, it } from 'vitest'
import { describeNotes } from '../testing/running-notes.ts'

describeNotes('the JSON API', server => {
  it('adds, shows, replaces, changes, lists and removes notes (N-01)', async () => {
    await using running = await server.start()
    const { client } = running
    const added = await client.post('/api/notes', { title: ' Buy milk ', tags: ['Home', 'home '] })
    expect([added.status, added.headers.get('location')]).toEqual([201, '/api/notes/1'])
    expect(added.body).toEqual({
      id: 1,
      title: 'Buy milk',
      description: '',
      tags: ['home'],
      done: false,
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: added.body.created_at,
    })
    expect((await client.get('/api/notes/1')).body).toEqual(added.body)
    const done = await client.patch('/api/notes/1', { done: true })
    expect(done.body).toMatchObject({ title: 'Buy milk', tags: ['home'], done: true, version: 1 })
    const replaced = await client.put('/api/notes/1', { title: 'Buy bread' })
    expect(replaced.body).toMatchObject({ title: 'Buy bread', tags: [], done: false, version: 2 })
    expect((await client.patch('/api/notes/1', { title: 'Late', version: 1 })).status).toBe(409)
    expect((await client.patch('/api/notes/1', { title: 'In time', version: 2 })).body.version).toBe(3)
    expect((await client.get('/api/notes')).body).toHaveLength(1)
    expect((await client.delete('/api/notes/1')).status).toBe(204)
    expect((await client.get('/api/notes/1')).status).toBe(404)
  })

  it('pages by a link to the next one, and refuses impossible pages (N-01)', async () => {
    await using running = await server.start()
    const { client } = running
    for (let number = 1; number <= 7; number++)
      await client.post('/api/notes', { title: `Note ${number}`, tags: ['x'] })
    const ids: number[] = []
    let path: string | undefined = '/api/notes?limit=3&tag=x'
    while (path) {
      const { body, headers } = await client.get(path)
      ids.push(...body.map((note: { id: number }) => note.id))
      path = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(ids).toEqual([7, 6, 5, 4, 3, 2, 1])
    for (const query of [
      'limit=0',
      'limit=201',
      'limit=1e9',
      'before=0',
      'before=99999999999',
      'done=maybe',
      `q=${'x'.repeat(201)}`,
    ])
      expect([query, (await client.get(`/api/notes?${query}`)).status]).toEqual([query, 422])
  })

  it('makes one note of a repeated request with a key (N-01)', async () => {
    await using running = await server.start()
    const { client } = running
    const headers = { 'idempotency-key': 'once' }
    const answers = await Promise.all([1, 2, 3].map(() => client.post('/api/notes', { title: 'One' }, headers)))
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual([
      [201, 1],
      [201, 1],
      [201, 1],
    ])
    expect((await client.post('/api/notes', { title: 'Two' }, headers)).status).toBe(422)
  })

  it('is described as OpenAPI 3.1, and only it: the pages are for people (N-01)', async () => {
    await using running = await server.start()
    const { body } = await running.client.get('/openapi.json')
    const operations = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method} ${path}`),
    )
    expect(operations).toEqual([
      'get /livez',
      'get /readyz',
      'get /api/notes',
      'post /api/notes',
      'get /api/notes/{id}',
      'put /api/notes/{id}',
      'patch /api/notes/{id}',
      'delete /api/notes/{id}',
      'post /api/notes/{id}/restore',
    ])
    expect(body.components.schemas.NewNote).toMatchObject({
      required: ['title'],
      properties: { title: { type: 'string', minLength: 1, maxLength: 64 }, tags: { type: 'array', maxItems: 10 } },
    })
    expect((await fetch(`${running.url}/docs`)).headers.get('content-type')).toContain('text/html')
  })
})
