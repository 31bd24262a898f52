import {
  type Column,
  DataTable,
  EmptyState,
  InstantText,
  ListSkeleton,
  Load,
  Pagination,
  useListState,
} from '@terrace/ui'
import { useSearchParams } from 'react-router'
import type { QuizResult } from '../../api/types.ts'
import { explain } from '../../explain.ts'
import { formatDuration } from '../../format/duration.ts'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'
import { RESULT_LIST, type ResultColumn } from './sort-results.ts'
import { PAGE_SIZE, useResults } from './use-results.ts'

export interface ResultsListProps {
  readonly accountId: number
  readonly quizId: string
}

/** Who finished the quiz, newest first, or sorted by any column. */
export function ResultsList({ accountId, quizId }: ResultsListProps) {
  const [state, update] = useListState(useSearchParams(), RESULT_LIST)
  const results = useResults(accountId, quizId, state)
  return (
    <Load of={results} failure={authorText.resultsFailure} explain={explain} skeleton={<ListSkeleton />}>
      {({ rows, total, sorted }) =>
        total === 0 ? (
          <EmptyState icon="person" title={authorText.noResults}>
            {authorText.noResultsText}
          </EmptyState>
        ) : (
          <>
            <DataTable<QuizResult, ResultColumn>
              label={authorText.results}
              columns={COLUMNS}
              rows={rows}
              rowKey={({ attemptId }) => attemptId}
              sort={state.sort}
              onSort={sort => update({ sort })}
              isStale={results.isPlaceholderData}
            />
            <Pagination
              page={state.page}
              pageSize={PAGE_SIZE}
              total={sorted ?? total}
              onPage={page => update({ page })}
            />
            {sorted !== undefined && (
              <p role="status">
                {sorted < total ? authorText.sortedFirst(sorted, total) : authorText.sortedOver(total)}
              </p>
            )}
          </>
        )
      }
    </Load>
  )
}

const COLUMNS: readonly Column<QuizResult, ResultColumn>[] = [
  { id: 'nickname', header: authorText.nickname, cell: ({ nickname }) => nickname, isSortable: true, card: 'title' },
  {
    id: 'score',
    header: authorText.score,
    cell: ({ score, maxScore }) => text.scoreOf(score, maxScore),
    align: 'end',
    width: '9rem',
    isSortable: true,
  },
  {
    id: 'time',
    header: authorText.time,
    cell: ({ durationMs }) => formatDuration(durationMs),
    align: 'end',
    width: '9rem',
    isSortable: true,
  },
  {
    id: 'finished',
    header: authorText.finished,
    cell: ({ finishedAt }) => <InstantText instant={finishedAt} />,
    width: '10rem',
    isSortable: true,
  },
]
