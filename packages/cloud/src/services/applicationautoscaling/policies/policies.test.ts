import {
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling'
import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { testNode } from '../../../testing/architecture.ts'
import { Operator } from '../../ecs/testing/operator.ts'
import { MINUTE } from '../../ecs/testing/stage.ts'
import { held, POLICY_ARN, scaling, target, tracking } from '../testing/scaling-stage.ts'

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
