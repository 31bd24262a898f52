import { keepPreviousData, queryOptions, useQueries } from '@tanstack/react-query'
import type { BooksQuery, LibraryApi, LoansQuery, MembersQuery } from './library-api.ts'
import type { Member } from './types.ts'

/** The questions that the views ask, each with the name it is remembered under. */
export const ask = {
  books: (api: LibraryApi, query: BooksQuery) =>
    queryOptions({
      queryKey: ['books', query],
      queryFn: ({ signal }) => api.books(query, signal),
      placeholderData: keepPreviousData,
    }),
  book: (api: LibraryApi, id: number) =>
    queryOptions({ queryKey: ['book', id], queryFn: ({ signal }) => api.book(id, signal) }),
  members: (api: LibraryApi, query: MembersQuery) =>
    queryOptions({
      queryKey: ['members', query],
      queryFn: ({ signal }) => api.members(query, signal),
      placeholderData: keepPreviousData,
    }),
  member: (api: LibraryApi, id: number) =>
    queryOptions({ queryKey: ['member', id], queryFn: ({ signal }) => api.member(id, signal) }),
  loans: (api: LibraryApi, query: LoansQuery) =>
    queryOptions({
      queryKey: ['loans', query],
      queryFn: ({ signal }) => api.loans(query, signal),
      placeholderData: keepPreviousData,
    }),
  openLoans: (api: LibraryApi) =>
    queryOptions({ queryKey: ['openLoans'], queryFn: ({ signal }) => api.openLoans(signal) }),
}

export interface MemberNames {
  readonly names: Readonly<Record<number, string>>
  readonly error: unknown
  readonly retry: () => void
}

/**
 * The names of some members. A book carries only its borrower's id, so this asks for each borrower in sight, at most
 * one page of them, and remembers them for the member's own view.
 */
export const useMemberNames = (api: LibraryApi, ids: readonly number[]): MemberNames =>
  useQueries({
    queries: [...new Set(ids)].map(id => ({ ...ask.member(api, id), staleTime: 60_000 })),
    combine: results => ({
      names: Object.fromEntries(results.flatMap(({ data }) => (data ? [[data.id, data.name]] : []))),
      error: results.find(({ data, error }) => data === undefined && error != null)?.error,
      retry: () => {
        for (const { data, refetch } of results) if (data === undefined) void refetch()
      },
    }),
  })

/** Whether a member has a book that should be back. `today` is `YYYY-MM-DD`. */
export const hasOverdue = (member: Member, today: string): boolean =>
  member.borrowed_books.some(book => book.due_date !== null && book.due_date < today)
