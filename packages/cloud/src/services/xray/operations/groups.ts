import { z } from 'zod'
import { decided, type Operation, onlyOff, operation, shape } from '../../../gateway/api.ts'
import type { StoredGroup } from '../store.ts'
import { anywhere, type XRay } from './context.ts'
import { tagList, writeTags } from './tag-list.ts'
import { noToken } from './traces.ts'

const groupName = z.string().min(1).max(32)
const insights = decided(
  shape({
    InsightsEnabled: onlyOff('insights'),
    NotificationsEnabled: onlyOff('notifications of insights'),
  }).optional(),
)

/** Traces that a filter finds, under a name. */
export function groupOperations(xray: XRay): readonly Operation[] {
  const { groups } = xray
  const { region, account } = xray.world.architecture
  const describe = ({ name, arn, filter }: StoredGroup) => ({
    GroupName: name,
    GroupARN: arn,
    ...(filter === undefined ? {} : { FilterExpression: filter }),
    InsightsConfiguration: { InsightsEnabled: false, NotificationsEnabled: false },
  })
  const on = (action: string, name: string | undefined, arn: string | undefined) => {
    const known = groups.all.find(group => group.name === name || group.arn === arn)
    const resource = known?.arn ?? arn ?? `arn:aws:xray:${region}:${account}:group/${name ?? ''}/*`
    return { action: `xray:${action}`, resource }
  }
  const either = { GroupName: groupName.optional(), GroupARN: z.string().min(1).max(400).optional() }
  return [
    operation({
      name: 'CreateGroup',
      route: 'POST /CreateGroup',
      input: shape({
        GroupName: groupName,
        FilterExpression: z.string().optional(),
        InsightsConfiguration: insights,
        Tags: tagList().optional(),
      }),
      authorize: ({ GroupName }) => on('CreateGroup', GroupName, undefined),
      run({ GroupName, FilterExpression, Tags = [] }) {
        const group = groups.create(GroupName, FilterExpression)
        writeTags(xray, group.arn, Tags)
        return { Group: describe(group) }
      },
    }),
    operation({
      name: 'GetGroup',
      route: 'POST /GetGroup',
      input: shape(either),
      authorize: ({ GroupName, GroupARN }) => on('GetGroup', GroupName, GroupARN),
      run: ({ GroupName, GroupARN }) => ({ Group: describe(groups.get(GroupName, GroupARN)) }),
    }),
    operation({
      name: 'UpdateGroup',
      route: 'POST /UpdateGroup',
      input: shape({ ...either, FilterExpression: z.string().optional(), InsightsConfiguration: insights }),
      authorize: ({ GroupName, GroupARN }) => on('UpdateGroup', GroupName, GroupARN),
      run({ GroupName, GroupARN, FilterExpression }) {
        const group = groups.get(GroupName, GroupARN)
        return { Group: describe(FilterExpression === undefined ? group : groups.update(group, FilterExpression)) }
      },
    }),
    operation({
      name: 'DeleteGroup',
      route: 'POST /DeleteGroup',
      input: shape(either),
      authorize: ({ GroupName, GroupARN }) => on('DeleteGroup', GroupName, GroupARN),
      run({ GroupName, GroupARN }) {
        groups.delete(groups.get(GroupName, GroupARN))
        return {}
      },
    }),
    operation({
      name: 'GetGroups',
      route: 'POST /Groups',
      input: shape({ NextToken: noToken() }),
      authorize: anywhere('GetGroups'),
      run: () => ({ Groups: groups.all.map(describe) }),
    }),
  ]
}
