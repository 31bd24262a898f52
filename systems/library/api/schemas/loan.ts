import { booleanField, idField, pagingFields } from '@terrace/service'
import * as z from 'zod'

/** One entry of the loan history. */
export const loanSchema = z
  .object({
    id: z.int(),
    book_id: z.int(),
    book_title: z.string().describe('As it was when the book was borrowed'),
    user_id: z.int(),
    user_name: z.string().describe('As it was when the book was borrowed'),
    borrowed_at: z.iso.datetime(),
    due_date: z.iso.date(),
    returned_at: z.iso.datetime().nullable().describe('Null while the book is out'),
    fine: z.int().describe('What was charged on return; 0 while the book is out'),
  })
  .meta({ id: 'Loan' })

export type Loan = z.output<typeof loanSchema>

/** The query of one book's or one user's history. */
export const historyQuerySchema = z.object({
  ...pagingFields,
  open: booleanField.optional().describe('true: only books that are out; false: only those that came back'),
})

/** The query of all loans. */
export const loanQuerySchema = historyQuerySchema.extend({ user_id: idField.optional(), book_id: idField.optional() })

export type LoanQuery = z.output<typeof loanQuerySchema>
