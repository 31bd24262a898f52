import type { Duration, Instant, Stop } from '@terrace/kit'
import { getNode, type NodeId, type Zone } from '@terrace/model'
import type { Alarms, TargetGroups } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { Revision } from '../definitions/task-definitions.ts'
import { ASSUMED, LIMITS } from '../limits.ts'
import type { Names } from '../names.ts'
import { REASONS } from '../tasks/reasons.ts'
import { isStarting } from '../tasks/status.ts'
import { isLive, type Task } from '../tasks/task.ts'
import type { TaskBook } from '../tasks/task-book.ts'
import { checkConfiguration, type ServiceConfiguration } from './configuration.ts'
import type { Deployment, Placement } from './deployment.ts'
import { type Launched, TaskLauncher } from './launcher.ts'
import { TaskMarks } from './marks.ts'
import { type Plan, type PlannedTask, plan } from './plan.ts'
import { Rebalancing } from './rebalancing.ts'
import { Rollouts } from './rollouts.ts'
import { listed } from './service-events.ts'
import { type Judgement, judge } from './standing.ts'
import { StartThrottle } from './throttle.ts'
import { ServiceVoice } from './voice.ts'

/** What a service works with. */
export interface ServiceSurroundings {
  readonly world: World
  readonly names: Names
  readonly tasks: TaskBook
  readonly targetGroups: TargetGroups
  /** Once CloudWatch runs. */
  readonly alarms: () => Alarms | undefined
}

/** What a service is made from. */
export interface ServiceDefinition {
  /** Of the template; absent when it was made by the API. */
  readonly node?: NodeId
  readonly name: string
  readonly arn: string
  readonly cluster: { readonly name: string; readonly arn: string; readonly node?: NodeId }
  readonly configuration: ServiceConfiguration
  readonly revision: Revision
  readonly placement: Placement
  readonly tags?: Readonly<Record<string, string>>
}

/** A service and its scheduler: keeps as many healthy tasks as it should have, and brings new versions in. */
export class RunningService {
  readonly definition: ServiceDefinition
  readonly createdAt: Instant
  readonly tags: Map<string, string>
  configuration: ServiceConfiguration
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE' = 'ACTIVE'
  steady = false

  readonly #on: ServiceSurroundings
  readonly #listeners = new Set<() => void>()
  readonly #stops: Stop[] = []
  readonly #timers = new Set<Stop>()
  readonly #voice: ServiceVoice
  readonly #rollouts: Rollouts
  readonly #throttle: StartThrottle
  readonly #launcher: TaskLauncher
  readonly #marks = new TaskMarks()
  readonly #rebalancing = new Rebalancing()
  #saidNotPlaced: string | undefined
  #planning = false
  #again = false
  #stopped = false

