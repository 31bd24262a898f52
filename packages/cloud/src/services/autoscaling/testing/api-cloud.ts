import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import { VirtualClock } from '@terrace/kit'
import type { AutoScalingGroup } from '@terrace/model'
import { clientOptions, startTestCloud, type TestCloud, testRole } from '../../../gateway/testing.ts'
import { testNode } from '../../../testing/architecture.ts'
import { cloudwatch } from '../../cloudwatch/index.ts'
import { s3 } from '../../s3/index.ts'
import type { Service } from '../../service.ts'
import { autoscaling } from '../index.ts'
import { standIns } from './stand-ins.ts'
import { MACHINE, surroundings, testGroup } from './test-group.ts'

export const AutoScalingGroupName = 'library-app'
export const NAMED = { AutoScalingGroupName }
export const TARGETS = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg-2/0123456789abcdef'

const TEMPLATES = [
  testNode('launchTemplate', 'lt-1', { name: 'old', machine: MACHINE }),
  testNode('launchTemplate', 'lt-2', { name: 'new', machine: { ...MACHINE, imageId: 'ami-2' } }),
]

/** May look at groups and change their size, where they have no other team's tag. */
export const reader = testRole('reader', {
  Effect: 'Allow',
  Action: ['autoscaling:Describe*', 'autoscaling:SetDesiredCapacity'],
  Resource: '*',
  Condition: { StringEqualsIfExists: { 'autoscaling:ResourceTag/team': 'library' } },
})

/** Auto Scaling behind the gateway, with one group, on a virtual clock. */
export interface ApiCloud {
  readonly cloud: TestCloud
  readonly client: AutoScalingClient
  readonly clock: VirtualClock
  readonly parts: ReturnType<typeof standIns>
  /** The group as it is described. */
  group(): ReturnType<typeof describeGroup>
  /** `i-1 us-east-1a InService`, … */
  members(): Promise<readonly string[] | undefined>
}

/** Starts it, beside other services. */
export async function startApi(
  group: Partial<AutoScalingGroup> = {},
  beside: readonly Service[] = [],
): Promise<ApiCloud> {
  const clock = new VirtualClock(Date.now())
  const parts = standIns()
  const cloud = await startTestCloud({
    nodes: [...surroundings().filter(({ id }) => id !== 'app-c'), ...TEMPLATES, reader, testGroup(group)],
    // Nothing starts here that would take time of the machine.
    services: [s3, cloudwatch, parts, ...beside, onClock(clock)],
    clock,
  })
  const client = new AutoScalingClient(clientOptions(cloud.gateway.url))
  return {
    cloud,
    client,
    clock,
    parts,
    group: () => describeGroup(client),
    members: async () =>
      (await describeGroup(client)).Instances?.map(({ InstanceId, AvailabilityZone, LifecycleState }) =>
        [InstanceId, AvailabilityZone, LifecycleState].join(' '),
      ),
  }
}

const onClock = (clock: VirtualClock): Service => ({
  ...autoscaling,
  start: world => autoscaling.start({ ...world, realtime: clock }),
})

async function describeGroup(client: AutoScalingClient) {
  const { AutoScalingGroups = [] } = await client.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
  )
  const [found] = AutoScalingGroups
  if (!found) throw new Error('the group is missing')
  return found
}
