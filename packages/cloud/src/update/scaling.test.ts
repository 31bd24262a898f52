import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling'
import {
  DescribeLifecycleHooksCommand,
  DescribePoliciesCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-auto-scaling'
import { CloudFormationClient, SignalResourceCommand } from '@aws-sdk/client-cloudformation'
import { minutes, seconds } from '@terrace/kit'
import type { AutoScalingGroup, LifecycleHook, RollingUpdate } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { clientOptions } from '../gateway/testing.ts'
import { RESOURCE, scaling, target, tracking } from '../services/applicationautoscaling/testing/scaling-stage.ts'
import { type ApiCloud, AutoScalingGroupName, startApi } from '../services/autoscaling/testing/api-cloud.ts'
import { MACHINE, testGroup } from '../services/autoscaling/testing/test-group.ts'
import { cloudFormationService } from '../services/cloudformation/index.ts'
import { testNode } from '../testing/architecture.ts'
import { COMPLETE, nodesWith, update } from './testing.ts'
import type { UpdateOutcome } from './updater.ts'

/** Updates while time passes: instances come and go on the clock of the control loops. */
async function updateInTime({ cloud, clock }: ApiCloud, wanted: readonly Parameters<typeof nodesWith>[1][number][]) {
  const state: { outcome?: unknown } = {}
  const updating = cloud.update(nodesWith(cloud, wanted)).then(outcome => {
    state.outcome = outcome
  })
  while (state.outcome === undefined) await clock.advance(seconds(10))
  await updating
  return state.outcome
}

const hook = (name: string, rest: Partial<LifecycleHook> = {}): LifecycleHook => ({
  name,
  transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  heartbeatTimeout: minutes(5),
  defaultResult: 'CONTINUE',
  ...rest,
})

const group = (rest: Partial<AutoScalingGroup> = {}) => testGroup({ targetGroups: [], ...rest })

describe('an update of an Auto Scaling group', () => {
  it('changes sizes, tags and hooks in place: who runs stays', async () => {
    const on = await startApi({
      targetGroups: [],
      lifecycleHooks: [hook('kept'), hook('old')],
      tags: { a: '1', b: '2' },
    })
    const before = await on.members()
    const wanted = group({
      maxSize: 6,
      desiredCapacity: 3,
      lifecycleHooks: [hook('kept', { heartbeatTimeout: minutes(9) }), hook('new')],
      tags: { a: '9', c: '3' },
      instanceTags: { c: '3' },
    })

    expect(await updateInTime(on, [wanted])).toEqual(COMPLETE)

    const described = await on.group()
    expect(described).toMatchObject({ MaxSize: 6, DesiredCapacity: 3 })
    expect(await on.members()).toEqual([...(before ?? []), expect.stringContaining('i-3')])
    expect(described.Tags?.map(({ Key, Value, PropagateAtLaunch }) => [Key, Value, PropagateAtLaunch]).sort()).toEqual([
      ['a', '9', false],
      ['c', '3', true],
    ])
    const { LifecycleHooks = [] } = await on.client.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName }))
    expect(LifecycleHooks.map(({ LifecycleHookName: name, HeartbeatTimeout: time }) => [name, time]).sort()).toEqual([
      ['kept', 540],
      ['new', 300],
    ])
    await on.cloud.stop()
  })

  it('changes, adds and removes policies and scheduled actions', async () => {
    const on = await startApi({ targetGroups: [] })
    const policy = (name: string, adjustment: number) =>
      testNode('scalingPolicy', name, {
        name,
        arn: `arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u:autoScalingGroupName/g:policyName/${name}`,
        group: 'asg',
        policy: { type: 'SimpleScaling', adjustmentType: 'ChangeInCapacity', adjustment },
      })
    const action = (name: string, desiredCapacity: number) =>
      testNode('scheduledAction', name, {
        name,
        group: 'asg',
        desiredCapacity,
        recurrence: '0 8 * * *',
        timeZone: 'UTC',
      })
    const policies = async () => {
      const { ScalingPolicies = [] } = await on.client.send(new DescribePoliciesCommand({ AutoScalingGroupName }))
      return ScalingPolicies.map(({ PolicyName, ScalingAdjustment }) => [PolicyName, ScalingAdjustment]).sort()
    }
    const actions = async () => {
      const command = new DescribeScheduledActionsCommand({ AutoScalingGroupName })
      const { ScheduledUpdateGroupActions = [] } = await on.client.send(command)
      return ScheduledUpdateGroupActions.map(one => [one.ScheduledActionName, one.DesiredCapacity]).sort()
    }
    await update(on.cloud, [policy('up', 1), policy('old', 1), action('morning', 3), action('old-one', 1)])
    expect([await policies(), await actions()]).toEqual([
      [
        ['old', 1],
        ['up', 1],
      ],
      [
        ['morning', 3],
        ['old-one', 1],
      ],
    ])

    const wanted = [policy('up', 2), policy('new', -1), action('morning', 4), action('night', 1)]
    expect(await update(on.cloud, wanted, ['old', 'old-one'])).toEqual(COMPLETE)

    expect(await policies()).toEqual([
      ['new', -1],
      ['up', 2],
    ])
    expect(await actions()).toEqual([
      ['morning', 4],
      ['night', 1],
    ])
    await on.cloud.stop()
  })
})

