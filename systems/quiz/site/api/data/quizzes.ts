import { type ExpressionBuilder, type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { toIso } from '../dates.ts'
import type { Quiz, QuizState } from '../schemas/quiz.ts'
import type { Tables } from './tables.ts'

/** A quiz as it is stored. */
export type StoredQuiz = Tables['quizzes']

/** Which quizzes of an account. */
export interface QuizFilter {
  readonly accountId: number
  /** In title or description, whatever its case. */
  readonly q?: string | undefined
  readonly state?: QuizState | undefined
}

const counts = (builder: ExpressionBuilder<Tables, 'quizzes'>) =>
  [
    builder
      .selectFrom('questions')
      .whereRef('questions.quiz_id', '=', 'quizzes.id')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .as('question_count'),
    builder
      .selectFrom('quiz_attempts')
      .whereRef('quiz_attempts.quiz_id', '=', 'quizzes.id')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .as('attempt_count'),
  ] as const

/** The last changed ones first. */
export async function findQuizzes(
  db: Kysely<Tables>,
  filter: QuizFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<Quiz[]> {
  const rows = await matching(db.selectFrom('quizzes'), filter)
    .selectAll('quizzes')
    .select(counts)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(toQuiz)
}

export async function countQuizzes(db: Kysely<Tables>, filter: QuizFilter): Promise<number> {
  const row = await matching(db.selectFrom('quizzes'), filter)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return row.total
}

/** One's own quiz, as its author sees it; another's, and a deleted one, is not found. */
export async function quizOf(db: Kysely<Tables>, accountId: number, id: string): Promise<Quiz | undefined> {
  const row = await matching(db.selectFrom('quizzes'), { accountId })
    .selectAll('quizzes')
    .select(counts)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toQuiz(row)
}

/** The same as it is stored, with its row locked: whoever starts an attempt, or changes it too, waits. */
export async function lockQuiz(
  transaction: Kysely<Tables>,
  accountId: number,
  id: string,
): Promise<StoredQuiz | undefined> {
  return matching(transaction.selectFrom('quizzes'), { accountId })
    .selectAll('quizzes')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** A quiz that can be come into by this code, also one that is closed. */
export async function quizByCode(db: Kysely<Tables>, code: string): Promise<StoredQuiz | undefined> {
  return db
    .selectFrom('quizzes')
    .selectAll()
    .where('code', '=', code)
    .where('state', '<>', 'draft')
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

/** Whether somebody has begun it. */
export async function hasAttempts(db: Kysely<Tables>, quizId: string): Promise<boolean> {
  const row = await db
    .selectFrom('quiz_attempts')
    .select('id')
    .where('quiz_id', '=', quizId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

interface Counted {
  readonly question_count: number | null
  readonly attempt_count: number | null
}

const toQuiz = (row: StoredQuiz & Counted): Quiz => ({
  id: row.id,
  title: row.title,
  description: row.description,
  state: row.state,
  code: row.code,
  questionCount: row.question_count ?? 0,
  attemptCount: row.attempt_count ?? 0,
  updatedAt: toIso(row.updated_at),
  version: row.version,
})

function matching<Output>(
  quizzes: SelectQueryBuilder<Tables, 'quizzes', Output>,
  { accountId, q, state }: QuizFilter,
): SelectQueryBuilder<Tables, 'quizzes', Output> {
  let query = quizzes.where('account_id', '=', accountId).where('deleted_at', 'is', null)
  if (state !== undefined) query = query.where('state', '=', state)
  if (q) {
    const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(({ or }) =>
      or([sql<boolean>`title ilike ${pattern}`, sql<boolean>`description ilike ${pattern}`]),
    )
  }
  return query
}
