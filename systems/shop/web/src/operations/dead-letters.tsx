import { type Column, DataTable, EmptyState, InstantText, ListSkeleton, Load, type Loadable } from '@terrace/ui'
import type { Page } from '../api/shop-api.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import type { DeadLetter } from './operations-api.ts'
import { RetryLetter } from './retry-letter.tsx'

type LetterColumn = 'order' | 'sent' | 'reason' | 'actions'

const columns: readonly Column<DeadLetter, LetterColumn>[] = [
  {
    id: 'order',
    header: text.order,
    cell: letter => letter.orderNumber ?? text.unreadableLetter,
    width: '14rem',
    card: 'title',
  },
  { id: 'sent', header: text.sentAt, cell: letter => <InstantText instant={letter.sentAt} />, width: '10rem' },
  { id: 'reason', header: text.reason, cell: letter => letter.reason ?? text.unknownReason },
  {
    id: 'actions',
    header: text.actions,
    cell: letter => <RetryLetter id={letter.id} name={letter.orderNumber ?? text.unreadableLetter} />,
    width: '8rem',
    card: 'actions',
  },
]

/** What the worker gave up after five attempts; each can be tried once more. */
export const DeadLetters = ({ letters }: { readonly letters: Loadable<Page<DeadLetter>> }) => (
  <Load of={letters} failure={text.deadLettersFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
    {({ rows, total }) =>
      rows.length === 0 ? (
        <EmptyState icon="check" title={text.noDeadLetters}>
          {text.noDeadLettersText}
        </EmptyState>
      ) : (
        <>
          {total > rows.length && <p>{text.moreDeadLetters(rows.length, total)}</p>}
          <DataTable<DeadLetter, LetterColumn>
            label={text.deadLetters}
            columns={columns}
            rows={rows}
            rowKey={letter => letter.id}
          />
        </>
      )
    }
  </Load>
)
