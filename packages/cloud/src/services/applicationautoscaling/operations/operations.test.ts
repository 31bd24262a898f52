import {
  type ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { minutes } from '@terrace/kit'
import type { ScalableTarget } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { failureOf } from '../../../gateway/testing.ts'
import { NAMED, RESOURCE, scaling, target } from '../testing/scaling-stage.ts'

describe('a scheduled action', () => {
  const action = (rest: Partial<ScalableTarget['scheduledActions'][number]>) => ({
    name: 'morning',
    schedule: 'cron(0 8 * * ? *)',
    timeZone: 'Europe/Berlin',
    ...rest,
  })

  it('sets new bounds in its time zone, and the count follows', async () => {
    const morning = action({ timeZone: 'Asia/Bangkok', minCapacity: 4 })
    await using on = await scaling(target({ scheduledActions: [morning] }))
    // The clock starts at midnight UTC; 8:00 in Bangkok is 1:00 UTC.
    await on.clock.advance(minutes(59))
    expect(await on.desired()).toBe(2)
    await on.clock.advance(minutes(2))
    expect(await on.desired()).toBe(4)
    const { ScalingActivities } = await on.client.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs', ResourceId: RESOURCE }),
    )
    expect(ScalingActivities?.map(({ Description, Cause }) => [Description, Cause])).toContainEqual([
      'Setting min capacity to 4',
      'scheduled action name morning was triggered',
    ])
    expect(ScalingActivities?.map(({ Description, Cause }) => [Description, Cause])).toContainEqual([
      'Setting desired count to 4.',
      'minimum capacity was set to 4',
    ])
  })

  it('takes the desired count down to a new maximum', async () => {
    const at = action({ schedule: 'at(2026-01-01T01:00:00)', timeZone: 'UTC', maxCapacity: 1 })
    await using on = await scaling(target({ scheduledActions: [at] }))
    await on.clock.advance(minutes(61))
    expect(await on.desired()).toBe(1)
  })

  it('does nothing while schedules are suspended', async () => {
    const suspended = { dynamicScalingIn: false, dynamicScalingOut: false, scheduled: true }
    const rate = action({ schedule: 'rate(5 minutes)', minCapacity: 4 })
    await using on = await scaling(target({ suspended, scheduledActions: [rate] }))
    await on.clock.advance(minutes(11))
    expect(await on.desired()).toBe(2)
  })
})

