import { z } from 'zod'
import { shape } from '../../../gateway/api.ts'
import { TooManyTagsException } from '../errors.ts'
import { MOST_TAGS } from '../limits.ts'
import type { XRay } from './context.ts'

/** Tags as calls have them. @see AWS X-Ray API Reference, Tag */
export const tagList = () =>
  z.array(
    shape({
      Key: z
        .string()
        .min(1)
        .max(128)
        .regex(/^(?!aws:)/i, 'must not begin with aws:'),
      Value: z.string().max(256),
    }),
  )

/** Adds to the tags of a rule or a group. @throws TooManyTagsException */
export function writeTags(
  { settings }: Pick<XRay, 'settings'>,
  arn: string,
  tags: readonly { readonly Key: string; readonly Value: string }[],
): void {
  if (tags.length === 0) return
  const all = { ...settings.tagsOf(arn), ...Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(all).length > MOST_TAGS) throw new TooManyTagsException(MOST_TAGS)
  settings.setTags(arn, all)
}
