import type { Random } from '@terrace/kit'
import { conflict, type Database, inTransaction, notFound } from '@terrace/service'
import { type Kysely, sql } from 'kysely'
import { answersOf, attemptById, type StoredAttempt } from '../data/attempts.ts'
import { questionsOf } from '../data/questions.ts'
import type { StoredQuiz } from '../data/quizzes.ts'
import type { Tables } from '../data/tables.ts'
import { newId } from '../ids.ts'
import type { AnswerInput } from '../schemas/play.ts'
import { checkAnswer } from './check-answer.ts'
import type { Given } from './score.ts'
import { mostPoints, score } from './score.ts'

/**
 * Begins an attempt. The quiz is held meanwhile: its questions stay as they are from the first attempt on, and an
 * author who is just changing one finishes first.
 *
 * @throws Problem 409 when the quiz is not open
 */
export async function startAttempt(
  transaction: Kysely<Tables>,
  { id: quizId }: Pick<StoredQuiz, 'id'>,
  nickname: string,
  { random, now }: { readonly random: Random; readonly now: number },
): Promise<StoredAttempt> {
  const quiz = await transaction
    .selectFrom('quizzes')
    .select('state')
    .where('id', '=', quizId)
    .where('deleted_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  mustBeOpen(quiz)
  return transaction
    .insertInto('quiz_attempts')
    .values({
      id: newId(random),
      quiz_id: quizId,
      nickname,
      state: 'running',
      seed: newId(random),
      started_at: now,
      finished_at: null,
      duration_ms: null,
      score: null,
      max_score: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * Keeps an answer, in place of the one before; the same one again changes nothing.
 *
 * @returns what is kept now
 * @throws Problem 404 when the attempt's quiz has no such question; 409 when the attempt or the quiz is over; 422
 */
export async function answer(
  database: Database<Tables>,
  attemptId: string,
  questionId: string,
  input: AnswerInput,
): Promise<Given | undefined> {
  return inTransaction(database, async transaction => {
    // Finishing waits for this, or this for finishing: no answer slips in after the score was made.
    const attempt = await transaction
      .selectFrom('quiz_attempts')
      .innerJoin('quizzes', 'quizzes.id', 'quiz_attempts.quiz_id')
      .select(['quiz_attempts.state', 'quiz_attempts.quiz_id', 'quizzes.state as quiz_state', 'quizzes.deleted_at'])
      .where('quiz_attempts.id', '=', attemptId)
      .forShare('quiz_attempts')
      .executeTakeFirst()
    if (!attempt) throw notFound('Attempt not found')
    const question = await transaction
      .selectFrom('questions')
      .select(['kind', 'options'])
      .where('id', '=', questionId)
      .where('quiz_id', '=', attempt.quiz_id)
      .executeTakeFirst()
    if (!question) throw notFound('The quiz has no such question')
    if (attempt.state !== 'running') throw conflict(`The attempt is ${attempt.state}`)
    mustBeOpen(attempt.deleted_at === null ? { state: attempt.quiz_state } : undefined)
    const given = checkAnswer(question, input)
    await keep(transaction, attemptId, questionId, given)
    return given
  })
}

/**
 * Scores an attempt, once: finishing again changes nothing. What was answered before the quiz was closed counts.
 *
 * @throws Problem 409 when the attempt is expired
 */
export async function finish(database: Database<Tables>, attemptId: string): Promise<void> {
  await inTransaction(database, async transaction => {
    const attempt = await transaction
      .selectFrom('quiz_attempts')
      .selectAll()
      .where('id', '=', attemptId)
      .forUpdate()
      .executeTakeFirst()
    if (!attempt) throw notFound('Attempt not found')
    if (attempt.state === 'finished') return
    if (attempt.state === 'expired') throw conflict('The attempt is expired')
    const questions = await questionsOf(transaction, attempt.quiz_id)
    const answers = await answersOf(transaction, attemptId)
    const points = questions.map(question => ({ id: question.id, points: score(question, answers.get(question.id)) }))
    const now = database.clock.now()
    await transaction
      .updateTable('quiz_attempts')
      .set({
        state: 'finished',
        finished_at: now,
        duration_ms: Math.max(0, now - attempt.started_at),
        score: points.reduce((sum, one) => sum + one.points, 0),
        max_score: questions.reduce((sum, question) => sum + question.points, 0),
      })
      .where('id', '=', attemptId)
      .execute()
    await sql`
      update quiz_answers set points = given.points
      from jsonb_to_recordset(${JSON.stringify(points)}::jsonb) as given (id text, points integer)
      where attempt_id = ${attemptId} and question_id = given.id`.execute(transaction)
  })
}

/** The attempt that this token is for. @throws Problem 404 for any other token, as if there were none */
export async function mustOwn(db: Kysely<Tables>, id: string, isOwner: boolean): Promise<StoredAttempt> {
  const attempt = isOwner ? await attemptById(db, id) : undefined
  if (!attempt) throw notFound('Attempt not found')
  return attempt
}

/** Whether a question's points are all there are. */
export const isAllRight = (question: { readonly points: number }, hundredths: number): boolean =>
  hundredths === mostPoints(question)

function mustBeOpen(quiz: Pick<StoredQuiz, 'state'> | undefined): void {
  if (quiz?.state !== 'published') throw conflict('The quiz is closed')
}

async function keep(
  transaction: Kysely<Tables>,
  attempt_id: string,
  question_id: string,
  given: Given | undefined,
): Promise<void> {
  if (!given) {
    await transaction
      .deleteFrom('quiz_answers')
      .where('attempt_id', '=', attempt_id)
      .where('question_id', '=', question_id)
      .execute()
    return
  }
  const content = { option_ids: JSON.stringify(given.optionIds), text: given.text }
  await transaction
    .insertInto('quiz_answers')
    .values({ attempt_id, question_id, ...content, points: null })
    .onConflict(on => on.columns(['attempt_id', 'question_id']).doUpdateSet(content))
    .execute()
}
