import { expect, it } from 'vitest'
import { describeOnBothDatabases } from '../testing/running-library.ts'

describeOnBothDatabases('users', libraries => {
  it('creates, shows, lists, renames and removes a user (L-01)', async () => {
    await using library = await libraries.start()
    const { client } = library
    const created = await client.post('/users/', { name: 'Alice' })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe('/users/1')
    expect(created.body).toEqual({ id: 1, name: 'Alice', total_fines: 0, borrowed_books: [] })
    expect((await client.get('/users/1')).body).toEqual(created.body)
    expect((await client.get('/users/')).body).toEqual([created.body])
    expect((await client.patch('/users/1', { name: 'Alice B.' })).body).toEqual({ ...created.body, name: 'Alice B.' })
    expect((await client.patch('/users/1', { name: 'ALICE B.' })).status).toBe(200)
    const removed = await client.delete('/users/1')
    expect([removed.status, removed.body]).toEqual([204, undefined])
    for (const answer of [await client.get('/users/1'), await client.delete('/users/1')]) {
      expect(answer.status).toBe(404)
      expect(answer.body.detail).toBe('User not found')
    }
    expect((await client.patch('/users/1', { name: 'Bob' })).status).toBe(404)
  })

  it('answers every path with and without the trailing slash (L-01)', async () => {
    await using library = await libraries.start()
    const { client } = library
    expect((await client.post('/users', { name: 'Alice' })).status).toBe(201)
    expect((await client.post('/users/', { name: 'Bob' })).status).toBe(201)
    expect((await client.get('/users')).body).toEqual((await client.get('/users/')).body)
    expect((await client.get('/users/1/')).body).toEqual((await client.get('/users/1')).body)
    expect((await client.delete('/users/1/')).status).toBe(204)
  })

  it('nests the books that a user has (L-01)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await client.post('/users/', { name: 'Alice' })
    await client.post('/users/', { name: 'Bob' })
    for (const title of ['One', 'Two']) {
      const { body } = await client.post('/books/', { title, author: 'Someone' })
      await client.post(`/books/${body.id}/borrow/2`)
    }
    const [one, two] = (await client.get('/books/')).body
    const [alice, bob] = (await client.get('/users/')).body
    expect(alice.borrowed_books).toEqual([])
    expect(bob.borrowed_books).toEqual([one, two])
    expect((await client.get('/users/2')).body).toEqual(bob)
  })

  it('takes a name once, whatever its case, and keeps accents apart (L-01)', async () => {
    await using library = await libraries.start()
    const { client } = library
    const { body } = await client.post('/users/', { name: 'José Ñandú' })
    const second = await client.post('/users/', { name: ' josé ñANDÚ ' })
    expect(second.status).toBe(409)
    expect(second.body.detail).toBe('A user named josé ñANDÚ exists already')
    expect(second.body.errors).toEqual([{ path: 'name', message: 'is taken by another user' }])
    expect((await client.post('/users/', { name: 'Jose Nandu' })).status).toBe(201)
    expect((await client.patch(`/users/${body.id}`, { name: 'JOSE NANDU' })).status).toBe(409)
    expect((await client.get('/users/')).body).toHaveLength(2)
  })

  it('refuses to remove a user who has books (L-01)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await client.post('/users/', { name: 'Alice' })
    await client.post('/books/', { title: 'One', author: 'Someone' })
    await client.post('/books/1/borrow/1')
    const refused = await client.delete('/users/1')
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toMatch('User has borrowed books')
    await client.post('/books/1/return/1')
    expect((await client.delete('/users/1')).status).toBe(204)
    expect((await client.get('/loans/?user_id=1')).body).toMatchObject([{ user_name: 'Alice', book_title: 'One' }])
  })

  it('finds users by text whatever its case and accents, and sorts them (L-01)', async () => {
    await using library = await libraries.start()
    const { client } = library
    for (const name of ['zoë', 'Ángel', 'Bob', '100%']) await client.post('/users/', { name })
    const names = async (query: string) =>
      (await client.get(`/users/?${query}`)).body.map((user: { name: string }) => user.name)
    expect(await names('q=ZOE')).toEqual(['zoë'])
    expect(await names('q=%25')).toEqual(['100%'])
    expect(await names('q=_')).toEqual([])
    expect(await names('sort=name')).toEqual(['100%', 'Ángel', 'Bob', 'zoë'])
    expect(await names('sort=-name&limit=1')).toEqual(['zoë'])
  })
})
