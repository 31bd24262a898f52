import { numberField, pagingFields } from '@terrace/service'
import * as z from 'zod'

/** The query of an author's list of results. */
export const resultQuerySchema = z.object({
  ...pagingFields,
  limit: numberField(1, 200).default(50).describe('Results to answer with, 50 when it is not given'),
})

/** One finished attempt, for the quiz's author. */
export const quizResultSchema = z
  .object({
    attemptId: z.string(),
    nickname: z.string(),
    score: z.number(),
    maxScore: z.int(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    durationMs: z.int(),
  })
  .meta({ id: 'QuizResult' })
