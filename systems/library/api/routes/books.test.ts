import { expect, it } from 'vitest'
import { searchKey } from '../data/keys.ts'
import { describeOnBothDatabases, type RunningLibrary } from '../testing/running-library.ts'

describeOnBothDatabases('books', libraries => {
  it('creates, shows, lists, changes and removes a book (L-02)', async () => {
    await using library = await libraries.start()
    const { client } = library
    const created = await client.post('/books/', { title: '1984', author: 'George Orwell' })
    const book = {
      id: 1,
      title: '1984',
      author: 'George Orwell',
      available: true,
      borrowed_by_id: null,
      due_date: null,
    }
    expect([created.status, created.body]).toEqual([201, book])
    expect(created.headers.get('location')).toBe('/books/1')
    expect((await client.get('/books/')).body).toEqual([book])
    expect((await client.get('/books')).body).toEqual([book])
    expect((await client.get('/books/1')).body).toEqual(book)
    expect((await client.patch('/books/1', { title: 'Animal Farm' })).body).toEqual({ ...book, title: 'Animal Farm' })
    expect((await client.patch('/books/1', { author: 'G. Orwell' })).body).toMatchObject({ author: 'G. Orwell' })
    expect((await client.delete('/books/1')).status).toBe(204)
    for (const answer of [await client.get('/books/1'), await client.delete('/books/1')])
      expect([answer.status, answer.body.detail]).toEqual([404, 'Book not found'])
  })

  it('refuses to remove a book that is out (L-02)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await client.post('/users/', { name: 'Alice' })
    await client.post('/books/', { title: 'One', author: 'Someone' })
    await client.post('/books/1/borrow/1')
    const refused = await client.delete('/books/1')
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'Book is borrowed; it can be removed once it is returned',
    ])
    await client.post('/books/1/return/1')
    expect((await client.delete('/books/1')).status).toBe(204)
  })

  it('pages and filters without changing what a plain GET of a small list returns (L-02)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await client.post('/users/', { name: 'Alice' })
    for (const title of ['Delta', 'alpha', 'Émile', 'Bravo', 'charlie'])
      await client.post('/books/', { title, author: 'A. Writer' })
    await client.post('/books/2/borrow/1')
    const titles = async (query: string) =>
      (await client.get(`/books/${query}`)).body.map((book: { title: string }) => book.title)

    const plain = await client.get('/books/')
    expect(plain.headers.get('x-total-count')).toBe('5')
    expect(plain.headers.get('link')).toBeNull()
    expect(await titles('')).toEqual(['Delta', 'alpha', 'Émile', 'Bravo', 'charlie'])
    expect(await titles('?sort=title')).toEqual(['alpha', 'Bravo', 'charlie', 'Delta', 'Émile'])
    expect(await titles('?sort=-title&limit=2')).toEqual(['Émile', 'Delta'])
    expect(await titles('?available=false')).toEqual(['alpha'])
    expect(await titles('?available=true&q=L')).toEqual(['Delta', 'Émile', 'charlie'])
    expect(await titles('?q=writer')).toHaveLength(5)
    expect(await titles('?q=emile')).toEqual(['Émile'])

    const page = await client.get('/books/?limit=2&offset=2&q=writer')
    expect(page.body.map((book: { id: number }) => book.id)).toEqual([3, 4])
    expect(page.headers.get('x-total-count')).toBe('5')
    expect(page.headers.get('link')).toBe('</books/?limit=2&offset=4&q=writer>; rel="next"')
    const beyond = await client.get('/books/?offset=100')
    expect([beyond.body, beyond.headers.get('x-total-count')]).toEqual([[], '5'])
  })

  it('stays usable with 10,000 books (L-02)', async () => {
    await using library = await libraries.start()
    await addBooks(library, 10_000)
    const first = await library.client.get('/books/')
    expect(first.body).toHaveLength(1000)
    expect(first.headers.get('x-total-count')).toBe('10000')
    expect(first.headers.get('link')).toBe('</books/?limit=1000&offset=1000>; rel="next"')
    const found = await library.client.get('/books/?q=title%20777&sort=title&limit=20')
    expect(found.body).toHaveLength(11)
    const last = await library.client.get('/books/?sort=title&limit=50&offset=9990')
    expect(last.body).toHaveLength(10)
  })

  it('gives a page of another site nothing, and its own site the totals (L-02)', async () => {
    await using library = await libraries.start()
    const own = await library.client.get('/books/', { origin: 'https://library.example.com' })
    expect(own.headers.get('access-control-allow-origin')).toBe('https://library.example.com')
    expect(own.headers.get('access-control-expose-headers')).toContain('X-Total-Count')
    const foreign = await library.client.get('/books/', { origin: 'https://evil.example' })
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    const asked = await library.client.send('OPTIONS', '/books/1', undefined, {
      origin: 'https://library.example.com',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'content-type,idempotency-key',
    })
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-methods')).toContain('PATCH')
  })
})

async function addBooks({ db }: RunningLibrary, count: number): Promise<void> {
  const author = 'Many'
  const rows = Array.from({ length: count }, (_, index) => `Title ${index}`).map(title => ({
    title,
    author,
    title_key: searchKey(title),
    author_key: searchKey(author),
  }))
  for (let start = 0; start < count; start += 1000)
    await db
      .insertInto('books')
      .values(rows.slice(start, start + 1000))
      .execute()
}
