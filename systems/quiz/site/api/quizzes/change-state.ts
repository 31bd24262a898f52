import type { Random } from '@terrace/kit'
import { conflict, invalid } from '@terrace/service'
import type { Kysely } from 'kysely'
import { questionsOf } from '../data/questions.ts'
import type { StoredQuiz } from '../data/quizzes.ts'
import type { Tables } from '../data/tables.ts'
import { newCode } from '../ids.ts'
import type { QuizState } from '../schemas/quiz.ts'
import { questionProblems } from './question-problems.ts'

/** What an author can do with a quiz, by the state that it has to be in. */
const CHANGES = {
  publish: { from: 'draft', to: 'published' },
  close: { from: 'published', to: 'closed' },
  reopen: { from: 'closed', to: 'published' },
} as const satisfies Record<string, { readonly from: QuizState; readonly to: QuizState }>

export type StateChange = keyof typeof CHANGES

export const stateChanges = Object.keys(CHANGES) as readonly StateChange[]

/**
 * Publishes, closes or reopens a quiz whose row is locked.
 *
 * @throws Problem 409 in another state; 422 when a question is incomplete
 */
export async function changeState(
  transaction: Kysely<Tables>,
  quiz: StoredQuiz,
  change: StateChange,
  { random, now }: { readonly random: Random; readonly now: number },
): Promise<void> {
  const { from, to } = CHANGES[change]
  if (quiz.state !== from) throw conflict(`The quiz is ${quiz.state}; only a ${from} one can be ${PARTICIPLES[change]}`)
  if (change === 'publish') await mustBeComplete(transaction, quiz.id)
  await transaction
    .updateTable('quizzes')
    .set({ state: to, code: quiz.code ?? newCode(random), updated_at: now })
    .where('id', '=', quiz.id)
    .execute()
}

const PARTICIPLES = { publish: 'published', close: 'closed', reopen: 'reopened' }

async function mustBeComplete(transaction: Kysely<Tables>, quizId: string): Promise<void> {
  const questions = await questionsOf(transaction, quizId)
  if (questions.length === 0) throw invalid([{ path: 'questions', message: 'must have at least one question' }])
  const problems = questions.flatMap((question, index) =>
    questionProblems(question).map(message => ({ path: `questions.${index}`, message })),
  )
  if (problems.length > 0) throw invalid(problems)
}
