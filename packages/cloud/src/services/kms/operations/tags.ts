import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { LimitExceededException, TagException } from '../errors.ts'
import { MOST_TAGS } from '../limits.ts'
import { requireKept } from '../usable.ts'
import { type KmsContext, keyReference, pageOf, paging, tagList } from './shapes.ts'

/** Tags of keys. */
export function tagOperations({ keys, access }: KmsContext): readonly Operation[] {
  return [
    operation({
      name: 'TagResource',
      input: shape({ KeyId: keyReference, Tags: tagList }),
      authorize: ({ KeyId, Tags }) =>
        access.on(keys.get(KeyId), 'TagResource', {
          context: {
            ...Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue])),
            'aws:TagKeys': Tags.map(({ TagKey }) => TagKey),
          },
        }),
      run({ KeyId, Tags }) {
        const key = keys.get(KeyId)
        requireKept(key)
        keys.change(key, { tags: checkTags(key.tags, Tags) })
        return undefined
      },
    }),
    operation({
      name: 'UntagResource',
      input: shape({ KeyId: keyReference, TagKeys: z.array(z.string().min(1).max(128)) }),
      authorize: ({ KeyId, TagKeys }) =>
        access.on(keys.get(KeyId), 'UntagResource', { context: { 'aws:TagKeys': TagKeys } }),
      run({ KeyId, TagKeys }) {
        const key = keys.get(KeyId)
        requireKept(key)
        const kept = Object.entries(key.tags).filter(([name]) => !TagKeys.includes(name))
        keys.change(key, { tags: Object.fromEntries(kept) })
        return undefined
      },
    }),
    operation({
      name: 'ListResourceTags',
      input: shape({ KeyId: keyReference, ...paging }),
      authorize: ({ KeyId }) => access.on(keys.get(KeyId), 'ListResourceTags'),
      run({ KeyId, ...input }) {
        const page = pageOf(Object.entries(keys.get(KeyId).tags), ([name]) => name, input)
        return { Tags: page.items.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...page.rest }
      },
    }),
  ]
}

type Tags = Readonly<Record<string, string>>

/** The tags with more of them. @throws TagException, LimitExceededException @see API Reference "TagResource" */
export function checkTags(
  present: Tags,
  added: readonly { TagKey: string; TagValue: string }[],
): Record<string, string> {
  const names = added.map(({ TagKey }) => TagKey)
  if (new Set(names).size < names.length) throw new TagException('Duplicate tag keys')
  if (names.some(name => name.toLowerCase().startsWith('aws:'))) {
    throw new TagException('Tag keys must not begin with aws:, which is reserved for AWS.')
  }
  const tags = { ...present, ...Object.fromEntries(added.map(({ TagKey, TagValue }) => [TagKey, TagValue])) }
  if (Object.keys(tags).length > MOST_TAGS) throw new LimitExceededException(`A key has at most ${MOST_TAGS} tags.`)
  return tags
}
