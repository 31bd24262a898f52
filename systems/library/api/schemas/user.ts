import { pagingFields, textField } from '@terrace/service'
import * as z from 'zod'
import { bookSchema } from './book.ts'

/** What a user is to a client. */
export const userSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    total_fines: z.int().describe('All fines so far'),
    borrowed_books: z.array(bookSchema).describe('The books that the user has now'),
  })
  .meta({ id: 'User' })

export type User = z.output<typeof userSchema>

const name = textField(255).meta({ examples: ['Alice'] })

/** The body that makes a user. */
export const newUserSchema = z.object({ name }, 'must be a JSON object').meta({ id: 'NewUser' })

/** The body that renames one. */
export const userChangeSchema = z.object({ name }, 'must be a JSON object').meta({ id: 'UserChange' })

const userOrders = ['id', '-id', 'name', '-name', 'total_fines', '-total_fines'] as const

/** The query of a list of users. */
export const userQuerySchema = z.object({
  ...pagingFields,
  q: z.string().max(255).optional().describe('Text in the name, whatever its case and accents'),
  sort: z.enum(userOrders, `must be one of ${userOrders.join(', ')}`).default('id'),
})

export type UserQuery = z.output<typeof userQuerySchema>
