import { useCallback } from 'react'
import { useServices } from '../api/services.ts'
import type { Book } from '../api/types.ts'
import { text } from '../text.ts'

/** Deletes a book; it can be brought back for ten seconds. */
export function useRemoveBook() {
  const { api, removals } = useServices()
  return useCallback(
    (book: Book) =>
      removals.remove({
        key: `book-${book.id}`,
        done: text.bookDeleted(book.title),
        failed: text.bookNotDeleted(book.title),
        send: () => api.removeBook(book.id),
      }),
    [api, removals],
  )
}
