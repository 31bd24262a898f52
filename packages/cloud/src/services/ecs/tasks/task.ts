import type { Instant } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import { attachmentIdOf } from '../../../metadata/attachment-id.ts'
import type { NetworkInterface } from '../../../ports.ts'
import type { Host } from '../../../workload/host.ts'
import { TaskContainer } from './container.ts'
import { ContainerSet, type Variables } from './container-set.ts'
import { type OpenedTask, openTask } from './open-task.ts'
import { REASONS, reasonOf } from './reasons.ts'
import { type HealthStatus, isStarting, type StopCode, type TaskStatus } from './status.ts'
import type { TaskSurroundings } from './surroundings.ts'
import type { TaskRequest } from './task-request.ts'
import { TaskTargets } from './task-targets.ts'
import { TaskVoice } from './task-voice.ts'

/** One task, from its network interface to its end. Everything about it is told to `onChange`. */
export class Task {
  readonly id: string
  readonly arn: string
  readonly request: TaskRequest
  readonly networkInterface: NetworkInterface
  readonly containers: readonly TaskContainer[]
  readonly createdAt: Instant
  readonly attachmentId: string
  readonly tags: Map<string, string>
  lastStatus: TaskStatus = 'PROVISIONING'
  desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'
  version = 1
  stopCode: StopCode | undefined
  stoppedReason: string | undefined
  pullStartedAt: Instant | undefined
  pullStoppedAt: Instant | undefined
  startedAt: Instant | undefined
  stoppingAt: Instant | undefined
  executionStoppedAt: Instant | undefined
  stoppedAt: Instant | undefined
  connectivity: 'CONNECTED' | 'DISCONNECTED' = 'CONNECTED'
  connectivityAt: Instant

  readonly #on: TaskSurroundings
  readonly #changed: (task: Task) => void
  readonly #cancel = new AbortController()
  readonly #credentialsPath: string
  readonly #set: ContainerSet
  readonly #targets: TaskTargets
  readonly #voice: TaskVoice
  #launching: Promise<void> = Promise.resolve()
  #ended: Promise<void> | undefined
  #opened: OpenedTask | undefined

