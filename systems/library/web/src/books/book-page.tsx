import { useQuery } from '@tanstack/react-query'
import {
  BackLink,
  DateText,
  EmptyState,
  Facts,
  isNotFound,
  Link,
  Load,
  PageTitle,
  Skeleton,
  SkeletonLine,
} from '@terrace/ui'
import { useNavigate } from 'react-router'
import { ask, useMemberNames } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Book } from '../api/types.ts'
import { explain } from '../explain.ts'
import { useToday } from '../frame/use-today.ts'
import { BookAction } from '../lending/book-action.tsx'
import { BookStatus } from '../lending/book-status.tsx'
import { dueInWords } from '../lending/due-text.tsx'
import { LoanHistory } from '../loans/loan-history.tsx'
import { text } from '../text.ts'
import { BookMenu } from './book-menu.tsx'
import { useBookDialogs } from './use-book-dialogs.tsx'
import { useRemoveBook } from './use-remove-book.ts'

/** One book: who has it, what can be done, and its history. */
export function BookPage({ id }: { readonly id: number }) {
  const { api } = useServices()
  const book = useQuery(ask.book(api, id))
  const navigate = useNavigate()
  const [dialogs, openDialog] = useBookDialogs()
  const remove = useRemoveBook()
  const back = <BackLink href="/books">{text.books}</BackLink>
  if (book.data === undefined && isNotFound(book.error)) {
    return (
      <>
        <PageTitle application={text.application} above={back}>
          {text.bookGone}
        </PageTitle>
        <EmptyState icon="book" title={text.bookGone} action={<Link href="/books">{text.toBooks}</Link>}>
          {text.bookGoneText}
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <PageTitle
        application={text.application}
        above={back}
        actions={
          book.data && (
            <>
              <BookAction book={book.data} onLend={dialogs.lend} size="normal" />
              <BookMenu
                book={book.data}
                size="normal"
                onEdit={dialogs.edit}
                onRemove={gone => {
                  remove(gone)
                  void navigate('/books')
                }}
              />
            </>
          )
        }
      >
        {book.data?.title ?? text.book}
      </PageTitle>
      <Load
        of={book}
        failure={text.bookFailure}
        explain={explain}
        skeleton={
          <Skeleton isNow>
            <SkeletonLine width="20rem" />
          </Skeleton>
        }
      >
        {data => <BookFacts book={data} />}
      </Load>
      <LoanHistory of={{ book_id: id }} />
      {openDialog}
    </>
  )
}

function BookFacts({ book }: { readonly book: Book }) {
  const { api } = useServices()
  const today = useToday()
  const { borrowed_by_id: borrower, due_date: due } = book
  const { names } = useMemberNames(api, borrower === null ? [] : [borrower])
  return (
    <Facts
      facts={[
        [text.author, book.author],
        [text.status, <BookStatus key="status" due={due} today={today} />],
        ...(due === null || borrower === null
          ? []
          : ([
              [
                text.lentTo,
                <Link key="borrower" href={`/members/${borrower}`}>
                  {names[borrower] ?? text.memberNumber(borrower)}
                </Link>,
              ],
              [
                text.due,
                <span key="due">
                  <DateText date={due} />, {dueInWords(due, today)}
                </span>,
              ],
            ] as const)),
      ]}
    />
  )
}
