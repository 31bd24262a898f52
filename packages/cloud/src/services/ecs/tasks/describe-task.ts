import { digest, type Instant } from '@terrace/kit'
import { type Architecture, findNode } from '@terrace/model'
import type { TaskContainer } from './container.ts'
import type { Task } from './task.ts'

/** `2026-11-22T10:00:00.123Z`, as events have it. */
export const eventTime = (at: Instant): string => new Date(at).toISOString()

/**
 * A task in AWS's words.
 *
 * @param time  writes a moment the way the answer needs it: seconds in the API, ISO 8601 in events
 * @see ECS API Reference, "Task"; ECS Developer Guide, "Amazon ECS task state change events"
 */
export function describeTask(task: Task, architecture: Architecture, time: (at: Instant) => unknown) {
  const { request, networkInterface } = task
  const { revision } = request
  const at = (moment: Instant | undefined) => (moment === undefined ? undefined : time(moment))
  return {
    attachments: [attachmentOf(task, architecture)],
    attributes: [{ name: 'ecs.cpu-architecture', value: revision.architecture === 'ARM64' ? 'arm64' : 'x86_64' }],
    availabilityZone: networkInterface.zone,
    clusterArn: request.cluster.arn,
    connectivity: task.connectivity,
    connectivityAt: at(task.connectivityAt),
    containers: task.containers.map(container => describeContainer(container, task)),
    cpu: String(revision.cpu),
    createdAt: at(task.createdAt),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: false,
    executionStoppedAt: at(task.executionStoppedAt),
    group: request.group,
    healthStatus: task.healthStatus,
    lastStatus: task.lastStatus,
    launchType: 'FARGATE',
    memory: String(revision.memory),
    overrides: {
      containerOverrides: revision.containers.map(({ name }) => ({
        name,
        ...(request.commands?.[name] ? { command: request.commands[name] } : {}),
        ...environmentOf(request.environment?.[name]),
      })),
    },
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    pullStartedAt: at(task.pullStartedAt),
    pullStoppedAt: at(task.pullStoppedAt),
    startedAt: at(task.startedAt),
    startedBy: request.startedBy,
    stopCode: task.stopCode,
    stoppedAt: at(task.stoppedAt),
    stoppedReason: task.stoppedReason,
    stoppingAt: at(task.stoppingAt),
    taskArn: task.arn,
    taskDefinitionArn: revision.arn,
    version: task.version,
    ephemeralStorage: { sizeInGiB: 20 },
  }
}

const environmentOf = (environment: Readonly<Record<string, string>> | undefined) =>
  environment ? { environment: Object.entries(environment).map(([name, value]) => ({ name, value })) } : {}

/** The network interface of a task. */
function attachmentOf({ attachmentId, networkInterface, lastStatus }: Task, architecture: Architecture) {
  const { subnet, id, address } = networkInterface
  return {
    id: attachmentId,
    type: 'ElasticNetworkInterface',
    status: lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
    details: [
      { name: 'subnetId', value: findNode(architecture, subnet, 'subnet')?.physicalId ?? subnet },
      { name: 'networkInterfaceId', value: id },
      { name: 'macAddress', value: macAddressOf(id) },
      { name: 'privateDnsName', value: privateNameOf(address) },
      { name: 'privateIPv4Address', value: address },
    ],
  }
}

/** Locally administered, the same for the same interface. */
export const macAddressOf = (interfaceId: string): string =>
  `02:${(digest(interfaceId, 10).match(/../g) ?? []).join(':')}`

export const privateNameOf = (address: string): string => `ip-${address.replaceAll('.', '-')}.ec2.internal`

function describeContainer(container: TaskContainer, { arn, attachmentId, networkInterface }: Task) {
  const { definition } = container
  return {
    containerArn: container.arn,
    taskArn: arn,
    name: definition.name,
    image: definition.image.uri,
    runtimeId: container.startedAt === undefined ? undefined : container.runtimeId,
    lastStatus: container.status,
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings: [],
    networkInterfaces: [{ attachmentId, privateIpv4Address: networkInterface.address }],
    healthStatus: container.health,
    cpu: String(definition.cpu ?? 0),
    memory: definition.memory === undefined ? undefined : String(definition.memory),
    memoryReservation: definition.memoryReservation === undefined ? undefined : String(definition.memoryReservation),
  }
}
