import type { Attempt, Picture, Place, Question, Quiz, QuizResult } from '../src/api/types.ts'

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

/** A quiz with its questions, and whose it is. */
export type StandInQuiz = Omit<Mutable<Quiz>, 'questionCount' | 'attemptCount'> & {
  readonly accountId: number
  isDeleted: boolean
  questions: Question[]
  results: QuizResult[]
}

/** An attempt with its token. */
export type StandInAttempt = Omit<Mutable<Attempt>, 'answers' | 'quiz'> & {
  readonly quizId: string
  readonly token: string
  answers: Map<string, { readonly optionIds: readonly string[]; readonly text: string | null }>
}

/** What the stand-in knows. */
export interface StandInState {
  readonly accounts: { readonly id: number; readonly username: string; password: string }[]
  readonly quizzes: StandInQuiz[]
  readonly attempts: StandInAttempt[]
  readonly pictures: Mutable<Picture>[]
  readonly places: Place[]
  /** What becomes of pictures whose background is to be removed. */
  uploadedAs: Pick<Picture, 'state' | 'busy' | 'reason'>
  ids: number
}
