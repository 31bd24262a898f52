import { useQuery } from '@tanstack/react-query'
import {
  Button,
  DataTable,
  EmptyState,
  ListSkeleton,
  Load,
  Pagination,
  SearchField,
  SegmentedControl,
  Toolbar,
  useListState,
  useSettled,
} from '@terrace/ui'
import { useSearchParams } from 'react-router'
import { ask } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import type { Quiz } from '../../api/types.ts'
import { explain } from '../../explain.ts'
import { authorText } from '../../text/author-text.ts'
import { PAGE_SIZE, QUIZ_LIST, type QuizFilter, quizzesQuery } from './quiz-list-spec.ts'
import { type QuizColumn, useQuizColumns } from './use-quiz-columns.tsx'

/** While somebody types nothing is asked for so long, milliseconds. */
const QUIET_MS = 250

export interface QuizzesListProps {
  readonly accountId: number
  readonly onAdd: () => void
}

/** One's own quizzes, the last changed first; what one looks for is in the address. */
export function QuizzesList({ accountId, onAdd }: QuizzesListProps) {
  const { api } = useServices()
  const [state, update] = useListState(useSearchParams(), QUIZ_LIST)
  const q = useSettled(state.q, QUIET_MS)
  const quizzes = useQuery(ask.quizzes(api, accountId, quizzesQuery(q, state.filter, state.page)))
  const columns = useQuizColumns()
  const isAll = state.q === '' && state.filter === 'all'
  return (
    <>
      <Toolbar>
        <SearchField
          label={authorText.search}
          placeholder={authorText.searchHint}
          value={state.q}
          onChange={typed => update({ q: typed })}
        />
        <SegmentedControl<QuizFilter>
          label={authorText.show}
          value={state.filter}
          onChange={filter => update({ filter })}
          options={QUIZ_LIST.filters.map(value => ({
            value,
            label: value === 'all' ? authorText.showAll : authorText.state(value),
          }))}
        />
      </Toolbar>
      <Load of={quizzes} failure={authorText.quizzesFailure} explain={explain} skeleton={<ListSkeleton />}>
        {({ rows, total }) => {
          if (total > 0)
            return (
              <>
                <DataTable<Quiz, QuizColumn>
                  label={authorText.quizzes}
                  columns={columns}
                  rows={rows}
                  rowKey={quiz => quiz.id}
                  isStale={quizzes.isPlaceholderData}
                />
                <Pagination page={state.page} pageSize={PAGE_SIZE} total={total} onPage={page => update({ page })} />
              </>
            )
          return isAll ? (
            <EmptyState
              icon="question"
              title={authorText.noQuizzes}
              action={<Button onPress={onAdd}>{authorText.newQuiz}</Button>}
            >
              {authorText.noQuizzesText}
            </EmptyState>
          ) : (
            <EmptyState icon="search" title={authorText.noMatch}>
              {authorText.noMatchText}
            </EmptyState>
          )
        }}
      </Load>
    </>
  )
}
