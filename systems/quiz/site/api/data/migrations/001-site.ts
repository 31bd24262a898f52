import type { Migration } from '@terrace/service'
import { type Kysely, sql } from 'kysely'

/** Everything that the site began with. */
export const siteTables: Migration = {
  name: '001-site',
  async up(db) {
    await accountTables(db)
    await quizTables(db)
    await attemptTables(db)
    for (const index of INDEXES) await sql.raw(`create index if not exists ${index}`).execute(db)
  },
}

const ID = 'varchar(16)'

async function accountTables(db: Kysely<unknown>): Promise<void> {
  const table = (name: string) => db.schema.createTable(name).ifNotExists()
  await table('accounts')
    .addColumn('id', 'serial', column => column.primaryKey())
    .addColumn('username', 'text', column => column.notNull())
    .addColumn('username_key', 'text', column => column.notNull().unique())
    .addColumn('password_hash', 'text', column => column.notNull())
    .addColumn('created_at', 'bigint', column => column.notNull())
    .execute()
  await table('sessions')
    .addColumn('id_hash', 'varchar(64)', column => column.primaryKey())
    .addColumn('account_id', 'integer', column => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('ends_at', 'bigint', column => column.notNull())
    .execute()
  await table('attempts')
    .addColumn('bucket', 'varchar(64)', column => column.notNull())
    .addColumn('window_start', 'bigint', column => column.notNull())
    .addColumn('tries', 'integer', column => column.notNull())
    .addPrimaryKeyConstraint('attempts_key', ['bucket', 'window_start'])
    .execute()
}

async function quizTables(db: Kysely<unknown>): Promise<void> {
  const table = (name: string) => db.schema.createTable(name).ifNotExists()
  await table('pictures')
    .addColumn('id', ID, column => column.primaryKey())
    .addColumn('account_id', 'integer', column => column.notNull().references('accounts.id'))
    .addColumn('stored', 'boolean', column => column.notNull())
    .addColumn('state', 'varchar(10)', column => column.notNull())
    .addColumn('extension', 'varchar(10)', column => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('created_at', 'bigint', column => column.notNull())
    .execute()
  await table('quizzes')
    .addColumn('id', ID, column => column.primaryKey())
    .addColumn('account_id', 'integer', column => column.notNull().references('accounts.id'))
    .addColumn('title', 'text', column => column.notNull())
    .addColumn('description', 'text', column => column.notNull())
    .addColumn('state', 'varchar(10)', column => column.notNull())
    .addColumn('code', 'varchar(8)', column => column.unique())
    .addColumn('seed', ID, column => column.notNull())
    .addColumn('version', 'integer', column => column.notNull())
    .addColumn('created_at', 'bigint', column => column.notNull())
    .addColumn('updated_at', 'bigint', column => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute()
  await table('questions')
    .addColumn('id', ID, column => column.primaryKey())
    .addColumn('quiz_id', ID, column => column.notNull().references('quizzes.id').onDelete('cascade'))
    .addColumn('position', 'integer', column => column.notNull())
    .addColumn('kind', 'varchar(10)', column => column.notNull())
    .addColumn('text', 'text', column => column.notNull())
    .addColumn('explanation', 'text', column => column.notNull())
    .addColumn('points', 'integer', column => column.notNull())
    .addColumn('picture_id', ID, column => column.references('pictures.id'))
    .addColumn('options', 'jsonb', column => column.notNull())
    .addColumn('answers', 'jsonb', column => column.notNull())
    .execute()
  await table('question_pictures')
    .addColumn('question_id', ID, column => column.notNull().references('questions.id').onDelete('cascade'))
    .addColumn('picture_id', ID, column => column.notNull().references('pictures.id'))
    .addPrimaryKeyConstraint('question_pictures_key', ['question_id', 'picture_id'])
    .execute()
}

async function attemptTables(db: Kysely<unknown>): Promise<void> {
  const table = (name: string) => db.schema.createTable(name).ifNotExists()
  await table('quiz_attempts')
    .addColumn('id', ID, column => column.primaryKey())
    .addColumn('quiz_id', ID, column => column.notNull().references('quizzes.id').onDelete('cascade'))
    .addColumn('nickname', 'text', column => column.notNull())
    .addColumn('state', 'varchar(10)', column => column.notNull())
    .addColumn('seed', ID, column => column.notNull())
    .addColumn('started_at', 'bigint', column => column.notNull())
    .addColumn('finished_at', 'bigint')
    .addColumn('duration_ms', 'bigint')
    .addColumn('score', 'integer')
    .addColumn('max_score', 'integer')
    .execute()
  await table('quiz_answers')
    .addColumn('attempt_id', ID, column => column.notNull().references('quiz_attempts.id').onDelete('cascade'))
    .addColumn('question_id', ID, column => column.notNull().references('questions.id').onDelete('cascade'))
    .addColumn('option_ids', 'jsonb', column => column.notNull())
    .addColumn('text', 'text')
    .addColumn('points', 'integer')
    .addPrimaryKeyConstraint('quiz_answers_key', ['attempt_id', 'question_id'])
    .execute()
}

const INDEXES = [
  'sessions_account on sessions (account_id)',
  'sessions_ends on sessions (ends_at)',
  'attempts_window on attempts (window_start)',
  'quizzes_of_account on quizzes (account_id, updated_at desc, id) where deleted_at is null',
  'quizzes_deleted on quizzes (deleted_at) where deleted_at is not null',
  'questions_of_quiz on questions (quiz_id, position)',
  'questions_with_picture on question_pictures (picture_id)',
  "pictures_waiting on pictures (created_at) where state in ('queued', 'working')",
  'pictures_by_age on pictures (created_at)',
  "quiz_attempts_leaders on quiz_attempts (quiz_id, score desc, duration_ms, finished_at) where state = 'finished'",
  "quiz_attempts_results on quiz_attempts (quiz_id, finished_at, id) where state = 'finished'",
  'quiz_attempts_of_quiz on quiz_attempts (quiz_id)',
  "quiz_attempts_running on quiz_attempts (started_at) where state = 'running'",
  'quiz_answers_of_question on quiz_answers (question_id)',
]
