import * as z from 'zod'
import { passwordProblem } from './password-rules.ts'

/** A password that is chosen. */
export const newPasswordField = z
  .string({ error: issue => (issue.input === undefined ? 'is required' : 'must be text') })
  .superRefine((text, context) => {
    const problem = passwordProblem(text)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  })
  .meta({ minLength: 12, maxLength: 128, examples: ['four quiet green boats'] })

/** A password that is compared, whatever was typed; only its length is limited, for hashing takes longer for more. */
export const knownPasswordField = z
  .string({ error: issue => (issue.input === undefined ? 'is required' : 'must be text') })
  .max(1000, 'is too long')
