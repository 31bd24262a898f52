import {
  AutoScalingClient,
  CancelInstanceRefreshCommand,
  CompleteLifecycleActionCommand,
  DeleteScheduledActionCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { arn, resourceId, UUID } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const scaling = () => client(AutoScalingClient)
const named = () => ({ AutoScalingGroupName: output('Group') })
const group = async () => {
  const { AutoScalingGroups } = await scaling().send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [output('Group')] }),
  )
  return AutoScalingGroups?.[0]
}

describe('what Auto Scaling tells about a stack', () => {
  it('has the group with its bounds, its zones and an instance in each', async () => {
    const found = await group()
    expect(found).toMatchObject({
      AutoScalingGroupName: output('Group'),
      AutoScalingGroupARN: expect.stringMatching(
        arn('autoscaling', `autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName/${output('Group')}`),
      ),
      MinSize: 2,
      MaxSize: 3,
      DesiredCapacity: 2,
      DefaultCooldown: 60,
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 0,
      TargetGroupARNs: [output('Targets')],
      TerminationPolicies: ['Default'],
      NewInstancesProtectedFromScaleIn: false,
      EnabledMetrics: [{ Metric: 'GroupInServiceInstances', Granularity: '1Minute' }],
      LaunchTemplate: { LaunchTemplateId: output('LaunchTemplate'), Version: '1' },
      ServiceLinkedRoleARN: expect.stringMatching(/:role\/aws-service-role\/autoscaling\.amazonaws\.com\//),
    })
    expect(found?.VPCZoneIdentifier?.split(',').sort()).toEqual([output('PublicA'), output('PublicB')].sort())
    expect(found?.CreatedTime).toBeInstanceOf(Date)
    expect(new Set(found?.Instances?.map(each => each.AvailabilityZone)).size).toBe(2)
    for (const instance of found?.Instances ?? []) {
      expect(instance).toMatchObject({
        InstanceId: expect.stringMatching(resourceId('i')),
        InstanceType: 't3.micro',
        LifecycleState: 'InService',
        HealthStatus: 'Healthy',
        ProtectedFromScaleIn: false,
      })
    }
    expect(found?.Tags).toContainEqual({
      ResourceId: output('Group'),
      ResourceType: 'auto-scaling-group',
      Key: 'Name',
      Value: 'conformance',
      PropagateAtLaunch: true,
    })
  })

  it('says of the same instances, asked for them alone, HEALTHY in capitals', async () => {
    const InstanceIds = (await group())?.Instances?.map(each => each.InstanceId ?? '') ?? []
    const { AutoScalingInstances } = await scaling().send(new DescribeAutoScalingInstancesCommand({ InstanceIds }))
    expect(AutoScalingInstances?.map(each => each.HealthStatus)).toEqual(['HEALTHY', 'HEALTHY'])
  })

  it('has activities in pages, the latest first, with their cause', async () => {
    const page = { ...named(), MaxRecords: 1 }
    const first = await scaling().send(new DescribeScalingActivitiesCommand(page))
    const second = await scaling().send(new DescribeScalingActivitiesCommand({ ...page, NextToken: first.NextToken }))
    const [latest, earlier] = [first, second].map(({ Activities }) => Activities?.[0])
    expect(latest?.ActivityId).not.toBe(earlier?.ActivityId)
    for (const activity of [latest, earlier]) {
      expect(activity).toMatchObject({
        ActivityId: expect.stringMatching(UUID),
        StatusCode: 'Successful',
        Progress: 100,
        Description: expect.stringMatching(/^Launching a new EC2 instance: i-[0-9a-f]{17}$/),
        Cause: expect.stringMatching(/^At \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ a user request /),
      })
      expect(Object.keys(JSON.parse(activity?.Details ?? '{}'))).toEqual(
        expect.arrayContaining(['Subnet ID', 'Availability Zone']),
      )
    }
  })

  it('has hook, policy and schedule', async () => {
    const { LifecycleHooks } = await scaling().send(new DescribeLifecycleHooksCommand(named()))
    expect(LifecycleHooks).toMatchObject([
      {
        LifecycleHookName: 'drain',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        HeartbeatTimeout: 30,
        GlobalTimeout: 3000,
        DefaultResult: 'CONTINUE',
      },
    ])
    const { ScalingPolicies } = await scaling().send(new DescribePoliciesCommand(named()))
    expect(ScalingPolicies).toMatchObject([
      {
        PolicyARN: output('Policy'),
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        EstimatedInstanceWarmup: 60,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
        Enabled: true,
      },
    ])
    const { ScheduledUpdateGroupActions } = await scaling().send(new DescribeScheduledActionsCommand(named()))
    expect(ScheduledUpdateGroupActions).toMatchObject([
      { Recurrence: '0 6 29 2 *', TimeZone: 'Europe/Berlin', MinSize: 2, MaxSize: 3, DesiredCapacity: 2 },
    ])
    // Six o'clock in Berlin is five o'clock of the world in winter.
    expect(ScheduledUpdateGroupActions?.[0]?.StartTime?.toISOString()).toMatch(/-02-29T05:00:00\.000Z$/)
  })

  it('answers with nothing when asked for a group that is not there', async () => {
    const { AutoScalingGroups } = await scaling().send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['terrace-nobody'] }),
    )
    expect(AutoScalingGroups).toEqual([])
  })
})

