import * as z from 'zod'

/** Most tags of one condition. */
const MOST_TAGS = 20

const tagList = (name: string) =>
  z
    .string()
    .max(1000, `${name} must have at most 1000 characters`)
    .refine(text => text.trim() === '*' || isTagList(text), {
      error: `${name} must be *, or up to ${MOST_TAGS} entity tags in quotation marks`,
    })
    .optional()

function isTagList(text: string): boolean {
  const tags = text.split(',')
  return tags.length <= MOST_TAGS && tags.every(tag => /^\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*$/.test(tag))
}

/** The condition of a change (RFC 9110, section 13.1.1). */
export const ifMatchHeaders = z.looseObject({
  'if-match': tagList('If-Match').describe('Change it only when this is still its ETag; without, the last write wins'),
})

/** The condition of an answer (RFC 9110, section 13.1.2). */
export const ifNoneMatchHeaders = z.looseObject({
  'if-none-match': tagList('If-None-Match').describe('Answer 304 when this is still its ETag'),
})
