import type { Tables } from '../data/tables.ts'
import type { Option } from '../schemas/question.ts'

/** What of a question tells whether it is complete. */
type QuestionContent = Pick<Tables['questions'], 'kind' | 'text'> & {
  readonly options: readonly Option[]
  readonly answers: readonly string[]
}

const FEWEST_OPTIONS = 2

/** What is missing before a question can be asked: sentences, none when it is complete. */
export function questionProblems(question: QuestionContent): readonly string[] {
  const problems = question.text === '' ? ['needs a text'] : []
  return [...problems, ...answerProblems(question)]
}

function answerProblems({ kind, options, answers }: QuestionContent): readonly string[] {
  if (kind === 'text') return answers.some(answer => answer !== '') ? [] : ['needs at least one accepted answer']
  const problems: string[] = []
  if (options.length < FEWEST_OPTIONS) problems.push(`needs at least ${FEWEST_OPTIONS} options`)
  if (kind === 'picture' && options.some(({ pictureId }) => pictureId === null))
    problems.push('needs a picture for each option')
  if (options.some(({ text, pictureId }) => text === '' && pictureId === null))
    problems.push('needs a text or a picture for each option')
  const correct = options.filter(option => option.correct).length
  if ((kind === 'one' || kind === 'picture') && correct !== 1) problems.push('needs exactly one right option')
  if (kind === 'several' && correct === 0) problems.push('needs at least one right option')
  return problems
}
