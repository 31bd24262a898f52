import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { ResourceNotFoundException } from '../errors.ts'
import { anywhere, type XRay } from './context.ts'
import { tagList, writeTags } from './tag-list.ts'
import { noToken } from './traces.ts'

/** Encryption, and the tags of rules and groups. */
export function settingOperations(xray: XRay): readonly Operation[] {
  const { settings, rules, groups } = xray
  const taggable = (arn: string): string => {
    const known = [...rules.all.map(({ name }) => rules.arnOf(name)), ...groups.all.map(group => group.arn)]
    if (!known.includes(arn)) throw new ResourceNotFoundException(`Resource not found: ${arn}`)
    return arn
  }
  const ResourceARN = z.string().min(1).max(1011)
  const on = (action: string, arn: string) => ({ action: `xray:${action}`, resource: arn })
  return [
    operation({
      name: 'GetEncryptionConfig',
      route: 'POST /EncryptionConfig',
      input: shape({}),
      authorize: anywhere('GetEncryptionConfig'),
      run: () => ({ EncryptionConfig: { Status: 'ACTIVE', Type: 'NONE' } }),
    }),
    operation({
      name: 'TagResource',
      route: 'POST /TagResource',
      input: shape({ ResourceARN, Tags: tagList() }),
      authorize: input => on('TagResource', input.ResourceARN),
      run(input) {
        writeTags(xray, taggable(input.ResourceARN), input.Tags)
        return {}
      },
    }),
    operation({
      name: 'UntagResource',
      route: 'POST /UntagResource',
      input: shape({ ResourceARN, TagKeys: z.array(z.string()) }),
      authorize: input => on('UntagResource', input.ResourceARN),
      run(input) {
        const arn = taggable(input.ResourceARN)
        const rest = Object.entries(settings.tagsOf(arn)).filter(([key]) => !input.TagKeys.includes(key))
        settings.setTags(arn, Object.fromEntries(rest))
        return {}
      },
    }),
    operation({
      name: 'ListTagsForResource',
      route: 'POST /ListTagsForResource',
      input: shape({ ResourceARN, NextToken: noToken() }),
      authorize: input => on('ListTagsForResource', input.ResourceARN),
      run: input => ({
        Tags: Object.entries(settings.tagsOf(taggable(input.ResourceARN))).map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ]
}