describe('what Auto Scaling does with changes', () => {
  it('suspends a process, again without harm, and resumes it', async () => {
    const change = { ...named(), ScalingProcesses: ['AZRebalance'] }
    await scaling().send(new SuspendProcessesCommand(change))
    await scaling().send(new SuspendProcessesCommand(change))
    expect((await group())?.SuspendedProcesses).toMatchObject([
      { ProcessName: 'AZRebalance', SuspensionReason: expect.stringMatching(/^User suspended at /) },
    ])
    await scaling().send(new ResumeProcessesCommand(change))
    expect((await group())?.SuspendedProcesses).toEqual([])
  })

  it('keeps one scheduled action of a name, however often it is put', async () => {
    const action = { ...named(), ScheduledActionName: 'once', MinSize: 2 }
    const read = async () => {
      const query = { ...named(), ScheduledActionNames: ['once'] }
      return (await scaling().send(new DescribeScheduledActionsCommand(query))).ScheduledUpdateGroupActions
    }
    for (const days of [1, 2]) {
      const StartTime = new Date(Math.ceil(Date.now() / 1000) * 1000 + days * 86_400_000)
      await scaling().send(new PutScheduledUpdateGroupActionCommand({ ...action, StartTime }))
      expect(await read()).toMatchObject([{ StartTime, MinSize: 2 }])
    }
    await scaling().send(new DeleteScheduledActionCommand({ ...named(), ScheduledActionName: 'once' }))
    expect(await read()).toEqual([])
  })
})

describe('what Auto Scaling refuses', () => {
  const InstanceId = 'i-0123456789abcdef0'
  it.each<[name: string, message: RegExp, call: () => Promise<unknown>]>([
    [
      'more than the maximum',
      /^New SetDesiredCapacity value 9 is above max value 3 for the AutoScalingGroup\.$/,
      () => scaling().send(new SetDesiredCapacityCommand({ ...named(), DesiredCapacity: 9 })),
    ],
    [
      'less than the minimum',
      /^New SetDesiredCapacity value 1 is below min value 2 for the AutoScalingGroup\.$/,
      () => scaling().send(new SetDesiredCapacityCommand({ ...named(), DesiredCapacity: 1 })),
    ],
    [
      'a group that is not there',
      /not found/,
      () =>
        scaling().send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'terrace-nobody', DesiredCapacity: 1 })),
    ],
    [
      'an instance that is not its own',
      /^Instance Id not found - No managed instance found for instance ID:? i-0123456789abcdef0/,
      () =>
        scaling().send(
          new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true }),
        ),
    ],
    [
      'to complete an action that does not wait',
      /^No active Lifecycle Action found with instance ID i-0123456789abcdef0/,
      () =>
        scaling().send(
          new CompleteLifecycleActionCommand({
            ...named(),
            LifecycleHookName: 'drain',
            LifecycleActionResult: 'CONTINUE',
            InstanceId,
          }),
        ),
    ],
    [
      'a start in the past',
      /start time is in the past/i,
      () =>
        scaling().send(
          new PutScheduledUpdateGroupActionCommand({
            ...named(),
            ScheduledActionName: 'late',
            StartTime: new Date(0),
            MinSize: 2,
          }),
        ),
    ],
  ])('%s', async (_, message, call) => {
    expect(await failureOf(call())).toMatchObject({
      code: 'ValidationError',
      status: 400,
      message: expect.stringMatching(message),
    })
  })

  it('to cancel a refresh that does not run', async () => {
    expect(await failureOf(scaling().send(new CancelInstanceRefreshCommand(named())))).toMatchObject({
      code: 'ActiveInstanceRefreshNotFoundFault',
      status: 400,
    })
  })

  it('what the role of the caller does not allow', async () => {
    const limited = await operator(AutoScalingClient)
    expect((await limited.send(new DescribeScalingActivitiesCommand(named()))).Activities).not.toEqual([])
    const call = limited.send(new SetDesiredCapacityCommand({ ...named(), DesiredCapacity: 2 }))
    expect(await failureOf(call)).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: expect.stringMatching(
        /^User: arn:\S+ is not authorized to perform: autoscaling:SetDesiredCapacity on resource: arn:\S+:autoScalingGroup:\S+ because no identity-based policy allows the autoscaling:SetDesiredCapacity action$/,
      ),
    })
  })
})

describe('an operator looks at the group', () => {
  operatorTypes(target, [
    {
      does: 'reads the bounds of a group',
      types: `aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names $Group --query 'AutoScalingGroups[0].[MinSize,DesiredCapacity,MaxSize]' --output text`,
      prints: '2\t2\t3\n',
    },
    {
      does: 'lists the instances as a table',
      types: `aws autoscaling describe-auto-scaling-instances --query "AutoScalingInstances[?AutoScalingGroupName=='$Group'].[InstanceId,LifecycleState,HealthStatus]" --output table`,
      prints: /DescribeAutoScalingInstances[\s\S]*\|\s+i-[0-9a-f]+\s+\|\s+InService\s+\|\s+HEALTHY\s+\|/,
    },
    {
      does: 'reads why instances were started',
      types: `aws autoscaling describe-scaling-activities --auto-scaling-group-name $Group --max-items 1 --query 'Activities[].Description' --output text`,
      prints: /^Launching a new EC2 instance: i-[0-9a-f]{17}\n/,
    },
    {
      does: 'says why a capacity is refused',
      types: 'aws autoscaling set-desired-capacity --auto-scaling-group-name $Group --desired-capacity 9',
      fails: true,
      prints:
        /An error occurred \(ValidationError\) when calling the SetDesiredCapacity operation: New SetDesiredCapacity/,
    },
  ])
})
