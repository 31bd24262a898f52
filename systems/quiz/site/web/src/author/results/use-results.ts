import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import type { ListState } from '@terrace/ui'
import { ask, mine } from '../../api/queries.ts'
import { useServices } from '../../api/services.ts'
import type { Page, SiteApi } from '../../api/site-api.ts'
import type { QuizResult } from '../../api/types.ts'
import { isApiOrder, type ResultColumn, sortResults } from './sort-results.ts'

/** Results on a page of the table. */
export const PAGE_SIZE = 25

/** Most that the API answers with at once, and most that are sorted here. */
const API_PAGE = 200
const MOST_SORTED = 2_000

/** A page of results as it is shown. `sorted` is how many were sorted for it; undefined when the API did it. */
export interface ShownResults extends Page<QuizResult> {
  readonly sorted: number | undefined
}

/** The results of a quiz: page by page from the API, or, in another order than its own, all of them, sorted here. */
export function useResults(accountId: number, quizId: string, { sort, page }: ListState<ResultColumn, 'all'>) {
  const { api } = useServices()
  const offset = (page - 1) * PAGE_SIZE
  const isPaged = isApiOrder(sort)
  const paged = useQuery({ ...ask.results(api, accountId, quizId, { limit: PAGE_SIZE, offset }), enabled: isPaged })
  const whole = useQuery({ ...allResults(api, accountId, quizId), enabled: !isPaged })
  if (isPaged) return { ...paged, data: paged.data && { ...paged.data, sorted: undefined } }
  const { data } = whole
  const shown: ShownResults | undefined = data && {
    rows: sortResults(data.rows, sort).slice(offset, offset + PAGE_SIZE),
    total: data.total,
    sorted: data.rows.length,
  }
  return { ...whole, data: shown }
}

const allResults = (api: SiteApi, accountId: number, quizId: string) =>
  queryOptions({
    queryKey: [...mine(accountId), 'results', quizId, 'all'],
    queryFn: async ({ signal }): Promise<Page<QuizResult>> => {
      const rows: QuizResult[] = []
      for (;;) {
        const { rows: more, total } = await api.results(quizId, { limit: API_PAGE, offset: rows.length }, signal)
        rows.push(...more)
        if (more.length === 0 || rows.length >= Math.min(total, MOST_SORTED)) return { rows, total }
      }
    },
    placeholderData: keepPreviousData,
  })
