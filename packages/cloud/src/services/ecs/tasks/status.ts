/** Where a task is in its life. @see ECS Developer Guide, "Amazon ECS task lifecycle" */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED'

/** Why a task stopped. @see ECS API Reference, "Task" */
export type StopCode = 'EssentialContainerExited' | 'ServiceSchedulerInitiated' | 'TaskFailedToStart' | 'UserInitiated'

export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'

const BEFORE_RUNNING: ReadonlySet<TaskStatus> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING'])

/** It has not reached `RUNNING` yet: `pendingCount` counts it. */
export const isStarting = (status: TaskStatus): boolean => BEFORE_RUNNING.has(status)
