import type { Duration, Instant, Stop } from '@terrace/kit'
import type { Machine, NodeId, Zone } from '@terrace/model'
import type { NetworkInterface } from '../../network/network.ts'

/** @see EC2 User Guide, "Instance lifecycle" */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated'

/** An EC2 instance: an address, and the processes that share it. */
export interface Instance {
  /** `i-…` */
  readonly id: string
  /** The template resource that it was launched for: a group, or the instance itself. */
  readonly owner: NodeId
  readonly zone: Zone
  readonly networkInterface: NetworkInterface
  readonly machine: Machine
  readonly launchedAt: Instant
  state: InstanceState
  /** `impaired`: its processes were killed from outside, as a machine's are when it loses power. */
  statusCheck: 'ok' | 'impaired'
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
}

export interface LaunchRequest {
  readonly machine: Machine
  readonly subnet: NodeId
  readonly owner: NodeId
  readonly publicAddress?: boolean
}

/** Launches and terminates instances; the port `instances`. */
export interface Instances {
  /**
   * Resolves when the instance is running; its user data is carried out after that, as on AWS.
   * @throws TerraceError when the subnet has no free address
   */
  launch(request: LaunchRequest): Promise<Instance>
  /** SIGTERM to its processes, SIGKILL after the grace; resolves when it is terminated. */
  terminate(id: string, grace: Duration): Promise<void>
  list(): readonly Instance[]
  /** Called after every change of an instance. */
  onChange(listener: (instance: Instance) => void): Stop
}
