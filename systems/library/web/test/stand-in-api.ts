import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Book, Loan, Member } from '../src/api/types.ts'

/** What a test can do to the stand-in while it runs. */
export interface StandIn {
  readonly listener: RequestListener
  readonly state: StandInState
  /** Every request so far: "POST /books/1/borrow/2". */
  readonly requests: string[]
  /** Requests that this matches are answered with 500. */
  failing: RegExp | undefined
  /** Every answer waits this long, milliseconds. */
  delayMs: number
  /** Every answer waits for it: for what is to be seen meanwhile, however long that takes. */
  held: Promise<void> | undefined
}

export interface StandInState {
  readonly books: Book[]
  readonly users: { readonly id: number; name: string; total_fines: number }[]
  readonly loans: Loan[]
}

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly total?: number
}

const LIMIT = 2
const DAYS = 14
const DAY_MS = 86_400_000

/**
 * The library's API in memory, to the same contract: paths, paging, filters, problem documents, idempotency keys. For
 * tests of the site alone; it knows the date of today like any server.
 */
export function standInApi(state: StandInState): StandIn {
  const answered = new Map<string, Answer>()
  const standIn: StandIn = { listener, state, requests: [], failing: undefined, delayMs: 0, held: undefined }

  async function listener(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*')
    response.setHeader('access-control-allow-headers', 'content-type, idempotency-key')
    response.setHeader('access-control-allow-methods', 'GET, POST, PATCH, DELETE')
    response.setHeader('access-control-expose-headers', 'x-total-count, link')
    response.setHeader('access-control-max-age', '600')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    await once(request, 'end')
    const line = `${request.method} ${request.url}`
    standIn.requests.push(line)
    if (standIn.delayMs > 0) await wait(standIn.delayMs)
    await standIn.held
    const key = request.headers['idempotency-key']
    const answer = standIn.failing?.test(line)
      ? problem(500, 'stack trace of the server')
      : (answered.get(String(key)) ?? answerTo(state, request, Buffer.concat(chunks).toString()))
    if (typeof key === 'string' && answer.status < 500) answered.set(key, answer)
    if (answer.total !== undefined) response.setHeader('x-total-count', String(answer.total))
    response.setHeader('content-type', answer.status < 400 ? 'application/json' : 'application/problem+json')
    response.writeHead(answer.status).end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }

  return standIn
}

const problem = (status: number, detail: string, errors?: unknown): Answer => ({
  status,
  body: { type: 'about:blank', title: String(status), status, detail, ...(errors ? { errors } : {}) },
})

function answerTo(state: StandInState, request: IncomingMessage, body: string): Answer {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const [collection = '', id, action, otherId] = url.pathname.split('/').filter(Boolean)
  const route = `${request.method} ${collection}${id ? '/id' : ''}${action ? `/${action}` : ''}`
  const given: { title?: string; author?: string; name?: string } = body === '' ? {} : JSON.parse(body)
  const book = state.books.find(candidate => candidate.id === Number(id))
  const user = state.users.find(candidate => candidate.id === Number(collection === 'users' ? id : otherId))
  switch (route) {
    case 'GET books':
      return page(sorted(matchingBooks(state, url), url), url)
    case 'GET users':
      return page(sorted(matchingUsers(state, url), url), url)
    case 'GET loans':
      return page(matchingLoans(state, url), url)
    case 'POST books': {
      const { title = '', author = '' } = given
      const added = { ...returned({ id: nextId(state.books), title, author }) }
      state.books.push(added)
      return { status: 201, body: added }
    }
    case 'POST users': {
      const name = given.name ?? ''
      const taken = nameTaken(state, name)
      if (taken) return taken
      state.users.push({ id: nextId(state.users), name, total_fines: 0 })
      return { status: 201, body: memberOf(state, state.users.at(-1)?.id ?? 0) }
    }
  }
  if (collection === 'books' && !book) return problem(404, 'Book not found')
  if ((collection === 'users' || action) && !user) return problem(404, 'User not found')
  if (book && route === 'GET books/id') return { status: 200, body: book }
  if (book && route === 'PATCH books/id') return { status: 200, body: replace(state, { ...book, ...given }) }
  if (book && route === 'DELETE books/id') {
    if (!book.available) return problem(409, 'Book is borrowed; it can be removed once it is returned')
    state.books.splice(state.books.indexOf(book), 1)
    return { status: 204 }
  }
  if (book && user && action === 'borrow') return borrow(state, book, user.id)
  if (book && user && action === 'return') return giveBack(state, book, user.id)
  if (user && route === 'GET users/id') return { status: 200, body: memberOf(state, user.id) }
  if (user && route === 'PATCH users/id') {
    const taken = nameTaken(state, given.name ?? '')
    if (taken) return taken
    user.name = given.name ?? user.name
    return { status: 200, body: memberOf(state, user.id) }
  }
  if (user && route === 'DELETE users/id') {
    state.users.splice(state.users.indexOf(user), 1)
    return { status: 204 }
  }
  return problem(404, 'Not found')
}

