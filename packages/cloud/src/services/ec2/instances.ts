import type { Duration, Instant, Stop } from '@terrace/kit'
import type { Machine, NodeId, WorkloadProcess, Zone } from '@terrace/model'
import type { NetworkInterface } from '../../network/network.ts'
import type { Host } from '../../workload/host.ts'

/** @see EC2 User Guide, "Instance lifecycle" */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated'

/** An EC2 instance: an address, and the processes that share it. */
export interface Instance {
  /** `i-…` */
  readonly id: string
  /** The template resource that it was launched for: a group, or the instance itself. */
  readonly owner: NodeId
  readonly zone: Zone
  readonly networkInterface: NetworkInterface
  readonly machine: Machine
  /** Of the last start. */
  readonly launchedAt: Instant
  readonly state: InstanceState
  /** `impaired`: its zone has stopped, or its processes were killed from outside, as a machine's are without power. */
  readonly statusCheck: 'ok' | 'impaired'
  readonly tags: Readonly<Record<string, string>>
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
  /** Where its programs run; absent while its doors are closed. */
  readonly host?: Host | undefined
  /** Its processes in the hands of who administers it; absent before its user data starts them. */
  readonly units?: Units | undefined
}

/** Processes of a workload, as `systemctl` and `docker` stop and start them. */
export interface Units {
  /** Those that were started at some time, in that order. */
  readonly units: readonly Unit[]
  /** Asks it to end, and keeps it from starting again. @param grace  before it is killed */
  stopUnit(name: string, grace: Duration): Promise<void>
  /** Starts it again as it was; one that runs goes on. */
  startUnit(name: string): Promise<void>
}

/** One process of a workload. */
export interface Unit {
  readonly name: string
  readonly kind: WorkloadProcess['kind']
  /** Absent: it doesn't run. */
  readonly pid?: number | undefined
}

export interface LaunchRequest {
  readonly machine: Machine
  readonly subnet: NodeId
  readonly owner: NodeId
  readonly publicAddress?: boolean
  /** The private address it asks for; absent: any of the subnet. */
  readonly privateAddress?: string
  readonly tags?: Readonly<Record<string, string>>
  /** Of its root volume, beside those of the machine. */
  readonly volumeTags?: Readonly<Record<string, string>>
  /** Of its Auto Scaling group, as the metadata service tells it in `autoscaling/target-lifecycle-state`. */
  readonly lifecycleState?: () => string | undefined
}

/** Launches and terminates instances; the port `instances`. */
export interface Instances {
  /**
   * Resolves when the instance is running; its user data is carried out after that, as on AWS.
   * @throws TerraceError EC2_INSUFFICIENT_CAPACITY with AWS's text when its zone has stopped; NETWORK_… when the subnet
   *   has no free address
   */
  launch(request: LaunchRequest): Promise<Instance>
  /**
   * SIGTERM to its processes, SIGKILL after the grace; resolves when it is terminated. In a zone that has stopped nothing
   * is touched: what is there stays silent until the zone starts.
   */
  terminate(id: string, grace: Duration): Promise<void>
  /** Those that are not terminated. */
  list(): readonly Instance[]
  /** Called after every change of an instance. */
  onChange(listener: (instance: Instance) => void): Stop
}
