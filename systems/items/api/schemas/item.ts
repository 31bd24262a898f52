import { textField } from '@terrace/service/plain'
import * as z from 'zod'

/** Longest name and description, code points. */
export const LIMITS = { name: 255, description: 10_000 } as const

/** Largest body: both texts at their longest, each character as two `\uXXXX`. */
export const ITEM_BODY_BYTES = 131_072

/** What an item is to a client. */
export const itemSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.int().describe('Counts the changes from 1 on; as ETag in quotation marks'),
  })
  .meta({ id: 'Item' })

export type Item = Readonly<z.output<typeof itemSchema>>

/** A text of several lines: line ends become `\n`; no other control characters but tabs. */
const description = z
  .string('must be text')
  .transform(text => text.replace(/\r\n?/g, '\n'))
  .superRefine((text, context) => {
    const message = descriptionProblem(text)
    if (message) context.addIssue({ code: 'custom', message })
  })
  .meta({ type: 'string', maxLength: LIMITS.description })

function descriptionProblem(text: string): string | undefined {
  const length = text.length > LIMITS.description ? [...text].length : text.length
  if (length > LIMITS.description) return `must have at most ${LIMITS.description} characters, has ${length}`
  if (/[^\P{Cc}\n\t]/u.test(text)) return 'must not contain control characters'
  if (!text.isWellFormed()) return 'must be well-formed Unicode'
  return undefined
}

const knownFieldsOnly = {
  error: (issue: { readonly code?: string; readonly keys?: readonly string[] }) =>
    issue.code === 'unrecognized_keys'
      ? `unknown: ${(issue.keys ?? []).slice(0, 5).join(', ').slice(0, 100)}; known are name and description`
      : 'must be an object',
}

/** The body that makes an item, or replaces one: a description that isn't given is empty. */
export const itemTextSchema = z
  .strictObject({ name: textField(LIMITS.name), description: description.prefault('') }, knownFieldsOnly)
  .meta({ id: 'ItemText' })

export type ItemText = Readonly<z.output<typeof itemTextSchema>>

/** The body that changes a part of an item. */
export const itemPatchSchema = z
  .strictObject({ name: textField(LIMITS.name).optional(), description: description.optional() }, knownFieldsOnly)
  .refine(({ name, description }) => name !== undefined || description !== undefined, {
    error: 'nothing to change: give name, description, or both',
  })
  .meta({ id: 'ItemPatch', minProperties: 1 })

export type ItemPatch = Readonly<z.output<typeof itemPatchSchema>>

export const itemParameter = z.object({ id: z.uuid('must be the id of an item, a UUID').toLowerCase() })
