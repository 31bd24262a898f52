import type { Kysely, Selectable } from 'kysely'
import type { Media } from '../pictures/media.ts'
import { questionProblems } from '../quizzes/question-problems.ts'
import type { Question } from '../schemas/question.ts'
import { picturesById } from './pictures.ts'
import type { Tables } from './tables.ts'

/** A question as it is stored. */
export type StoredQuestion = Selectable<Tables['questions']>

/** A quiz's questions in their order. */
export async function questionsOf(db: Kysely<Tables>, quizId: string): Promise<readonly StoredQuestion[]> {
  return db
    .selectFrom('questions')
    .selectAll()
    .where('quiz_id', '=', quizId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** The pictures that questions show, each once. */
export const pictureIdsOf = (
  questions: readonly {
    readonly picture_id: string | null
    readonly options: readonly { readonly pictureId: string | null }[]
  }[],
): readonly string[] => {
  const ids = questions.flatMap(({ picture_id, options }) => [picture_id, ...options.map(({ pictureId }) => pictureId)])
  return [...new Set(ids.filter(id => id !== null))]
}

/** Questions as their author sees them. */
export async function forAuthor(
  db: Kysely<Tables>,
  media: Media,
  questions: readonly StoredQuestion[],
): Promise<Question[]> {
  const pictures = await picturesById(db, pictureIdsOf(questions))
  const urlOf = (id: string | null) => media.shownUrl(pictures.get(id ?? ''))
  return questions.map(question => ({
    id: question.id,
    kind: question.kind,
    text: question.text,
    explanation: question.explanation,
    points: question.points,
    pictureId: question.picture_id,
    pictureUrl: urlOf(question.picture_id),
    options: question.options.map(option => ({ ...option, pictureUrl: urlOf(option.pictureId) })),
    answers: [...question.answers],
    order: question.kind === 'order' ? question.options.map(({ id }) => id) : [],
    problems: [...questionProblems(question)],
  }))
}
