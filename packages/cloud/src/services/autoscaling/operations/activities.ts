import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireBoolean, wireList } from '../../../gateway/api.ts'
import { describeActivity } from './describe.ts'
import { pageOf, paging } from './paging.ts'
import { type AutoScalingView, anywhere, groupNamed } from './view.ts'

/** The history of groups, the newest activity first. */
export const activityOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'DescribeScalingActivities',
    input: shape({
      ActivityIds: wireList(z.string()).optional(),
      AutoScalingGroupName: z.string().optional(),
      // No group is ever deleted here: there is nothing more to include.
      IncludeDeletedGroups: accepted(wireBoolean().optional(), 'no group is ever deleted here'),
      ...paging,
    }),
    authorize: () => anywhere('DescribeScalingActivities'),
    run(input) {
      const { AutoScalingGroupName: name, ActivityIds: ids } = input
      const groups = name === undefined ? view.groups : [groupNamed(view, name)]
      const all = groups
        .flatMap(group => group.activities.map(activity => ({ activity, group })))
        .filter(({ activity }) => !ids?.length || ids.includes(activity.id))
        .sort((a, b) => b.activity.startedAt - a.activity.startedAt)
      const { items, next } = pageOf(all, input)
      return { Activities: items.map(({ activity, group }) => describeActivity(activity, group)), NextToken: next }
    },
  }),
]
