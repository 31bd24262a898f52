import type { Kysely } from 'kysely'
import { toIso } from '../dates.ts'
import { fromHundredths } from '../play/score.ts'
import type { Tables } from './tables.ts'

/** Rows that an export reads at a time. */
const BATCH = 500

/** A quiz's finished attempts, the newest first. */
export async function findResults(
  db: Kysely<Tables>,
  quizId: string,
  page: { readonly limit: number; readonly offset: number },
) {
  const rows = await finished(db, quizId)
    .orderBy('finished_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(row => ({
    attemptId: row.id,
    nickname: row.nickname,
    score: fromHundredths(row.score ?? 0),
    maxScore: row.max_score ?? 0,
    startedAt: toIso(row.started_at),
    finishedAt: toIso(row.finished_at ?? row.started_at),
    durationMs: row.duration_ms ?? 0,
  }))
}

export async function countResults(db: Kysely<Tables>, quizId: string): Promise<number> {
  const row = await db
    .selectFrom('quiz_attempts')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('quiz_id', '=', quizId)
    .where('state', '=', 'finished')
    .executeTakeFirstOrThrow()
  return row.total
}

/** One row of the export, with the points of each question that was answered, in hundredths. */
export interface ResultRow {
  readonly id: string
  readonly nickname: string
  readonly score: number | null
  readonly max_score: number | null
  readonly started_at: number
  readonly finished_at: number | null
  readonly duration_ms: number | null
  readonly points: ReadonlyMap<string, number>
}

/**
 * All finished attempts, the oldest first, a batch at a time. Each batch goes on where the one before ended, so that
 * neither memory nor a connection is held for as long as a slow reader takes.
 */
export async function* allResults(db: Kysely<Tables>, quizId: string): AsyncGenerator<readonly ResultRow[]> {
  let last: { readonly finished_at: number | null; readonly id: string } | undefined
  for (;;) {
    let query = finished(db, quizId).orderBy('finished_at').orderBy('id').limit(BATCH)
    if (last) {
      const { finished_at, id } = last
      query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('finished_at', 'id'), '>', tuple(finished_at, id)))
    }
    const rows = await query.execute()
    if (rows.length === 0) return
    const points = await pointsOf(
      db,
      rows.map(({ id }) => id),
    )
    yield rows.map(row => ({ ...row, points: points.get(row.id) ?? new Map() }))
    last = rows.at(-1)
  }
}

const finished = (db: Kysely<Tables>, quizId: string) =>
  db
    .selectFrom('quiz_attempts')
    .select(['id', 'nickname', 'score', 'max_score', 'started_at', 'finished_at', 'duration_ms'])
    .where('quiz_id', '=', quizId)
    .where('state', '=', 'finished')

async function pointsOf(
  db: Kysely<Tables>,
  attemptIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const rows = await db
    .selectFrom('quiz_answers')
    .select(['attempt_id', 'question_id', 'points'])
    .where('attempt_id', 'in', attemptIds)
    .execute()
  const all = new Map<string, Map<string, number>>()
  for (const { attempt_id, question_id, points } of rows) {
    const known = all.get(attempt_id) ?? new Map<string, number>()
    all.set(attempt_id, known.set(question_id, points ?? 0))
  }
  return all
}
