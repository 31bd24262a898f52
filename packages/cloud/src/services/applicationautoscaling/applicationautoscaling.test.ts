import {
  ApplicationAutoScalingClient,
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
import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { minutes, seconds } from '@terrace/kit'
import type { ApplicationScalingPolicy, ArchitectureNode, ScalableTarget } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { clientOptions, failureOf } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { cloudwatch } from '../cloudwatch/index.ts'
import { Operator } from '../ecs/testing/operator.ts'
import { MINUTE, type Stage, stage } from '../ecs/testing/stage.ts'
import { applicationautoscaling } from './index.ts'

const RESOURCE = 'service/main/web'
const NAMED = {
  ServiceNamespace: 'ecs',
  ResourceId: RESOURCE,
  ScalableDimension: 'ecs:service:DesiredCount',
} as const

const target = (rest: Partial<ScalableTarget> = {}): ScalableTarget => ({
  ...testNode('scalableTarget', 'target', {
    namespace: 'ecs',
    resourceId: RESOURCE,
    dimension: 'ecs:service:DesiredCount',
    minCapacity: 1,
    maxCapacity: 6,
    scheduledActions: [],
    suspended: { dynamicScalingIn: false, dynamicScalingOut: false, scheduled: false },
  }),
  ...rest,
})

const POLICY_ARN = `arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u:resource/ecs/${RESOURCE}:policyName/cpu`

const tracking = (name: string, policy: Partial<ApplicationScalingPolicy['policy']> = {}): ApplicationScalingPolicy =>
  testNode('applicationScalingPolicy', name, {
    name,
    arn: POLICY_ARN.replace(/cpu$/, name),
    target: 'target',
    policy: {
      type: 'TargetTrackingScaling',
      metric: { kind: 'predefined', type: 'ECSServiceAverageCPUUtilization' },
      target: 70,
      disableScaleIn: false,
      scaleInCooldown: seconds(300),
      scaleOutCooldown: seconds(300),
      ...policy,
    } as ApplicationScalingPolicy['policy'],
  })

interface ScalingStage extends Stage {
  readonly client: ApplicationAutoScalingClient
  /** Lets minutes pass with this average of the metric. */
  pass(count: number, value: number, metric?: 'CPUUtilization' | 'MemoryUtilization'): Promise<void>
  desired(): Promise<number | undefined>
}

async function scaling(...nodes: readonly ArchitectureNode[]): Promise<ScalingStage> {
  const on = await stage({ nodes, services: [cloudwatch, applicationautoscaling] })
  const operator = new Operator(on)
  return {
    ...on,
    client: new ApplicationAutoScalingClient(clientOptions(on.cloud.gateway.url)),
    async pass(count, value, name = 'CPUUtilization') {
      const dimensions = { ClusterName: 'main', ServiceName: 'web' }
      for (let i = 0; i < count; i++) {
        on.cloud.world.metrics.put({ namespace: 'AWS/ECS', name, dimensions, value, unit: 'Percent' })
        await on.clock.advance(MINUTE)
      }
    },
    desired: async () => (await operator.service()).desiredCount,
  }
}

const held = ({ cloud }: Stage) =>
  cloud.world.journal
    .since(0)
    .filter(({ kind }) => kind === 'applicationautoscaling.held')
    .map(({ message }) => message)

/** Reference section 3.7; Application Auto Scaling User Guide, "Target tracking scaling policies". */
describe('target tracking', () => {
  it('makes the alarms that AWS makes', async () => {
    await using on = await scaling(target(), tracking('cpu'))
    const { ScalingPolicies } = await on.client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }))
    expect(ScalingPolicies?.[0]?.Alarms?.map(({ AlarmName = '' }) => AlarmName.replace(/[0-9a-f-]{36}$/, '…'))).toEqual(
      ['TargetTracking-service/main/web-AlarmHigh-…', 'TargetTracking-service/main/web-AlarmLow-…'],
    )
    const alarms = await on.cloud.world.ports.need('alarms')
    for (const { AlarmName = '' } of ScalingPolicies?.[0]?.Alarms ?? []) {
      expect(alarms.stateOf(AlarmName)?.value).toBe('INSUFFICIENT_DATA')
    }
  })

  it('scales out after three minutes above the target, in proportion, and words its activity as AWS does', async () => {
    await using on = await scaling(target(), tracking('cpu'))
    await on.pass(3, 100)
    expect(await on.desired()).toBe(2)
    await on.pass(2, 100)
    // ceil(2 × 100 / 70)
    expect(await on.desired()).toBe(3)
    const { ScalingActivities } = await on.client.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs' }),
    )
    expect(ScalingActivities?.[0]).toMatchObject({
      Description: 'Setting desired count to 3.',
      Cause: expect.stringMatching(
        /^monitor alarm TargetTracking-service\/main\/web-AlarmHigh-[0-9a-f-]{36} in state ALARM triggered policy cpu$/,
      ),
      StatusCode: 'Successful',
      StatusMessage: 'Successfully set desired count to 3. Change successfully fulfilled by ecs.',
    })
  })

  it('within the scale-out cooldown adds only what a larger scale-out asks for', async () => {
    await using on = await scaling(target(), tracking('cpu'))
    await on.pass(5, 100)
    expect(await on.desired()).toBe(3)
    await on.pass(2, 100)
    expect(await on.desired()).toBe(3)
    await on.pass(2, 150)
    // ceil(2 × 150 / 70), from the capacity before the first one
    expect(await on.desired()).toBe(5)
  })

  it('scales in after fifteen minutes below nine tenths of the target', async () => {
    await using on = await scaling(target(), tracking('cpu'))
    await on.pass(14, 30)
    expect(await on.desired()).toBe(2)
    await on.pass(3, 30)
    expect(await on.desired()).toBe(1)
  })

  it('leaves the count between 90 and 100 % of the target', async () => {
    await using on = await scaling(target(), tracking('cpu'))
    await on.pass(20, 65)
    expect(await on.desired()).toBe(2)
  })

  it('never leaves its bounds', async () => {
    await using on = await scaling(target({ maxCapacity: 3 }), tracking('cpu'))
    await on.pass(6, 500)
    expect(await on.desired()).toBe(3)
  })

  it('scales in only when every policy that may wants to', async () => {
    const memory = { metric: { kind: 'predefined', type: 'ECSServiceAverageMemoryUtilization' } } as const
    await using on = await scaling(target(), tracking('cpu'), tracking('memory', memory))
    for (let i = 0; i < 20; i++) {
      const dimensions = { ClusterName: 'main', ServiceName: 'web' }
      const datum = { namespace: 'AWS/ECS', name: 'MemoryUtilization', dimensions, value: 68, unit: 'Percent' }
      on.cloud.world.metrics.put(datum)
      await on.pass(1, 10)
    }
    expect(await on.desired()).toBe(2)
    expect(held(on)).toContain('service/main/web: cpu does nothing: memory does not want to scale in')
  })

  it('does not scale in while a deployment is in progress, but out', async () => {
    await using on = await scaling(target({ minCapacity: 1 }), tracking('cpu'))
    const operator = new Operator(on)
    on.targets.firstHealth = 'initial'
    await operator.client.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'web', image: 'example.com/web:2', portMappings: [{ containerPort: 8000 }] }],
      }),
    )
    await operator.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web' }))
    await on.pass(18, 10)
    expect(await on.desired()).toBe(2)
    expect(held(on)).toContain('service/main/web: cpu does nothing: a deployment is in progress')
    await on.pass(5, 100)
    expect(await on.desired()).toBe(3)
  })

  it('does nothing in a direction that is suspended', async () => {
    const suspended = { dynamicScalingIn: false, dynamicScalingOut: true, scheduled: false }
    await using on = await scaling(target({ suspended }), tracking('cpu'))
    await on.pass(6, 100)
    expect(await on.desired()).toBe(2)
  })
})

