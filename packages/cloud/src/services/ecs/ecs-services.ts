import type { Stop } from '@terrace/kit'
import type { NodeId, Zone } from '@terrace/model'

/** A task of a service as the state of the system shows it. */
export interface EcsTaskView {
  /** 32 hexadecimal digits. */
  readonly id: string
  readonly zone: Zone
  /** Its `lastStatus`, such as `RUNNING`. */
  readonly state: string
  /** The worst of its targets' health and that of its containers: `healthy`, `unhealthy`, `initial`… */
  readonly health: string
  readonly address: string
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
}

/** A service as it is now. */
export interface EcsServiceView {
  /** Of the template; absent when it was made by the API. */
  readonly node?: NodeId
  readonly cluster: string
  readonly name: string
  readonly desiredCount: number
  readonly runningCount: number
  readonly pendingCount: number
  /** No scale-in happens meanwhile. */
  readonly deploymentInProgress: boolean
  /** It has what it wants, all of it healthy. */
  readonly steady: boolean
  /** Its containers can run here. */
  readonly emulated: boolean
  readonly zones: readonly Zone[]
  readonly targetGroups: readonly NodeId[]
  /** Those that live: everything before `STOPPED`. */
  readonly tasks: readonly EcsTaskView[]
}

/** The services of ECS for whoever scales or shows them; the port `ecsServices`. */
export interface EcsServices {
  /** Those that are active. */
  readonly all: readonly EcsServiceView[]
  /** By the names of the cluster and the service. */
  find(cluster: string, service: string): EcsServiceView | undefined
  /** What UpdateService does for Application Auto Scaling. @throws ServiceNotFoundException */
  setDesiredCount(cluster: string, service: string, count: number): void
  /** Hears when a service has become steady, or isn't any more, or its counts are others. */
  onChange(listener: (service: EcsServiceView) => void): Stop
}
