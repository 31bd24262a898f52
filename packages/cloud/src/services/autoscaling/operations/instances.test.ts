import {
  AttachInstancesCommand,
  AttachLoadBalancerTargetGroupsCommand,
  CancelInstanceRefreshCommand,
  CompleteLifecycleActionCommand,
  DeleteLifecycleHookCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLifecycleHooksCommand,
  DescribeLifecycleHookTypesCommand,
  DescribeLoadBalancerTargetGroupsCommand,
  DescribeScalingActivitiesCommand,
  DescribeTrafficSourcesCommand,
  DetachInstancesCommand,
  DetachLoadBalancerTargetGroupsCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  PutLifecycleHookCommand,
  paginateDescribeAutoScalingInstances,
  RecordLifecycleActionHeartbeatCommand,
  RollbackInstanceRefreshCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling'
import { minutes } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../../gateway/testing.ts'
import { type ApiCloud, NAMED, startApi, TARGETS } from '../testing/api-cloud.ts'

let on: ApiCloud
beforeEach(async () => {
  on = await startApi()
})
afterEach(() => on.cloud.stop())

describe('instances', () => {
  it('are listed in pages', async () => {
    const pages: string[][] = []
    for await (const page of paginateDescribeAutoScalingInstances({ client: on.client, pageSize: 1 }, {}))
      pages.push(
        (page.AutoScalingInstances ?? []).map(({ InstanceId, HealthStatus }) => `${InstanceId} ${HealthStatus}`),
      )
    expect(pages).toEqual([['i-1 HEALTHY'], ['i-2 HEALTHY']])
    const wrong = on.client.send(new DescribeAutoScalingInstancesCommand({ NextToken: 'nonsense' }))
    expect((await failureOf(wrong)).name).toBe('InvalidNextToken')
  })

  it('L-21: are terminated with and without replacement', async () => {
    const { Activity } = await on.client.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: 'i-1', ShouldDecrementDesiredCapacity: false }),
    )
    expect(Activity).toMatchObject({
      Description: 'Terminating EC2 instance: i-1',
      StatusCode: 'WaitingForELBConnectionDraining',
      Details: '{"Subnet ID":"app-a","Availability Zone":"us-east-1a"}',
    })
    expect(await on.members()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
    const unknown = new TerminateInstanceInAutoScalingGroupCommand({
      InstanceId: 'i-9',
      ShouldDecrementDesiredCapacity: true,
    })
    expect((await failureOf(on.client.send(unknown))).message).toBe(
      'Instance Id not found - No managed instance found for instance ID: i-9',
    )
  })

  it('can be called unhealthy', async () => {
    await on.client.send(new SetInstanceHealthCommand({ InstanceId: 'i-1', HealthStatus: 'Unhealthy' }))
    expect(await on.members()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
  })

  it('can be protected from scale-in', async () => {
    await on.client.send(
      new SetInstanceProtectionCommand({ ...NAMED, InstanceIds: ['i-1'], ProtectedFromScaleIn: true }),
    )
    await on.client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 1 }))
    expect(await on.members()).toEqual(['i-1 us-east-1a InService'])
  })

  it('go to standby and come back, leave and come back', async () => {
    const entering = await on.client.send(
      new EnterStandbyCommand({ ...NAMED, InstanceIds: ['i-1'], ShouldDecrementDesiredCapacity: true }),
    )
    expect(entering.Activities?.[0]).toMatchObject({ Description: 'Moving EC2 instance to Standby: i-1', Progress: 50 })
    expect(await on.members()).toContain('i-1 us-east-1a Standby')
    const leaving = await on.client.send(new ExitStandbyCommand({ ...NAMED, InstanceIds: ['i-1'] }))
    expect(leaving.Activities?.[0]?.Description).toBe('Moving EC2 instance out of Standby: i-1')
    await on.client.send(
      new DetachInstancesCommand({ ...NAMED, InstanceIds: ['i-1'], ShouldDecrementDesiredCapacity: true }),
    )
    expect(await on.members()).toEqual(['i-2 us-east-1b InService'])
    await on.client.send(new AttachInstancesCommand({ ...NAMED, InstanceIds: ['i-1'] }))
    expect(await on.members()).toEqual(['i-2 us-east-1b InService', 'i-1 us-east-1a InService'])
    const again = on.client.send(new AttachInstancesCommand({ ...NAMED, InstanceIds: ['i-1'] }))
    expect((await failureOf(again)).message).toBe('Instance i-1 is already part of an AutoScalingGroup')
  })
})

