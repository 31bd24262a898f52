// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of flow log formats
import { join } from 'node:path'
import type { Architecture, ArchitectureNode } from '@terrace/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { load } from '../load.ts'

const file = join(import.meta.dirname, '..', '..', 'fixtures', 'scaling.yaml')

let architecture: Architecture
beforeAll(async () => {
  architecture = await load({ kind: 'template', file })
})

const get = (logicalId: string): ArchitectureNode | undefined =>
  architecture.nodes.find(node => node.origin.logicalId === logicalId)
const arnOf = (logicalId: string) => get(logicalId)?.physicalId

describe('an Auto Scaling group', () => {
  it('has its hooks, those of their own resources marked as later', () => {
    expect(get('Web')).toMatchObject({
      lifecycleHooks: [
        {
          name: 'ready',
          transition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
          heartbeatTimeout: 60_000,
          defaultResult: 'ABANDON',
          notificationMetadata: '{"a":1}',
        },
        {
          name: 'drain',
          transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
          heartbeatTimeout: 3_600_000,
          defaultResult: 'CONTINUE',
          notificationTarget: 'arn:aws:sqs:us-east-1:123456789012:drains',
          role: 'arn:aws:iam::123456789012:role/flows',
          addedLater: true,
        },
      ],
    })
  })

  it('has what protects, limits and announces its instances', () => {
    expect(get('Web')).toMatchObject({
      newInstancesProtected: true,
      maxInstanceLifetime: 604_800_000,
      maintenance: { minHealthyPercentage: 90, maxHealthyPercentage: 120 },
      zoneDistribution: 'balanced-only',
      notifications: [
        { topic: 'arn:aws:sns:us-east-1:123456789012:ops', types: ['autoscaling:EC2_INSTANCE_TERMINATE'] },
      ],
    })
    expect(get('Old')).toMatchObject({
      newInstancesProtected: false,
      lifecycleHooks: [],
      notifications: [],
      zoneDistribution: 'balanced-best-effort',
    })
    expect(get('Old')).not.toHaveProperty('maintenance')
    expect(get('Old')).not.toHaveProperty('maxInstanceLifetime')
  })

  it('says which tags its instances get', () => {
    expect(get('Web')).toMatchObject({ tags: { Name: 'web', Cost: 'a' }, instanceTags: { Name: 'web' } })
    expect(get('Web')).not.toHaveProperty('instanceTags.Cost')
    expect(get('Template')).toMatchObject({ machine: { tags: { Tier: 'web' } } })
  })

  it('runs the workload of its own metadata, with its references filled in', () => {
    expect(get('Web')).toMatchObject({
      machine: { workload: { processes: [{ name: 'web', environment: { SUBNET: arnOf('Subnet') } }] } },
    })
  })

  it('takes metadata options from the launch, then from the image, then from the defaults', () => {
    expect(get('Template')).toMatchObject({
      machine: { imdsv2Required: true, metadataHopLimit: 2, detailedMonitoring: true },
    })
    expect(get('Strict')).toMatchObject({
      machine: { imdsv2Required: false, metadataHopLimit: 3, metadataDisabled: true, detailedMonitoring: false },
    })
    // A launch configuration asks for detailed monitoring unless it says otherwise.
    expect(get('Old')).toMatchObject({
      machine: { imdsv2Required: false, metadataHopLimit: 1, detailedMonitoring: true },
    })
  })
})

describe('scaling policies', () => {
  it('track a predefined metric or one of the application', () => {
    expect(get('Cpu')).toMatchObject({
      arn: arnOf('Cpu'),
      name: expect.stringMatching(/^scaling-Cpu-/),
      group: 'scaling/Web',
      policy: {
        type: 'TargetTrackingScaling',
        metric: { kind: 'predefined', type: 'ASGAverageCPUUtilization' },
        target: 50,
        disableScaleIn: false,
        instanceWarmup: 60_000,
      },
    })
    expect(get('Depth')).toMatchObject({
      policy: {
        metric: { kind: 'customized', namespace: 'App', name: 'Depth', dimensions: { Queue: 'a' }, statistic: 'Sum' },
        disableScaleIn: true,
      },
    })
  })

  it('go in steps, or by one adjustment', () => {
    expect(get('Steps')).toMatchObject({
      policy: {
        type: 'StepScaling',
        adjustmentType: 'PercentChangeInCapacity',
        aggregation: 'Maximum',
        minAdjustmentMagnitude: 2,
        steps: [
          { lower: 0, upper: 10, adjustment: 10 },
          { lower: 10, adjustment: 50 },
        ],
      },
    })
    expect(get('Simple')).toMatchObject({
      policy: { type: 'SimpleScaling', adjustmentType: 'ChangeInCapacity', adjustment: -1, cooldown: 60_000 },
    })
  })

  it('are replaced by nothing when they need metric math', () => expect(get('MathPolicy')?.kind).toBe('other'))

  it('scheduled actions have their time zone and start', () => {
    expect(get('Morning')).toMatchObject({
      kind: 'scheduledAction',
      group: 'scaling/Web',
      minSize: 2,
      recurrence: '0 8 * * 1-5',
      timeZone: 'Europe/Paris',
      start: Date.UTC(2030, 0, 1),
    })
    expect(get('Morning')).not.toHaveProperty('desiredCapacity')
  })
})

