import {
  AttachInstancesCommand,
  AttachLoadBalancerTargetGroupsCommand,
  AutoScalingClient,
  BatchDeleteScheduledActionCommand,
  BatchPutScheduledUpdateGroupActionCommand,
  CancelInstanceRefreshCommand,
  CompleteLifecycleActionCommand,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteLifecycleHookCommand,
  DeleteNotificationConfigurationCommand,
  DeletePolicyCommand,
  DeleteScheduledActionCommand,
  DeleteTagsCommand,
  DescribeAccountLimitsCommand,
  DescribeAdjustmentTypesCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeAutoScalingNotificationTypesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribeLifecycleHookTypesCommand,
  DescribeLoadBalancerTargetGroupsCommand,
  DescribeMetricCollectionTypesCommand,
  DescribeNotificationConfigurationsCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingProcessTypesCommand,
  DescribeScheduledActionsCommand,
  DescribeTagsCommand,
  DescribeTerminationPolicyTypesCommand,
  DescribeTrafficSourcesCommand,
  DetachInstancesCommand,
  DetachLoadBalancerTargetGroupsCommand,
  DisableMetricsCollectionCommand,
  EnableMetricsCollectionCommand,
  EnterStandbyCommand,
  ExecutePolicyCommand,
  ExitStandbyCommand,
  PutLifecycleHookCommand,
  PutNotificationConfigurationCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
  PutWarmPoolCommand,
  paginateDescribeAutoScalingInstances,
  RecordLifecycleActionHeartbeatCommand,
  ResumeProcessesCommand,
  RollbackInstanceRefreshCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { minutes, seconds, VirtualClock } from '@terrace/kit'
import type { AutoScalingGroup } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { cloudwatch } from '../cloudwatch/index.ts'
import { s3 } from '../s3/index.ts'
import { autoscaling } from './index.ts'
import { standIns } from './testing/stand-ins.ts'
import { MACHINE, surroundings, testGroup } from './testing/test-group.ts'

const AutoScalingGroupName = 'library-app'
const NAMED = { AutoScalingGroupName }
const TARGETS = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg-2/0123456789abcdef'

const TEMPLATES = [
  testNode('launchTemplate', 'lt-1', { name: 'old', machine: MACHINE }),
  testNode('launchTemplate', 'lt-2', { name: 'new', machine: { ...MACHINE, imageId: 'ami-2' } }),
]

const reader = testRole('reader', {
  Effect: 'Allow',
  Action: ['autoscaling:Describe*', 'autoscaling:SetDesiredCapacity'],
  Resource: '*',
  Condition: { StringEqualsIfExists: { 'autoscaling:ResourceTag/team': 'library' } },
})

let cloud: TestCloud
let client: AutoScalingClient
let clock: VirtualClock
let parts: ReturnType<typeof standIns>

async function start(group: Partial<AutoScalingGroup> = {}): Promise<void> {
  clock = new VirtualClock(Date.now())
  parts = standIns()
  cloud = await startTestCloud({
    nodes: [...surroundings().filter(({ id }) => id !== 'app-c'), ...TEMPLATES, reader, testGroup(group)],
    services: [s3, cloudwatch, parts, autoscaling],
    clock,
  })
  client = new AutoScalingClient(clientOptions(cloud.gateway.url))
}

beforeEach(() => start())
afterEach(() => cloud.stop())

const group = async () => {
  const { AutoScalingGroups = [] } = await client.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] }),
  )
  const [found] = AutoScalingGroups
  if (!found) throw new Error('the group is missing')
  return found
}

const members = async () =>
  (await group()).Instances?.map(({ InstanceId, AvailabilityZone, LifecycleState }) =>
    [InstanceId, AvailabilityZone, LifecycleState].join(' '),
  )

