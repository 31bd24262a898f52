import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, type Duration, minutes, seconds, seeded, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, AutoScalingGroup, Machine } from '@terrace/model'
import type { Delivery } from '../../../deliveries.ts'
import { makeWorld } from '../../../make-world.ts'
import type { Alarms } from '../../../ports.ts'
import { subnet, testArchitecture, testNode } from '../../../testing/architecture.ts'
import type { World } from '../../../world.ts'
import { cloudwatch } from '../../cloudwatch/index.ts'
import { RunningGroup } from '../group.ts'
import { BareInstances } from './bare-instances.ts'
import { BareTargets } from './bare-targets.ts'

export const MACHINE: Machine = {
  imageId: 'ami-1',
  instanceType: 't2.micro',
  securityGroups: [],
  imdsv2Required: true,
  metadataHopLimit: 1,
  detailedMonitoring: true,
  userData: '',
}

/** A group of two in two zones with one target group, as CloudFormation's defaults make it, but for what is given. */
export const testGroup = (rest: Partial<AutoScalingGroup> = {}): AutoScalingGroup => ({
  ...testNode('autoScalingGroup', 'asg', {
    name: 'library-app',
    machine: MACHINE,
    subnets: ['app-a', 'app-b'],
    minSize: 1,
    maxSize: 4,
    desiredCapacity: 2,
    targetGroups: ['tg'],
    healthChecks: { elb: true, gracePeriod: 0 },
    defaultCooldown: seconds(300),
    groupMetrics: [],
    terminationPolicies: ['Default'],
    suspendedProcesses: [],
    newInstancesProtected: false,
    lifecycleHooks: [],
    notifications: [],
    zoneDistribution: 'balanced-best-effort',
  }),
  ...rest,
})

export const testTargetGroup = (id: string): ArchitectureNode =>
  testNode('targetGroup', id, {
    name: id,
    arn: `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${id}/0123456789abcdef`,
    protocol: 'HTTP',
    port: 8000,
    targetType: 'instance',
    healthCheck: {
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic',
      path: '/readyz',
      interval: seconds(5),
      timeout: seconds(2),
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    deregistrationDelay: seconds(300),
    slowStart: 0,
    algorithm: 'round_robin',
    crossZone: 'use_load_balancer_configuration',
    minimumHealthyTargets: 1,
    targets: [],
  })

/** Nodes that a group refers to: subnets in three zones, two target groups. */
export const surroundings = (): readonly ArchitectureNode[] => [
  subnet('app-a', '10.0.2.0/24', 'us-east-1a'),
  subnet('app-b', '10.0.3.0/24', 'us-east-1b'),
  subnet('app-c', '10.0.4.0/24', 'us-east-1c'),
  testTargetGroup('tg'),
  testTargetGroup('tg-2'),
]

export interface StageOptions {
  readonly group?: Partial<AutoScalingGroup>
  readonly nodes?: readonly ArchitectureNode[]
  readonly clock?: Clock
  readonly seed?: string | number
  readonly launchTime?: Duration
  /** What a target is right after its registration; `healthy` unless given. */
  readonly firstHealth?: 'initial' | 'healthy'
  /** Whether CloudWatch runs, too. */
  readonly alarms?: boolean
}

/** A group with all of its parts and the real CloudWatch, over instances and targets that are only numbers. */
export interface Stage {
  readonly world: World
  readonly clock: VirtualClock
  readonly group: RunningGroup
  readonly instances: BareInstances
  readonly targets: BareTargets
  readonly alarms: Alarms | undefined
  /** What instances and targets were told, in its order. */
  readonly log: readonly string[]
  /** Events and notifications, as they were sent. */
  readonly deliveries: readonly Delivery[]
  /** `i-1 us-east-1a InService`, … */
  lines(): readonly string[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Sets the stage and starts the group; the clock is a virtual one. */
export async function stage(options: StageOptions = {}): Promise<Stage> {
  const clock = new VirtualClock()
  const folder = mkdtempSync(join(tmpdir(), 'asg-'))
  const definition = testGroup(options.group)
  const nodes = [...surroundings(), definition, ...(options.nodes ?? [])]
  const architecture = { ...testArchitecture(nodes), zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] }
  const world = makeWorld({ architecture, stateFolder: folder, clock, random: seeded(options.seed ?? 'test') })
  const deliveries: Delivery[] = []
  for (const receiver of ['sns', 'sqs', 'events'] as const)
    world.deliveries.register(receiver, delivery => void deliveries.push(delivery))
  const instances = new BareInstances(architecture, clock, options.launchTime)
  const targets = new BareTargets(instances.log, options.firstHealth ?? 'healthy')
  const group = new RunningGroup(world, definition, instances, targets)
  targets.onHealth((targetGroup, id, { state }) => group.targetHealth(targetGroup, id, state))
  instances.onChange(instance => group.instanceChanged(instance))
  const watching = options.alarms ? await cloudwatch.start(world) : undefined
  const alarms = options.alarms ? await world.ports.need('alarms') : undefined
  if (alarms) {
    group.connect(alarms)
    alarms.onAction('arn:aws:autoscaling:', (action, transition) => group.policies.alarmFired(action, transition))
  }
  // With a launch that takes time, nobody could move the clock while it is waited for.
  const started = group.start()
  await clock.advance(options.launchTime ?? 0)
  await started
  return {
    world,
    clock,
    group,
    instances,
    targets,
    alarms,
    log: instances.log,
    deliveries,
    lines: () => group.members.map(({ id, instance, state }) => `${id} ${instance.zone} ${state}`),
    async [Symbol.asyncDispose]() {
      group.stop()
      await watching?.stop()
      await world.logs.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A minute, in which control loops have their turn. */
export const MINUTE = minutes(1)
