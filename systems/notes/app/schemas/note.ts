import { booleanField, idField, numberField } from '@terrace/service'
import * as z from 'zod'
import {
  cleanDescription,
  cleanTag,
  cleanTags,
  cleanTitle,
  descriptionProblem,
  LIMITS,
  tagsProblem,
  titleProblem,
} from '../rules.ts'

/** What a note is to a client. */
export const noteSchema = z
  .object({
    id: z.int(),
    title: z.string(),
    description: z.string(),
    tags: z.array(z.string()),
    done: z.boolean(),
    version: z.int().describe('Counts the changes of its text'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Note' })

export type Note = Readonly<z.output<typeof noteSchema>>

/** What a person writes. */
export interface NoteText {
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
}

/** What of a note is to be changed; what isn't named stays. */
export type NotePatch = { readonly [Name in keyof NoteText]?: NoteText[Name] | undefined } & {
  readonly done?: boolean | undefined
}

const says = <T>(problem: (value: T) => string | undefined) =>
  function check(value: T, context: z.RefinementCtx): void {
    const message = problem(value)
    if (message) context.addIssue({ code: 'custom', message })
  }

const line = (missing: string) => z.string({ error: issue => (issue.input === undefined ? missing : 'must be text') })

const title = line('Enter a title')
  .transform(cleanTitle)
  .superRefine(says(titleProblem))
  .meta({ type: 'string', minLength: 1, maxLength: LIMITS.title, examples: ['Water the plants'] })

const description = line('must be text')
  .transform(cleanDescription)
  .superRefine(says(descriptionProblem))
  .meta({ type: 'string', maxLength: LIMITS.description, examples: ['The ones on the balcony too'] })

const tags = z
  .array(z.string('must be text'), 'must be a list of texts')
  // Far beyond what is allowed, so that the message can say how many there are.
  .max(1000, `A note has at most ${LIMITS.tags} tags`)
  .transform(cleanTags)
  .superRefine(says(tagsProblem))
  .meta({
    type: 'array',
    items: { type: 'string', maxLength: LIMITS.tag },
    maxItems: LIMITS.tags,
    examples: [['home']],
  })

const done = z.boolean('must be true or false')
const version = z
  .int('must be a whole number')
  .min(1)
  .optional()
  .describe('The version that was read: when it is no longer the present one the change is refused (409)')

/** The body that makes a note. */
export const newNoteSchema = z
  .object(
    { title, description: description.default(''), tags: tags.default([]), done: done.default(false) },
    'must be a JSON object',
  )
  .meta({ id: 'NewNote' })

/** The body that replaces one. */
export const noteReplacementSchema = newNoteSchema.extend({ version }).meta({ id: 'NoteReplacement' })

/** The body that changes one: what isn't named stays. */
export const noteChangeSchema = z
  .object(
    {
      title: title.optional(),
      description: description.optional(),
      tags: tags.optional(),
      done: done.optional(),
      version,
    },
    'must be a JSON object',
  )
  .refine(
    change => [change.title, change.description, change.tags, change.done].some(value => value !== undefined),
    'needs title, description, tags or done',
  )
  .meta({ id: 'NoteChange' })

export type NoteChange = z.output<typeof noteChangeSchema>

/** Most rows of one page of the API. */
const MOST_ROWS = 200

/** The query of the list. */
export const noteQuerySchema = z.object({
  q: z
    .string()
    .max(200, 'must have at most 200 characters')
    .optional()
    .describe('Words in title, description or tags, whatever their case and accents; the last one may be incomplete'),
  tag: z.string().max(LIMITS.tag).transform(cleanTag).optional().describe('Only notes with this tag'),
  done: booleanField.optional(),
  limit: numberField(1, MOST_ROWS).default(50).describe('Rows to answer with, 50 when it isn’t given'),
  before: idField.optional().describe('Only notes older than this one: the way to the next page, which Link names'),
})

/** `/api/notes/{id}` */
export const idParameter = z.object({ id: idField })
