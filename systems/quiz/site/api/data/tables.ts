import type { IdempotencyTable } from '@terrace/service'
import type { AccountTables } from '@terrace/service/accounts'
import type { ColumnType, Generated } from 'kysely'
import type { PictureState } from '../schemas/picture.ts'
import type { AttemptState } from '../schemas/play.ts'
import type { Option, QuestionKind } from '../schemas/question.ts'
import type { QuizState } from '../schemas/quiz.ts'

/** A `jsonb` column: written as text, since the driver would take an array for one of PostgreSQL's own. */
type Json<Value> = ColumnType<Value, string, string>

/** The schema that the migrations make. Moments are milliseconds since 1970; scores and points given, hundredths. */
export interface Tables extends AccountTables, IdempotencyTable {
  readonly accounts: {
    readonly id: Generated<number>
    /** As it was typed. */
    readonly username: string
    /** In one case and one Unicode form; no two accounts have the same. */
    readonly username_key: string
    readonly password_hash: string
    readonly created_at: number
  }
  readonly quizzes: {
    readonly id: string
    readonly account_id: number
    readonly title: string
    readonly description: string
    readonly state: QuizState
    readonly code: string | null
    /** Shuffles the options of who looks at the quiz before they start. Never shown. */
    readonly seed: string
    readonly version: number
    readonly created_at: number
    readonly updated_at: number
    readonly deleted_at: number | null
  }
  readonly questions: {
    readonly id: string
    readonly quiz_id: string
    readonly position: number
    readonly kind: QuestionKind
    readonly text: string
    readonly explanation: string
    readonly points: number
    readonly picture_id: string | null
    readonly options: Json<readonly Option[]>
    readonly answers: Json<readonly string[]>
  }
  /** Which pictures a question and its options show, so that none is removed that is in use. */
  readonly question_pictures: {
    readonly question_id: string
    readonly picture_id: string
  }
  readonly pictures: {
    readonly id: string
    readonly account_id: number
    /** Whether it is in the bucket; an upload that broke off leaves a row without. */
    readonly stored: boolean
    readonly state: PictureState
    readonly extension: string
    readonly reason: string | null
    readonly created_at: number
  }
  readonly quiz_attempts: {
    readonly id: string
    readonly quiz_id: string
    readonly nickname: string
    readonly state: AttemptState
    /** Shuffles the options. Never shown: who knew it could put them back into the author's order. */
    readonly seed: string
    readonly started_at: number
    readonly finished_at: number | null
    readonly duration_ms: number | null
    readonly score: number | null
    /** In whole points. */
    readonly max_score: number | null
  }
  readonly quiz_answers: {
    readonly attempt_id: string
    readonly question_id: string
    readonly option_ids: Json<readonly string[]>
    readonly text: string | null
    /** Null until the attempt is finished. */
    readonly points: number | null
  }
}
