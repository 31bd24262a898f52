import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { TooManyTags } from '../errors.ts'
import { MOST_TAGS } from '../limits.ts'
import type { LogsState } from '../state.ts'
import type { Group } from '../store/group.ts'
import { groupName, nameIn, permissions, tags } from './shapes.ts'

const arn = z.string().min(1).max(1011)

/** The tags of groups, with the operations of old that take a name. */
export function tagOperations(state: LogsState): readonly Operation[] {
  const { onTags } = permissions(state)
  const add = (group: Group, given: Readonly<Record<string, string>>) => {
    const all = { ...group.settings.tags, ...given }
    if (Object.keys(all).length > MOST_TAGS) throw new TooManyTags(MOST_TAGS)
    group.change({ tags: all })
    return {}
  }
  const remove = (group: Group, keys: readonly string[]) => {
    group.change({
      tags: Object.fromEntries(Object.entries(group.settings.tags).filter(([key]) => !keys.includes(key))),
    })
    return {}
  }
  const groupAt = (resourceArn: string) => state.get(nameIn(resourceArn))
  const byName = shape({ logGroupName: groupName })
  const byArn = shape({ resourceArn: arn })
  return [
    operation({
      name: 'TagResource',
      input: byArn.extend({ tags }),
      authorize: input => onTags('TagResource', input.resourceArn),
      run: input => add(groupAt(input.resourceArn), input.tags),
    }),
    operation({
      name: 'UntagResource',
      input: byArn.extend({ tagKeys: z.array(z.string()).max(50) }),
      authorize: input => onTags('UntagResource', input.resourceArn),
      run: input => remove(groupAt(input.resourceArn), input.tagKeys),
    }),
    operation({
      name: 'ListTagsForResource',
      input: byArn,
      authorize: input => onTags('ListTagsForResource', input.resourceArn),
      run: input => ({ tags: groupAt(input.resourceArn).settings.tags }),
    }),
    operation({
      name: 'TagLogGroup',
      input: byName.extend({ tags }),
      authorize: input => onTags('TagLogGroup', state.arnOf(input.logGroupName)),
      run: input => add(state.get(input.logGroupName), input.tags),
    }),
    operation({
      name: 'UntagLogGroup',
      input: byName.extend({ tags: z.array(z.string()).min(1) }),
      authorize: input => onTags('UntagLogGroup', state.arnOf(input.logGroupName)),
      run: input => remove(state.get(input.logGroupName), input.tags),
    }),
    operation({
      name: 'ListTagsLogGroup',
      input: byName,
      authorize: input => onTags('ListTagsLogGroup', state.arnOf(input.logGroupName)),
      run: input => ({ tags: state.get(input.logGroupName).settings.tags }),
    }),
  ]
}