describe('a rolling update that waits for signals', () => {
  const ROLLING: RollingUpdate = {
    maxBatchSize: 1,
    minInstancesInService: 1,
    minSuccessfulPercent: 100,
    pauseTime: minutes(5),
    waitOnSignals: true,
    suspendProcesses: [],
  }
  const withPolicy = { targetGroups: [], update: { rolling: ROLLING, willReplace: false, keepsSizes: false } }
  const changed = group({ ...withPolicy, machine: { ...MACHINE, imageId: 'ami-2' } })

  /** Each new instance signals that, as soon as it is in service. */
  async function updateWith(signal: (id: string) => 'SUCCESS' | 'FAILURE' | undefined) {
    const on = await startApi(withPolicy, [cloudFormationService()])
    const client = new CloudFormationClient(clientOptions(on.cloud.gateway.url))
    const signalled = new Set((await on.group()).Instances?.map(({ InstanceId }) => InstanceId))
    const old = [...signalled]
    const state: { outcome?: UpdateOutcome } = {}
    void on.cloud.update(nodesWith(on.cloud, [changed])).then(outcome => {
      state.outcome = outcome
    })
    while (state.outcome === undefined) {
      await on.clock.advance(seconds(10))
      for (const { InstanceId = '', LifecycleState } of (await on.group()).Instances ?? []) {
        if (LifecycleState !== 'InService' || signalled.has(InstanceId)) continue
        signalled.add(InstanceId)
        const Status = signal(InstanceId)
        const named = { StackName: 'test', LogicalResourceId: 'asg', UniqueId: InstanceId }
        if (Status) await client.send(new SignalResourceCommand({ ...named, Status })).catch(() => {})
      }
    }
    const members = (await on.group()).Instances?.map(({ InstanceId }) => InstanceId) ?? []
    await on.cloud.stop()
    return { outcome: state.outcome, kept: members.filter(id => old.includes(id)), members }
  }

  it('goes on with each success, until all instances are new', async () => {
    const { outcome, kept, members } = await updateWith(() => 'SUCCESS')
    expect(outcome).toEqual(COMPLETE)
    expect([kept, members.length]).toEqual([[], 2])
  })

  it('is rolled back by a failure', async () => {
    const { outcome } = await updateWith(() => 'FAILURE')
    expect(outcome).toMatchObject({
      status: expect.stringContaining('UPDATE_ROLLBACK'),
      reason: expect.stringContaining('FAILURE signal(s) out of 2. Unable to satisfy 100%'),
    })
  })

  it('is rolled back when a signal does not come within the pause', async () => {
    const { outcome } = await updateWith(() => undefined)
    expect(outcome).toMatchObject({ reason: expect.stringContaining('Failed to receive 1 resource signal(s)') })
  })
})

describe('an update of a scalable target', () => {
  it('changes bounds and policies: the service follows, and new policies scale', async () => {
    await using on = await scaling(target(), tracking('cpu'))
    expect(await on.desired()).toBe(2)
    const schedule = { name: 'night', schedule: 'rate(1 hour)', minCapacity: 1, timeZone: 'UTC' } as never
    const wanted = [
      target({ minCapacity: 3, maxCapacity: 4, scheduledActions: [schedule] }),
      tracking('cpu', { target: 20 }),
      tracking('memory', { metric: { kind: 'predefined', type: 'ECSServiceAverageMemoryUtilization' } }),
    ]

    expect(await update(on.cloud, wanted)).toEqual(COMPLETE)

    await on.clock.advance(minutes(1))
    expect(await on.desired()).toBe(3)
    const { ScalableTargets } = await on.client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))
    expect(ScalableTargets).toMatchObject([{ ResourceId: RESOURCE, MinCapacity: 3, MaxCapacity: 4 }])
    // 50 % was little before, and is much now.
    await on.pass(4, 50)
    expect(await on.desired()).toBe(4)

    expect(await update(on.cloud, [], ['memory'])).toEqual(COMPLETE)
    const { ScalingPolicies } = await on.client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }))
    expect(ScalingPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(['cpu'])
    await update(on.cloud, [], ['cpu', 'target'])
    const left = await on.client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))
    expect(left.ScalableTargets).toEqual([])
  })
})