/** Application Auto Scaling User Guide, "Step scaling policies", with the example of its cooldown. */
describe('step scaling', () => {
  const steps = (name: string, adjustment: number, lower: number | undefined, upper: number | undefined) =>
    testNode('applicationScalingPolicy', name, {
      name,
      arn: POLICY_ARN.replace(/cpu$/, name),
      target: 'target',
      policy: {
        type: 'StepScaling',
        adjustmentType: 'ChangeInCapacity',
        aggregation: 'Average',
        cooldown: seconds(300),
        steps: [{ adjustment, ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) }],
      },
    })

  const alarm = (
    name: string,
    policy: string,
    comparison: 'GreaterThanThreshold' | 'LessThanThreshold',
    threshold: number,
  ) =>
    testNode('alarm', name, {
      alarm: {
        name,
        arn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`,
        description: '',
        queries: [
          {
            kind: 'metric',
            id: 'm1',
            returnData: true,
            metric: {
              namespace: 'AWS/ECS',
              name: 'CPUUtilization',
              dimensions: { ClusterName: 'main', ServiceName: 'web' },
              statistic: 'Average',
              period: MINUTE,
            },
          },
        ],
        threshold,
        comparison,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        missingData: 'missing',
        actions: { enabled: true, alarm: [POLICY_ARN.replace(/cpu$/, policy)], ok: [], insufficientData: [] },
      },
    })

  it('adds once within its cooldown, and takes away again after it', async () => {
    await using on = await scaling(
      target(),
      steps('out', 2, 0, undefined),
      steps('in', -1, undefined, 0),
      alarm('busy', 'out', 'GreaterThanThreshold', 80),
      alarm('idle', 'in', 'LessThanThreshold', 20),
    )
    await on.pass(4, 90)
    expect(await on.desired()).toBe(4)
    await on.pass(3, 10)
    expect(await on.desired()).toBe(3)
    await on.pass(3, 10)
    expect(await on.desired()).toBe(3)
    await on.pass(3, 10)
    expect(await on.desired()).toBe(2)
  })
})

describe('a scheduled action', () => {
  const action = (rest: Partial<ScalableTarget['scheduledActions'][number]>) => ({
    name: 'morning',
    schedule: 'cron(0 8 * * ? *)',
    timeZone: 'Europe/Berlin',
    ...rest,
  })

  it('sets new bounds in its time zone, and the count follows', async () => {
    await using on = await scaling(target({ scheduledActions: [action({ minCapacity: 4 })] }))
    // The clock starts at midnight UTC; 8:00 in Berlin is 7:00 UTC in winter.
    await on.clock.advance(minutes(7 * 60 - 1))
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