  constructor(on: ServiceSurroundings, definition: ServiceDefinition) {
    const { world, names, tasks, targetGroups } = on
    this.#on = on
    this.definition = definition
    this.configuration = definition.configuration
    this.createdAt = world.clock.now()
    this.tags = new Map(Object.entries(definition.tags ?? {}))
    this.#voice = new ServiceVoice(world, names, definition)
    this.#throttle = new StartThrottle(world.clock, () => this.look())
    this.#launcher = new TaskLauncher(world, tasks, definition)
    this.#rollouts = new Rollouts({
      clock: world.clock,
      names,
      voice: this.#voice,
      rules: () => this.configuration,
      alarmed: alarms => alarms.some(name => on.alarms()?.stateOf(name)?.value === 'ALARM'),
      turned: () => {
        this.#throttle.reset()
        this.#saidNotPlaced = undefined
        this.#again = true
      },
    })
    this.#stops.push(
      tasks.onChange(task => {
        if (this.#isMine(task)) this.#taskChanged(task)
      }),
      targetGroups.onHealth((group, address) => {
        if (this.#tasks.some(task => isAt(task, group, address))) this.look()
      }),
      world.zones.onChange(() => this.look()),
      world.clock.every(ASSUMED.round, () => this.look()),
    )
  }

  /** What it has said, the newest first. */
  get events(): ServiceVoice['events'] {
    return this.#voice.events
  }

  get name(): string {
    return this.definition.name
  }

  /** All that haven't stopped. */
  get tasks(): readonly Task[] {
    return this.#tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED')
  }

  get runningCount(): number {
    return this.#tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length
  }

  get pendingCount(): number {
    return this.#tasks.filter(({ lastStatus }) => isStarting(lastStatus)).length
  }

  get primary(): Deployment | undefined {
    return this.#rollouts.primary
  }

  /** The primary one first. */
  get deployments(): readonly Deployment[] {
    return this.#rollouts.all
  }

  get deploymentInProgress(): boolean {
    return this.#rollouts.inProgress
  }

  onChange(listener: () => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Begins with the first deployment. */
  start(): void {
    this.deploy(this.definition.revision, this.definition.placement)
  }

  /** A new deployment; one that is under way goes on only as long as its tasks serve. */
  deploy(revision: Revision, placement: Placement): void {
    this.#rollouts.begin(revision, placement)
    this.look()
  }

  /** Counts at once; without a new deployment. */
  configure(change: Partial<ServiceConfiguration>): void {
    const configuration = { ...this.configuration, ...change }
    // What the template says may be odd; a change must not be.
    if ('minimumHealthyPercent' in change || 'maximumPercent' in change) checkConfiguration(configuration)
    this.configuration = configuration
    this.look()
  }

  setDesiredCount(desiredCount: number): void {
    if (desiredCount !== this.configuration.desiredCount) this.configure({ desiredCount })
  }

  /** No tasks any more, and then nothing. */
  drain(): void {
    this.status = 'DRAINING'
    this.configuration = { ...this.configuration, desiredCount: 0 }
    this.look()
  }

  stop(): void {
    this.#stopped = true
    for (const stop of [...this.#stops, ...this.#timers]) stop()
    this.#throttle.stop()
  }

  /** How each live task stands. */
  judge(task: Task): Judgement {
    const { world, targetGroups } = this.#on
    return judge(task, {
      targetGroups,
      gracePeriod: this.configuration.healthCheckGracePeriod,
      now: world.clock.now(),
      arnOf: id => getNode(world.architecture, id, 'targetGroup').arn,
    })
  }

  /** Looks at everything and takes the next steps, until there are none. */
  look(): void {
    if (this.#stopped || this.status === 'INACTIVE') return
    this.#again = true
    if (this.#planning) return
    this.#planning = true
    try {
      // Steps change what the next ones depend on; a service takes few at a time.
      for (let rounds = 0; this.#again && rounds < 100; rounds++) {
        this.#again = false
        this.#lookOnce()
      }
    } finally {
      this.#planning = false
    }
    for (const listener of [...this.#listeners]) listener()
  }

  #lookOnce(): void {
    const primary = this.primary
    if (!primary) return
    const judged = new Map(this.#live.map(task => [task.id, this.judge(task)]))
    this.#countHealth(judged)
    this.#rollouts.checkAlarms()
    if (primary !== this.primary) return this.look()
    this.#balance(judged)
    const next = plan(this.#planInput(primary, judged))
    this.#stopTasks(next.stop, judged)
    this.#startTasks(next.start)
    if (next.blocked && !primary.saidBlocked) {
      primary.saidBlocked = true
      this.#voice.say(
        'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
          'Update the minimumHealthyPercent or maximumPercent value and try again.',
      )
    }
    this.#settle()
  }

  #planInput(primary: Deployment, judged: ReadonlyMap<string, Judgement>) {
    const { desiredCount, minimumHealthyPercent, maximumPercent } = this.configuration
    const tasks = this.#live.map(
      (task): PlannedTask => ({
        id: task.id,
        deployment: task.request.startedBy ?? '',
        standing: judged.get(task.id)?.standing ?? 'waiting',
        zone: task.zone,
      }),
    )
    return {
      desired: desiredCount,
      extra: this.#rebalancing.extra,
      minimumHealthyPercent,
      maximumPercent,
      primary: primary.id,
      stalled: primary.rolloutState === 'FAILED',
      fallback: this.#rollouts.fallback?.id,
      tasks,
    }
  }

  #startTasks(steps: Plan['start']): void {
    if (this.#throttle.holds) return
    for (const { deployment: id, count } of steps) {
      const deployment = this.#rollouts.find(id)
      if (!deployment) continue
      const { started, failure } = this.#launcher.launch(
        deployment,
        count,
        this.configuration.targets,
        () => this.#live,
      )
      if (started.length > 0) this.#voice.say(`has started ${started.length} tasks: ${listed(started)}.`)
      if (failure) this.#notPlaced(deployment, failure)
      else this.#saidNotPlaced = undefined
    }
  }

  // Capacity may be there at the next round; a role that isn't trusted is a failure like any other.
  #notPlaced(deployment: Deployment, { reason, kind }: NonNullable<Launched['failure']>): void {
    this.#throttle.notPlaced()
    if (this.#saidNotPlaced !== reason) {
      this.#saidNotPlaced = reason
      if (kind === 'capacity') this.#voice.say(`was unable to place a task. Reason: ${reason}`)
      else this.#voice.say(`failed to launch a task with (error ${reason}).`)
      this.#voice.action('SERVICE_TASK_PLACEMENT_FAILURE', 'ERROR', {
        reason: kind === 'capacity' ? 'RESOURCE:FARGATE' : reason,
      })
    }
    if (kind === 'role') this.#failed(deployment)
  }

  #stopTasks(steps: Plan['stop'], judged: ReadonlyMap<string, Judgement>): void {
    const stopped = steps.flatMap(({ task: id, because }) => {
      const task = this.#on.tasks.find(id)
      if (!task) return []
      const deployment = this.#deploymentOf(task)
      const reason =
        because === 'unhealthy'
          ? (judged.get(id)?.because ?? REASONS.container)
          : REASONS.scaling(this.primary?.id ?? task.request.startedBy ?? '')
      const wasRunning = task.lastStatus === 'RUNNING'
      void task.stop('ServiceSchedulerInitiated', reason)
      if (because === 'unhealthy') this.#throttle.replaces(task.createdAt)
      if (because === 'unhealthy' && deployment) this.#rollouts.taskFailed(deployment)
      return wasRunning ? [task.id] : []
    })
    if (stopped.length > 0) this.#voice.say(`has stopped ${stopped.length} running tasks: ${listed(stopped)}.`)
  }

  #taskChanged(task: Task): void {
    if (task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING') this.#ran(task)
    if (task.lastStatus === 'DEACTIVATING') this.#deactivating(task)
    if (task.desiredStatus === 'STOPPED') this.#ends(task)
    if (task.lastStatus === 'STOPPED') this.#marks.forget(task.id)
    this.look()
  }

  #ran(task: Task): void {
    if (!this.#marks.set(task.id, 'ran')) return
    this.#throttle.ran()
    for (const { targetGroup } of task.request.targets) {
      this.#voice.say(`registered 1 targets in ${this.#group(targetGroup)}`)
    }
    for (const span of [LIMITS.healthyAfter, this.configuration.healthCheckGracePeriod]) {
      if (span > 0) this.#lookAfter(span)
    }
  }

  #deactivating(task: Task): void {
    if (!this.#marks.set(task.id, 'deactivating')) return
    for (const { targetGroup } of task.request.targets) {
      this.#voice.say(`deregistered 1 targets in ${this.#group(targetGroup)}`)
    }
    this.#voice.sayOf(task.request.startedBy, 'has begun draining connections on 1 tasks.')
  }

  /** Whatever ends it, it counts from the first moment on: its replacement may have to wait. */
  #ends(task: Task): void {
    if (!this.#marks.set(task.id, 'ending')) return
    const deployment = this.#deploymentOf(task)
    if (task.stopCode === 'TaskFailedToStart' && deployment) this.#failed(deployment)
    if (task.stopCode !== 'EssentialContainerExited') return
    this.#throttle.replaces(task.createdAt)
    // It ended by itself before it ever counted as well.
    if (deployment && !this.#marks.has(task.id, 'well')) this.#rollouts.taskFailed(deployment)
  }

  /** A task that never ran. */
  #failed(deployment: Deployment): void {
    if (this.#throttle.failed()) {
      this.#voice.say('is unable to consistently start tasks successfully.')
      this.#voice.action('SERVICE_TASK_START_IMPAIRED', 'WARN')
    }
    this.#rollouts.taskFailed(deployment)
  }

  /** Healthy tasks end a row of failures; what turns unhealthy is said once. */
  #countHealth(judged: ReadonlyMap<string, Judgement>): void {
    for (const task of this.#live) {
      const { standing, target } = judged.get(task.id) ?? {}
      if (standing === 'healthy' && this.#marks.set(task.id, 'well')) {
        const deployment = this.#deploymentOf(task)
        if (deployment) deployment.failedTasks = 0
      }
      if (standing === 'unhealthy' && target && this.#marks.set(task.id, 'unhealthy')) {
        const { arn, port, reason } = target
        this.#voice.say(
          `(task ${task.id}) (port ${port}) is unhealthy in (target-group ${arn}) due to (reason ${reason}).`,
        )
      }
    }
  }

  /** Deployments without tasks go; the primary one is complete when all is well; then the service is steady. */
  #settle(): void {
    const { primary } = this
    if (!primary) return
    const unfinished = this.#tasks.filter(({ lastStatus }) => STILL_HERE.has(lastStatus))
    this.#rollouts.keep(({ id }) => unfinished.some(task => task.request.startedBy === id))
    const live = this.#live
    const own = live.filter(task => task.request.startedBy === primary.id)
    const well = own.filter(task => this.judge(task).standing === 'healthy')
    const complete = this.deployments.length === 1 && well.length >= this.configuration.desiredCount
    if (complete) this.#rollouts.complete()
    const steady =
      complete &&
      primary.rolloutState === 'COMPLETED' &&
      well.length === this.configuration.desiredCount &&
      unfinished.length === well.length
    if (steady && !this.steady && this.status === 'ACTIVE') {
      this.#voice.say('has reached a steady state.')
      this.#voice.action('SERVICE_STEADY_STATE', 'INFO')
    }
    this.steady = steady
    if (this.status === 'DRAINING' && this.tasks.length === 0) {
      this.status = 'INACTIVE'
      this.stop()
    }
  }

  #balance(judged: ReadonlyMap<string, Judgement>): void {
    const { zones } = this.#on.world
    const { zoneRebalancing, maximumPercent, desiredCount } = this.configuration
    const begins = this.#rebalancing.look({
      zones: this.zones,
      live: this.#live,
      healthy: [...judged.values()].filter(({ standing }) => standing === 'healthy').length,
      desired: desiredCount,
      may: zoneRebalancing && maximumPercent > 100 && this.steady,
      deploymentInProgress: this.deploymentInProgress,
      isUp: zone => zones.isUp(zone),
    })
    if (begins !== undefined) this.#voice.say(begins)
  }

  /** The zones of its subnets. */
  get zones(): readonly Zone[] {
    const { architecture } = this.#on.world
    const subnets = (this.primary?.placement ?? this.definition.placement).subnets
    return [...new Set(subnets.map(id => getNode(architecture, id, 'subnet').zone))]
  }

  get #tasks(): readonly Task[] {
    return this.#on.tasks.all.filter(task => this.#isMine(task))
  }

  get #live(): readonly Task[] {
    return this.#tasks.filter(isLive)
  }

  #isMine({ request }: Task): boolean {
    const { cluster, name } = this.definition
    return request.group === `service:${name}` && request.cluster.arn === cluster.arn
  }

  #deploymentOf({ request }: Task): Deployment | undefined {
    return this.#rollouts.find(request.startedBy)
  }

  #lookAfter(span: Duration): void {
    const stop = this.#on.world.clock.after(span, () => {
      this.#timers.delete(stop)
      this.look()
    })
    this.#timers.add(stop)
  }

  #group(id: NodeId): string {
    return `(target-group ${getNode(this.#on.world.architecture, id, 'targetGroup').arn})`
  }
}

const isAt = ({ request, networkInterface }: Task, group: NodeId, address: string): boolean =>
  networkInterface.address === address && request.targets.some(({ targetGroup }) => targetGroup === group)

/** They still answer, or what is under way to them does. */
const STILL_HERE: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING', 'DEACTIVATING'])
