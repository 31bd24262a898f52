import { expect, it } from 'vitest'
import type { QuizResult } from '../../api/types.ts'
import { sortResults } from './sort-results.ts'

const result = (nickname: string, score: number, durationMs: number): QuizResult => ({
  attemptId: nickname,
  nickname,
  score,
  maxScore: 10,
  startedAt: '2026-11-20T12:00:00.000Z',
  finishedAt: new Date(Date.UTC(2026, 10, 20, 12) + durationMs).toISOString(),
  durationMs,
})

const RESULTS = [result('ada', 7, 30_000), result('Bea', 9.5, 90_000), result('cy', 7, 60_000)]

const names = (column: Parameters<typeof sortResults>[1]['column'], direction: 'ascending' | 'descending') =>
  sortResults(RESULTS, { column, direction }).map(({ nickname }) => nickname)

it('sorts results by each column, and leaves equal ones as they came', () => {
  expect(names('nickname', 'ascending')).toEqual(['ada', 'Bea', 'cy'])
  expect(names('score', 'descending')).toEqual(['Bea', 'ada', 'cy'])
  expect(names('time', 'descending')).toEqual(['Bea', 'cy', 'ada'])
  expect(names('finished', 'ascending')).toEqual(['ada', 'cy', 'Bea'])
})
