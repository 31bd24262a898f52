import type { Stop } from '@terrace/kit'
import type { NetworkInterface } from '../../../ports.ts'
import { portOfContainer, programOfContainer } from '../../../workload/container-program.ts'
import type { Host } from '../../../workload/host.ts'
import { hasCircle } from '../definitions/read-definition.ts'
import type { TaskContainer } from './container.ts'
import { checkHealth } from './health-checks.ts'
import { type LogDriver, openLog } from './log-driver.ts'
import { type Probe, probeOf } from './probe.ts'
import type { TaskSurroundings } from './surroundings.ts'
import { metadataPath } from './task-metadata.ts'

/** Variables by container. */
export type Variables = ReadonlyMap<string, Readonly<Record<string, string>>>

/** The task that containers belong to, as far as they need it. */
export interface ContainerSite {
  readonly on: TaskSurroundings
  readonly task: string
  readonly networkInterface: NetworkInterface
  /** Aborted when the task ends. */
  readonly signal: AbortSignal
  /** In place of the definition's, by container. */
  readonly commands: Readonly<Record<string, readonly string[]>>
  readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly note: (kind: string, message: string) => void
  readonly ended: (container: TaskContainer) => void
  readonly healthChanged: () => void
}

/** The containers of one task: started in the order of their dependencies, checked, stopped the other way round. */
export class ContainerSet {
  readonly #containers: readonly TaskContainer[]
  readonly #site: ContainerSite
  readonly #stops: Stop[] = []
  readonly #logs: LogDriver[] = []

  constructor(containers: readonly TaskContainer[], site: ContainerSite) {
    this.#containers = containers
    this.#site = site
  }

  /** Resolves when all have started; those that others wait for may have ended already. @throws LaunchFailure */
  async start(host: Host, secrets: Variables): Promise<void> {
    if (hasCircle(this.#containers.map(({ definition }) => definition))) {
      throw new Error('the dependencies of its containers are circular')
    }
    await Promise.all(this.#containers.map(container => this.#start(container, host, secrets)))
  }

  /** No more health checks. */
  quiet(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }

  /** Sends what the logs still hold. */
  flush(): void {
    for (const log of this.#logs) log.flush()
  }

  /** Those that depend on others go first. @see ECS Developer Guide, "Container dependency" */
  async stop(): Promise<void> {
    const ends = new Map<TaskContainer, Promise<void>>()
    const running = this.#containers.filter(({ status }) => status === 'RUNNING')
    const end = (container: TaskContainer): Promise<void> => {
      const known = ends.get(container)
      if (known) return known
      const dependents = running.filter(({ definition }) =>
        definition.dependsOn.some(({ container: needed }) => needed === container.name),
      )
      const ended = Promise.all(dependents.map(end)).then(async () => {
        const exit = await container.process?.stop(container.definition.stopTimeout)
        if (exit) container.ended(exit)
      })
      ends.set(container, ended)
      return ended
    }
    await Promise.all(running.map(end))
    for (const container of this.#containers) container.neverEnded()
  }

  async #start(container: TaskContainer, host: Host, secrets: Variables): Promise<void> {
    const { on, task, signal, commands, environment: given, note, ended } = this.#site
    const { world } = on
    const { definition, name } = container
    await this.#waitForOthers(container)
    const log = await this.#openLog(container, host)
    signal.throwIfAborted()
    const port = portOfContainer(definition)
    const environment = {
      ...definition.environment,
      ...given[name],
      ...secrets.get(name),
      ECS_CONTAINER_METADATA_URI_V4: metadataPath(container),
    }
    const onLine = (line: string) => {
      world.logs.write('application', task, line)
      log?.line(line)
    }
    const command = commands[name]
    const process = await host.start({
      name,
      program: programOfContainer(command === undefined ? definition : { ...definition, command }),
      ...(port === undefined ? {} : { port }),
      environment,
      onLine,
    })
    if (process.standsInFor !== undefined) {
      note('ecs.standIn', `${name} of task ${task} is a stand-in for ${process.standsInFor}`)
    }
    container.started(process)
    void process.exited.then(exit => {
      log?.flush()
      container.ended(exit)
      ended(container)
    })
    const forChecks = { ...environment, ...(port === undefined ? {} : { PORT: String(port) }) }
    this.#check(container, this.#probeOf(container, host, forChecks, onLine))
  }

  async #waitForOthers({ definition, name }: TaskContainer): Promise<void> {
    for (const { container, condition } of definition.dependsOn) {
      const needed = this.#containers.find(each => each.name === container)
      await needed?.reached(condition, name, needed.definition.startTimeout, this.#site.signal)
    }
  }

  async #openLog({ definition }: TaskContainer, host: Host): Promise<LogDriver | undefined> {
    if (definition.logs?.driver !== 'awslogs') return undefined
    const { on, task } = this.#site
    const { world, authorizer } = on
    const logGroups = await world.ports.need('logGroups')
    const principal = host.description.launchPrincipal
    const log = await openLog(definition, { world, host, logGroups, authorizer, principal, task })
    if (log) this.#logs.push(log)
    return log
  }

  #probeOf(
    { definition }: TaskContainer,
    host: Host,
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): Probe | undefined {
    const { on, networkInterface } = this.#site
    const { network, world } = on
    return probeOf(definition, { host, network, networkInterface, clock: world.realtime, environment, onLine })
  }

  #check(container: TaskContainer, probe: Probe | undefined): void {
    const { on, note, healthChanged } = this.#site
    if (probe) {
      this.#stops.push(container.onChange(healthChanged), checkHealth(container, probe, on.world.clock))
      return
    }
    if (!container.checked) return
    container.checked = false
    const what = container.definition.healthCheck?.command.join(' ')
    const message = `the health check of ${container.name} can't be carried out here and counts as none: ${what}`
    note('ecs.checkNotEmulated', message)
  }
}
