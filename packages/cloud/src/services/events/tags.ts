import { LimitExceededException, ValidationException } from './errors.ts'
import { MOST_TAGS } from './limits.ts'

type Tags = Readonly<Record<string, string>>

/** The tags with others added. @throws LimitExceededException, ValidationException */
export function toTags(
  present: Tags,
  added: readonly { readonly Key: string; readonly Value: string }[],
): Record<string, string> {
  const reserved = added.find(({ Key }) => /^aws:/i.test(Key))
  if (reserved) throw ValidationException.of('Tags', `${reserved.Key} begins with aws:, which is reserved.`)
  const tags = { ...present, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(tags).length > MOST_TAGS) throw new LimitExceededException()
  return tags
}
