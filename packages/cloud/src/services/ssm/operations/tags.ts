import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { InvalidResourceId, ParameterNotFound } from '../errors.ts'
import type { ParametersState } from '../parameters/state.ts'

/** Tags as Systems Manager's calls carry them. */
export const tagList = z.array(shape({ Key: z.string().min(1).max(128), Value: z.string().max(256) })).max(1000)

/** The last value of a key counts. */
export const tagsOf = (tags: z.output<typeof tagList>): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

const resource = { ResourceType: z.literal('Parameter'), ResourceId: z.string().min(1) }

/** Tags of parameters; those of documents, commands and the rest of Systems Manager are refused. */
export function tagOperations(state: ParametersState): readonly Operation[] {
  const on = (action: string, name: string) => ({
    action: `ssm:${action}`,
    resource: state.find(name)?.arn ?? state.arnOf(name),
  })
  const tagsNow = (name: string) => found(() => state.require(name).tags ?? {})
  return [
    operation({
      name: 'AddTagsToResource',
      input: shape({ ...resource, Tags: tagList }),
      authorize: ({ ResourceId }) => on('AddTagsToResource', ResourceId),
      run({ ResourceId, Tags }) {
        state.setTags(ResourceId, { ...tagsNow(ResourceId), ...tagsOf(Tags) })
        return {}
      },
    }),
    operation({
      name: 'RemoveTagsFromResource',
      input: shape({ ...resource, TagKeys: z.array(z.string().min(1).max(128)) }),
      authorize: ({ ResourceId }) => on('RemoveTagsFromResource', ResourceId),
      run({ ResourceId, TagKeys }) {
        const left = Object.entries(tagsNow(ResourceId)).filter(([key]) => !TagKeys.includes(key))
        state.setTags(ResourceId, Object.fromEntries(left))
        return {}
      },
    }),
    operation({
      name: 'ListTagsForResource',
      input: shape(resource),
      authorize: ({ ResourceId }) => on('ListTagsForResource', ResourceId),
      run: ({ ResourceId }) => ({
        TagList: Object.entries(tagsNow(ResourceId)).map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  ]
}

function found<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ParameterNotFound) throw new InvalidResourceId()
    throw error
  }
}
