import type { Kysely } from 'kysely'
import type { Given } from '../play/score.ts'
import { fromHundredths } from '../play/score.ts'
import type { Tables } from './tables.ts'

/** An attempt as it is stored. */
export type StoredAttempt = Tables['quiz_attempts']

/** Places on a leaderboard. */
const PLACES = 50

export async function attemptById(db: Kysely<Tables>, id: string): Promise<StoredAttempt | undefined> {
  return db.selectFrom('quiz_attempts').selectAll().where('id', '=', id).executeTakeFirst()
}

/** What was given so far, by question. */
export async function answersOf(db: Kysely<Tables>, attemptId: string): Promise<ReadonlyMap<string, Given>> {
  const rows = await db
    .selectFrom('quiz_answers')
    .select(['question_id', 'option_ids', 'text'])
    .where('attempt_id', '=', attemptId)
    .execute()
  return new Map(rows.map(({ question_id, option_ids, text }) => [question_id, { optionIds: option_ids, text }]))
}

/** The best finished attempts: by score, then by time; who finished first stands first among equals. */
export async function leaderboard(db: Kysely<Tables>, quizId: string) {
  const rows = await db
    .selectFrom('quiz_attempts')
    .select(['nickname', 'score', 'max_score', 'duration_ms'])
    .where('quiz_id', '=', quizId)
    .where('state', '=', 'finished')
    .orderBy('score', 'desc')
    .orderBy('duration_ms')
    .orderBy('finished_at')
    .limit(PLACES)
    .execute()
  let rank = 0
  return rows.map((row, index) => {
    const before = rows[index - 1]
    if (before?.score !== row.score || before?.duration_ms !== row.duration_ms) rank = index + 1
    return {
      rank,
      nickname: row.nickname,
      score: fromHundredths(row.score ?? 0),
      maxScore: row.max_score ?? 0,
      durationMs: row.duration_ms ?? 0,
    }
  })
}
