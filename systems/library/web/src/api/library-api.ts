import { type Client, decode, type ReadOptions } from '@terrace/ui'
import { type Book, bookOf, type Loan, loanOf, type Member, memberOf } from './types.ts'

/** A part of a list and the length of the whole. */
export interface Page<T> {
  readonly rows: readonly T[]
  readonly total: number
}

export interface BooksQuery {
  readonly q?: string
  readonly available?: boolean
  readonly sort?: string
  readonly limit: number
  readonly offset?: number
}

export interface MembersQuery {
  readonly q?: string
  readonly sort?: string
  readonly limit: number
  readonly offset?: number
}

export interface LoansQuery {
  readonly user_id?: number
  readonly book_id?: number
  readonly open?: boolean
  readonly limit: number
  readonly offset?: number
}

/** Most rows that the API answers with at once. */
const MAX_LIMIT = 1000

/** The library's API as the site uses it. Every method throws `RequestError`. */
export type LibraryApi = ReturnType<typeof libraryApi>

/** The library's API behind a client. */
export function libraryApi(client: Client) {
  async function page<T>(path: string, of: decode.Decoder<T>, query: BooksQuery | LoansQuery, signal?: AbortSignal) {
    const options: ReadOptions = { query: { ...query }, ...(signal && { signal }) }
    const { value, headers } = await client.get(path, decode.list(of), options)
    const total = headers.get('x-total-count')
    return { rows: value, total: total === null ? (query.offset ?? 0) + value.length : Number(total) }
  }

  const one = async <T>(path: string, of: decode.Decoder<T>, signal?: AbortSignal): Promise<T> =>
    (await client.get(path, of, signal ? { signal } : {})).value

  const create = async <T>(path: string, of: decode.Decoder<T>, body: unknown, idempotencyKey: string): Promise<T> =>
    (await client.send('POST', path, of, { ...(body === undefined ? {} : { body }), idempotencyKey })).value

  return {
    books: (query: BooksQuery, signal?: AbortSignal): Promise<Page<Book>> => page('/books/', bookOf, query, signal),
    book: (id: number, signal?: AbortSignal) => one(`/books/${id}`, bookOf, signal),
    addBook: (book: Pick<Book, 'title' | 'author'>, key: string) => create('/books/', bookOf, book, key),
    changeBook: async (id: number, book: Pick<Book, 'title' | 'author'>) =>
      (await client.send('PATCH', `/books/${id}`, bookOf, { body: book })).value,
    removeBook: (id: number) => client.send('DELETE', `/books/${id}`, decode.nothing, { keepalive: true }),
    lend: (bookId: number, memberId: number, key: string) =>
      create(`/books/${bookId}/borrow/${memberId}`, bookOf, undefined, key),
    giveBack: (bookId: number, memberId: number, key: string) =>
      create(`/books/${bookId}/return/${memberId}`, bookOf, undefined, key),

    members: (query: MembersQuery, signal?: AbortSignal): Promise<Page<Member>> =>
      page('/users/', memberOf, query, signal),
    member: (id: number, signal?: AbortSignal) => one(`/users/${id}`, memberOf, signal),
    addMember: (member: Pick<Member, 'name'>, key: string) => create('/users/', memberOf, member, key),
    renameMember: async (id: number, member: Pick<Member, 'name'>) =>
      (await client.send('PATCH', `/users/${id}`, memberOf, { body: member })).value,
    removeMember: (id: number) => client.send('DELETE', `/users/${id}`, decode.nothing, { keepalive: true }),

    loans: (query: LoansQuery, signal?: AbortSignal): Promise<Page<Loan>> => page('/loans/', loanOf, query, signal),
    /** All loans whose book is out, however many. */
    openLoans: async (signal?: AbortSignal): Promise<readonly Loan[]> => {
      const get = (offset: number) => page('/loans/', loanOf, { open: true, limit: MAX_LIMIT, offset }, signal)
      const first = await get(0)
      const offsets = Array.from({ length: Math.ceil(first.total / MAX_LIMIT) - 1 }, (_, at) => (at + 1) * MAX_LIMIT)
      const others = await Promise.all(offsets.map(get))
      // A book that is lent in between moves the later pages along, so that a loan may come twice.
      const all = [first, ...others].flatMap(({ rows }) => rows)
      return [...new Map(all.map(loan => [loan.id, loan])).values()]
    },
  }
}
