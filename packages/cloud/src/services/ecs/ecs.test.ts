import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ExecuteCommandCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { seconds } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
import { throttleOf } from './limits.ts'
import { Operator } from './testing/operator.ts'
import { type Stage, stage, TARGET_GROUP_ARN } from './testing/stage.ts'

const operatorRole = testRole('operator', {
  Effect: 'Allow',
  Action: ['ecs:RunTask', 'ecs:RegisterTaskDefinition'],
  Resource: '*',
})

let on: Stage
let client: ECSClient

beforeEach(async () => {
  on = await stage({ nodes: [operatorRole] })
  client = new Operator(on).client
})
afterEach(() => on[Symbol.asyncDispose]())

const registration = (rest: Partial<RegisterTaskDefinitionCommandInput> = {}) =>
  new RegisterTaskDefinitionCommand({
    family: 'job',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'main', image: 'example.com/job:1' }],
    ...rest,
  })

const NETWORK = { awsvpcConfiguration: { subnets: ['app-a', 'app-b'], securityGroups: ['app'] } }

/** ECS Developer Guide, "Amazon ECS service throttle logic": at most 15 minutes. */
it.each([
  [0, 0],
  [1, 10],
  [2, 20],
  [7, 640],
  [8, 900],
  [50, 900],
])('after %i failures in a row the next start waits %i s', (failures, wait) =>
  expect(throttleOf(failures)).toBe(seconds(wait)),
)

describe('clusters', () => {
  it('are made, listed, described and deleted', async () => {
    const { cluster } = await client.send(
      new CreateClusterCommand({ clusterName: 'jobs', tags: [{ key: 'a', value: 'b' }] }),
    )
    expect(cluster).toMatchObject({ clusterName: 'jobs', status: 'ACTIVE', tags: [{ key: 'a', value: 'b' }] })
    const { clusterArns } = await client.send(new ListClustersCommand({ maxResults: 1 }))
    expect(clusterArns).toEqual(['arn:aws:ecs:us-east-1:123456789012:cluster/main'])
    const { clusters, failures } = await client.send(
      new DescribeClustersCommand({ clusters: ['main', 'nowhere'], include: ['STATISTICS'] }),
    )
    expect(clusters).toMatchObject([{ runningTasksCount: 2, activeServicesCount: 1, status: 'ACTIVE' }])
    expect(failures).toMatchObject([{ reason: 'MISSING' }])
    await client.send(new DeleteClusterCommand({ cluster: 'jobs' }))
    expect(await failureOf(client.send(new DeleteClusterCommand({ cluster: 'main' })))).toMatchObject({
      name: 'ClusterContainsServicesException',
    })
    expect(await failureOf(client.send(new ListTasksCommand({ cluster: 'jobs' })))).toEqual({
      name: 'ClusterNotFoundException',
      status: 400,
      message: 'Cluster not found.',
    })
  })
})

