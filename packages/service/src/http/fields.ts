import * as z from 'zod'

/** The largest id: MySQL's signed INT. */
const MAX_ID = 2_147_483_647

/**
 * A line of text that people typed: white space around it is removed, then it has 1 to `max` characters (code points,
 * as MySQL counts them), no control characters and no half of a surrogate pair.
 */
export const textField = (max: number) =>
  z
    .string({ error: issue => (issue.input === undefined ? 'is required' : 'must be text') })
    .trim()
    .superRefine((text, context) => {
      const problem = textProblem(text, max)
      if (problem) context.addIssue({ code: 'custom', message: problem, input: text })
    })
    .meta({ minLength: 1, maxLength: max })

function textProblem(text: string, max: number): string | undefined {
  if (text === '') return 'must not be empty'
  const length = [...text].length
  if (length > max) return `must have at most ${max} characters, has ${length}`
  if (/\p{Cc}/u.test(text)) return 'must not contain control characters'
  if (!text.isWellFormed()) return 'must be well-formed Unicode'
  return undefined
}

/** A whole number in a path or a query: digits alone, so that `1.5`, `-1`, `1e3` and numbers beyond INT are refused. */
export const numberField = (min: number, max: number) =>
  z
    .string(`must be a whole number from ${min} to ${max}`)
    .refine(text => /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: issue => `must be a whole number from ${min} to ${max}, got ${shorten(issue.input)}`,
    })
    .transform(Number)
    .meta({ type: 'integer', minimum: min, maximum: max })

/** The id of a row, as it stands in a path or a query. */
export const idField = numberField(1, MAX_ID)

/** `true` or `false` in a query. */
export const booleanField = z
  .enum(['true', 'false'], 'must be true or false')
  .transform(text => text === 'true')
  .meta({ type: 'boolean' })

const shorten = (value: unknown): string => {
  const text = String(value)
  return JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}…` : text)
}
