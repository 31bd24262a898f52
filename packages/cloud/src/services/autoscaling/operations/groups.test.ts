import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteNotificationConfigurationCommand,
  DeleteTagsCommand,
  DescribeAccountLimitsCommand,
  DescribeAutoScalingNotificationTypesCommand,
  DescribeMetricCollectionTypesCommand,
  DescribeNotificationConfigurationsCommand,
  DescribeScalingProcessTypesCommand,
  DescribeTagsCommand,
  DescribeTerminationPolicyTypesCommand,
  DisableMetricsCollectionCommand,
  EnableMetricsCollectionCommand,
  PutNotificationConfigurationCommand,
  PutWarmPoolCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, sessionOf } from '../../../gateway/testing.ts'
import { type ApiCloud, AutoScalingGroupName, NAMED, reader, startApi } from '../testing/api-cloud.ts'

let on: ApiCloud
beforeEach(async () => {
  on = await startApi()
})
afterEach(() => on.cloud.stop())

describe('groups', () => {
  it('L-15: are described as AWS does', async () => {
    expect(await on.group()).toMatchObject({
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
    await on.client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
    expect(await on.members()).toContain('i-3 us-east-1a InService')
    expect(await failureOf(on.client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 5 })))).toEqual({
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
    await on.client.send(update)
    expect(await on.group()).toMatchObject({
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
    await on.client.send(
      new UpdateAutoScalingGroupCommand({ ...NAMED, DefaultInstanceWarmup: -1, MaxInstanceLifetime: 0 }),
    )
    expect(await on.group()).not.toHaveProperty('DefaultInstanceWarmup')
    const wrong = on.client.send(new UpdateAutoScalingGroupCommand({ ...NAMED, DesiredCapacity: 9 }))
    expect((await failureOf(wrong)).message).toBe(
      'Desired capacity:9 must be between the specified min size:3 and max size:6',
    )
  })

  it('that are not there are named', async () => {
    const call = on.client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'nothing', DesiredCapacity: 1 }))
    expect(await failureOf(call)).toEqual({
      name: 'ValidationError',
      status: 400,
      message: 'AutoScalingGroup name not found - AutoScalingGroup: nothing not found',
    })
  })

  it('are neither created nor given warm pools here: refused by name', async () => {
    const create = new CreateAutoScalingGroupCommand({ ...NAMED, MinSize: 1, MaxSize: 1 })
    expect(await failureOf(on.client.send(create))).toMatchObject({
      name: 'InvalidAction',
      message: expect.stringContaining('CreateAutoScalingGroup is not emulated'),
    })
    expect((await failureOf(on.client.send(new PutWarmPoolCommand(NAMED)))).message).toContain('PutWarmPool')
  })

  it('are guarded by the caller’s policies, and by their tags', async () => {
    const asReader = new AutoScalingClient(await on.cloud.as(sessionOf(reader)))
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
    await on.client.send(new CreateOrUpdateTagsCommand({ Tags }))
    expect((await failureOf(set())).name).toBe('AccessDenied')
  })
})

it('suspends and resumes processes', async () => {
  await on.client.send(new SuspendProcessesCommand({ ...NAMED, ScalingProcesses: ['Launch', 'AZRebalance'] }))
  expect((await on.group()).SuspendedProcesses).toEqual([
    { ProcessName: 'Launch', SuspensionReason: expect.stringMatching(/^User suspended at \d{4}-/) },
    { ProcessName: 'AZRebalance', SuspensionReason: expect.any(String) },
  ])
  await on.client.send(new ResumeProcessesCommand(NAMED))
  expect((await on.group()).SuspendedProcesses).toEqual([])
  const { Processes } = await on.client.send(new DescribeScalingProcessTypesCommand({}))
  expect(Processes).toHaveLength(9)
  const wrong = on.client.send(new SuspendProcessesCommand({ ...NAMED, ScalingProcesses: ['Everything'] }))
  expect((await failureOf(wrong)).message).toContain('Scaling process Everything is not valid')
})

it('measures groups on request', async () => {
  await on.client.send(
    new EnableMetricsCollectionCommand({ ...NAMED, Metrics: ['GroupMinSize', 'GroupMaxSize'], Granularity: '1Minute' }),
  )
  await on.client.send(new DisableMetricsCollectionCommand({ ...NAMED, Metrics: ['GroupMaxSize'] }))
  expect((await on.group()).EnabledMetrics).toEqual([{ Metric: 'GroupMinSize', Granularity: '1Minute' }])
  const { Metrics } = await on.client.send(new DescribeMetricCollectionTypesCommand({}))
  expect(Metrics).toHaveLength(13)
})

it('tells topics', async () => {
  const seen: (string | undefined)[] = []
  on.cloud.world.deliveries.register('sns', ({ subject }) => void seen.push(subject))
  const TopicARN = 'arn:aws:sns:us-east-1:123456789012:scaling'
  const { AutoScalingNotificationTypes: types = [] } = await on.client.send(
    new DescribeAutoScalingNotificationTypesCommand({}),
  )
  await on.client.send(new PutNotificationConfigurationCommand({ ...NAMED, TopicARN, NotificationTypes: types }))
  expect(seen).toEqual(['Auto Scaling: test notification for group "library-app"'])
  const { NotificationConfigurations } = await on.client.send(new DescribeNotificationConfigurationsCommand({}))
  expect(NotificationConfigurations).toHaveLength(types.length)
  await on.client.send(new DeleteNotificationConfigurationCommand({ ...NAMED, TopicARN }))
})

it('tags groups', async () => {
  const tag = { ResourceId: AutoScalingGroupName, ResourceType: 'auto-scaling-group', Key: 'team' }
  await on.client.send(new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Value: 'library', PropagateAtLaunch: true }] }))
  const Filters = [{ Name: 'key', Values: ['team'] }]
  const { Tags } = await on.client.send(new DescribeTagsCommand({ Filters }))
  expect(Tags).toEqual([{ ...tag, Value: 'library', PropagateAtLaunch: true }])
  await on.client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
  expect(on.parts.made().instances.list()[2]?.tags).toEqual({
    team: 'library',
    'aws:autoscaling:groupName': 'library-app',
  })
  await on.client.send(new DeleteTagsCommand({ Tags: [tag] }))
  expect((await on.group()).Tags).toEqual([])
})

it('knows the limits of the account, and the termination policies', async () => {
  expect(await on.client.send(new DescribeAccountLimitsCommand({}))).toMatchObject({
    NumberOfAutoScalingGroups: 1,
    MaxNumberOfAutoScalingGroups: 500,
  })
  const { TerminationPolicyTypes } = await on.client.send(new DescribeTerminationPolicyTypesCommand({}))
  expect(TerminationPolicyTypes).toContain('OldestLaunchTemplate')
})
