import { InvalidParameter, TagLimitExceeded } from './errors.ts'
import { MOST_TAGS } from './limits.ts'

/**
 * @throws InvalidParameter, TagLimitExceeded
 * @see Amazon SNS Developer Guide, "Amazon SNS topic tagging"
 */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const names = Object.keys(tags)
  if (names.length > MOST_TAGS) throw new TagLimitExceeded()
  for (const name of names) {
    if (name === '' || name.length > 128) throw new InvalidParameter('Tags Reason: Tag keys have 1 to 128 characters')
    if (/^aws:/i.test(name)) throw new InvalidParameter("Tags Reason: Tag keys can't start with aws:")
    if ((tags[name] ?? '').length > 256) {
      throw new InvalidParameter('Tags Reason: Tag values have at most 256 characters')
    }
  }
}
