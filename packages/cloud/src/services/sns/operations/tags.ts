import { z } from 'zod'
import { type Operation, shape, wireList } from '../../../gateway/api.ts'
import { ResourceNotFound } from '../errors.ts'
import type { Topic } from '../topic.ts'
import { type Context, on, snsOperation } from './shapes.ts'

/** Tags of topics. */
export function tagOperations(context: Context): readonly Operation[] {
  const { topics } = context
  const taggedTopic = (arn: string): Topic => {
    const topic = topics.find(arn)
    if (!topic) throw new ResourceNotFound()
    return topic
  }
  return [
    snsOperation(context, {
      name: 'TagResource',
      input: shape({ ResourceArn: z.string(), Tags: wireList(shape({ Key: z.string(), Value: z.string() })) }),
      authorize: ({ ResourceArn }) => on(context, 'TagResource', ResourceArn),
      run({ ResourceArn, Tags }) {
        const topic = taggedTopic(ResourceArn)
        const added = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]))
        topics.setTags(topic, { ...topic.kept.tags, ...added })
        return {}
      },
    }),
    snsOperation(context, {
      name: 'UntagResource',
      input: shape({ ResourceArn: z.string(), TagKeys: wireList(z.string()) }),
      authorize: ({ ResourceArn }) => on(context, 'UntagResource', ResourceArn),
      run({ ResourceArn, TagKeys }) {
        const topic = taggedTopic(ResourceArn)
        const rest = Object.entries(topic.kept.tags).filter(([name]) => !TagKeys.includes(name))
        topics.setTags(topic, Object.fromEntries(rest))
        return {}
      },
    }),
    snsOperation(context, {
      name: 'ListTagsForResource',
      input: shape({ ResourceArn: z.string() }),
      authorize: ({ ResourceArn }) => on(context, 'ListTagsForResource', ResourceArn),
      run: ({ ResourceArn }) => ({
        Tags: Object.entries(taggedTopic(ResourceArn).kept.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ]
}
