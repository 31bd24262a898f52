import type { ListSpec } from '@terrace/ui'
import type { QuizzesQuery } from '../../api/site-api.ts'
import type { QuizState } from '../../api/types.ts'

/** Which quizzes one looks at. */
export type QuizFilter = 'all' | QuizState

/** What the list of quizzes offers; the API sorts them, the last changed first. */
export const QUIZ_LIST: ListSpec<'changed', QuizFilter> = {
  columns: ['changed'],
  defaultSort: { column: 'changed', direction: 'descending' },
  filters: ['all', 'draft', 'published', 'closed'],
  defaultFilter: 'all',
}

/** Quizzes on a page. */
export const PAGE_SIZE = 25

/** Longest text that the API searches for, characters. */
const MAX_SEARCH = 200

/** What to ask the API for. `page` counts from 1. */
export const quizzesQuery = (q: string, filter: QuizFilter, page: number): QuizzesQuery => ({
  q: q.trim() === '' ? undefined : q.trim().slice(0, MAX_SEARCH),
  state: filter === 'all' ? undefined : filter,
  limit: PAGE_SIZE,
  offset: (page - 1) * PAGE_SIZE,
})
