import type { Instant } from '@terrace/kit'
import { type Architecture, findNode } from '@terrace/model'
import type { ContainerUsage, TaskContainer } from './container.ts'
import { macAddressOf, privateNameOf } from './describe-task.ts'
import type { Task } from './task.ts'

/** What a container knows as `ECS_CONTAINER_METADATA_URI_V4`. */
export const metadataPath = ({ runtimeId }: TaskContainer): string => `http://169.254.170.2/v4/${runtimeId}`

const time = (at: Instant | undefined) => (at === undefined ? undefined : new Date(at).toISOString())

/** @see ECS Developer Guide, "Amazon ECS task metadata v4 for tasks on Fargate", the answer of `/task` */
export function taskMetadata(task: Task, architecture: Architecture) {
  const { revision, cluster, group } = task.request
  return {
    Cluster: cluster.arn,
    TaskARN: task.arn,
    Family: revision.family,
    Revision: String(revision.revision),
    ServiceName: group.startsWith('service:') ? group.slice('service:'.length) : undefined,
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    Limits: { CPU: revision.cpu / 1024, Memory: revision.memory },
    PullStartedAt: time(task.pullStartedAt),
    PullStoppedAt: time(task.pullStoppedAt),
    AvailabilityZone: task.zone,
    LaunchType: 'FARGATE',
    Containers: task.containers.map(container => containerMetadata(task, container, architecture)),
    ClockDrift: {
      ClockErrorBound: 0.5,
      ReferenceTimestamp: time(task.createdAt),
      ClockSynchronizationStatus: 'SYNCHRONIZED',
    },
    EphemeralStorageMetrics: { Utilized: 0, Reserved: 20_496 },
  }
}

/** The same page, the answer of a container's own path. */
export function containerMetadata(task: Task, container: TaskContainer, architecture: Architecture) {
  const { request, networkInterface } = task
  const { definition } = container
  const { logs } = definition
  return {
    DockerId: container.runtimeId,
    Name: definition.name,
    DockerName: definition.name,
    Image: definition.image.uri,
    Labels: {
      'com.amazonaws.ecs.cluster': request.cluster.arn,
      'com.amazonaws.ecs.container-name': definition.name,
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': request.revision.family,
      'com.amazonaws.ecs.task-definition-version': String(request.revision.revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container.status,
    Limits: { CPU: definition.cpu ?? 0, ...(definition.memory === undefined ? {} : { Memory: definition.memory }) },
    CreatedAt: time(container.createdAt),
    StartedAt: time(container.startedAt),
    FinishedAt: time(container.finishedAt),
    ExitCode: container.exitCode,
    Type: 'NORMAL',
    LogDriver: logs?.driver,
    LogOptions:
      logs?.driver === 'awslogs'
        ? {
            'awslogs-group': logs.group,
            'awslogs-region': architecture.region,
            'awslogs-stream': `${logs.streamPrefix}/${definition.name}/${task.id}`,
          }
        : undefined,
    ContainerARN: container.arn,
    Networks: [
      {
        NetworkMode: 'awsvpc',
        IPv4Addresses: [networkInterface.address],
        AttachmentIndex: 0,
        MACAddress: macAddressOf(networkInterface.id),
        IPv4SubnetCIDRBlock: findNode(architecture, networkInterface.subnet, 'subnet')?.cidr,
        PrivateDNSName: privateNameOf(networkInterface.address),
      },
    ],
    Snapshotter: 'overlayfs',
  }
}

/** What was measured last, as Docker's statistics have it: nanoseconds and bytes. */
export function containerStats({ usage, runtimeId, definition }: TaskContainer) {
  if (!usage) return undefined
  const { at, cpuSeconds, residentBytes }: ContainerUsage = usage
  return {
    read: time(at),
    id: runtimeId,
    name: definition.name,
    cpu_stats: { cpu_usage: { total_usage: Math.round(cpuSeconds * 1e9) } },
    memory_stats: {
      usage: residentBytes,
      ...(definition.memory === undefined ? {} : { limit: definition.memory * 1024 * 1024 }),
    },
  }
}
