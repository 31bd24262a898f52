import { decode } from '@terrace/ui'
import type * as z from 'zod'
import type { accountSchema, sessionSchema } from '../../../api/schemas/account.ts'
import type { pictureSchema } from '../../../api/schemas/picture.ts'
import type { attemptSchema, placeSchema, playQuizSchema, startedSchema } from '../../../api/schemas/play.ts'
import type { questionSchema } from '../../../api/schemas/question.ts'
import type { quizSchema, wholeQuizSchema } from '../../../api/schemas/quiz.ts'
import type { quizResultSchema } from '../../../api/schemas/results.ts'

/** What an API's schema describes, as the site sees it: nothing of it is changed here. */
type Seen<T> = T extends readonly (infer Entry)[]
  ? readonly Seen<Entry>[]
  : T extends object
    ? { readonly [Name in keyof T]: Seen<T[Name]> }
    : T

/** The fields of an interface, for a decoder. */
export type Plain<T> = { [Name in keyof T]: T[Name] }

type Of<Schema extends z.ZodType> = Seen<z.output<Schema>>

/** Who is logged in. */
export type Account = Of<typeof accountSchema>
/** `account` is null when nobody is logged in. */
export type Session = Of<typeof sessionSchema>
/** A quiz in its author's list; instants are ISO strings. */
export type Quiz = Of<typeof quizSchema>
export type QuizState = Quiz['state']
/** A quiz with its questions, for its author. */
export type WholeQuiz = Of<typeof wholeQuizSchema>
export type Question = Of<typeof questionSchema>
export type QuestionKind = Question['kind']
/** A picture, and how far the removal of its background is. */
export type Picture = Of<typeof pictureSchema>
/** One finished attempt, for the quiz's author. */
export type QuizResult = Of<typeof quizResultSchema>
/** A quiz as players see it. */
export type PlayQuiz = Of<typeof playQuizSchema>
export type PlayQuestion = PlayQuiz['questions'][number]
/** One player's way through a quiz. */
export type Attempt = Of<typeof attemptSchema>
export type Result = NonNullable<Attempt['result']>
export type Outcome = Result['questions'][number]
/** An attempt with the token that answers with. */
export type Started = Of<typeof startedSchema>
/** A place on the leaderboard. */
export type Place = Of<typeof placeSchema>

const { boolean, list, nullable, number, object, oneOf, text } = decode

/** The kinds of questions, in the order in which they are offered. */
export const QUESTION_KINDS = ['one', 'several', 'text', 'order', 'picture'] as const satisfies readonly QuestionKind[]

const kindOf = oneOf(...QUESTION_KINDS)

const accountOf = object<Account>({ id: number, username: text })

export const sessionOf = object<Session>({ account: nullable(accountOf), csrfToken: text })

const quizFields = {
  id: text,
  title: text,
  description: text,
  state: oneOf('draft', 'published', 'closed'),
  code: nullable(text),
  questionCount: number,
  attemptCount: number,
  updatedAt: text,
  version: number,
}

export const quizOf = object<Quiz>(quizFields)

const optionOf = object<Question['options'][number]>({
  id: text,
  text,
  pictureId: nullable(text),
  pictureUrl: nullable(text),
  correct: boolean,
})

export const questionOf = object<Question>({
  id: text,
  kind: kindOf,
  text,
  explanation: text,
  points: number,
  pictureId: nullable(text),
  pictureUrl: nullable(text),
  options: list(optionOf),
  answers: list(text),
  order: list(text),
  problems: list(text),
})

export const wholeQuizOf = object<WholeQuiz>({ ...quizFields, questions: list(questionOf) })

export const pictureOf = object<Picture>({
  id: text,
  state: oneOf('stored', 'queued', 'working', 'ready', 'failed'),
  url: text,
  cutoutUrl: nullable(text),
  busy: boolean,
  reason: nullable(text),
})

export const resultOf = object<QuizResult>({
  attemptId: text,
  nickname: text,
  score: number,
  maxScore: number,
  startedAt: text,
  finishedAt: text,
  durationMs: number,
})

const playOptionOf = object<PlayQuestion['options'][number]>({ id: text, text, pictureUrl: nullable(text) })

const playQuestionOf = object<PlayQuestion>({
  id: text,
  kind: kindOf,
  text,
  points: number,
  pictureUrl: nullable(text),
  options: list(playOptionOf),
})

export const playQuizOf = object<PlayQuiz>({
  code: text,
  title: text,
  description: text,
  maxScore: number,
  questions: list(playQuestionOf),
})

const givenFields = { optionIds: list(text), text: nullable(text) }

const outcomeOf = object<Outcome>({
  questionId: text,
  correct: boolean,
  points: number,
  maxPoints: number,
  given: nullable(object<NonNullable<Outcome['given']>>(givenFields)),
  right: object<Outcome['right']>({ optionIds: list(text), texts: list(text) }),
  explanation: text,
})

export const attemptOf = object<Attempt>({
  id: text,
  nickname: text,
  state: oneOf('running', 'finished', 'expired'),
  startedAt: text,
  finishedAt: nullable(text),
  quiz: playQuizOf,
  answers: list(object<Attempt['answers'][number]>({ questionId: text, ...givenFields })),
  result: nullable(object<Result>({ score: number, maxScore: number, durationMs: number, questions: list(outcomeOf) })),
})

export const startedOf = object<Started>({ attempt: attemptOf, token: text })

export const placeOf = object<Place>({
  rank: number,
  nickname: text,
  score: number,
  maxScore: number,
  durationMs: number,
})