describe('groups', () => {
  it('L-15: are described as AWS does', async () => {
    expect(await group()).toMatchObject({
      AutoScalingGroupName,
      AutoScalingGroupARN: expect.stringMatching(
        /^arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:[0-9a-f-]{36}:autoScalingGroupName\/library-app$/,
      ),
      LaunchTemplate: { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'old', Version: '1' },
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 2,
      DefaultCooldown: 300,
      AvailabilityZones: ['us-east-1a', 'us-east-1b'],
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: 0,
      TerminationPolicies: ['Default'],
      NewInstancesProtectedFromScaleIn: false,
      Instances: [
        { InstanceId: 'i-1', HealthStatus: 'Healthy', LifecycleState: 'InService', ProtectedFromScaleIn: false },
        { InstanceId: 'i-2', LaunchTemplate: { LaunchTemplateName: 'old' } },
      ],
    })
  })

  it('take another desired capacity within their bounds alone', async () => {
    await client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
    expect(await members()).toContain('i-3 us-east-1a InService')
    expect(await failureOf(client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 5 })))).toEqual({
      name: 'ValidationError',
      status: 400,
      message: 'New SetDesiredCapacity value 5 is above max value 4 for the AutoScalingGroup.',
    })
  })

  it('take other settings', async () => {
    const update = new UpdateAutoScalingGroupCommand({
      ...NAMED,
      MinSize: 3,
      MaxSize: 6,
      DefaultCooldown: 60,
      DefaultInstanceWarmup: 120,
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 30,
      TerminationPolicies: ['OldestInstance', 'Default'],
      MaxInstanceLifetime: 86_400,
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 120 },
      VPCZoneIdentifier: 'app-b,app-a',
      LaunchTemplate: { LaunchTemplateName: 'new', Version: '$Latest' },
    })
    await client.send(update)
    expect(await group()).toMatchObject({
      MinSize: 3,
      MaxSize: 6,
      DesiredCapacity: 3,
      DefaultCooldown: 60,
      DefaultInstanceWarmup: 120,
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 30,
      TerminationPolicies: ['OldestInstance', 'Default'],
      MaxInstanceLifetime: 86_400,
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 120 },
      VPCZoneIdentifier: 'app-b,app-a',
      LaunchTemplate: { LaunchTemplateName: 'new' },
    })
    await client.send(
      new UpdateAutoScalingGroupCommand({ ...NAMED, DefaultInstanceWarmup: -1, MaxInstanceLifetime: 0 }),
    )
    expect(await group()).not.toHaveProperty('DefaultInstanceWarmup')
    const wrong = client.send(new UpdateAutoScalingGroupCommand({ ...NAMED, DesiredCapacity: 9 }))
    expect((await failureOf(wrong)).message).toBe(
      'Desired capacity:9 must be between the specified min size:3 and max size:6',
    )
  })

  it('that are not there are named', async () => {
    const call = client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'nothing', DesiredCapacity: 1 }))
    expect(await failureOf(call)).toEqual({
      name: 'ValidationError',
      status: 400,
      message: 'AutoScalingGroup name not found - AutoScalingGroup: nothing not found',
    })
  })

  it('are neither created nor given warm pools here: refused by name', async () => {
    const create = new CreateAutoScalingGroupCommand({ ...NAMED, MinSize: 1, MaxSize: 1 })
    expect(await failureOf(client.send(create))).toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('CreateAutoScalingGroup is not emulated'),
    })
    expect((await failureOf(client.send(new PutWarmPoolCommand(NAMED)))).message).toContain('PutWarmPool')
  })

  it('are guarded by the caller’s policies, and by their tags', async () => {
    const asReader = new AutoScalingClient(await cloud.as(sessionOf(reader)))
    const suspend = asReader.send(new SuspendProcessesCommand(NAMED))
    expect(await failureOf(suspend)).toMatchObject({
      name: 'AccessDenied',
      status: 403,
      message: expect.stringMatching(/autoscaling:SuspendProcesses on resource: arn:aws:autoscaling:.*library-app/),
    })
    const set = () => asReader.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
    await set()
    const tag = { ResourceId: AutoScalingGroupName, ResourceType: 'auto-scaling-group', Key: 'team' }
    const Tags = [{ ...tag, Value: 'other', PropagateAtLaunch: true }]
    await client.send(new CreateOrUpdateTagsCommand({ Tags }))
    expect((await failureOf(set())).name).toBe('AccessDenied')
  })
})

