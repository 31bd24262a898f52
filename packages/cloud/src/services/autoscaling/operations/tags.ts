import { z } from 'zod'
import { type Operation, operation, shape, wireBoolean, wireList } from '../../../gateway/api.ts'
import { describeTags } from './describe.ts'
import { readFilters, wireFilters } from './filters.ts'
import { pageOf, paging } from './paging.ts'
import { type AutoScalingView, anywhere, groupNamed, onGroup } from './view.ts'

const wireTag = () =>
  shape({
    ResourceId: z.string(),
    ResourceType: z.literal('auto-scaling-group').optional(),
    Key: z.string().min(1).max(128),
    Value: z.string().max(256).optional(),
    PropagateAtLaunch: wireBoolean().optional(),
  })

/** Tags of groups. */
export const tagOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'CreateOrUpdateTags',
    input: shape({ Tags: wireList(wireTag()) }),
    authorize: ({ Tags }) => Tags.map(({ ResourceId }) => onGroup(view, 'CreateOrUpdateTags', ResourceId)),
    run({ Tags }) {
      for (const tag of Tags) groupNamed(view, tag.ResourceId)
      for (const { ResourceId, Key: key, Value: value = '', PropagateAtLaunch: propagateAtLaunch = false } of Tags)
        groupNamed(view, ResourceId).tags.put({ key, value, propagateAtLaunch })
      return {}
    },
  }),
  operation({
    name: 'DeleteTags',
    input: shape({ Tags: wireList(wireTag()) }),
    authorize: ({ Tags }) => Tags.map(({ ResourceId }) => onGroup(view, 'DeleteTags', ResourceId)),
    run({ Tags }) {
      for (const { ResourceId, Key } of Tags) groupNamed(view, ResourceId).tags.remove(Key)
      return {}
    },
  }),
  operation({
    name: 'DescribeTags',
    input: shape({ Filters: wireFilters().optional(), ...paging }),
    authorize: () => anywhere('DescribeTags'),
    run(input) {
      const passes = readFilters(input.Filters, ['auto-scaling-group', 'key', 'value', 'propagate-at-launch'])
      const all = view.groups.flatMap(describeTags).filter(tag =>
        passes(filter => {
          if (filter === 'auto-scaling-group') return [tag.ResourceId]
          if (filter === 'key') return [tag.Key]
          return [filter === 'value' ? tag.Value : String(tag.PropagateAtLaunch)]
        }),
      )
      const { items, next } = pageOf(all, input)
      return { Tags: items, NextToken: next }
    },
  }),
]
