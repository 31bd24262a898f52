import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import type { Tags } from '../tags.ts'
import { tags as tagList } from './shapes.ts'

const arn = z.string().min(1).max(1024)

/** The tags of alarms and dashboards. */
export function tagOperations(tags: Tags): readonly Operation[] {
  const on = (action: string) => (input: { readonly ResourceARN: string }) => ({
    action: `cloudwatch:${action}`,
    resource: input.ResourceARN,
  })
  return [
    operation({
      name: 'TagResource',
      input: shape({ ResourceARN: arn, Tags: tagList }),
      authorize: on('TagResource'),
      run({ ResourceARN, Tags: given }) {
        tags.add(ResourceARN, given)
        return {}
      },
    }),
    operation({
      name: 'UntagResource',
      input: shape({ ResourceARN: arn, TagKeys: wireList(z.string()) }),
      authorize: on('UntagResource'),
      run({ ResourceARN, TagKeys }) {
        tags.remove(ResourceARN, TagKeys)
        return {}
      },
    }),
    operation({
      name: 'ListTagsForResource',
      input: shape({ ResourceARN: arn }),
      authorize: on('ListTagsForResource'),
      run: ({ ResourceARN }) => ({
        Tags: Object.entries(tags.of(ResourceARN)).map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ]
}