it('has a history of activities, in pages, the newest first', async () => {
  await on.client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
  const first = await on.client.send(new DescribeScalingActivitiesCommand({ ...NAMED, MaxRecords: 2 }))
  const second = await on.client.send(
    new DescribeScalingActivitiesCommand({ ...NAMED, MaxRecords: 2, NextToken: first.NextToken }),
  )
  const said = [...(first.Activities ?? []), ...(second.Activities ?? [])].map(({ StatusCode, Progress }) => [
    StatusCode,
    Progress,
  ])
  expect([said, second.NextToken]).toEqual([Array(3).fill(['Successful', 100]), undefined])
  expect(first.Activities?.[0]?.StartTime).toBeInstanceOf(Date)
})

it('attaches and detaches target groups', async () => {
  await on.client.send(new AttachLoadBalancerTargetGroupsCommand({ ...NAMED, TargetGroupARNs: [TARGETS] }))
  expect(on.parts.made().instances.log.slice(-2)).toEqual(['register i-1', 'register i-2'])
  const { LoadBalancerTargetGroups: states } = await on.client.send(new DescribeLoadBalancerTargetGroupsCommand(NAMED))
  expect(states?.[1]).toEqual({ LoadBalancerTargetGroupARN: TARGETS, State: 'Added' })
  await on.client.send(new DetachLoadBalancerTargetGroupsCommand({ ...NAMED, TargetGroupARNs: [TARGETS] }))
  const { TrafficSources } = await on.client.send(new DescribeTrafficSourcesCommand(NAMED))
  expect(TrafficSources?.map(({ Type, State }) => [Type, State])).toEqual([['elbv2', 'Added']])
})

it('keeps lifecycle hooks, and completes their actions', async () => {
  const hook = { ...NAMED, LifecycleHookName: 'warm' }
  await on.client.send(
    new PutLifecycleHookCommand({
      ...hook,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      HeartbeatTimeout: 60,
    }),
  )
  const { LifecycleHooks } = await on.client.send(new DescribeLifecycleHooksCommand(NAMED))
  expect(LifecycleHooks).toEqual([
    {
      ...hook,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      HeartbeatTimeout: 60,
      GlobalTimeout: 6000,
      DefaultResult: 'ABANDON',
    },
  ])
  await on.client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 3 }))
  expect(await on.members()).toContain('i-3 us-east-1a Pending:Wait')
  const action = { ...hook, InstanceId: 'i-3' }
  await on.client.send(new RecordLifecycleActionHeartbeatCommand(action))
  await on.client.send(new CompleteLifecycleActionCommand({ ...action, LifecycleActionResult: 'CONTINUE' }))
  expect(await on.members()).toContain('i-3 us-east-1a InService')
  const again = on.client.send(new CompleteLifecycleActionCommand({ ...action, LifecycleActionResult: 'CONTINUE' }))
  expect((await failureOf(again)).message).toBe('No active Lifecycle Action found with instance ID i-3')
  await on.client.send(new DeleteLifecycleHookCommand(hook))
  const { LifecycleHookTypes } = await on.client.send(new DescribeLifecycleHookTypesCommand({}))
  expect(LifecycleHookTypes).toHaveLength(2)
  const short = on.client.send(
    new PutLifecycleHookCommand({ ...hook, LifecycleTransition: LifecycleHookTypes?.[0], HeartbeatTimeout: 5 }),
  )
  expect((await failureOf(short)).message).toContain('must be between 30 and 7200')
})

it('refreshes instances, cancels and rolls back', async () => {
  const DesiredConfiguration = { LaunchTemplate: { LaunchTemplateName: 'new', Version: '1' } }
  const { InstanceRefreshId } = await on.client.send(
    new StartInstanceRefreshCommand({
      ...NAMED,
      DesiredConfiguration,
      Preferences: { MinHealthyPercentage: 50, InstanceWarmup: 60, SkipMatching: true },
    }),
  )
  const refreshes = async () =>
    (await on.client.send(new DescribeInstanceRefreshesCommand(NAMED))).InstanceRefreshes?.map(
      ({ Status, PercentageComplete }) => `${Status} ${PercentageComplete}`,
    )
  expect(await refreshes()).toEqual(['InProgress 50'])
  const second = on.client.send(new StartInstanceRefreshCommand(NAMED))
  expect((await failureOf(second)).name).toBe('InstanceRefreshInProgressFault')
  const back = await on.client.send(new RollbackInstanceRefreshCommand(NAMED))
  expect(back.InstanceRefreshId).toBe(InstanceRefreshId)
  await on.clock.advance(minutes(3))
  expect(await refreshes()).toEqual(['RollbackSuccessful 100'])
  await on.client.send(new StartInstanceRefreshCommand({ ...NAMED, Preferences: { InstanceWarmup: 60 } }))
  await on.client.send(new CancelInstanceRefreshCommand(NAMED))
  await on.clock.advance(minutes(2))
  expect(await refreshes()).toEqual(['Cancelled 50', 'RollbackSuccessful 100'])
  expect((await failureOf(on.client.send(new CancelInstanceRefreshCommand(NAMED)))).name).toBe(
    'ActiveInstanceRefreshNotFoundFault',
  )
})
