import { InvalidParameterValue } from './errors.ts'
import { MOST_TAGS } from './limits.ts'

/**
 * @throws InvalidParameterValue
 * @see Amazon SQS Developer Guide, "Amazon SQS cost allocation tags"
 */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const names = Object.keys(tags)
  if (names.length > MOST_TAGS) throw new InvalidParameterValue(`Too many tags added for queue, at most ${MOST_TAGS}.`)
  for (const name of names) {
    if (name === '' || name.length > 128)
      throw new InvalidParameterValue('Tag keys must be between 1 and 128 characters in length.')
    if (/^aws:/i.test(name)) throw new InvalidParameterValue("Tag keys can't start with aws:.")
    if ((tags[name] ?? '').length > 256)
      throw new InvalidParameterValue('Tag values must be at most 256 characters in length.')
  }
}