describe('task definitions', () => {
  it('are registered as revisions, listed, described and deregistered', async () => {
    const { taskDefinition: first } = await client.send(registration())
    expect(first).toMatchObject({
      family: 'job',
      revision: 1,
      status: 'ACTIVE',
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/job:1',
      containerDefinitions: [{ name: 'main', essential: true, portMappings: [], stopTimeout: 30 }],
    })
    await client.send(registration({ cpu: '.5 vCPU', memory: '1 GB' }))
    const described = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'job' }))
    expect(described.taskDefinition).toMatchObject({ revision: 2, cpu: '512', memory: '1024' })
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'job:2' }))
    const list = async (status?: 'INACTIVE') =>
      (await client.send(new ListTaskDefinitionsCommand({ familyPrefix: 'job', status }))).taskDefinitionArns
    expect(await list()).toEqual(['arn:aws:ecs:us-east-1:123456789012:task-definition/job:1'])
    expect(await list('INACTIVE')).toEqual(['arn:aws:ecs:us-east-1:123456789012:task-definition/job:2'])
    const { families } = await client.send(new ListTaskDefinitionFamiliesCommand({}))
    expect(families).toEqual(['job', 'web'])
  })

  it.each<[string, Partial<RegisterTaskDefinitionCommandInput>, string]>([
    ['a size that Fargate lacks', { memory: '768' }, 'No Fargate configuration exists for given values.'],
    ['no size', { cpu: undefined }, "Fargate requires that 'cpu' and 'memory' be defined at the task level."],
    ['another network mode', { networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    ['a role that does not exist', { taskRoleArn: 'nobody' }, 'Role is not valid'],
    [
      'logs without an execution role',
      {
        containerDefinitions: [
          {
            name: 'main',
            image: 'example.com/job:1',
            logConfiguration: {
              logDriver: 'awslogs',
              options: { 'awslogs-group': 'job', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'job' },
            },
          },
        ],
      },
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      'containers that wait for one another',
      {
        containerDefinitions: [
          { name: 'a', image: 'x', dependsOn: [{ containerName: 'b', condition: 'START' }] },
          { name: 'b', image: 'x', dependsOn: [{ containerName: 'a', condition: 'START' }] },
        ],
      },
      'The dependencies of containers must not be circular.',
    ],
    [
      'no essential container',
      { containerDefinitions: [{ name: 'a', image: 'x', essential: false }] },
      'A task definition must have at least one essential container',
    ],
  ])('with %s are refused', async (_, rest, message) =>
    expect(await failureOf(client.send(registration(rest)))).toEqual({ name: 'ClientException', status: 400, message }),
  )

  it('with members that are not emulated are refused by name', async () => {
    const containerDefinitions = [{ name: 'main', image: 'x', privileged: true }]
    expect(await failureOf(client.send(registration({ containerDefinitions })))).toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('the member containerDefinitions.0.privileged of RegisterTaskDefinition'),
    })
  })
})

describe('services', () => {
  it('are created, listed, updated and deleted', async () => {
    const { service } = await client.send(
      new CreateServiceCommand({
        cluster: 'main',
        serviceName: 'second',
        taskDefinition: 'web:1',
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: NETWORK,
        loadBalancers: [{ targetGroupArn: TARGET_GROUP_ARN, containerName: 'web', containerPort: 8000 }],
        healthCheckGracePeriodSeconds: 30,
      }),
    )
    expect(service).toMatchObject({
      serviceArn: 'arn:aws:ecs:us-east-1:123456789012:service/main/second',
      status: 'ACTIVE',
      healthCheckGracePeriodSeconds: 30,
      availabilityZoneRebalancing: 'ENABLED',
      deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['app-a', 'app-b'], assignPublicIp: 'DISABLED' } },
    })
    const { serviceArns } = await client.send(new ListServicesCommand({ cluster: 'main' }))
    expect(serviceArns?.map(arn => arn.split('/').at(-1))).toEqual(['web', 'second'])
    await client.send(new UpdateServiceCommand({ cluster: 'main', service: 'second', desiredCount: 0 }))
    await on.clock.advance(seconds(31))
    await client.send(new DeleteServiceCommand({ cluster: 'main', service: 'second' }))
    const { services, failures } = await client.send(
      new DescribeServicesCommand({ cluster: 'main', services: ['second', 'third'] }),
    )
    expect(services).toMatchObject([{ status: 'INACTIVE' }])
    expect(failures).toMatchObject([{ reason: 'MISSING' }])
  })

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a service that does not exist',
      () => client.send(new UpdateServiceCommand({ cluster: 'main', service: 'none', desiredCount: 1 })),
      'ServiceNotFoundException',
    ],
    [
      'a cluster that does not exist',
      () => client.send(new UpdateServiceCommand({ cluster: 'none', service: 'web', desiredCount: 1 })),
      'ClusterNotFoundException',
    ],
    [
      'a task definition that does not exist',
      () => client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'none:3' })),
      'ClientException',
    ],
    [
      'percentages that block every deployment',
      () =>
        client.send(
          new UpdateServiceCommand({
            cluster: 'main',
            service: 'web',
            deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 },
          }),
        ),
      'InvalidParameterException',
    ],
    [
      'a deletion while tasks are wanted',
      () => client.send(new DeleteServiceCommand({ cluster: 'main', service: 'web' })),
      'InvalidParameterException',
    ],
    [
      'a subnet that does not exist',
      () =>
        client.send(
          new UpdateServiceCommand({
            cluster: 'main',
            service: 'web',
            networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-none'] } },
          }),
        ),
      'InvalidParameterException',
    ],
  ])('refuse %s', async (_, call, name) => expect(await failureOf(call())).toMatchObject({ name, status: 400 }))
})

