import { InvalidTag, MalformedXml } from './errors.ts'
import { type MOST_BUCKET_TAGS, MOST_OBJECT_TAGS } from './limits.ts'
import type { XmlElement } from './xml-element.ts'

/** Names and values. */
export type Tags = Readonly<Record<string, string>>

/** S3 User Guide "Categorizing your storage using tags", object tags' restrictions. */
const LONGEST = { key: 128, value: 256 }
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Reads the tags in a header field, written like a query. @throws InvalidTag */
export function tagsOfHeader(field: string | undefined): Tags {
  return field ? checkedTags([...new URLSearchParams(field)], MOST_OBJECT_TAGS) : {}
}

/** Reads a `<Tagging>`. @throws MalformedXml, InvalidTag */
export function tagsOfXml(tagging: XmlElement, most: typeof MOST_OBJECT_TAGS | typeof MOST_BUCKET_TAGS): Tags {
  const set = tagging.child('TagSet')
  if (!set) throw new MalformedXml()
  return checkedTags(pairsOf(set), most)
}

/** The `<Tag>` elements in an element. @throws MalformedXml */
export const pairsOf = (parent: XmlElement): readonly (readonly [string, string])[] =>
  parent.children('Tag').map(tag => [tag.required('Key'), tag.required('Value')])

function checkedTags(pairs: readonly (readonly [string, string])[], most: number): Tags {
  if (pairs.length > most) throw new InvalidTag(`Object tags cannot be greater than ${most}`, 'BadRequest')
  const tags: Record<string, string> = Object.create(null)
  for (const [key, value] of pairs) {
    if (key === '' || key.length > LONGEST.key || !ALLOWED.test(key) || key.toLowerCase().startsWith('aws:')) {
      throw new InvalidTag('The TagKey you have provided is invalid')
    }
    if (value.length > LONGEST.value || !ALLOWED.test(value)) {
      throw new InvalidTag('The TagValue you have provided is invalid')
    }
    if (key in tags) throw new InvalidTag('Cannot provide multiple Tags with the same key')
    tags[key] = value
  }
  return { ...tags }
}

/** Condition keys of tags. Service Authorization Reference "Amazon S3". @param name  `ExistingObjectTag` */
export const tagKeys = (name: 'ExistingObjectTag' | 'RequestObjectTag', tags: Tags | undefined) =>
  Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`s3:${name}/${key}`, value]))
