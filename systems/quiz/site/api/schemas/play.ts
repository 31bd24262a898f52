import { textField } from '@terrace/service'
import * as z from 'zod'
import { idText, OBJECT, paragraphField } from './common.ts'
import { questionKinds } from './question.ts'

/** A question as players see it: nothing in it tells the answer, not even the order of its options. */
export const playQuestionSchema = z.object({
  id: z.string(),
  kind: z.enum(questionKinds),
  text: z.string(),
  points: z.int(),
  pictureUrl: z.string().nullable(),
  options: z.array(z.object({ id: z.string(), text: z.string(), pictureUrl: z.string().nullable() })),
})

/** A quiz as players see it. */
export const playQuizSchema = z
  .object({
    code: z.string(),
    title: z.string(),
    description: z.string(),
    maxScore: z.int(),
    questions: z.array(playQuestionSchema),
  })
  .meta({ id: 'PlayQuiz' })

export type PlayQuiz = z.output<typeof playQuizSchema>

/** What a player answered: options, or a text. */
const givenSchema = z.object({
  optionIds: z.array(z.string()),
  text: z.string().nullable(),
})

/** How one question came out. */
const outcomeSchema = z.object({
  questionId: z.string(),
  correct: z.boolean().describe('All points'),
  points: z.number().describe('In steps of a hundredth'),
  maxPoints: z.int(),
  given: givenSchema.nullable().describe('Null when it was not answered'),
  right: z
    .object({ optionIds: z.array(z.string()), texts: z.array(z.string()) })
    .describe('The right options, for kind order in the right order; the accepted texts for kind text'),
  explanation: z.string(),
})

/** What finishing gives. */
export const resultSchema = z
  .object({
    score: z.number(),
    maxScore: z.int(),
    durationMs: z.int(),
    questions: z.array(outcomeSchema),
  })
  .meta({ id: 'Result' })

export type Result = z.output<typeof resultSchema>

export const attemptStates = ['running', 'finished', 'expired'] as const

export type AttemptState = (typeof attemptStates)[number]

/** One player's way through a quiz. */
export const attemptSchema = z
  .object({
    id: z.string(),
    nickname: z.string(),
    state: z.enum(attemptStates),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    quiz: playQuizSchema,
    answers: z.array(givenSchema.extend({ questionId: z.string() })),
    result: resultSchema.nullable().describe('Null until it is finished'),
  })
  .meta({ id: 'Attempt' })

export type Attempt = z.output<typeof attemptSchema>

/** What starting gives: the token is shown this once, and proves whose attempt it is. */
export const startedSchema = z.object({ attempt: attemptSchema, token: z.string() }).meta({ id: 'Started' })

export const codeParameter = z.object({ code: z.string().max(100) })

/** The body that starts. */
export const newAttemptSchema = z.object({ nickname: textField(40) }, OBJECT).meta({ id: 'NewAttempt' })

/** Whose attempt it is; whatever isn't its token finds nothing. */
export const attemptHeaders = z.looseObject({
  'x-attempt-token': z.string().max(200).default('').describe('What starting the attempt gave'),
})

export const answerParameter = z.object({ id: idText, questionId: idText })

/** The body that answers: `optionIds`, for kind order all of them in order, or `text`. */
export const answerInputSchema = z
  .object(
    {
      optionIds: z.array(idText, 'must be a list of ids').max(20, 'must have at most 20 ids').optional(),
      text: paragraphField(500).optional(),
    },
    OBJECT,
  )
  .meta({ id: 'Answer' })

export type AnswerInput = z.output<typeof answerInputSchema>

/** What an answer answers: what is stored now. */
export const answeredSchema = givenSchema.extend({ questionId: z.string() }).meta({ id: 'Answered' })

/** A place on the leaderboard; equal scores and durations share a rank. */
export const placeSchema = z
  .object({ rank: z.int(), nickname: z.string(), score: z.number(), maxScore: z.int(), durationMs: z.int() })
  .meta({ id: 'Place' })
