import type { Instant, Random } from '@terrace/kit'
import type { Kysely } from 'kysely'
import { questionsOf } from '../data/questions.ts'
import type { StoredQuiz } from '../data/quizzes.ts'
import type { Tables } from '../data/tables.ts'
import { newId } from '../ids.ts'
import { linkPictures } from './write-questions.ts'

const SUFFIX = ' (copy)'
const LONGEST_TITLE = 200

/** Makes a draft with the same questions, which show the same pictures. @returns its id */
export async function copyQuiz(
  transaction: Kysely<Tables>,
  quiz: Pick<StoredQuiz, 'id' | 'account_id' | 'title' | 'description'>,
  random: Random,
  now: Instant,
): Promise<string> {
  const id = newId(random)
  await transaction
    .insertInto('quizzes')
    .values({
      ...newQuizRow(quiz.account_id, random, now),
      id,
      title: [...quiz.title].slice(0, LONGEST_TITLE - SUFFIX.length).join('') + SUFFIX,
      description: quiz.description,
    })
    .execute()
  for (const question of await questionsOf(transaction, quiz.id)) {
    const options = question.options.map(option => ({ ...option, id: newId(random) }))
    const copied = await transaction
      .insertInto('questions')
      .values({
        ...question,
        id: newId(random),
        quiz_id: id,
        options: JSON.stringify(options),
        answers: JSON.stringify(question.answers),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await linkPictures(transaction, copied)
  }
  return id
}

/** What every new quiz begins with, besides its words. */
export const newQuizRow = (accountId: number, random: Random, now: Instant) => ({
  id: newId(random),
  account_id: accountId,
  state: 'draft' as const,
  code: null,
  seed: newId(random),
  version: 1,
  created_at: now,
  updated_at: now,
  deleted_at: null,
})
