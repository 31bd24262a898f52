import { type FieldProblem, invalid } from '@terrace/service'
import type { AnswerInput } from '../schemas/play.ts'
import type { Given, Scored } from './score.ts'

/**
 * What is kept of an answer; undefined when it is taken back, with no option or an empty text.
 *
 * @throws Problem 422 when it doesn't fit the question: options that it hasn't, the same one twice, too many, or text
 *   where options are to be chosen
 */
export function checkAnswer(
  { kind, options }: Pick<Scored, 'kind' | 'options'>,
  input: AnswerInput,
): Given | undefined {
  if (kind === 'text') {
    if (input.optionIds?.length) throw invalid([{ path: 'optionIds', message: 'this question takes a text' }])
    if (input.text === undefined) throw invalid([{ path: 'text', message: 'is required' }])
    return input.text === '' ? undefined : { optionIds: [], text: input.text }
  }
  if (input.text) throw invalid([{ path: 'text', message: 'this question takes options' }])
  const { optionIds } = input
  if (optionIds === undefined) throw invalid([{ path: 'optionIds', message: 'is required' }])
  if (optionIds.length === 0) return undefined
  const known = new Set(options.map(({ id }) => id))
  const problems: FieldProblem[] = optionIds.flatMap((id, index) => {
    const path = `optionIds.${index}`
    if (!known.has(id)) return [{ path, message: 'is no option of this question' }]
    return optionIds.indexOf(id) < index ? [{ path, message: 'is there twice' }] : []
  })
  if ((kind === 'one' || kind === 'picture') && optionIds.length > 1)
    problems.push({ path: 'optionIds', message: 'must be one option' })
  if (kind === 'order' && optionIds.length !== options.length)
    problems.push({ path: 'optionIds', message: 'must be all options in order' })
  if (problems.length > 0) throw invalid(problems)
  return { optionIds, text: null }
}