describe('tasks', () => {
  it('are run on their own with overrides, listed, described and stopped', async () => {
    await client.send(registration())
    const { tasks, failures } = await client.send(
      new RunTaskCommand({
        cluster: 'main',
        taskDefinition: 'job',
        count: 2,
        startedBy: 'operator',
        networkConfiguration: NETWORK,
        overrides: {
          containerOverrides: [
            { name: 'main', command: ['node', 'once.js'], environment: [{ name: 'DAY', value: '1' }] },
          ],
        },
      }),
    )
    expect(failures).toEqual([])
    expect(tasks).toMatchObject([
      {
        lastStatus: 'PENDING',
        group: 'family:job',
        startedBy: 'operator',
        launchType: 'FARGATE',
        availabilityZone: 'us-east-1a',
      },
      { availabilityZone: 'us-east-1b' },
    ])
    await on.clock.advance(0)
    expect(on.hosts.running.find(({ name }) => name === 'main')?.spec).toMatchObject({
      program: { command: ['node', 'once.js'] },
      environment: { DAY: '1' },
    })
    const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster: 'main', family: 'job' }))
    expect(taskArns).toHaveLength(2)
    const described = await client.send(new DescribeTasksCommand({ cluster: 'main', tasks: [...taskArns, 'none'] }))
    expect(described.tasks?.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING'])
    expect(described.failures).toMatchObject([{ reason: 'MISSING' }])
    await client.send(new StopTaskCommand({ cluster: 'main', task: taskArns[0] }))
    await on.clock.advance(0)
    const { tasks: stopped } = await client.send(
      new DescribeTasksCommand({ cluster: 'main', tasks: [taskArns[0] ?? ''] }),
    )
    expect(stopped?.[0]).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'Task stopped by user' })
    expect(await failureOf(client.send(new StopTaskCommand({ cluster: 'main', task: 'none' })))).toMatchObject({
      name: 'InvalidParameterException',
      message: 'The referenced task was not found.',
    })
  })

  it('are listed page by page', async () => {
    const first = await client.send(new ListTasksCommand({ cluster: 'main', serviceName: 'web', maxResults: 1 }))
    const second = await client.send(
      new ListTasksCommand({ cluster: 'main', serviceName: 'web', maxResults: 1, nextToken: first.nextToken }),
    )
    expect(first.taskArns).toHaveLength(1)
    expect(second.taskArns).toHaveLength(1)
    expect(second.taskArns).not.toEqual(first.taskArns)
    expect(second.nextToken).toBeUndefined()
    const call = new ListTasksCommand({ cluster: 'main', nextToken: 'x' })
    expect(await failureOf(client.send(call))).toMatchObject({ name: 'InvalidParameterException' })
  })

  it('can not be entered: ExecuteCommand is refused by name', async () => {
    const call = new ExecuteCommandCommand({ cluster: 'main', task: 'any', command: 'sh', interactive: true })
    expect(await failureOf(client.send(call))).toMatchObject({
      message: expect.stringContaining('the operation ExecuteCommand is not emulated'),
    })
  })
})

describe('permissions', () => {
  it('to hand a role to a task are asked for, as AWS does', async () => {
    const limited = new ECSClient(await on.cloud.as(sessionOf(operatorRole)))
    const call = registration({ taskRoleArn: 'arn:aws:iam::123456789012:role/execution' })
    expect(await failureOf(limited.send(call))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('iam:PassRole on resource: arn:aws:iam::123456789012:role/execution'),
    })
    await limited.send(registration())
    expect(await failureOf(limited.send(new ListClustersCommand({})))).toMatchObject({ name: 'AccessDeniedException' })
  })
})

describe('tags', () => {
  it('are added, listed and removed', async () => {
    const resourceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/web'
    await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'team', value: 'web' }] }))
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { key: 'team', value: 'web' },
    ])
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }))
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([])
  })
})
