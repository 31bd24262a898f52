import * as z from 'zod'

/** An id in a path or a body. Whatever isn't one is none, which nothing has: it is not found rather than refused. */
export const idText = z
  .string('must be an id')
  .max(100, 'is too long')
  .transform(text => (/^[a-z0-9]{16}$/.test(text) ? text : ''))

export const idParameter = z.object({ id: idText })

/** The sentence for what has to be a JSON object. */
export const OBJECT = 'must be a JSON object'

/**
 * Text of several lines that may be empty: at most `max` characters (code points), line ends as `\n`, no other control
 * characters.
 */
export const paragraphField = (max: number) =>
  z
    .string('must be text')
    .transform(text => text.replace(/\r\n?/g, '\n').trim())
    .superRefine((text, context) => {
      const problem = paragraphProblem(text, max)
      if (problem) context.addIssue({ code: 'custom', message: problem })
    })
    .meta({ maxLength: max })

function paragraphProblem(text: string, max: number): string | undefined {
  const length = [...text].length
  if (length > max) return `must have at most ${max} characters, has ${length}`
  // PostgreSQL keeps no NUL, and nothing but a line end or a tab belongs into a text.
  if (/[^\P{Cc}\n\t]/u.test(text)) return 'must not contain control characters'
  if (!text.isWellFormed()) return 'must be well-formed Unicode'
  return undefined
}

/** A whole number in JSON, with one sentence for everything that isn't one in the range. */
export const wholeField = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z
    .number(error)
    .refine(value => Number.isInteger(value) && value >= min && value <= max, error)
    .meta({ type: 'integer', minimum: min, maximum: max })
}
