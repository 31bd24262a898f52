import type { ListSpec, Sort } from '@terrace/ui'
import type { QuizResult } from '../../api/types.ts'

export type ResultColumn = 'nickname' | 'score' | 'time' | 'finished'

/** What the list of results offers. The API has them newest first; any other order is made here. */
export const RESULT_LIST: ListSpec<ResultColumn, 'all'> = {
  columns: ['nickname', 'score', 'time', 'finished'],
  defaultSort: { column: 'finished', direction: 'descending' },
  filters: ['all'],
  defaultFilter: 'all',
}

/** Whether the API has them in this order. */
export const isApiOrder = ({ column, direction }: Sort<ResultColumn>): boolean =>
  column === 'finished' && direction === 'descending'

const COMPARE: Readonly<Record<ResultColumn, (a: QuizResult, b: QuizResult) => number>> = {
  nickname: (a, b) => a.nickname.localeCompare(b.nickname),
  score: (a, b) => a.score - b.score,
  time: (a, b) => a.durationMs - b.durationMs,
  finished: (a, b) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt),
}

/** Results in an order; equal ones keep the order they came in. */
export function sortResults(results: readonly QuizResult[], { column, direction }: Sort<ResultColumn>) {
  const sign = direction === 'ascending' ? 1 : -1
  return results.toSorted((a, b) => sign * COMPARE[column](a, b))
}
