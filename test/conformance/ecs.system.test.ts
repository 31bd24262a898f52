import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const ecs = () => client(ECSClient)
const cluster = () => ({ cluster: output('Cluster') })

describe('what ECS tells about a stack', () => {
  it('has the cluster', async () => {
    const { clusters, failures } = await ecs().send(new DescribeClustersCommand({ clusters: [output('Cluster')] }))
    expect(failures).toEqual([])
    expect(clusters).toMatchObject([
      {
        clusterName: output('Cluster'),
        clusterArn: expect.stringMatching(arn('ecs', `cluster/${output('Cluster')}`)),
        status: 'ACTIVE',
        activeServicesCount: 1,
        runningTasksCount: 0,
        pendingTasksCount: 0,
      },
    ])
  })

  it('has the service with its deployment and its network', async () => {
    const { services } = await ecs().send(new DescribeServicesCommand({ ...cluster(), services: [output('Service')] }))
    expect(services).toMatchObject([
      {
        serviceArn: output('ServiceArn'),
        serviceName: output('Service'),
        status: 'ACTIVE',
        desiredCount: 0,
        runningCount: 0,
        launchType: 'FARGATE',
        taskDefinition: output('Task'),
        schedulingStrategy: 'REPLICA',
        deploymentConfiguration: {
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
        networkConfiguration: {
          awsvpcConfiguration: { assignPublicIp: 'ENABLED', securityGroups: [output('AppGroup')] },
        },
        deployments: [
          { status: 'PRIMARY', id: expect.stringMatching(/^ecs-svc\/\d+$/), taskDefinition: output('Task') },
        ],
      },
    ])
    expect(output('ServiceArn')).toMatch(arn('ecs', `service/${output('Cluster')}/${output('Service')}`))
    const { serviceArns } = await ecs().send(new ListServicesCommand(cluster()))
    expect(serviceArns).toEqual([output('ServiceArn')])
  })

  it('has the task definition, with its containers as they were written', async () => {
    const { taskDefinition } = await ecs().send(new DescribeTaskDefinitionCommand({ taskDefinition: output('Task') }))
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: output('Task'),
      family: `${output('Stack')}-web`,
      status: 'ACTIVE',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'web',
          image: 'public.ecr.aws/nginx/nginx:stable',
          essential: true,
          environment: [{ name: 'GREETING', value: 'hello' }],
          portMappings: [{ containerPort: 80, protocol: 'tcp' }],
          logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': output('Log') } },
        },
      ],
    })
    expect(output('Task')).toMatch(arn('ecs', `task-definition/${taskDefinition?.family}:${taskDefinition?.revision}`))
    const family = { familyPrefix: taskDefinition?.family }
    expect((await ecs().send(new ListTaskDefinitionsCommand(family))).taskDefinitionArns).toContain(output('Task'))
    expect((await ecs().send(new ListTasksCommand(cluster()))).taskArns).toEqual([])
  })

  it('says MISSING of what is not there, without failing', async () => {
    const clusters = await ecs().send(new DescribeClustersCommand({ clusters: ['terrace-nobody'] }))
    expect(clusters).toMatchObject({
      clusters: [],
      failures: [{ arn: expect.stringMatching(arn('ecs', 'cluster/terrace-nobody')), reason: 'MISSING' }],
    })
    const services = await ecs().send(new DescribeServicesCommand({ ...cluster(), services: ['nobody'] }))
    expect(services).toMatchObject({ services: [], failures: [{ reason: 'MISSING' }] })
    const task = '0123456789abcdef0123456789abcdef'
    const tasks = await ecs().send(new DescribeTasksCommand({ ...cluster(), tasks: [task] }))
    expect(tasks).toMatchObject({ tasks: [], failures: [{ reason: 'MISSING' }] })
  })
})

describe('what ECS refuses', () => {
  it.each<[name: string, code: string, call: () => Promise<unknown>]>([
    [
      'a cluster that is not there',
      'ClusterNotFoundException',
      () => ecs().send(new ListTasksCommand({ cluster: 'terrace-nobody' })),
    ],
    [
      'a service that is not there',
      'ServiceNotFoundException',
      () => ecs().send(new UpdateServiceCommand({ ...cluster(), service: 'nobody', desiredCount: 1 })),
    ],
    [
      'a task definition that is not there',
      'ClientException',
      () => ecs().send(new DescribeTaskDefinitionCommand({ taskDefinition: 'terrace-nobody' })),
    ],
  ])('%s', async (_, code, call) => {
    expect(await failureOf(call())).toMatchObject({ code, status: 400 })
  })

  it('what the role of the caller does not allow', async () => {
    const limited = await operator(ECSClient)
    expect((await limited.send(new DescribeClustersCommand({ clusters: [output('Cluster')] }))).clusters).toHaveLength(
      1,
    )
    const change = new UpdateServiceCommand({ ...cluster(), service: output('Service'), desiredCount: 1 })
    expect(await failureOf(limited.send(change))).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: expect.stringMatching(
        /^User: arn:\S+ is not authorized to perform: ecs:UpdateService on resource: arn:\S+:service\/\S+ because no identity-based policy allows the ecs:UpdateService action$/,
      ),
    })
  })
})

describe('an operator looks at the service', () => {
  operatorTypes(target, [
    {
      does: 'reads the counts of a service',
      types: `aws ecs describe-services --cluster $Cluster --services $Service --query 'services[0].[status,desiredCount,runningCount]' --output text`,
      prints: 'ACTIVE\t0\t0\n',
    },
    {
      does: 'lists the services',
      types: 'aws ecs list-services --cluster $Cluster --query "length(serviceArns)"',
      prints: '1\n',
    },
    {
      does: 'says what is missing',
      types: 'aws ecs list-tasks --cluster terrace-nobody',
      fails: true,
      prints:
        /An error occurred \(ClusterNotFoundException\) when calling the ListTasks operation: Cluster not found\./,
    },
  ])
})
