import { z } from 'zod'
import { type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import { NOTIFICATION_TYPES, sendTestNotification } from '../notices.ts'
import { pageOf, paging } from './paging.ts'
import { type AutoScalingView, anywhere, groupNamed, onGroup } from './view.ts'

/** The topics that groups tell of their activities. */
export const notificationOperations = (view: AutoScalingView): readonly Operation[] => [
  operation({
    name: 'PutNotificationConfiguration',
    input: shape({
      AutoScalingGroupName: z.string(),
      TopicARN: z.string(),
      NotificationTypes: wireList(z.enum(NOTIFICATION_TYPES)),
    }),
    authorize: input => onGroup(view, 'PutNotificationConfiguration', input.AutoScalingGroupName),
    run({ AutoScalingGroupName: name, TopicARN: topic, NotificationTypes: types }) {
      const { state } = groupNamed(view, name)
      const others = state.definition.notifications.filter(each => each.topic !== topic)
      state.update({ notifications: [...others, { topic, types }] })
      sendTestNotification(state, topic, types)
      return {}
    },
  }),
  operation({
    name: 'DeleteNotificationConfiguration',
    input: shape({ AutoScalingGroupName: z.string(), TopicARN: z.string() }),
    authorize: input => onGroup(view, 'DeleteNotificationConfiguration', input.AutoScalingGroupName),
    run({ AutoScalingGroupName: name, TopicARN: topic }) {
      const { state } = groupNamed(view, name)
      state.update({ notifications: state.definition.notifications.filter(each => each.topic !== topic) })
      return {}
    },
  }),
  operation({
    name: 'DescribeNotificationConfigurations',
    input: shape({ AutoScalingGroupNames: wireList(z.string()).optional(), ...paging }),
    authorize: () => anywhere('DescribeNotificationConfigurations'),
    run(input) {
      const names = input.AutoScalingGroupNames
      const all = view.groups
        .map(({ definition }) => definition)
        .filter(({ name }) => !names?.length || names.includes(name))
        .flatMap(({ name, notifications }) =>
          notifications.flatMap(({ topic, types }) =>
            types.map(type => ({ AutoScalingGroupName: name, TopicARN: topic, NotificationType: type })),
          ),
        )
      const { items, next } = pageOf(all, input)
      return { NotificationConfigurations: items, NextToken: next }
    },
  }),
  operation({
    name: 'DescribeAutoScalingNotificationTypes',
    input: shape({}),
    authorize: () => anywhere('DescribeAutoScalingNotificationTypes'),
    run: () => ({ AutoScalingNotificationTypes: NOTIFICATION_TYPES }),
  }),
]