describe('instances', () => {
  it('are listed in pages', async () => {
    const pages: string[][] = []
    for await (const page of paginateDescribeAutoScalingInstances({ client, pageSize: 1 }, {}))
      pages.push(
        (page.AutoScalingInstances ?? []).map(({ InstanceId, HealthStatus }) => `${InstanceId} ${HealthStatus}`),
      )
    expect(pages).toEqual([['i-1 HEALTHY'], ['i-2 HEALTHY']])
    const wrong = client.send(new DescribeAutoScalingInstancesCommand({ NextToken: 'nonsense' }))
    expect((await failureOf(wrong)).name).toBe('InvalidNextToken')
  })

  it('L-21: are terminated with and without replacement', async () => {
    const { Activity } = await client.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: 'i-1', ShouldDecrementDesiredCapacity: false }),
    )
    expect(Activity).toMatchObject({
      Description: 'Terminating EC2 instance: i-1',
      StatusCode: 'WaitingForELBConnectionDraining',
      Details: '{"Subnet ID":"app-a","Availability Zone":"us-east-1a"}',
    })
    expect(await members()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
    const unknown = new TerminateInstanceInAutoScalingGroupCommand({
      InstanceId: 'i-9',
      ShouldDecrementDesiredCapacity: true,
    })
    expect((await failureOf(client.send(unknown))).message).toBe(
      'Instance Id not found - No managed instance found for instance ID: i-9',
    )
  })

  it('can be called unhealthy', async () => {
    await client.send(new SetInstanceHealthCommand({ InstanceId: 'i-1', HealthStatus: 'Unhealthy' }))
    expect(await members()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
  })

  it('can be protected from scale-in', async () => {
    await client.send(new SetInstanceProtectionCommand({ ...NAMED, InstanceIds: ['i-1'], ProtectedFromScaleIn: true }))
    await client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 1 }))
    expect(await members()).toEqual(['i-1 us-east-1a InService'])
  })

  it('go to standby and come back, leave and come back', async () => {
    const entering = await client.send(
      new EnterStandbyCommand({ ...NAMED, InstanceIds: ['i-1'], ShouldDecrementDesiredCapacity: true }),
    )
    expect(entering.Activities?.[0]).toMatchObject({ Description: 'Moving EC2 instance to Standby: i-1', Progress: 50 })
    expect(await members()).toContain('i-1 us-east-1a Standby')
    const leaving = await client.send(new ExitStandbyCommand({ ...NAMED, InstanceIds: ['i-1'] }))
    expect(leaving.Activities?.[0]?.Description).toBe('Moving EC2 instance out of Standby: i-1')
    await client.send(
      new DetachInstancesCommand({ ...NAMED, InstanceIds: ['i-1'], ShouldDecrementDesiredCapacity: true }),
    )
    expect(await members()).toEqual(['i-2 us-east-1b InService'])
    await client.send(new AttachInstancesCommand({ ...NAMED, InstanceIds: ['i-1'] }))
    expect(await members()).toEqual(['i-2 us-east-1b InService', 'i-1 us-east-1a InService'])
    const again = client.send(new AttachInstancesCommand({ ...NAMED, InstanceIds: ['i-1'] }))
    expect((await failureOf(again)).message).toBe('Instance i-1 is already part of an AutoScalingGroup')
  })
})

it('has a history of activities, in pages, the newest first', async () => {
  await client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
  const first = await client.send(new DescribeScalingActivitiesCommand({ ...NAMED, MaxRecords: 2 }))
  const second = await client.send(
    new DescribeScalingActivitiesCommand({ ...NAMED, MaxRecords: 2, NextToken: first.NextToken }),
  )
  const said = [...(first.Activities ?? []), ...(second.Activities ?? [])].map(({ StatusCode, Progress }) => [
    StatusCode,
    Progress,
  ])
  expect([said, second.NextToken]).toEqual([Array(3).fill(['Successful', 100]), undefined])
  expect(first.Activities?.[0]?.StartTime).toBeInstanceOf(Date)
})

it('suspends and resumes processes', async () => {
  await client.send(new SuspendProcessesCommand({ ...NAMED, ScalingProcesses: ['Launch', 'AZRebalance'] }))
  expect((await group()).SuspendedProcesses).toEqual([
    { ProcessName: 'Launch', SuspensionReason: expect.stringMatching(/^User suspended at \d{4}-/) },
    { ProcessName: 'AZRebalance', SuspensionReason: expect.any(String) },
  ])
  await client.send(new ResumeProcessesCommand(NAMED))
  expect((await group()).SuspendedProcesses).toEqual([])
  const { Processes } = await client.send(new DescribeScalingProcessTypesCommand({}))
  expect(Processes).toHaveLength(9)
  const wrong = client.send(new SuspendProcessesCommand({ ...NAMED, ScalingProcesses: ['Everything'] }))
  expect((await failureOf(wrong)).message).toContain('Scaling process Everything is not valid')
})

