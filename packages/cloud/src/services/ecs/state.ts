import { type Duration, type Stop, TerraceError } from '@terrace/kit'
import { type Architecture, type Cluster, type EcsService, getNode, type NodeId, nodesOf } from '@terrace/model'
import type { World } from '../../world.ts'
import { TaskDefinitions } from './definitions/task-definitions.ts'
import { ClientException, ClusterNotFound, ServiceNotActive, ServiceNotFound } from './errors.ts'
import { type Names, shortName } from './names.ts'
import type { ServiceConfiguration } from './scheduling/configuration.ts'
import type { ServiceDefinition, ServiceSurroundings } from './scheduling/definition.ts'
import { RunningService } from './scheduling/service.ts'
import type { TaskBook } from './tasks/task-book.ts'

/** A cluster: a name that services and tasks belong to. */
export interface RunningCluster {
  readonly name: string
  readonly arn: string
  readonly node?: NodeId
  readonly containerInsights: boolean
  status: 'ACTIVE' | 'INACTIVE'
  readonly tags: Map<string, string>
}

/** Everything ECS knows in one account: those of the template, and what the API made since. */
export class EcsState {
  readonly world: World
  readonly names: Names
  readonly definitions: TaskDefinitions
  readonly tasks: TaskBook
  readonly #on: ServiceSurroundings
  readonly #clusters = new Map<string, RunningCluster>()
  readonly #services: RunningService[] = []
  readonly #listeners = new Set<(service: RunningService) => void>()

  constructor(on: ServiceSurroundings) {
    const { world, names, tasks } = on
    this.#on = on
    this.world = world
    this.names = names
    this.tasks = tasks
    this.definitions = new TaskDefinitions(world.architecture, world.clock, names)
    for (const node of nodesOf(world.architecture, 'cluster')) this.bringCluster(node)
  }

  /** A cluster as the template has it now. */
  bringCluster({ id, name, arn, containerInsights, tags }: Cluster): void {
    const tagMap = new Map(Object.entries(tags))
    this.#clusters.set(name, { name, arn, node: id, containerInsights, status: 'ACTIVE', tags: tagMap })
  }

  /** The service of the template with that id, unless it is gone. */
  ofTemplate(id: NodeId): RunningService | undefined {
    return this.#services.findLast(({ definition, status }) => definition.node === id && status !== 'INACTIVE')
  }

  /** Starts one that the template has. */
  bringService(node: EcsService): RunningService {
    return this.createService(this.#ofTemplate(node, this.world.architecture))
  }

  get clusters(): readonly RunningCluster[] {
    return [...this.#clusters.values()]
  }

  /** Those of all clusters, inactive ones too. */
  get services(): readonly RunningService[] {
    return this.#services
  }

  findCluster(nameOrArn = 'default'): RunningCluster | undefined {
    return this.#clusters.get(shortName(nameOrArn))
  }

  /** @throws ClusterNotFound */
  cluster(nameOrArn?: string): RunningCluster {
    const found = this.findCluster(nameOrArn)
    if (found?.status === 'ACTIVE') return found
    throw new ClusterNotFound()
  }

  createCluster(name: string, containerInsights: boolean, tags: Readonly<Record<string, string>>): RunningCluster {
    const known = this.#clusters.get(name)
    if (known?.status === 'ACTIVE') return known
    const cluster: RunningCluster = {
      name,
      arn: this.names.cluster(name),
      containerInsights,
      status: 'ACTIVE',
      tags: new Map(Object.entries(tags)),
    }
    this.#clusters.set(name, cluster)
    return cluster
  }

  servicesOf({ arn }: RunningCluster): readonly RunningService[] {
    return this.#services.filter(({ definition }) => definition.cluster.arn === arn)
  }

  findService(cluster: RunningCluster, nameOrArn: string): RunningService | undefined {
    const name = shortName(nameOrArn)
    // A new one may have the name of one that is gone.
    return this.servicesOf(cluster).findLast(service => service.name === name)
  }

  /** @throws ServiceNotFound, ServiceNotActive */
  service(cluster: RunningCluster, nameOrArn: string): RunningService {
    const found = this.findService(cluster, nameOrArn)
    if (!found) throw new ServiceNotFound()
    if (found.status !== 'ACTIVE') throw new ServiceNotActive()
    return found
  }

  /** Makes and starts one. @throws ClientException */
  createService(definition: ServiceDefinition): RunningService {
    const known = this.#services.findLast(
      ({ name, definition: { cluster } }) => name === definition.name && cluster.arn === definition.cluster.arn,
    )
    if (known && known.status !== 'INACTIVE') throw new ClientException('Creation of service was not idempotent.')
    const service = new RunningService(this.#on, definition)
    this.#services.push(service)
    service.onChange(() => {
      for (const listener of [...this.#listeners]) listener(service)
    })
    service.start()
    return service
  }

  onServiceChange(listener: (service: RunningService) => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts the services of the template. */
  startTemplate(): void {
    for (const node of nodesOf(this.world.architecture, 'ecsService')) this.bringService(node)
  }

  stop(): void {
    for (const service of this.#services) service.stop()
  }

  #ofTemplate(node: EcsService, architecture: Architecture): ServiceDefinition {
    const { name, arn, tags } = node
    const cluster = this.cluster(getNode(architecture, node.cluster, 'cluster').name)
    const task = getNode(architecture, node.taskDefinition, 'taskDefinition')
    const revision = this.definitions.ofTemplate(task.id)
    if (!revision) {
      const message = `the task definition ${task.arn} of ${name} is not there`
      throw new TerraceError('ECS_NO_DEFINITION', message, { blame: 'internal' })
    }
    return {
      node: node.id,
      name,
      arn,
      cluster: { name: cluster.name, arn: cluster.arn, ...(cluster.node === undefined ? {} : { node: cluster.node }) },
      revision,
      placement: node,
      configuration: configurationOf(node),
      tags,
    }
  }
}

/** What the template says of how a service is run. */
export function configurationOf(node: EcsService): ServiceConfiguration {
  const { desiredCount, targets, healthCheckGracePeriod, minimumHealthyPercent, maximumPercent } = node
  const { circuitBreaker, alarms, zoneRebalancing } = node
  return {
    desiredCount,
    targets,
    healthCheckGracePeriod: healthCheckGracePeriod satisfies Duration,
    minimumHealthyPercent,
    maximumPercent,
    circuitBreaker,
    zoneRebalancing,
    ...(alarms ? { alarms } : {}),
  }
}