  constructor(
    on: TaskSurroundings,
    request: TaskRequest,
    networkInterface: NetworkInterface,
    onChange: (task: Task) => void,
  ) {
    const { names, world } = on
    this.#on = on
    this.#changed = onChange
    this.request = request
    this.id = networkInterface.owner
    this.arn = names.task(request.cluster.name, this.id)
    this.networkInterface = networkInterface
    this.createdAt = world.clock.now()
    this.connectivityAt = this.createdAt
    this.attachmentId = attachmentIdOf(networkInterface.id)
    this.tags = new Map(Object.entries(request.tags ?? {}))
    this.#credentialsPath = `/v2/credentials/${names.uuid()}`
    this.#targets = new TaskTargets(on.targetGroups, request.targets, networkInterface)
    this.#voice = new TaskVoice(world, this)
    this.containers = request.revision.containers.map(
      definition =>
        new TaskContainer(
          definition,
          {
            arn: names.container(request.cluster.name, this.id, names.uuid()),
            runtimeId: names.newRuntimeId(this.id),
          },
          world.clock,
        ),
    )
    this.#set = new ContainerSet(this.containers, {
      on,
      task: this.id,
      networkInterface,
      signal: this.#cancel.signal,
      commands: request.commands ?? {},
      environment: request.environment ?? {},
      note: (kind, message) => this.#voice.note(kind, message),
      ended: container => this.#containerEnded(container),
      healthChanged: () => this.#healthChanged(),
    })
  }

  get zone(): Zone {
    return this.networkInterface.zone
  }

  /** Its zone has no power: nothing of it can be reached. */
  get lost(): boolean {
    return this.connectivity === 'DISCONNECTED'
  }

  get processes(): readonly { readonly name: string; readonly pid: number }[] {
    return this.containers.flatMap(({ status, name, process }) =>
      process && status === 'RUNNING' ? [{ name, pid: process.pid }] : [],
    )
  }

  /** Of its essential containers with a check. */
  get healthStatus(): HealthStatus {
    const seen = this.containers.filter(({ checked, definition }) => checked && definition.essential)
    if (seen.some(({ health }) => health === 'UNHEALTHY')) return 'UNHEALTHY'
    return seen.length > 0 && seen.every(({ health }) => health === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN'
  }

  /** Whether any essential container has a check. */
  get checked(): boolean {
    return this.containers.some(({ checked, definition }) => checked && definition.essential)
  }

  /** Begins its life; failures are its own, and end it. */
  start(): void {
    this.#announce()
    this.#launching = this.#launch()
  }

  /** Resolves when it has stopped; the first reason counts. */
  stop(code: StopCode, reason: string): Promise<void> {
    if (this.#ended) return this.#ended
    const { world } = this.#on
    this.desiredStatus = 'STOPPED'
    this.stopCode = code
    this.stoppedReason = reason
    this.stoppingAt = world.clock.now()
    this.#cancel.abort(new Error(reason))
    this.#ended = this.lost ? this.#giveUp() : this.#end(code)
    return this.#ended
  }

  /** With Terrace itself: what runs gets its stop signal at once, and nothing is told any more. */
  async abandon(): Promise<void> {
    if (this.lastStatus === 'STOPPED' && !this.#opened) return
    this.#voice.silent = true
    this.desiredStatus = 'STOPPED'
    this.#cancel.abort(new Error('Terrace stops'))
    this.#set.quiet()
    await this.#launching
    if (!this.lost) await this.#set.stop()
    await this.#close()
  }

  zoneStopped(): void {
    if (this.lastStatus === 'STOPPED') return
    this.#setConnectivity('DISCONNECTED')
    this.#cancel.abort(new Error(REASONS.lost(this.zone)))
    this.#set.quiet()
    this.#voice.note('ecs.lost', `task ${this.id} can't be reached: ${this.zone} has stopped`)
    this.#changed(this)
  }

  /** What was frozen has been ended; what nobody has given up meanwhile has stopped. */
  async zoneStarted(): Promise<void> {
    if (!this.lost) return
    void this.stop('ServiceSchedulerInitiated', REASONS.lost(this.zone))
    await this.#launching
    await this.#close()
  }

  async #launch(): Promise<void> {
    const { signal } = this.#cancel
    const { clock } = this.#on.world
    try {
      if (this.#on.options.startDelay > 0) await clock.sleep(this.#on.options.startDelay, signal)
      this.#enter('PENDING')
      this.#opened = await openTask(this, this.#on, this.#credentialsPath)
      const { host } = this.#opened
      const secrets = await this.#readSecrets(host)
      signal.throwIfAborted()
      this.#enter('ACTIVATING')
      await this.#pull(host)
      signal.throwIfAborted()
      await this.#set.start(host, secrets)
      signal.throwIfAborted()
      this.#targets.register()
      this.startedAt = clock.now()
      this.#enter('RUNNING')
    } catch (error) {
      if (signal.aborted) return
      this.#voice.failed(error)
      void this.stop('TaskFailedToStart', reasonOf(error))
    }
  }

  /** Read once, before anything runs. @see ECS Developer Guide, "Pass sensitive data to an Amazon ECS container" */
  async #readSecrets(host: Host): Promise<Variables> {
    const values = new Map<string, Readonly<Record<string, string>>>()
    for (const { name, secrets } of this.request.revision.containers) values.set(name, await host.secretsOf(secrets))
    return values
  }

  async #pull(host: Host): Promise<void> {
    const { clock } = this.#on.world
    this.pullStartedAt = clock.now()
    const images = new Map(this.request.revision.containers.map(({ image }) => [image.uri, image]))
    for (const image of images.values()) await host.pull(image)
    this.pullStoppedAt = clock.now()
  }

  #containerEnded({ definition, exitCode, name }: TaskContainer): void {
    if (this.lost || this.desiredStatus === 'STOPPED') return
    this.#voice.note('ecs.containerEnded', `container ${name} of task ${this.id} ended with exit code ${exitCode}`)
    if (definition.essential) void this.stop('EssentialContainerExited', REASONS.essentialExited)
    else this.#announce()
  }

  #healthChanged(): void {
    if (this.desiredStatus === 'RUNNING' && this.lastStatus === 'RUNNING') this.#announce()
  }

  /** The states from `DEACTIVATING` to `STOPPED`. */
  async #end(code: StopCode): Promise<void> {
    // What is under way is cancelled, and must not open anything after this has closed everything.
    await this.#launching
    if (this.lost) return this.#giveUp()
    this.#set.quiet()
    if (this.#targets.registered) {
      this.#enter('DEACTIVATING')
      const unused = this.#targets.deregister()
      // Without its essential container nobody would answer what is still under way.
      if (code !== 'EssentialContainerExited') await unused
    }
    if (this.lost) return this.#giveUp()
    this.#enter('STOPPING')
    await this.#set.stop()
    if (this.lost) return this.#giveUp()
    this.executionStoppedAt = this.#on.world.clock.now()
    this.#enter('DEPROVISIONING')
    await this.#close()
    this.stoppedAt = this.#on.world.clock.now()
    this.#enter('STOPPED')
  }

  // What has no power can't be asked: it is given up, and swept away when the zone starts again.
  async #giveUp(): Promise<void> {
    if (this.#targets.registered) void this.#targets.deregister()
    for (const container of this.containers) container.neverEnded()
    this.executionStoppedAt = this.stoppedAt = this.#on.world.clock.now()
    this.#enter('STOPPED')
  }

  async #close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    this.#set.flush()
    await opened?.host.close(0)
    await opened?.metadata.close()
    this.#on.network.detach(this.networkInterface.id)
  }

  #setConnectivity(connectivity: Task['connectivity']): void {
    this.connectivity = connectivity
    this.connectivityAt = this.#on.world.clock.now()
  }

  #enter(status: TaskStatus): void {
    this.lastStatus = status
    this.#announce()
  }

  #announce(): void {
    if (this.#voice.silent) return
    this.version++
    this.#voice.announce()
    this.#changed(this)
  }
}

/** Those that count towards what a service may run: starting or running, and not asked to stop. */
export const isLive = (task: Task): boolean =>
  task.desiredStatus === 'RUNNING' && (isStarting(task.lastStatus) || task.lastStatus === 'RUNNING')
