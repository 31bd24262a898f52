import { type Architecture, type ContainerDefinition, findNode } from '@terrace/model'
import { timestamp } from '../../../gateway/time.ts'
import type { Revision } from './task-definitions.ts'

/** A revision in AWS's words. @see ECS API Reference, "TaskDefinition" */
export function describeDefinition(revision: Revision, architecture: Architecture) {
  const arnOf = (id: string | undefined) => (id === undefined ? undefined : findNode(architecture, id, 'role')?.arn)
  return {
    taskDefinitionArn: revision.arn,
    family: revision.family,
    revision: revision.revision,
    status: revision.status,
    taskRoleArn: arnOf(revision.taskRole),
    executionRoleArn: arnOf(revision.executionRole),
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    compatibilities: ['EC2', 'FARGATE'],
    cpu: String(revision.cpu),
    memory: String(revision.memory),
    runtimePlatform: { cpuArchitecture: revision.architecture, operatingSystemFamily: 'LINUX' },
    containerDefinitions: revision.containers.map(each => describeContainer(each, architecture.region)),
    volumes: [],
    placementConstraints: [],
    requiresAttributes: [],
    registeredAt: timestamp(revision.registeredAt),
    deregisteredAt: revision.deregisteredAt === undefined ? undefined : timestamp(revision.deregisteredAt),
  }
}

function describeContainer(container: ContainerDefinition, region: string) {
  const { healthCheck, logs } = container
  return {
    name: container.name,
    image: container.image.uri,
    cpu: container.cpu ?? 0,
    memory: container.memory,
    memoryReservation: container.memoryReservation,
    portMappings: container.ports.map(port => ({ containerPort: port, hostPort: port, protocol: 'tcp' })),
    essential: container.essential,
    entryPoint: container.entryPoint,
    command: container.command,
    workingDirectory: container.workingDirectory,
    environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
    secrets: listOrNothing(Object.entries(container.secrets).map(([name, valueFrom]) => ({ name, valueFrom }))),
    dependsOn: listOrNothing(
      container.dependsOn.map(({ container: containerName, condition }) => ({ containerName, condition })),
    ),
    startTimeout: inSeconds(container.startTimeout),
    stopTimeout: inSeconds(container.stopTimeout),
    readonlyRootFilesystem: container.readonlyRootFilesystem,
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    healthCheck: healthCheck && {
      command: healthCheck.command,
      interval: inSeconds(healthCheck.interval),
      timeout: inSeconds(healthCheck.timeout),
      retries: healthCheck.retries,
      startPeriod: inSeconds(healthCheck.startPeriod),
    },
    logConfiguration: logs && { logDriver: logs.driver, options: logOptions(logs, region) },
  }
}

function logOptions(
  { driver, group, streamPrefix, createGroup }: NonNullable<ContainerDefinition['logs']>,
  region: string,
) {
  if (driver !== 'awslogs') return undefined
  return {
    'awslogs-group': group,
    'awslogs-region': region,
    'awslogs-stream-prefix': streamPrefix,
    ...(createGroup ? { 'awslogs-create-group': 'true' } : {}),
  }
}

const listOrNothing = <Item>(items: readonly Item[]) => (items.length > 0 ? items : undefined)

const inSeconds = (span: number | undefined) => (span === undefined ? undefined : span / 1000)
