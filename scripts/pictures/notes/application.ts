import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
  type Task,
} from '@aws-sdk/client-ecs'
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clients } from '../clients.ts'
import { type Picture, table } from '../picture.ts'

/** What a task is made of. */
export async function taskDefinition({ ecs }: Clients): Promise<Picture> {
  const { service } = await serviceOf(ecs)
  const { taskDefinition: definition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
  )
  const [container] = definition?.containerDefinitions ?? []
  return {
    file: 'task-definition',
    title: 'ECS task definition',
    source: 'ecs DescribeTaskDefinition',
    sections: [
      {
        kind: 'facts',
        heading: 'Task',
        facts: {
          Family: `${definition?.family}:${definition?.revision}`,
          Status: definition?.status,
          Size: `${definition?.cpu} CPU units, ${definition?.memory} MiB`,
          'Runs on': definition?.requiresCompatibilities?.join(', '),
          Network: definition?.networkMode,
          'Execution role': definition?.executionRoleArn,
        },
      },
      {
        kind: 'facts',
        heading: `Container ${container?.name}`,
        facts: {
          Image: container?.image,
          Port: container?.portMappings
            ?.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`)
            .join(', '),
          Environment: container?.environment?.map(({ name, value }) => `${name} = ${value}`).join('\n'),
          Secrets: container?.secrets?.map(({ name, valueFrom }) => `${name} ← ${valueFrom}`).join('\n'),
          Logs: `${container?.logConfiguration?.logDriver}: ${container?.logConfiguration?.options?.['awslogs-group']}`,
          'Root file system': container?.readonlyRootFilesystem ? 'read-only' : 'writable',
        },
      },
    ],
  }
}

/** The service, its tasks, and what it says about itself. */
export async function serviceHealth({ ecs }: Clients): Promise<Picture> {
  const { service, tasks } = await serviceOf(ecs)
  return {
    file: 'service',
    title: 'ECS service',
    source: 'ecs DescribeServices, DescribeTasks',
    sections: [
      {
        kind: 'facts',
        heading: service.serviceName ?? '',
        facts: {
          Status: service.status,
          Tasks: `${service.runningCount} running of ${service.desiredCount} desired, ${service.pendingCount} pending`,
          'Public addresses': service.networkConfiguration?.awsvpcConfiguration?.assignPublicIp?.toLowerCase(),
          Deployment: service.deployments?.[0]?.rolloutState,
          'Circuit breaker': service.deploymentConfiguration?.deploymentCircuitBreaker?.rollback
            ? 'on, with rollback'
            : undefined,
        },
      },
      table('Tasks', tasks, {
        Task: task => task.taskArn?.split('/').at(-1),
        Zone: task => task.availabilityZone,
        State: task => task.lastStatus,
        Address: task => task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address,
      }),
      table('Events', (service.events ?? []).slice(0, 6), { Event: event => event.message }),
    ],
  }
}

/** The balancer, its listeners, and how its targets are. */
export async function targetHealth({ elb }: Clients): Promise<Picture> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}))
  const [balancer] = LoadBalancers
  const { Listeners = [] } = await elb.send(
    new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
  )
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}))
  const [group] = TargetGroups
  const { TargetHealthDescriptions = [] } = await elb.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group?.TargetGroupArn }),
  )
  return {
    file: 'targets',
    title: 'Load balancer and target health',
    source: 'elbv2 DescribeLoadBalancers, DescribeListeners, DescribeTargetGroups, DescribeTargetHealth',
    sections: [
      table('Load balancer', LoadBalancers, {
        Name: each => each.LoadBalancerName,
        Scheme: each => each.Scheme,
        Zones: each => each.AvailabilityZones?.map(({ ZoneName }) => ZoneName).join(', '),
        State: each => each.State?.Code,
      }),
      table('Listeners', Listeners, {
        Port: each => each.Port,
        Protocol: each => each.Protocol,
        Action: each => each.DefaultActions?.[0]?.Type,
        Certificate: each => each.Certificates?.[0]?.CertificateArn,
      }),
      {
        kind: 'facts',
        heading: group?.TargetGroupName ?? '',
        facts: {
          Target: `${group?.TargetType}, ${group?.Protocol} ${group?.Port}`,
          'Health check': `${group?.HealthCheckPath} every ${group?.HealthCheckIntervalSeconds} s, ${group?.UnhealthyThresholdCount} failures in a row`,
        },
      },
      table('Targets', TargetHealthDescriptions, {
        Target: each => `${each.Target?.Id}:${each.Target?.Port}`,
        Zone: each => each.Target?.AvailabilityZone,
        Health: each => each.TargetHealth?.State,
        Reason: each => each.TargetHealth?.Description,
      }),
    ],
  }
}

/** The service of the cluster, and its tasks. */
export async function serviceOf(
  ecs: Clients['ecs'],
): Promise<{ readonly service: Service; readonly tasks: readonly Task[] }> {
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}))
  const [cluster] = clusterArns
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }))
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }))
  const [service] = services
  if (!service) throw new Error('the cluster has no service')
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster }))
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))
  return { service, tasks }
}
