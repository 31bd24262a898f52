import { numberField } from '@terrace/service/plain'
import * as z from 'zod'
import { itemSchema, LIMITS } from './item.ts'

/** Most items of one page, and how many it has when nobody says. */
export const PAGE = { most: 100, usual: 20 } as const

const search = z
  .string('must be given once')
  .trim()
  .max(LIMITS.name, `must have at most ${LIMITS.name} characters`)
  .transform(text => (text === '' ? undefined : text))
  .meta({ type: 'string', maxLength: LIMITS.name })

/** The query of a page. */
export const listQuerySchema = z.strictObject(
  {
    limit: numberField(1, PAGE.most)
      .default(PAGE.usual)
      .describe(`Items to answer with at most, ${PAGE.usual} when it isn't given`),
    cursor: z.string('must be given once').optional().describe('`next` of the page before, with the same `q`'),
    q: search.optional().describe('A part of the name; capitals and small letters are the same'),
  },
  {
    error: issue =>
      issue.code === 'unrecognized_keys' ? 'unknown parameter; known are limit, cursor and q' : 'must be parameters',
  },
)

/** A page. */
export const pageSchema = z
  .object({
    items: z.array(itemSchema),
    next: z
      .string()
      .nullable()
      .describe(
        'The cursor of the next page, null on the last one. With `q`, a page may be short or empty and not be the last',
      ),
  })
  .meta({ id: 'ItemPage' })
