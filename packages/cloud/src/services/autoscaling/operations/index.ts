import type { OperationsApi } from '../../../gateway/api.ts'
import type { Instances } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { RunningGroup } from '../group.ts'
import { accountOperations } from './account.ts'
import { activityOperations } from './activities.ts'
import { groupOperations } from './groups.ts'
import { hookOperations } from './hooks.ts'
import { instanceOperations } from './instances.ts'
import { metricOperations } from './metrics.ts'
import { notificationOperations } from './notifications.ts'
import { policyOperations } from './policies.ts'
import { processOperations } from './processes.ts'
import { refreshOperations } from './refreshes.ts'
import { scheduleOperations } from './schedules.ts'
import { tagOperations } from './tags.ts'
import { targetGroupOperations } from './target-groups.ts'
import type { AutoScalingView } from './view.ts'

/** EC2 Auto Scaling over its Query protocol. @see Amazon EC2 Auto Scaling API Reference, version 2011-01-01 */
export function autoscalingApi(world: World, groups: readonly RunningGroup[], instances: Instances): OperationsApi {
  const view: AutoScalingView = { world, groups, instances }
  return {
    signingName: 'autoscaling',
    protocol: { kind: 'query', version: '2011-01-01', namespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/' },
    operations: [
      ...groupOperations(view),
      ...instanceOperations(view),
      ...activityOperations(view),
      ...targetGroupOperations(view),
      ...processOperations(view),
      ...hookOperations(view),
      ...policyOperations(view),
      ...scheduleOperations(view),
      ...refreshOperations(view),
      ...metricOperations(view),
      ...notificationOperations(view),
      ...tagOperations(view),
      ...accountOperations(view),
    ],
  }
}
