import { formatDate } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import { text } from '../text.ts'

export interface Lending {
  readonly bookId: number
  readonly title: string
  readonly memberId: number
  readonly name: string
}

/** Lends a book, says until when, and asks for everything in sight again. Throws `RequestError`. */
export function useLend() {
  const { api, queries, toasts } = useServices()
  return async ({ bookId, title, memberId, name }: Lending, idempotencyKey: string): Promise<void> => {
    try {
      const book = await api.lend(bookId, memberId, idempotencyKey)
      const due = book.due_date === null ? '' : formatDate(book.due_date)
      toasts.add({ state: 'good', text: text.lentDone(title, name, due) }, { timeout: 6_000 })
    } finally {
      // Also after a refusal: somebody else may have lent it meanwhile, and then the list should say so.
      void queries.invalidateQueries()
    }
  }
}
