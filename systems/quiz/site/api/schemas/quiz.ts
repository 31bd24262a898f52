import { numberField, pagingFields, textField } from '@terrace/service'
import * as z from 'zod'
import { OBJECT, paragraphField, wholeField } from './common.ts'
import { questionSchema } from './question.ts'

export const quizStates = ['draft', 'published', 'closed'] as const

export type QuizState = (typeof quizStates)[number]

/** A quiz in a list. */
export const quizSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    state: z.enum(quizStates),
    code: z.string().nullable().describe('What players come in with; null until it is published'),
    questionCount: z.int(),
    attemptCount: z.int(),
    updatedAt: z.iso.datetime(),
    version: z.int().describe('Goes up with each change of title or description'),
  })
  .meta({ id: 'Quiz' })

export type Quiz = z.output<typeof quizSchema>

/** A quiz with its questions, for its author. */
export const wholeQuizSchema = quizSchema.extend({ questions: z.array(questionSchema) }).meta({ id: 'WholeQuiz' })

const title = textField(200)
const description = paragraphField(2000).default('')

/** The body that makes a quiz. */
export const newQuizSchema = z.object({ title, description }, OBJECT).meta({ id: 'NewQuiz' })

/** The body that changes one. */
export const quizChangeSchema = z
  .object({ title, description, version: wholeField(1, 2_147_483_647) }, OBJECT)
  .meta({ id: 'QuizChange' })

/** The query of the list. */
export const quizQuerySchema = z.object({
  ...pagingFields,
  limit: numberField(1, 200).default(50).describe('Quizzes to answer with, 50 when it is not given'),
  q: z
    .string()
    .trim()
    .max(200, 'is too long')
    .refine(text => !/\p{Cc}/u.test(text), 'must not contain control characters')
    .optional()
    .describe('In title or description'),
  state: z.enum(quizStates, `must be one of ${quizStates.join(', ')}`).optional(),
})