describe('alarms', () => {
  it('watch one metric', () => {
    expect(get('High')).toMatchObject({
      kind: 'alarm',
      alarm: {
        name: 'high',
        arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:high',
        queries: [
          {
            kind: 'metric',
            id: 'm1',
            returnData: true,
            metric: {
              namespace: 'AWS/EC2',
              name: 'CPUUtilization',
              dimensions: { AutoScalingGroupName: 'web' },
              statistic: 'p90',
              period: 60_000,
            },
          },
        ],
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        missingData: 'notBreaching',
        actions: { enabled: true, alarm: [arnOf('Steps')], ok: [], insufficientData: [] },
      },
    })
  })

  it('watch an expression over several metrics', () => {
    const rate = get('Rate')
    if (rate?.kind !== 'alarm') throw new Error('not there')
    expect(rate.alarm).toMatchObject({ datapointsToAlarm: 1, missingData: 'missing' })
    expect(rate.alarm.queries.map(({ id, kind, returnData }) => `${id} ${kind} ${returnData}`)).toEqual([
      'rate expression true',
      'e metric false',
      'r metric false',
    ])
  })

  it('are composed by a rule with the names of others', () => {
    expect(get('Both')).toMatchObject({
      kind: 'compositeAlarm',
      name: 'both',
      rule: `ALARM(high) AND ALARM(${arnOf('Rate')})`,
      actions: { enabled: false },
    })
  })
})

describe('the network beside', () => {
  it('has flow logs on VPCs and subnets', () => {
    expect(get('Vpc')).toMatchObject({
      flowLogs: [
        {
          traffic: 'REJECT',
          destination: 'cloud-watch-logs',
          target: 'flows',
          aggregation: 60_000,
          format: '${srcaddr} ${dstaddr}',
          role: 'arn:aws:iam::123456789012:role/flows',
        },
      ],
    })
    expect(get('Subnet')).toMatchObject({
      flowLogs: [{ traffic: 'ALL', destination: 's3', target: 'arn:aws:s3:::flows', aggregation: 600_000 }],
    })
  })

  it('has endpoints with the policy as a list of statements', () => {
    expect(get('Endpoint')).toMatchObject({
      policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject' }] },
    })
  })
})

it('lists what is not understood, by name', () => {
  expect(architecture.gaps.map(({ kind, path, message }) => `${kind} ${path}: ${message}`)).toEqual([
    'resourceType Resources.InterfaceFlows.Properties.ResourceType: InterfaceFlows (AWS::EC2::FlowLog) is not modelled: flow logs of a NetworkInterface are not modelled, only of VPCs and subnets',
    'resourceType Resources.MathPolicy.Properties.TargetTrackingConfiguration.CustomizedMetricSpecification.Metrics: MathPolicy (AWS::AutoScaling::ScalingPolicy) is not modelled: metric math in target tracking is not modelled',
    'resourceType Resources.Odd.Properties.ThresholdMetricId: Odd (AWS::CloudWatch::Alarm) is not modelled: anomaly detection is not modelled',
    'property Resources.Both.Properties.ActionsSuppressor: ActionsSuppressor is not understood: it has no effect here',
    'property Resources.Both.Properties.ActionsSuppressorWaitPeriod: ActionsSuppressorWaitPeriod is not understood: it has no effect here',
    'property Resources.Both.Properties.ActionsSuppressorExtensionPeriod: ActionsSuppressorExtensionPeriod is not understood: it has no effect here',
  ])
})
