import type { StoredPicture } from '../data/pictures.ts'
import type { StoredQuestion } from '../data/questions.ts'
import type { StoredQuiz } from '../data/quizzes.ts'
import type { Media } from '../pictures/media.ts'
import type { PlayQuiz } from '../schemas/play.ts'
import { shuffled } from './shuffle.ts'

/** A quiz with everything that its players see. */
export interface Playable {
  readonly quiz: Pick<StoredQuiz, 'id' | 'code' | 'title' | 'description' | 'state' | 'seed'>
  readonly questions: readonly StoredQuestion[]
  readonly pictures: ReadonlyMap<string, StoredPicture>
}

/** Member by member: what isn't named here, such as which option is right, doesn't leave. */
export function forPlayers({ quiz, questions, pictures }: Playable, media: Media, seed: string): PlayQuiz {
  const urlOf = (id: string | null) => media.shownUrl(pictures.get(id ?? ''))
  return {
    code: quiz.code ?? '',
    title: quiz.title,
    description: quiz.description,
    maxScore: questions.reduce((sum, { points }) => sum + points, 0),
    questions: questions.map(({ id, kind, text, points, picture_id, options }) => ({
      id,
      kind,
      text,
      points,
      pictureUrl: urlOf(picture_id),
      options: shuffled(options, `${seed} ${id}`).map(option => ({
        id: option.id,
        text: option.text,
        pictureUrl: urlOf(option.pictureId),
      })),
    })),
  }
}
