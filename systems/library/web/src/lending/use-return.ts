import { type QueryKey, useMutation } from '@tanstack/react-query'
import { idempotencyKeys } from '@terrace/ui'
import { useRef } from 'react'
import { useNavigate } from 'react-router'
import type { Page } from '../api/library-api.ts'
import { useServices } from '../api/services.ts'
import type { Book } from '../api/types.ts'
import { useToday } from '../frame/use-today.ts'
import { text } from '../text.ts'

/** What is needed to take a book back. */
export interface LentBook {
  readonly bookId: number
  readonly title: string
  readonly memberId: number
  /** `YYYY-MM-DD` */
  readonly due: string
}

/**
 * Takes a book back. Where it is shown as a book it is back at once; when the API refuses or is away, everything is as it was before and
 * `error` says why.
 */
export function useReturn(lent: LentBook | undefined) {
  const { api, queries, toasts } = useServices()
  const today = useToday()
  const navigate = useNavigate()
  const keys = useRef(idempotencyKeys())
  const mutation = useMutation({
    mutationFn: ({ bookId, memberId }: LentBook) =>
      api.giveBack(bookId, memberId, keys.current.keyFor([bookId, memberId])),
    onMutate: async ({ bookId }) => {
      await queries.cancelQueries()
      const before = queries.getQueriesData<unknown>({})
      for (const [key, data] of before) queries.setQueryData(key, withReturned(key, data, bookId))
      return before
    },
    onSuccess: (_book, { title, memberId, due }) => {
      keys.current.settled()
      const showMember = { label: text.showMember, onAction: () => void navigate(`/members/${memberId}`) }
      if (due < today)
        toasts.add({ state: 'info', text: text.returnedLate(title), action: showMember }, { timeout: 10_000 })
      else toasts.add({ state: 'good', text: text.returned(title) }, { timeout: 6_000 })
    },
    onError: (error, _lent, before) => {
      keys.current.settled(error)
      for (const [key, data] of before ?? []) queries.setQueryData(key, data)
    },
    onSettled: () => queries.invalidateQueries(),
  })
  return {
    giveBack: () => {
      if (lent && !mutation.isPending) mutation.mutate(lent)
    },
    isPending: mutation.isPending,
    error: mutation.error,
  }
}

const returned = (book: Book): Book => ({ ...book, available: true, borrowed_by_id: null, due_date: null })

/**
 * What a remembered answer looks like once the book is back. Only books change in advance: a row that vanished from a
 * list of loans would take the place with it where a refusal is said.
 */
export function withReturned(key: QueryKey, data: unknown, bookId: number): unknown {
  if (data === undefined) return data
  const inBook = (book: Book) => (book.id === bookId ? returned(book) : book)
  switch (key[0]) {
    case 'books':
      return mapPage(data as Page<Book>, inBook)
    case 'book':
      return inBook(data as Book)
    default:
      return data
  }
}

const mapPage = <T>(page: Page<T>, change: (row: T) => T): Page<T> => ({ ...page, rows: page.rows.map(change) })