describe('the API', () => {
  it('registers a target, which keeps the count in its bounds, and deregisters it', async () => {
    await using on = await scaling()
    const { ScalableTargetARN } = await on.client.send(
      new RegisterScalableTargetCommand({ ...NAMED, MinCapacity: 3, MaxCapacity: 5 }),
    )
    expect(await on.desired()).toBe(3)
    const { ScalableTargets } = await on.client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))
    expect(ScalableTargets).toMatchObject([
      {
        ...NAMED,
        MinCapacity: 3,
        MaxCapacity: 5,
        ScalableTargetARN,
        SuspendedState: { DynamicScalingInSuspended: false },
      },
    ])
    await on.client.send(new TagResourceCommand({ ResourceARN: ScalableTargetARN, Tags: { team: 'web', other: 'x' } }))
    await on.client.send(new UntagResourceCommand({ ResourceARN: ScalableTargetARN, TagKeys: ['other'] }))
    const { Tags } = await on.client.send(new ListTagsForResourceCommand({ ResourceARN: ScalableTargetARN }))
    expect(Tags).toEqual({ team: 'web' })
    await on.client.send(new DeregisterScalableTargetCommand(NAMED))
    expect(await failureOf(on.client.send(new DeregisterScalableTargetCommand(NAMED)))).toEqual({
      name: 'ObjectNotFoundException',
      status: 400,
      message:
        'No scalable target found for service namespace: ecs, resource ID: service/main/web, scalable dimension: ecs:service:DesiredCount',
    })
  })

  it('puts, describes and deletes policies and their alarms', async () => {
    await using on = await scaling(target())
    const put = await on.client.send(
      new PutScalingPolicyCommand({
        ...NAMED,
        PolicyName: 'requests',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 1500,
          PredefinedMetricSpecification: {
            PredefinedMetricType: 'ALBRequestCountPerTarget',
            ResourceLabel: 'app/lb/0123456789abcdef/targetgroup/tg/0123456789abcdef',
          },
        },
      }),
    )
    expect(put.PolicyARN).toMatch(
      /^arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/main\/web:policyName\/requests$/,
    )
    await on.client.send(
      new PutScalingPolicyCommand({
        ...NAMED,
        PolicyName: 'steps',
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration: {
          AdjustmentType: 'ChangeInCapacity',
          StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
        },
      }),
    )
    const { ScalingPolicies } = await on.client.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs', ResourceId: RESOURCE }),
    )
    expect(ScalingPolicies).toMatchObject([
      { PolicyName: 'requests', TargetTrackingScalingPolicyConfiguration: { TargetValue: 1500, ScaleInCooldown: 300 } },
      { PolicyName: 'steps', StepScalingPolicyConfiguration: { Cooldown: 300 }, Alarms: [] },
    ])
    await on.client.send(new DeleteScalingPolicyCommand({ ...NAMED, PolicyName: 'requests' }))
    const alarms = await on.cloud.world.ports.need('alarms')
    expect(put.Alarms?.map(({ AlarmName = '' }) => alarms.stateOf(AlarmName))).toEqual([undefined, undefined])
    const again = new DeleteScalingPolicyCommand({ ...NAMED, PolicyName: 'requests' })
    expect(await failureOf(on.client.send(again))).toMatchObject({ name: 'ObjectNotFoundException' })
  })

  it('puts, describes and deletes scheduled actions', async () => {
    await using on = await scaling(target())
    await on.client.send(
      new PutScheduledActionCommand({
        ...NAMED,
        ScheduledActionName: 'night',
        Schedule: 'cron(0 22 ? * MON-FRI *)',
        ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
      }),
    )
    const describe = new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' })
    expect((await on.client.send(describe)).ScheduledActions).toMatchObject([
      { ScheduledActionName: 'night', Timezone: 'UTC', ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 } },
    ])
    await on.client.send(new DeleteScheduledActionCommand({ ...NAMED, ScheduledActionName: 'night' }))
    expect((await on.client.send(describe)).ScheduledActions).toEqual([])
  })

  it.each<[string, (client: ApplicationAutoScalingClient) => Promise<unknown>, string]>([
    [
      'a service that does not exist',
      client =>
        client.send(
          new RegisterScalableTargetCommand({
            ...NAMED,
            ResourceId: 'service/main/none',
            MinCapacity: 1,
            MaxCapacity: 2,
          }),
        ),
      'ValidationException',
    ],
    [
      'a maximum below the minimum',
      client => client.send(new RegisterScalableTargetCommand({ ...NAMED, MinCapacity: 3, MaxCapacity: 2 })),
      'ValidationException',
    ],
    [
      'a schedule that is none',
      client =>
        client.send(
          new PutScheduledActionCommand({
            ...NAMED,
            ScheduledActionName: 'bad',
            Schedule: 'cron(0 8 * * *)',
            ScalableTargetAction: { MinCapacity: 1 },
          }),
        ),
      'ValidationException',
    ],
    [
      'a metric that ECS lacks',
      client =>
        client.send(
          new PutScalingPolicyCommand({
            ...NAMED,
            PolicyName: 'bad',
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: {
              TargetValue: 1,
              PredefinedMetricSpecification: { PredefinedMetricType: 'RDSReaderAverageCPUUtilization' },
            },
          }),
        ),
      'ValidationException',
    ],
    [
      'a token that no page gave',
      client => client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', NextToken: 'x' })),
      'InvalidNextTokenException',
    ],
  ])('refuses %s', async (_, call, name) => {
    await using on = await scaling(target())
    expect(await failureOf(call(on.client))).toMatchObject({ name, status: 400 })
  })
})
