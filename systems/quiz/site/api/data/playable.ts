import type { Kysely } from 'kysely'
import type { Playable } from '../play/for-players.ts'
import { picturesById } from './pictures.ts'
import { pictureIdsOf, questionsOf } from './questions.ts'
import type { Tables } from './tables.ts'

/** A quiz with its questions and their pictures. */
export async function playable(db: Kysely<Tables>, quiz: Playable['quiz']): Promise<Playable> {
  const questions = await questionsOf(db, quiz.id)
  return { quiz, questions, pictures: await picturesById(db, pictureIdsOf(questions)) }
}
