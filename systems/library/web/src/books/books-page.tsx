import { useQuery } from '@tanstack/react-query'
import {
  Button,
  Icon,
  ListSearch,
  ListSkeleton,
  Load,
  PageTitle,
  SegmentedControl,
  sortToText,
  Toolbar,
  useListState,
} from '@terrace/ui'
import { useSearchParams } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { BOOK_LIST, type BookFilter, PAGE_SIZE } from './book-list-spec.ts'
import { BooksList } from './books-list.tsx'
import { useBookDialogs } from './use-book-dialogs.tsx'

/** All books: search, who has what, lend and take back. */
export function BooksPage() {
  const { api } = useServices()
  const [state, update] = useListState(useSearchParams(), BOOK_LIST)
  const [dialogs, openDialog] = useBookDialogs()
  const { q, filter, sort, page } = state
  const books = useQuery(
    ask.books(api, {
      ...(q && { q }),
      ...(filter !== 'all' && { available: filter === 'available' }),
      sort: sortToText(sort),
      limit: PAGE_SIZE,
      offset: (page - 1) * PAGE_SIZE,
    }),
  )
  return (
    <>
      <PageTitle
        application={text.application}
        actions={
          <Button look="primary" onPress={dialogs.add}>
            <Icon name="plus" /> {text.addBook}
          </Button>
        }
      >
        {text.books}
      </PageTitle>
      <Toolbar>
        <ListSearch
          label={text.searchBooks}
          placeholder={text.searchBooksShort}
          q={q}
          onSearch={found => update({ q: found })}
        />
        <SegmentedControl<BookFilter>
          label={text.show}
          value={filter}
          onChange={chosen => update({ filter: chosen })}
          options={[
            { value: 'all', label: text.showAll },
            { value: 'available', label: text.showAvailable },
            { value: 'lent', label: text.showLent },
          ]}
        />
      </Toolbar>
      <Load of={books} failure={text.booksFailure} explain={explain} skeleton={<ListSkeleton rows={10} />}>
        {data => (
          <BooksList data={data} state={state} update={update} dialogs={dialogs} isStale={books.isPlaceholderData} />
        )}
      </Load>
      {openDialog}
    </>
  )
}
