import type { MetadataServer } from '../../../metadata/metadata.ts'
import type { Host } from '../../../workload/host.ts'
import type { TaskSurroundings } from './surroundings.ts'
import type { Task } from './task.ts'
import { containerMetadata, containerStats, taskMetadata } from './task-metadata.ts'
import { sessionOf } from './task-roles.ts'

/** What one task has opened. */
export interface OpenedTask {
  readonly host: Host
  readonly metadata: MetadataServer
}

/**
 * Opens the host of a task and its metadata: metadata first, because the network's doors lead to it.
 *
 * @param credentialsPath  where its containers find their role's credentials
 */
export async function openTask(task: Task, on: TaskSurroundings, credentialsPath: string): Promise<OpenedTask> {
  const { world, openHost, serveMetadata, options } = on
  const { architecture } = world
  const { networkInterface, containers } = task
  const { revision, owner } = task.request
  const principal = sessionOf(architecture, revision.taskRole, task.id)
  const metadata = await serveMetadata(world, {
    socket: `${networkInterface.folder}/task`,
    credentialsPath,
    principal,
    task: () => taskMetadata(task, architecture),
    containers: () =>
      containers.map(container => ({
        id: container.runtimeId,
        metadata: () => containerMetadata(task, container, architecture),
        stats: () => containerStats(container),
      })),
  })
  const host = await openHost(world, {
    id: task.id,
    owner,
    networkInterface,
    principal,
    launchPrincipal: sessionOf(architecture, revision.executionRole, task.id),
    taskMetadata: metadata.socket,
    environment: {
      AWS_REGION: architecture.region,
      AWS_DEFAULT_REGION: architecture.region,
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      HOSTNAME: `ip-${networkInterface.address.replaceAll('.', '-')}.ec2.internal`,
      ...(principal.kind === 'role' ? { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentialsPath } : {}),
    },
    standIns: options.standIns,
  })
  return { host, metadata }
}