it('attaches and detaches target groups', async () => {
  await client.send(new AttachLoadBalancerTargetGroupsCommand({ ...NAMED, TargetGroupARNs: [TARGETS] }))
  expect(parts.made().instances.log.slice(-2)).toEqual(['register i-1', 'register i-2'])
  const { LoadBalancerTargetGroups: states } = await client.send(new DescribeLoadBalancerTargetGroupsCommand(NAMED))
  expect(states?.[1]).toEqual({ LoadBalancerTargetGroupARN: TARGETS, State: 'Added' })
  await client.send(new DetachLoadBalancerTargetGroupsCommand({ ...NAMED, TargetGroupARNs: [TARGETS] }))
  const { TrafficSources } = await client.send(new DescribeTrafficSourcesCommand(NAMED))
  expect(TrafficSources?.map(({ Type, State }) => [Type, State])).toEqual([['elbv2', 'Added']])
})

it('keeps lifecycle hooks, and completes their actions', async () => {
  const hook = { ...NAMED, LifecycleHookName: 'warm' }
  await client.send(
    new PutLifecycleHookCommand({
      ...hook,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      HeartbeatTimeout: 60,
    }),
  )
  const { LifecycleHooks } = await client.send(new DescribeLifecycleHooksCommand(NAMED))
  expect(LifecycleHooks).toEqual([
    {
      ...hook,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      HeartbeatTimeout: 60,
      GlobalTimeout: 6000,
      DefaultResult: 'ABANDON',
    },
  ])
  await client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
  expect(await members()).toContain('i-3 us-east-1a Pending:Wait')
  const action = { ...hook, InstanceId: 'i-3' }
  await client.send(new RecordLifecycleActionHeartbeatCommand(action))
  await client.send(new CompleteLifecycleActionCommand({ ...action, LifecycleActionResult: 'CONTINUE' }))
  expect(await members()).toContain('i-3 us-east-1a InService')
  const again = client.send(new CompleteLifecycleActionCommand({ ...action, LifecycleActionResult: 'CONTINUE' }))
  expect((await failureOf(again)).message).toBe('No active Lifecycle Action found with instance ID i-3')
  await client.send(new DeleteLifecycleHookCommand(hook))
  const { LifecycleHookTypes } = await client.send(new DescribeLifecycleHookTypesCommand({}))
  expect(LifecycleHookTypes).toHaveLength(2)
  const short = client.send(
    new PutLifecycleHookCommand({ ...hook, LifecycleTransition: LifecycleHookTypes?.[0], HeartbeatTimeout: 5 }),
  )
  expect((await failureOf(short)).message).toContain('must be between 30 and 7200')
})

