import { minutes, seconds, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, ContainerDefinition, EcsService, TaskDefinition } from '@terrace/model'
import type { Delivery } from '../../../deliveries.ts'
import { policy, startTestCloud, type TestCloud, testRole } from '../../../gateway/testing.ts'
import { VpcNetwork } from '../../../network/vpc-network.ts'
import type { Databases, Objects } from '../../../ports.ts'
import { testNode, threeTiers } from '../../../testing/architecture.ts'
import type { Service } from '../../service.ts'
import { ecsService } from '../index.ts'
import { FakeHosts } from './fake-host.ts'
import { IpTargets } from './ip-targets.ts'

/** A container of an image that only fake hosts run. */
export const testContainer = (rest: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
  name: 'web',
  image: { kind: 'remote', uri: 'example.com/web:1' },
  essential: true,
  ports: [8000],
  environment: {},
  secrets: {},
  dependsOn: [],
  stopTimeout: seconds(30),
  readonlyRootFilesystem: false,
  ...rest,
})

export const testDefinition = (
  family: string,
  containers: readonly ContainerDefinition[] = [testContainer()],
  rest: Partial<TaskDefinition> = {},
): TaskDefinition => ({
  ...testNode('taskDefinition', family, {
    family,
    arn: `arn:aws:ecs:us-east-1:123456789012:task-definition/${family}:1`,
    cpu: 256,
    memory: 512,
    architecture: 'X86_64',
    containers,
    executionRole: 'execution',
  }),
  ...rest,
})

/** Two tasks of `web` in two zones behind one target group, with CloudFormation's defaults. */
export const testService = (rest: Partial<EcsService> = {}): EcsService => ({
  ...testNode('ecsService', 'service', {
    name: 'web',
    arn: 'arn:aws:ecs:us-east-1:123456789012:service/main/web',
    cluster: 'main',
    taskDefinition: 'web',
    desiredCount: 2,
    subnets: ['app-a', 'app-b'],
    securityGroups: ['app'],
    assignPublicIp: false,
    targets: [{ targetGroup: 'tg', container: 'web', port: 8000 }],
    healthCheckGracePeriod: 0,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    circuitBreaker: { enabled: false, rollback: false },
    zoneRebalancing: true,
    executeCommand: false,
  }),
  ...rest,
})

export const TARGET_GROUP_ARN = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/tg/0123456789abcdef'

/** The target group `tg`: addresses at port 8000. */
export const targetGroup = (deregistrationDelay = seconds(30), interval = seconds(5)): ArchitectureNode =>
  testNode('targetGroup', 'tg', {
    name: 'tg',
    arn: TARGET_GROUP_ARN,
    protocol: 'HTTP',
    port: 8000,
    targetType: 'ip',
    healthCheck: {
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic',
      path: '/readyz',
      interval,
      timeout: seconds(2),
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
    },
    deregistrationDelay,
    slowStart: 0,
    algorithm: 'round_robin',
    crossZone: 'use_load_balancer_configuration',
    minimumHealthyTargets: 1,
    targets: [],
  })

/** A role that tasks may have. */
export const taskRole = (name: string, service = 'ecs-tasks.amazonaws.com') => ({
  ...testRole(name, { Effect: 'Allow', Action: '*', Resource: '*' }),
  trust: policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }),
})

/** What services refer to: a network of two zones, a cluster, a target group, roles. */
export const surroundings = (): readonly ArchitectureNode[] => [
  ...threeTiers(),
  testNode('cluster', 'main', {
    name: 'main',
    arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
    containerInsights: false,
  }),
  targetGroup(),
  taskRole('execution'),
]

export interface StageOptions {
  readonly service?: Partial<EcsService>
  readonly definition?: TaskDefinition
  readonly nodes?: readonly ArchitectureNode[]
  /** No service of the template. */
  readonly bare?: boolean
  /** Started after ECS. */
  readonly services?: readonly Service[]
}

/** ECS with its API over hosts and targets that are only numbers, on a virtual clock. */
export interface Stage extends AsyncDisposable {
  readonly cloud: TestCloud
  readonly clock: VirtualClock
  readonly hosts: FakeHosts
  readonly targets: IpTargets
  readonly deliveries: readonly Delivery[]
}

/** Sets the stage. Behaviours of hosts and targets are set before anything starts. */
export async function stage(
  options: StageOptions = {},
  prepare: (parts: Pick<Stage, 'hosts' | 'targets'>) => void = () => {},
): Promise<Stage> {
  const clock = new VirtualClock()
  const hosts = new FakeHosts()
  const targets = new IpTargets(clock)
  prepare({ hosts, targets })
  const nodes = [
    ...surroundings(),
    options.definition ?? testDefinition('web'),
    ...(options.bare ? [] : [testService(options.service)]),
    ...(options.nodes ?? []),
  ]
  const deliveries: Delivery[] = []
  const cloud = await startTestCloud({
    nodes,
    clock,
    services: [ground(targets, deliveries), ecsService({ machinery: hosts }), ...(options.services ?? [])],
  })
  await clock.advance(0)
  return {
    cloud,
    clock,
    hosts,
    targets,
    deliveries,
    async [Symbol.asyncDispose]() {
      await cloud.stop()
    },
  }
}

/** Provides what ECS stands on. */
const ground = (targets: IpTargets, deliveries: Delivery[]): Service => ({
  name: 'ground',
  emulates: [],
  async start(world) {
    const { architecture, random, clock } = world
    world.deliveries.register('events', delivery => void deliveries.push(delivery))
    world.ports.provide('network', new VpcNetwork({ architecture, random, folder: world.folders.run, clock }))
    world.ports.provide('targetGroups', targets)
    world.ports.provide('databases', {} as Databases)
    world.ports.provide('objects', {} as Objects)
    return { async stop() {} }
  },
})

export const MINUTE = minutes(1)
