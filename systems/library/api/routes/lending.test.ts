import { expect, it } from 'vitest'
import { describeOnBothDatabases, type RunningLibrary } from '../testing/running-library.ts'

describeOnBothDatabases('lending', libraries => {
  it('lends a book for 14 days and takes it back, with its history kept (L-03)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await stock(library, { users: 1, books: 1 })
    const borrowed = await client.post('/books/1/borrow/1')
    const due = day(14)
    expect(borrowed.status).toBe(200)
    expect(borrowed.body).toMatchObject({ id: 1, available: false, borrowed_by_id: 1, due_date: due })
    expect((await client.get('/books/1')).body).toEqual(borrowed.body)
    const [open] = (await client.get('/loans/?open=true')).body
    expect(open).toMatchObject({
      book_id: 1,
      book_title: 'Book 1',
      user_id: 1,
      user_name: 'User 1',
      due_date: due,
      fine: 0,
    })
    expect(open.borrowed_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(open.returned_at).toBeNull()

    const returned = await client.post('/books/1/return/1')
    expect(returned.body).toMatchObject({ available: true, borrowed_by_id: null, due_date: null })
    const history = await client.get('/books/1/loans')
    expect(history.body).toEqual((await client.get('/users/1/loans/')).body)
    expect(history.body).toMatchObject([{ ...open, returned_at: expect.stringMatching(/Z$/) }])
    expect((await client.get('/loans/?open=true')).body).toEqual([])
    expect((await client.get('/loans/?open=false&book_id=1&user_id=1')).body).toHaveLength(1)
    expect((await client.get('/users/1')).body.total_fines).toBe(0)
  })

  it('charges 1 per day late on return (L-03)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await stock(library, { users: 1, books: 2 })
    await client.post('/books/1/borrow/1')
    library.travel(14)
    expect((await client.post('/books/1/return/1')).status).toBe(200)
    expect((await client.get('/users/1')).body.total_fines).toBe(0)
    await client.post('/books/1/borrow/1')
    await client.post('/books/2/borrow/1')
    library.travel(17)
    await client.post('/books/1/return/1')
    library.travel(1)
    await client.post('/books/2/return/1')
    expect((await client.get('/users/1')).body.total_fines).toBe(3 + 4)
    const fines = (await client.get('/users/1/loans')).body.map((loan: { fine: number }) => loan.fine)
    expect(fines).toEqual([4, 3, 0])
  })

  it('says why it refuses, and changes nothing (L-03)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await stock(library, { users: 2, books: 4 })
    await client.post('/books/1/borrow/1')
    const refusal = async (path: string) => {
      const { status, headers, body } = await client.post(path)
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(body).toMatchObject({ status, type: 'about:blank' })
      return [status, body.detail]
    }
    const before = [(await client.get('/users/')).body, (await client.get('/books/')).body]
    expect(await refusal('/books/9/borrow/1')).toEqual([404, 'Book not found'])
    expect(await refusal('/books/2/borrow/9')).toEqual([404, 'User not found'])
    expect(await refusal('/books/1/borrow/2')).toEqual([409, 'Book already borrowed'])
    expect(await refusal('/books/1/return/2')).toEqual([409, 'Book not borrowed by this user'])
    expect(await refusal('/books/2/return/1')).toEqual([409, 'Book not borrowed by this user'])
    expect(await refusal('/books/9/return/1')).toEqual([404, 'Book not found'])
    expect(await refusal('/books/1/return/9')).toEqual([404, 'User not found'])
    expect([(await client.get('/users/')).body, (await client.get('/books/')).body]).toEqual(before)
    await client.post('/books/2/borrow/1')
    expect(await refusal('/books/3/borrow/1')).toEqual([
      409,
      'Borrowing limit reached: a user may have at most 2 books',
    ])
    await client.post('/books/1/return/1')
    expect((await client.post('/books/3/borrow/1')).status).toBe(200)
  })

  it('takes limit, period and fine from its configuration (L-03)', async () => {
    await using library = await libraries.start({ LOAN_LIMIT: '1', LOAN_DAYS: '3', FINE_PER_DAY: '25' })
    const { client } = library
    await stock(library, { users: 1, books: 2 })
    expect((await client.post('/books/1/borrow/1')).body.due_date).toBe(day(3))
    expect((await client.post('/books/2/borrow/1')).body.detail).toMatch('at most 1 books')
    library.travel(5)
    await client.post('/books/1/return/1')
    expect((await client.get('/users/1')).body.total_fines).toBe(50)
  })

  it('lends one book once when 200 users borrow it at the same moment (L-03)', async () => {
    await using library = await libraries.start()
    const { client, db } = library
    await stock(library, { users: 200, books: 1 })
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => client.post(`/books/1/borrow/${index + 1}`)),
    )
    const refused = answers.filter(({ status }) => status === 409)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(refused).toHaveLength(199)
    expect(new Set(refused.map(({ body }) => body.detail))).toEqual(new Set(['Book already borrowed']))
    expect(await db.selectFrom('loans').selectAll().execute()).toHaveLength(1)
    const out = await db.selectFrom('users').select('id').where('books_out', '>', 0).execute()
    expect(out).toEqual([{ id: answers.find(({ status }) => status === 200)?.body.borrowed_by_id }])
  })

  it('lends one user two books when the user borrows 40 at the same moment (L-03)', async () => {
    await using library = await libraries.start()
    const { client, db } = library
    await stock(library, { users: 1, books: 40 })
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => client.post(`/books/${index + 1}/borrow/1`)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(38)
    expect(await db.selectFrom('books').select('id').where('borrowed_by_id', '=', 1).execute()).toHaveLength(2)
    expect(await db.selectFrom('loans').selectAll().execute()).toHaveLength(2)
  })

  it('takes a book back once when it is returned 20 times at the same moment (L-03)', async () => {
    await using library = await libraries.start()
    const { client, db } = library
    await stock(library, { users: 1, books: 1 })
    await client.post('/books/1/borrow/1')
    library.travel(24)
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.post('/books/1/return/1')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await client.get('/users/1')).body.total_fines).toBe(10)
    expect(await db.selectFrom('users').select('books_out').execute()).toEqual([{ books_out: 0 }])
  })

  it('repeats the answer, not the action, when a client repeats a request with its key (L-03)', async () => {
    await using library = await libraries.start()
    const { client } = library
    await stock(library, { users: 2, books: 1 })
    const key = { 'idempotency-key': 'a-key-of-mine' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.post('/books/1/borrow/1', undefined, key)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(7)
    expect((await client.get('/loans/')).body).toHaveLength(1)
    const misused = await client.post('/books/1/borrow/2', undefined, key)
    expect([misused.status, misused.body.detail]).toEqual([
      422,
      'This Idempotency-Key was used with another request; choose a new one',
    ])
    const other = { 'idempotency-key': 'another' }
    const created = await client.post('/books/', { title: 'Twice', author: 'Once' }, other)
    const repeated = await client.post('/books', { title: 'Twice', author: 'Once' }, other)
    expect([repeated.status, repeated.body]).toEqual([201, created.body])
    expect(repeated.headers.get('location')).toBe(`/books/${created.body.id}`)
    expect((await client.get('/books/')).body).toHaveLength(2)
  })
})

async function stock({ client }: RunningLibrary, { users, books }: { users: number; books: number }): Promise<void> {
  for (let id = 1; id <= users; id++) await client.post('/users/', { name: `User ${id}` })
  for (let id = 1; id <= books; id++) await client.post('/books/', { title: `Book ${id}`, author: 'Someone' })
}

const day = (from: number): string => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)