function page<T>(rows: readonly T[], url: URL): Answer {
  const offset = Number(url.searchParams.get('offset') ?? 0)
  const limit = Number(url.searchParams.get('limit') ?? 1000)
  return { status: 200, body: rows.slice(offset, offset + limit), total: rows.length }
}

function matchingBooks(state: StandInState, url: URL): Book[] {
  const q = (url.searchParams.get('q') ?? '').toLowerCase()
  const available = url.searchParams.get('available')
  return state.books.filter(
    book =>
      `${book.title} ${book.author}`.toLowerCase().includes(q) &&
      (available === null || String(book.available) === available),
  )
}

function matchingUsers(state: StandInState, url: URL): Member[] {
  const q = (url.searchParams.get('q') ?? '').toLowerCase()
  const books = Map.groupBy(state.books, book => book.borrowed_by_id)
  return state.users
    .filter(user => user.name.toLowerCase().includes(q))
    .map(user => ({ ...user, borrowed_books: books.get(user.id) ?? [] }))
}

const matchingLoans = (state: StandInState, url: URL): Loan[] =>
  state.loans
    .filter(loan => {
      const wanted = (name: string, value: unknown) =>
        url.searchParams.get(name) === null || url.searchParams.get(name) === String(value)
      return (
        wanted('user_id', loan.user_id) && wanted('book_id', loan.book_id) && wanted('open', loan.returned_at === null)
      )
    })
    .toReversed()

function sorted<T extends object>(rows: T[], url: URL): T[] {
  const sort = url.searchParams.get('sort') ?? 'id'
  const column = sort.replace(/^-/, '')
  const value = (row: T): string | number => Object.entries(row).find(([name]) => name === column)?.[1] ?? ''
  const { compare } = new Intl.Collator('en', { numeric: true })
  const found = rows.toSorted((a, b) => compare(String(value(a)), String(value(b))))
  return sort.startsWith('-') ? found.reverse() : found
}

function borrow(state: StandInState, book: Book, userId: number): Answer {
  const member = memberOf(state, userId)
  if (member.borrowed_books.length >= LIMIT)
    return problem(409, `Borrowing limit reached: a user may have at most ${LIMIT} books`)
  if (!book.available) return problem(409, 'Book already borrowed')
  const now = Date.now()
  const due_date = new Date(now + DAYS * DAY_MS).toISOString().slice(0, 10)
  state.loans.push({
    id: nextId(state.loans),
    book_id: book.id,
    book_title: book.title,
    user_id: userId,
    user_name: member.name,
    borrowed_at: new Date(now).toISOString(),
    due_date,
    returned_at: null,
    fine: 0,
  })
  return { status: 200, body: replace(state, { ...book, available: false, borrowed_by_id: userId, due_date }) }
}

function giveBack(state: StandInState, book: Book, userId: number): Answer {
  if (book.borrowed_by_id !== userId) return problem(409, 'Book not borrowed by this user')
  const today = new Date().toISOString()
  const at = state.loans.findIndex(loan => loan.book_id === book.id && loan.returned_at === null)
  const loan = state.loans[at]
  if (loan) {
    const late = Math.round((Date.parse(today.slice(0, 10)) - Date.parse(loan.due_date)) / DAY_MS)
    const fine = Math.max(0, late)
    state.loans[at] = { ...loan, returned_at: today, fine }
    const user = state.users.find(({ id }) => id === userId)
    if (user) user.total_fines += fine
  }
  return { status: 200, body: replace(state, returned(book)) }
}

const returned = ({ id, title, author }: Pick<Book, 'id' | 'title' | 'author'>): Book => ({
  id,
  title,
  author,
  available: true,
  borrowed_by_id: null,
  due_date: null,
})

function replace(state: StandInState, book: Book): Book {
  state.books[state.books.findIndex(({ id }) => id === book.id)] = book
  return book
}

function memberOf(state: StandInState, id: number): Member {
  const user = state.users.find(candidate => candidate.id === id) ?? { id, name: '', total_fines: 0 }
  return { ...user, borrowed_books: state.books.filter(book => book.borrowed_by_id === id) }
}

const nameTaken = (state: StandInState, name: string): Answer | undefined =>
  state.users.some(user => user.name.toLowerCase() === name.toLowerCase())
    ? problem(409, `A user named ${name} exists already`, [{ path: 'name', message: 'is taken by another user' }])
    : undefined

const nextId = (rows: readonly { readonly id: number }[]): number => Math.max(0, ...rows.map(({ id }) => id)) + 1
