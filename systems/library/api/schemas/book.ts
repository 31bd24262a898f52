import { booleanField, pagingFields, textField } from '@terrace/service'
import * as z from 'zod'

/** What a book is to a client. */
export const bookSchema = z
  .object({
    id: z.int(),
    title: z.string(),
    author: z.string(),
    available: z.boolean(),
    borrowed_by_id: z.int().nullable().describe('The user who has it'),
    due_date: z.iso.date().nullable().describe('The day on which it is due, in UTC'),
  })
  .meta({ id: 'Book' })

export type Book = z.output<typeof bookSchema>

const title = textField(255).meta({ examples: ['1984'] })
const author = textField(255).meta({ examples: ['George Orwell'] })

/** The body that makes a book. */
export const newBookSchema = z.object({ title, author }, 'must be a JSON object').meta({ id: 'NewBook' })

export type NewBook = z.output<typeof newBookSchema>

/** The body that changes one: what isn't named stays. */
export const bookChangeSchema = z
  .object({ title: title.optional(), author: author.optional() }, 'must be a JSON object')
  .refine(change => change.title !== undefined || change.author !== undefined, 'needs title or author')
  .meta({ id: 'BookChange' })

export type BookChange = z.output<typeof bookChangeSchema>

/** What a list of books can be sorted by; a `-` in front turns it around. */
const bookOrders = ['id', '-id', 'title', '-title', 'author', '-author', 'due_date', '-due_date'] as const

/** The query of a list of books. */
export const bookQuerySchema = z.object({
  ...pagingFields,
  q: z.string().max(255).optional().describe('Text in title or author, whatever its case and accents'),
  available: booleanField.optional(),
  sort: z.enum(bookOrders, `must be one of ${bookOrders.join(', ')}`).default('id'),
})

export type BookQuery = z.output<typeof bookQuerySchema>
