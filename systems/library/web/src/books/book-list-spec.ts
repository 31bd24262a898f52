import type { ListSpec, ListState } from '@terrace/ui'

/** Rows of one page of a list. */
export const PAGE_SIZE = 25

export type BookFilter = 'all' | 'available' | 'lent'
export type BookSort = 'title' | 'author' | 'due_date'
export type BookListState = ListState<BookSort, BookFilter>

/** How one can look at the list of books. */
export const BOOK_LIST: ListSpec<BookSort, BookFilter> = {
  columns: ['title', 'author', 'due_date'],
  defaultSort: { column: 'title', direction: 'ascending' },
  filters: ['all', 'available', 'lent'],
  defaultFilter: 'all',
}