describe('policies', () => {
  it('of target tracking come with their alarms', async () => {
    const put = await client.send(
      new PutScalingPolicyCommand({
        ...NAMED,
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: {
          TargetValue: 50.5,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
        },
      }),
    )
    expect(put.PolicyARN).toMatch(
      /^arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:[0-9a-f-]{36}:autoScalingGroupName\/library-app:policyName\/cpu$/,
    )
    expect(put.Alarms?.map(({ AlarmName }) => AlarmName?.split('-').slice(0, 4).join('-'))).toEqual([
      'TargetTracking-library-app-AlarmHigh',
      'TargetTracking-library-app-AlarmLow',
    ])
    const { ScalingPolicies } = await client.send(new DescribePoliciesCommand(NAMED))
    expect(ScalingPolicies?.[0]).toMatchObject({
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      Enabled: true,
      TargetTrackingConfiguration: { TargetValue: 50.5, DisableScaleIn: false },
    })
    const label = client.send(
      new PutScalingPolicyCommand({
        ...NAMED,
        PolicyName: 'requests',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: {
          TargetValue: 100,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
        },
      }),
    )
    expect((await failureOf(label)).message).toContain('The resource label must have the form')
  })

  it('of steps and of one adjustment are executed on request', async () => {
    await client.send(
      new PutScalingPolicyCommand({
        ...NAMED,
        PolicyName: 'steps',
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        EstimatedInstanceWarmup: 0,
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10.5, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 10.5, ScalingAdjustment: 2 },
        ],
      }),
    )
    const { PolicyARN: PolicyName } = await client.send(
      new PutScalingPolicyCommand({
        ...NAMED,
        PolicyName: 'less',
        AdjustmentType: 'ChangeInCapacity',
        ScalingAdjustment: -1,
        Cooldown: 120,
      }),
    )
    await client.send(new ExecutePolicyCommand({ ...NAMED, PolicyName: 'steps', MetricValue: 75, BreachThreshold: 60 }))
    expect((await group()).DesiredCapacity).toBe(4)
    await client.send(new ExecutePolicyCommand({ PolicyName, HonorCooldown: true }))
    expect((await group()).DesiredCapacity).toBe(3)
    const again = client.send(new ExecutePolicyCommand({ PolicyName, HonorCooldown: true }))
    expect((await failureOf(again)).name).toBe('ScalingActivityInProgressFault')
    const set = client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 2, HonorCooldown: true }))
    expect((await failureOf(set)).name).toBe('ScalingActivityInProgressFault')
    await clock.advance(seconds(121))
    await client.send(new ExecutePolicyCommand({ PolicyName, HonorCooldown: true }))
    expect((await group()).DesiredCapacity).toBe(2)
    await client.send(new DeletePolicyCommand({ ...NAMED, PolicyName: 'steps' }))
    const { ScalingPolicies } = await client.send(new DescribePoliciesCommand({ PolicyTypes: ['StepScaling'] }))
    expect(ScalingPolicies).toEqual([])
    const { AdjustmentTypes } = await client.send(new DescribeAdjustmentTypesCommand({}))
    expect(AdjustmentTypes).toHaveLength(3)
  })

  it('that predict are refused by name', async () => {
    const put = new PutScalingPolicyCommand({
      ...NAMED,
      PolicyName: 'oracle',
      PolicyType: 'PredictiveScaling',
      PredictiveScalingConfiguration: { MetricSpecifications: [] },
    })
    expect((await failureOf(client.send(put))).message).toContain(
      'PredictiveScalingConfiguration of PutScalingPolicy is not',
    )
  })
})

it('keeps scheduled actions, one or many at once', async () => {
  const StartTime = new Date(clock.now() + minutes(10))
  await client.send(
    new PutScheduledUpdateGroupActionCommand({ ...NAMED, ScheduledActionName: 'later', StartTime, DesiredCapacity: 4 }),
  )
  const { FailedScheduledUpdateGroupActions: failed } = await client.send(
    new BatchPutScheduledUpdateGroupActionCommand({
      ...NAMED,
      ScheduledUpdateGroupActions: [
        { ScheduledActionName: 'mornings', Recurrence: '0 8 * * 1-5', TimeZone: 'Europe/Berlin', MinSize: 2 },
        { ScheduledActionName: 'wrong', Recurrence: 'now', MinSize: 2 },
      ],
    }),
  )
  expect(failed).toEqual([
    {
      ScheduledActionName: 'wrong',
      ErrorCode: 'ValidationError',
      ErrorMessage: 'Given recurrence string: now is invalid: it needs five fields',
    },
  ])
  const { ScheduledUpdateGroupActions: actions } = await client.send(new DescribeScheduledActionsCommand(NAMED))
  expect(actions).toMatchObject([
    { ScheduledActionName: 'later', StartTime, DesiredCapacity: 4 },
    { ScheduledActionName: 'mornings', Recurrence: '0 8 * * 1-5', TimeZone: 'Europe/Berlin', MinSize: 2 },
  ])
  await clock.advance(minutes(10))
  expect((await group()).DesiredCapacity).toBe(4)
  await client.send(new DeleteScheduledActionCommand({ ...NAMED, ScheduledActionName: 'mornings' }))
  const batch = await client.send(
    new BatchDeleteScheduledActionCommand({ ...NAMED, ScheduledActionNames: ['mornings'] }),
  )
  expect(batch.FailedScheduledActions?.[0]?.ErrorMessage).toBe('Scheduled action name not found: mornings')
})

