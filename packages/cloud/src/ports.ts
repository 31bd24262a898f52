import { type Stop, TerraceError } from '@terrace/kit'
import type { Authority } from './certificates/authority.ts'
import type { DataPlane } from './dataplane/data-plane.ts'
import type { Gateway } from './gateway/gateway.ts'
import type { Network } from './network/network.ts'
import type { Groups } from './services/autoscaling/groups.ts'
import type { ResourceSignals } from './services/cloudformation/resource-signals.ts'
import type { Alarms } from './services/cloudwatch/alarms.ts'
import type { DashboardLinks } from './services/cloudwatch/dashboards-port.ts'
import type { Instances } from './services/ec2/instances.ts'
import type { EcsServices } from './services/ecs/ecs-services.ts'
import type { TargetGroups } from './services/elbv2/target-groups.ts'
import type { Kms } from './services/kms/port.ts'
import type { FunctionsPort } from './services/lambda/index.ts'
import type { LogGroups } from './services/logs/log-groups.ts'
import type { Databases } from './services/rds/databases.ts'
import type { Objects } from './services/s3/objects.ts'
import type { Secrets } from './services/secretsmanager/secrets.ts'
import type { Mail } from './services/ses/mail.ts'
import type { QueuesPort } from './services/sqs/index.ts'
import type { Parameters } from './services/ssm/parameters/port.ts'
import type { Connections } from './services/ssm/sessions/connector.ts'
import type { Traces } from './services/xray/traces-port.ts'

export type { DataPlane } from './dataplane/data-plane.ts'
export type { Network, NetworkInterface } from './network/network.ts'
export type { Groups } from './services/autoscaling/groups.ts'
export type { ResourceSignals } from './services/cloudformation/resource-signals.ts'
export type { AlarmState, Alarms, AlarmTransition } from './services/cloudwatch/alarms.ts'
export type { DashboardLink, DashboardLinks } from './services/cloudwatch/dashboards-port.ts'
export type { Instance, Instances, LaunchRequest } from './services/ec2/instances.ts'
export type { EcsServices, EcsServiceView } from './services/ecs/ecs-services.ts'
export type { TargetGroups } from './services/elbv2/target-groups.ts'
export type { DataKey, Kms, KmsRequest } from './services/kms/port.ts'
export type { FunctionAnswer, FunctionCall, FunctionsPort } from './services/lambda/index.ts'
export type { LogEvent, LogGroups } from './services/logs/log-groups.ts'
export type { Databases } from './services/rds/databases.ts'
export type { Objects } from './services/s3/objects.ts'
export type { Secrets } from './services/secretsmanager/secrets.ts'
export type { Mail } from './services/ses/mail.ts'
export type { QueueMessage, QueuesPort, QueueView } from './services/sqs/index.ts'
export type { Connections } from './services/ssm/sessions/connector.ts'
export type { Traces } from './services/xray/traces-port.ts'

/** What services offer one another. They never import each other: they meet here. */
export interface PortTypes {
  /** Addresses, names, rules, and the sockets that stand for them. */
  network: Network
  /** Signs what browsers see; constrained to `localhost`. */
  publicAuthority: Authority
  /** Signs `*.amazonaws.com` for workloads alone. */
  internalAuthority: Authority
  secrets: Secrets
  objects: Objects
  databases: Databases
  gateway: Gateway
  dataPlane: DataPlane
  instances: Instances
  targetGroups: TargetGroups
  groups: Groups
  alarms: Alarms
  /** Of the template, and those that were put. */
  dashboards: DashboardLinks
  ecsServices: EcsServices
  logGroups: LogGroups
  mail: Mail
  /** Who waits for success signals, and who sends them. */
  resourceSignals: ResourceSignals
  queues: QueuesPort
  functions: FunctionsPort
  kms: Kms
  /** Parameters of SSM. */
  parameters: Parameters
  /** Shells and clients in the place of a workload. */
  connections: Connections
  /** Traces that X-Ray has received. */
  traces: Traces
}

export type PortName = keyof PortTypes

type Slot = PromiseWithResolvers<unknown>

/**
 * Services start all at once and wait here for what they need, so that the order of the start follows from the needs
 * and nothing waits longer than it must.
 */
export class Ports {
  readonly #slots = new Map<PortName, Slot>()
  readonly #provided = new Set<PortName>()
  readonly #offers = new Map<PortName, () => Promise<unknown>>()
  #abandoned: unknown

  provide<N extends PortName>(name: N, port: PortTypes[N]): void {
    if (this.#provided.has(name)) {
      throw new TerraceError('CLOUD_PORT_TWICE', `two services provide the port ${name}`, { blame: 'internal' })
    }
    this.#provided.add(name)
    this.#slot(name).resolve(port)
  }

  async need<N extends PortName>(name: N): Promise<PortTypes[N]> {
    // A start that fails is told to whoever waits for the port.
    this.#offers
      .get(name)?.()
      .catch(error => this.#slot(name).reject(error))
    return (await this.#slot(name).promise) as PortTypes[N]
  }

  /** These ports come when somebody needs one of them first: then it is started. */
  offer(names: readonly PortName[], start: () => Promise<unknown>): Stop {
    for (const name of names) this.#offers.set(name, start)
    return () => {
      for (const name of names) this.#offers.delete(name)
    }
  }

  /** Whether it is there, or starts when somebody needs it. */
  comes(name: PortName): boolean {
    return this.#provided.has(name) || this.#offers.has(name)
  }

  /** A service can't start: whoever waits for what will never come is told, now and later. */
  abandon(because: unknown): void {
    this.#abandoned ??= because
    for (const slot of this.#slots.values()) slot.reject(because)
  }

  /** What the first service that could not start failed with. */
  get abandonedBecause(): unknown {
    return this.#abandoned
  }

  #slot(name: PortName): Slot {
    const known = this.#slots.get(name)
    if (known) return known
    const slot = Promise.withResolvers<unknown>()
    // Nobody may be waiting when it is abandoned.
    slot.promise.catch(() => {})
    if (this.#abandoned !== undefined) slot.reject(this.#abandoned)
    this.#slots.set(name, slot)
    return slot
  }
}
