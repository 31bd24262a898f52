import type { Kysely } from 'kysely'
import { answersOf, type StoredAttempt } from '../data/attempts.ts'
import { playable } from '../data/playable.ts'
import type { Tables } from '../data/tables.ts'
import { toIso } from '../dates.ts'
import type { Media } from '../pictures/media.ts'
import type { Attempt, Result } from '../schemas/play.ts'
import { isAllRight } from './attempts.ts'
import { forPlayers, type Playable } from './for-players.ts'
import { fromHundredths, type Given, rightAnswer, score } from './score.ts'

/** An attempt as its player sees it: what is right is in it once it is finished, and not before. */
export async function attemptView(db: Kysely<Tables>, media: Media, attempt: StoredAttempt): Promise<Attempt> {
  const quiz = await db
    .selectFrom('quizzes')
    .select(['id', 'code', 'title', 'description', 'state', 'seed'])
    .where('id', '=', attempt.quiz_id)
    .executeTakeFirstOrThrow()
  const [all, answers] = await Promise.all([playable(db, quiz), answersOf(db, attempt.id)])
  return {
    id: attempt.id,
    nickname: attempt.nickname,
    state: attempt.state,
    startedAt: toIso(attempt.started_at),
    finishedAt: attempt.finished_at === null ? null : toIso(attempt.finished_at),
    quiz: forPlayers(all, media, attempt.seed),
    answers: [...answers].map(([questionId, given]) => ({ questionId, ...shown(given) })),
    result: attempt.state === 'finished' ? resultOf(attempt, all, answers) : null,
  }
}

// Questions don't change once they were answered, so scoring again gives what was stored.
function resultOf(attempt: StoredAttempt, { questions }: Playable, answers: ReadonlyMap<string, Given>): Result {
  return {
    score: fromHundredths(attempt.score ?? 0),
    maxScore: attempt.max_score ?? 0,
    durationMs: attempt.duration_ms ?? 0,
    questions: questions.map(question => {
      const given = answers.get(question.id)
      const points = score(question, given)
      return {
        questionId: question.id,
        correct: isAllRight(question, points),
        points: fromHundredths(points),
        maxPoints: question.points,
        given: given ? shown(given) : null,
        right: rightAnswer(question),
        explanation: question.explanation,
      }
    }),
  }
}

const shown = ({ optionIds, text }: Given) => ({ optionIds: [...optionIds], text })
