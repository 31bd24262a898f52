import { Banner, Button, DataTable, EmptyState, Pagination } from '@terrace/ui'
import { useMemo } from 'react'
import type { Page } from '../api/library-api.ts'
import { useMemberNames } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Book } from '../api/types.ts'
import { useToday } from '../frame/use-today.ts'
import { useHidden } from '../lending/removals.ts'
import { text } from '../text.ts'
import { type BookColumn, bookColumns } from './book-columns.tsx'
import { type BookListState, type BookSort, PAGE_SIZE } from './book-list-spec.ts'
import type { BookDialogs } from './use-book-dialogs.tsx'
import { useRemoveBook } from './use-remove-book.ts'

export interface BooksListProps {
  readonly data: Page<Book>
  readonly state: BookListState
  readonly update: (change: Partial<BookListState>) => void
  readonly dialogs: BookDialogs
  readonly isStale: boolean
}

/** One page of books, or what to do when there is none. */
export function BooksList({ data, state, update, dialogs, isStale }: BooksListProps) {
  const { api, removals } = useServices()
  const hidden = useHidden(removals)
  const today = useToday()
  const remove = useRemoveBook()
  const rows = data.rows.filter(book => !hidden.has(`book-${book.id}`))
  const borrowers = useMemberNames(
    api,
    rows.flatMap(({ borrowed_by_id: id }) => (id === null ? [] : [id])),
  )
  const columns = useMemo(
    () => bookColumns({ today, names: borrowers.names, onLend: dialogs.lend, onEdit: dialogs.edit, onRemove: remove }),
    [today, borrowers.names, dialogs, remove],
  )
  if (rows.length === 0) return <NoBooks state={state} update={update} onAdd={dialogs.add} />
  return (
    <>
      {borrowers.error != null && (
        <Banner
          state="warning"
          action={
            <Button size="small" onPress={borrowers.retry}>
              {text.lookAgain}
            </Button>
          }
        >
          {text.namesFailure}
        </Banner>
      )}
      <DataTable<Book, BookColumn>
        label={text.books}
        columns={columns}
        rows={rows}
        rowKey={book => book.id}
        sort={state.sort}
        onSort={({ column, direction }) => isSortable(column) && update({ sort: { column, direction } })}
        isStale={isStale}
      />
      <Pagination
        page={state.page}
        pageSize={PAGE_SIZE}
        total={data.total - (data.rows.length - rows.length)}
        onPage={page => {
          update({ page })
          window.scrollTo(0, 0)
        }}
      />
    </>
  )
}

const isSortable = (column: BookColumn): column is BookSort =>
  column === 'title' || column === 'author' || column === 'due_date'

interface NoBooksProps {
  readonly state: BookListState
  readonly update: (change: Partial<BookListState>) => void
  readonly onAdd: () => void
}

function NoBooks({ state, update, onAdd }: NoBooksProps) {
  const isEverything = state.q === '' && state.filter === 'all' && state.page === 1
  return isEverything ? (
    <EmptyState
      icon="book"
      title={text.noBooks}
      action={
        <Button look="primary" onPress={onAdd}>
          {text.addFirstBook}
        </Button>
      }
    >
      {text.noBooksText}
    </EmptyState>
  ) : (
    <EmptyState
      icon="search"
      title={text.noBooksFound}
      action={<Button onPress={() => update({ q: '', filter: 'all' })}>{text.showAllBooks}</Button>}
    >
      {text.noBooksFoundText}
    </EmptyState>
  )
}
