import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { wireTags } from '../definitions/wire-shape.ts'
import { ClientException, InvalidParameter, ResourceNotFound } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { shortName } from '../names.ts'
import { describeTags, type EcsContext } from './context.ts'

/** Tags of clusters, services, tasks and task definitions. */
export const tagOperations = (context: EcsContext): readonly Operation[] => [
  operation({
    name: 'TagResource',
    input: shape({ resourceArn: z.string(), tags: wireTags() }),
    authorize: ({ resourceArn }) => ({ action: 'ecs:TagResource', resource: resourceArn }),
    run({ resourceArn, tags }) {
      const kept = tagsOf(context, resourceArn)
      const names = new Set([...kept.keys(), ...tags.map(({ key }) => key)])
      if (names.size > LIMITS.tags) throw new ClientException(`Too many tags: a resource may have ${LIMITS.tags}.`)
      for (const { key, value = '' } of tags) kept.set(key, value)
      return {}
    },
  }),
  operation({
    name: 'UntagResource',
    input: shape({ resourceArn: z.string(), tagKeys: z.array(z.string()) }),
    authorize: ({ resourceArn }) => ({ action: 'ecs:UntagResource', resource: resourceArn }),
    run({ resourceArn, tagKeys }) {
      const kept = tagsOf(context, resourceArn)
      for (const key of tagKeys) kept.delete(key)
      return {}
    },
  }),
  operation({
    name: 'ListTagsForResource',
    input: shape({ resourceArn: z.string() }),
    authorize: ({ resourceArn }) => ({ action: 'ecs:ListTagsForResource', resource: resourceArn }),
    run: ({ resourceArn }) => ({ tags: describeTags(tagsOf(context, resourceArn)) }),
  }),
]

function tagsOf({ state }: EcsContext, arn: string): Map<string, string> {
  const [, kind] = /^arn:[^:]+:ecs:[^:]*:\d*:([a-z-]+)\//.exec(arn) ?? []
  const found = {
    cluster: () => state.findCluster(arn),
    service: () => state.services.findLast(({ definition }) => definition.arn === arn),
    task: () => state.tasks.find(shortName(arn)),
    'task-definition': () => state.definitions.find(arn),
  }
  if (kind === undefined || !Object.hasOwn(found, kind)) {
    throw new InvalidParameter('The specified resourceArn is not valid.')
  }
  const resource = found[kind as keyof typeof found]()
  if (!resource) throw new ResourceNotFound(arn)
  return resource.tags
}
