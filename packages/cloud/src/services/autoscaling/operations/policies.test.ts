import {
  BatchDeleteScheduledActionCommand,
  BatchPutScheduledUpdateGroupActionCommand,
  DeletePolicyCommand,
  DeleteScheduledActionCommand,
  DescribeAdjustmentTypesCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
  ExecutePolicyCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling'
import { minutes, seconds } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../../../gateway/testing.ts'
import { type ApiCloud, NAMED, startApi } from '../testing/api-cloud.ts'

let on: ApiCloud
beforeEach(async () => {
  on = await startApi()
})
afterEach(() => on.cloud.stop())

describe('policies', () => {
  it('of target tracking come with their alarms', async () => {
    const put = await on.client.send(
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
    const { ScalingPolicies } = await on.client.send(new DescribePoliciesCommand(NAMED))
    expect(ScalingPolicies?.[0]).toMatchObject({
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      Enabled: true,
      TargetTrackingConfiguration: { TargetValue: 50.5, DisableScaleIn: false },
    })
    const label = on.client.send(
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
    await on.client.send(
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
    const { PolicyARN: PolicyName } = await on.client.send(
      new PutScalingPolicyCommand({
        ...NAMED,
        PolicyName: 'less',
        AdjustmentType: 'ChangeInCapacity',
        ScalingAdjustment: -1,
        Cooldown: 120,
      }),
    )
    await on.client.send(
      new ExecutePolicyCommand({ ...NAMED, PolicyName: 'steps', MetricValue: 75, BreachThreshold: 60 }),
    )
    expect((await on.group()).DesiredCapacity).toBe(4)
    await on.client.send(new ExecutePolicyCommand({ PolicyName, HonorCooldown: true }))
    expect((await on.group()).DesiredCapacity).toBe(3)
    const again = on.client.send(new ExecutePolicyCommand({ PolicyName, HonorCooldown: true }))
    expect((await failureOf(again)).name).toBe('ScalingActivityInProgressFault')
    const set = on.client.send(new SetDesiredCapacityCommand({ ...NAMED, DesiredCapacity: 2, HonorCooldown: true }))
    expect((await failureOf(set)).name).toBe('ScalingActivityInProgressFault')
    await on.clock.advance(seconds(121))
    await on.client.send(new ExecutePolicyCommand({ PolicyName, HonorCooldown: true }))
    expect((await on.group()).DesiredCapacity).toBe(2)
    await on.client.send(new DeletePolicyCommand({ ...NAMED, PolicyName: 'steps' }))
    const { ScalingPolicies } = await on.client.send(new DescribePoliciesCommand({ PolicyTypes: ['StepScaling'] }))
    expect(ScalingPolicies).toEqual([])
    const { AdjustmentTypes } = await on.client.send(new DescribeAdjustmentTypesCommand({}))
    expect(AdjustmentTypes).toHaveLength(3)
  })

  it('that predict are refused by name', async () => {
    const put = new PutScalingPolicyCommand({
      ...NAMED,
      PolicyName: 'oracle',
      PolicyType: 'PredictiveScaling',
      PredictiveScalingConfiguration: { MetricSpecifications: [] },
    })
    expect((await failureOf(on.client.send(put))).message).toContain(
      'PredictiveScalingConfiguration of PutScalingPolicy is not',
    )
  })
})

it('keeps scheduled actions, one or many at once', async () => {
  const StartTime = new Date(on.clock.now() + minutes(10))
  await on.client.send(
    new PutScheduledUpdateGroupActionCommand({ ...NAMED, ScheduledActionName: 'later', StartTime, DesiredCapacity: 4 }),
  )
  const { FailedScheduledUpdateGroupActions: failed } = await on.client.send(
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
  const { ScheduledUpdateGroupActions: actions } = await on.client.send(new DescribeScheduledActionsCommand(NAMED))
  expect(actions).toMatchObject([
    { ScheduledActionName: 'later', StartTime, DesiredCapacity: 4 },
    { ScheduledActionName: 'mornings', Recurrence: '0 8 * * 1-5', TimeZone: 'Europe/Berlin', MinSize: 2 },
  ])
  await on.clock.advance(minutes(10))
  expect((await on.group()).DesiredCapacity).toBe(4)
  await on.client.send(new DeleteScheduledActionCommand({ ...NAMED, ScheduledActionName: 'mornings' }))
  const batch = await on.client.send(
    new BatchDeleteScheduledActionCommand({ ...NAMED, ScheduledActionNames: ['mornings'] }),
  )
  expect(batch.FailedScheduledActions?.[0]?.ErrorMessage).toBe('Scheduled action name not found: mornings')
})