it('refreshes instances, cancels and rolls back', async () => {
  const DesiredConfiguration = { LaunchTemplate: { LaunchTemplateName: 'new', Version: '1' } }
  const { InstanceRefreshId } = await client.send(
    new StartInstanceRefreshCommand({
      ...NAMED,
      DesiredConfiguration,
      Preferences: { MinHealthyPercentage: 50, InstanceWarmup: 60, SkipMatching: true },
    }),
  )
  const refreshes = async () =>
    (await client.send(new DescribeInstanceRefreshesCommand(NAMED))).InstanceRefreshes?.map(
      ({ Status, PercentageComplete }) => `${Status} ${PercentageComplete}`,
    )
  expect(await refreshes()).toEqual(['InProgress 50'])
  const second = client.send(new StartInstanceRefreshCommand(NAMED))
  expect((await failureOf(second)).name).toBe('InstanceRefreshInProgressFault')
  const back = await client.send(new RollbackInstanceRefreshCommand(NAMED))
  expect(back.InstanceRefreshId).toBe(InstanceRefreshId)
  await clock.advance(minutes(3))
  expect(await refreshes()).toEqual(['RollbackSuccessful 100'])
  await client.send(new StartInstanceRefreshCommand({ ...NAMED, Preferences: { InstanceWarmup: 60 } }))
  await client.send(new CancelInstanceRefreshCommand(NAMED))
  await clock.advance(minutes(2))
  expect(await refreshes()).toEqual(['Cancelled 50', 'RollbackSuccessful 100'])
  expect((await failureOf(client.send(new CancelInstanceRefreshCommand(NAMED)))).name).toBe(
    'ActiveInstanceRefreshNotFoundFault',
  )
})

it('measures groups on request', async () => {
  await client.send(
    new EnableMetricsCollectionCommand({ ...NAMED, Metrics: ['GroupMinSize', 'GroupMaxSize'], Granularity: '1Minute' }),
  )
  await client.send(new DisableMetricsCollectionCommand({ ...NAMED, Metrics: ['GroupMaxSize'] }))
  expect((await group()).EnabledMetrics).toEqual([{ Metric: 'GroupMinSize', Granularity: '1Minute' }])
  const { Metrics } = await client.send(new DescribeMetricCollectionTypesCommand({}))
  expect(Metrics).toHaveLength(13)
})

it('tells topics', async () => {
  const seen: (string | undefined)[] = []
  cloud.world.deliveries.register('sns', ({ subject }) => void seen.push(subject))
  const TopicARN = 'arn:aws:sns:us-east-1:123456789012:scaling'
  const { AutoScalingNotificationTypes: types = [] } = await client.send(
    new DescribeAutoScalingNotificationTypesCommand({}),
  )
  await client.send(new PutNotificationConfigurationCommand({ ...NAMED, TopicARN, NotificationTypes: types }))
  expect(seen).toEqual(['Auto Scaling: test notification for group "library-app"'])
  const { NotificationConfigurations } = await client.send(new DescribeNotificationConfigurationsCommand({}))
  expect(NotificationConfigurations).toHaveLength(types.length)
  await client.send(new DeleteNotificationConfigurationCommand({ ...NAMED, TopicARN }))
})

it('tags groups', async () => {
  const tag = { ResourceId: AutoScalingGroupName, ResourceType: 'auto-scaling-group', Key: 'team' }
  await client.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Value: 'library', PropagateAtLaunch: true }] }))
  const Filters = [{ Name: 'key', Values: ['team'] }]
  const { Tags } = await client.send(new DescribeTagsCommand({ Filters }))
  expect(Tags).toEqual([{ ...tag, Value: 'library', PropagateAtLaunch: true }])
  await client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
  expect(parts.made().instances.list()[2]?.tags).toEqual({
    team: 'library',
    'aws:autoscaling:groupName': 'library-app',
  })
  await client.send(new DeleteTagsCommand({ Tags: [tag] }))
  expect((await group()).Tags).toEqual([])
})

it('knows the limits of the account, and the termination policies', async () => {
  expect(await client.send(new DescribeAccountLimitsCommand({}))).toMatchObject({
    NumberOfAutoScalingGroups: 1,
    MaxNumberOfAutoScalingGroups: 500,
  })
  const { TerminationPolicyTypes } = await client.send(new DescribeTerminationPolicyTypesCommand({}))
  expect(TerminationPolicyTypes).toContain('OldestLaunchTemplate')
})
