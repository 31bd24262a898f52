import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { ResourceNotFoundException } from '../errors.ts'
import { busArn } from '../names.ts'
import { toTags } from '../tags.ts'
import { anyArn, type Context, requestTags, tagList } from './shapes.ts'

/** Something that has tags. */
interface Tagged {
  readonly tags: Readonly<Record<string, string>>
  set(tags: Record<string, string>): void
}

/** Tags of rules and buses. */
export function tagOperations(context: Context): readonly Operation[] {
  return [
    operation({
      name: 'TagResource',
      input: shape({ ResourceARN: anyArn, Tags: tagList }),
      authorize: ({ ResourceARN, Tags }) => ({
        action: 'events:TagResource',
        resource: ResourceARN,
        context: requestTags(Tags),
      }),
      run({ ResourceARN, Tags }) {
        const found = taggedBy(context, ResourceARN)
        found.set(toTags(found.tags, Tags))
        return {}
      },
    }),
    operation({
      name: 'UntagResource',
      input: shape({ ResourceARN: anyArn, TagKeys: z.array(z.string().min(1).max(128)) }),
      authorize: ({ ResourceARN, TagKeys }) => ({
        action: 'events:UntagResource',
        resource: ResourceARN,
        context: { 'aws:TagKeys': TagKeys },
      }),
      run({ ResourceARN, TagKeys }) {
        const found = taggedBy(context, ResourceARN)
        found.set(Object.fromEntries(Object.entries(found.tags).filter(([key]) => !TagKeys.includes(key))))
        return {}
      },
    }),
    operation({
      name: 'ListTagsForResource',
      input: shape({ ResourceARN: anyArn }),
      authorize: ({ ResourceARN }) => ({ action: 'events:ListTagsForResource', resource: ResourceARN }),
      run: ({ ResourceARN }) => ({
        Tags: Object.entries(taggedBy(context, ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ]
}

/** @throws ResourceNotFoundException */
function taggedBy({ buses }: Context, arn: string): Tagged {
  const rule = buses.rules().find(each => each.arn === arn)
  if (rule) return { tags: rule.stored.tags, set: tags => void buses.putRule({ ...rule.stored, tags }) }
  const bus = buses.list().find(({ name }) => busArn(buses.home, name) === arn)
  if (bus) return { tags: bus.tags, set: tags => void buses.change(bus.name, { tags }) }
  throw new ResourceNotFoundException(`Resource ${arn} does not exist.`)
}
