import type { Random } from '@terrace/kit'
import { conflict, type FieldProblem, invalid, notFound } from '@terrace/service'
import type { Kysely } from 'kysely'
import { usablePictures } from '../data/pictures.ts'
import { pictureIdsOf, questionsOf, type StoredQuestion } from '../data/questions.ts'
import { hasAttempts, lockQuiz, type StoredQuiz } from '../data/quizzes.ts'
import type { Tables } from '../data/tables.ts'
import { newId } from '../ids.ts'
import { MAX_QUESTIONS, type Option, type QuestionInput } from '../schemas/question.ts'
import { questionProblems } from './question-problems.ts'

/**
 * One's own quiz, locked, whose questions may be changed.
 *
 * @throws Problem 404 when it is another's; 409 once somebody has begun it: their scores would change under them
 */
export async function lockForQuestions(
  transaction: Kysely<Tables>,
  accountId: number,
  quizId: string,
): Promise<StoredQuiz> {
  const quiz = await lockQuiz(transaction, accountId, quizId)
  if (!quiz) throw notFound('Quiz not found')
  if (await hasAttempts(transaction, quizId))
    throw conflict('Players have begun this quiz, so its questions stay as they are; close it and change a copy')
  return quiz
}

/** Adds a question at the end. @throws Problem 422, 409 */
export async function addQuestion(
  transaction: Kysely<Tables>,
  quiz: StoredQuiz,
  input: QuestionInput,
  random: Random,
): Promise<StoredQuestion> {
  const others = await questionsOf(transaction, quiz.id)
  if (others.length >= MAX_QUESTIONS) throw conflict(`A quiz has at most ${MAX_QUESTIONS} questions`)
  const position = (others.at(-1)?.position ?? 0) + 1
  return save(transaction, quiz, { id: newId(random), position, input, before: [] }, random)
}

/** Replaces a question. @throws Problem 422 */
export async function replaceQuestion(
  transaction: Kysely<Tables>,
  quiz: StoredQuiz,
  question: StoredQuestion,
  input: QuestionInput,
  random: Random,
): Promise<StoredQuestion> {
  const { id, position, options: before } = question
  return save(transaction, quiz, { id, position, input, before }, random)
}

/** Writes which pictures a question shows, for as long as it does. */
export async function linkPictures(transaction: Kysely<Tables>, question: StoredQuestion): Promise<void> {
  await transaction.deleteFrom('question_pictures').where('question_id', '=', question.id).execute()
  const rows = pictureIdsOf([question]).map(picture_id => ({ question_id: question.id, picture_id }))
  if (rows.length > 0) await transaction.insertInto('question_pictures').values(rows).execute()
}

interface Draft {
  readonly id: string
  readonly position: number
  readonly input: QuestionInput
  readonly before: readonly Option[]
}

async function save(
  transaction: Kysely<Tables>,
  quiz: StoredQuiz,
  { id, position, input, before }: Draft,
  random: Random,
): Promise<StoredQuestion> {
  const { kind, text, explanation, points, pictureId } = input
  const options =
    input.kind === 'text' ? [] : input.options.map(option => ({ ...option, id: option.id ?? newId(random) }))
  const answers = input.kind === 'text' ? input.answers.filter(answer => answer !== '') : []
  const content = { kind, text, explanation, points, picture_id: pictureId, options, answers }
  const problems = [
    ...optionProblems(options, before, input),
    ...(await pictureProblems(transaction, quiz.account_id, content)),
    ...(quiz.state === 'draft' ? [] : questionProblems(content).map(message => ({ path: '', message }))),
  ]
  if (problems.length > 0) throw invalid(problems)
  const row = { ...content, options: JSON.stringify(options), answers: JSON.stringify(answers) }
  const saved = await transaction
    .insertInto('questions')
    .values({ id, quiz_id: quiz.id, position, ...row })
    .onConflict(on => on.column('id').doUpdateSet(row))
    .returningAll()
    .executeTakeFirstOrThrow()
  await linkPictures(transaction, saved)
  return saved
}

// An id that the client made up could tell players something, or be another question's.
function optionProblems(
  options: readonly Option[],
  before: readonly Option[],
  input: QuestionInput,
): readonly FieldProblem[] {
  const known = new Set(before.map(option => option.id))
  const seen = new Set<string>()
  return options.flatMap(({ id }, index) => {
    const path = `options.${index}.id`
    if (input.options[index]?.id !== undefined && !known.has(id))
      return [{ path, message: 'is no option that the question had' }]
    if (seen.has(id)) return [{ path, message: 'is there twice' }]
    seen.add(id)
    return []
  })
}

async function pictureProblems(
  transaction: Kysely<Tables>,
  accountId: number,
  content: { readonly picture_id: string | null; readonly options: readonly Option[] },
): Promise<readonly FieldProblem[]> {
  const usable = await usablePictures(transaction, accountId, pictureIdsOf([content]))
  const message = 'there is no such picture; upload it again'
  const isMissing = (id: string | null) => id !== null && !usable.has(id)
  return [
    ...(isMissing(content.picture_id) ? [{ path: 'pictureId', message }] : []),
    ...content.options.flatMap(({ pictureId }, index) =>
      isMissing(pictureId) ? [{ path: `options.${index}.pictureId`, message }] : [],
    ),
  ]
}
