import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling'
import { seconds } from '@terrace/kit'
import type { ApplicationScalingPolicy, ArchitectureNode, ScalableTarget } from '@terrace/model'
import { clientOptions } from '../../../gateway/testing.ts'
import { testNode } from '../../../testing/architecture.ts'
import { cloudwatch } from '../../cloudwatch/index.ts'
import { Operator } from '../../ecs/testing/operator.ts'
import { MINUTE, type Stage, stage } from '../../ecs/testing/stage.ts'
import { applicationautoscaling } from '../index.ts'

/** What is scaled. */
export const RESOURCE = 'service/main/web'
/** How calls name it. */
export const NAMED = {
  ServiceNamespace: 'ecs',
  ResourceId: RESOURCE,
  ScalableDimension: 'ecs:service:DesiredCount',
} as const

/** Its scalable target, between 1 and 6, but for what is given. */
export const target = (rest: Partial<ScalableTarget> = {}): ScalableTarget => ({
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

/** Of the policy `cpu`. */
export const POLICY_ARN = `arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u:resource/ecs/${RESOURCE}:policyName/cpu`

/** A policy that keeps its CPU at 70 %, but for what is given. */
export const tracking = (
  name: string,
  policy: Partial<ApplicationScalingPolicy['policy']> = {},
): ApplicationScalingPolicy =>
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

/** A service that is scaled, with the real CloudWatch, on a virtual clock. */
export interface ScalingStage extends Stage {
  readonly client: ApplicationAutoScalingClient
  /** Lets minutes pass with this average of the metric. */
  pass(count: number, value: number, metric?: 'CPUUtilization' | 'MemoryUtilization'): Promise<void>
  desired(): Promise<number | undefined>
}

/** Sets the stage. */
export async function scaling(...nodes: readonly ArchitectureNode[]): Promise<ScalingStage> {
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

/** What policies did not do, and why. */
export const held = ({ cloud }: Stage) =>
  cloud.world.journal
    .since(0)
    .filter(({ kind }) => kind === 'applicationautoscaling.held')
    .map(({ message }) => message)
