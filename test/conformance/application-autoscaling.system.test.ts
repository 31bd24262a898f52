import {
  ApplicationAutoScalingClient,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const scaling = () => client(ApplicationAutoScalingClient)
const ResourceId = () => `service/${output('Cluster')}/${output('Service')}`
const scaled = () =>
  ({
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: ResourceId(),
  }) as const

describe('what Application Auto Scaling tells about a stack', () => {
  it('has the scalable target with its bounds', async () => {
    const { ScalableTargets } = await scaling().send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [ResourceId()] }),
    )
    expect(ScalableTargets).toMatchObject([
      {
        ...scaled(),
        MinCapacity: 0,
        MaxCapacity: 2,
        RoleARN: expect.stringMatching(/AWSServiceRoleForApplicationAutoScaling_ECSService$/),
        CreationTime: expect.any(Date),
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
      },
    ])
  })

  it('has the policy, and CloudWatch the two alarms that it made', async () => {
    const { ScalingPolicies } = await scaling().send(new DescribeScalingPoliciesCommand(scaled()))
    expect(ScalingPolicies).toMatchObject([
      {
        PolicyName: `${output('Stack')}-cpu`,
        PolicyARN: expect.stringMatching(arn('autoscaling', 'scalingPolicy:[0-9a-f-]{36}:resource/ecs/\\S+')),
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        },
      },
    ])
    const names = ScalingPolicies?.[0]?.Alarms?.map(each => each.AlarmName ?? '').sort() ?? []
    expect(names).toEqual([
      expect.stringMatching(`^TargetTracking-${ResourceId()}-AlarmHigh-[0-9a-f-]{36}$`),
      expect.stringMatching(`^TargetTracking-${ResourceId()}-AlarmLow-[0-9a-f-]{36}$`),
    ])
    const { MetricAlarms } = await client(CloudWatchClient).send(new DescribeAlarmsCommand({ AlarmNames: names }))
    const bounds = MetricAlarms?.map(alarm => [alarm.ComparisonOperator, alarm.Threshold, alarm.EvaluationPeriods])
    expect(bounds).toEqual([
      ['GreaterThanThreshold', 60, 3],
      ['LessThanThreshold', 54, 15],
    ])
  })
})

describe('what Application Auto Scaling does with changes', () => {
  it('registers again what is registered: the bounds change, nothing else', async () => {
    for (const MaxCapacity of [3, 2]) {
      await scaling().send(new RegisterScalableTargetCommand({ ...scaled(), MaxCapacity }))
      const { ScalableTargets } = await scaling().send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [ResourceId()] }),
      )
      expect(ScalableTargets).toMatchObject([{ MinCapacity: 0, MaxCapacity }])
    }
  })

  it('keeps one schedule of a name, however often it is put', async () => {
    const named = { ...scaled(), ScheduledActionName: 'morning' }
    const read = async () =>
      (await scaling().send(new DescribeScheduledActionsCommand(scaled()))).ScheduledActions?.map(each => each.Schedule)
    for (const Schedule of ['cron(0 6 * * ? *)', 'cron(0 7 * * ? *)']) {
      await scaling().send(
        new PutScheduledActionCommand({ ...named, Schedule, ScalableTargetAction: { MinCapacity: 0 } }),
      )
      expect(await read()).toEqual([Schedule])
    }
    await scaling().send(new DeleteScheduledActionCommand(named))
    expect(await read()).toEqual([])
    expect(await failureOf(scaling().send(new DeleteScheduledActionCommand(named)))).toMatchObject({
      code: 'ObjectNotFoundException',
      status: 400,
    })
  })
})

describe('what Application Auto Scaling refuses', () => {
  it('to forget a target that is not there', async () => {
    const nobody = { ...scaled(), ResourceId: `service/${output('Cluster')}/nobody` }
    const call = scaling().send(new DeregisterScalableTargetCommand(nobody))
    expect(await failureOf(call)).toMatchObject({ code: 'ObjectNotFoundException', status: 400 })
  })

  it('bounds the wrong way round', async () => {
    const call = new RegisterScalableTargetCommand({ ...scaled(), MinCapacity: 5, MaxCapacity: 1 })
    expect(await failureOf(scaling().send(call))).toMatchObject({ code: 'ValidationException', status: 400 })
  })

  it('what the role of the caller does not allow', async () => {
    const limited = await operator(ApplicationAutoScalingClient)
    const call = limited.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))
    expect(await failureOf(call)).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: expect.stringMatching(/is not authorized to perform: application-autoscaling:DescribeScalableTargets/),
    })
  })
})

describe('an operator looks at the bounds', () => {
  operatorTypes(target, [
    {
      does: 'reads the bounds of a service',
      types: `aws application-autoscaling describe-scalable-targets --service-namespace ecs --resource-ids service/$Cluster/$Service --query 'ScalableTargets[0].[MinCapacity,MaxCapacity]' --output text`,
      prints: '0\t2\n',
    },
    {
      does: 'lists the policies as a table',
      types: `aws application-autoscaling describe-scaling-policies --service-namespace ecs --resource-id service/$Cluster/$Service --query 'ScalingPolicies[].[PolicyName,PolicyType]' --output table`,
      prints: /DescribeScalingPolicies[\s\S]*-cpu\s+\|\s+TargetTrackingScaling\s+\|/,
    },
  ])
})
