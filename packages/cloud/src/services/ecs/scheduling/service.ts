import type { Duration, Instant, Stop } from '@terrace/kit'
import { getNode, type Zone } from '@terrace/model'
import { isCollector } from '../../../workload/collector/is-collector.ts'
import type { Revision } from '../definitions/task-definitions.ts'
import { ASSUMED } from '../limits.ts'
import { isStarting } from '../tasks/status.ts'
import type { Task } from '../tasks/task.ts'
import { checkConfiguration, type ServiceConfiguration } from './configuration.ts'
import type { ServiceDefinition, ServiceSurroundings } from './definition.ts'
import type { Deployment, Placement } from './deployment.ts'
import { TaskLauncher } from './launcher.ts'
import { OwnTasks } from './own-tasks.ts'
import { type PlannedTask, plan } from './plan.ts'
import { Rebalancing } from './rebalancing.ts'
import { Rollouts } from './rollouts.ts'
import { type Judgement, judge } from './standing.ts'
import { TaskSteps } from './task-steps.ts'
import { TaskWatch } from './task-watch.ts'
import { StartThrottle } from './throttle.ts'
import { ServiceVoice } from './voice.ts'

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
  readonly #steps: TaskSteps
  readonly #watch: TaskWatch
  readonly #tasks: OwnTasks
  readonly #rebalancing = new Rebalancing()
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
    this.#tasks = new OwnTasks(tasks, definition)
    this.#rollouts = new Rollouts({
      clock: world.clock,
      names,
      voice: this.#voice,
      rules: () => this.configuration,
      alarmed: alarms => alarms.some(name => on.alarms()?.stateOf(name)?.value === 'ALARM'),
      turned: () => {
        this.#throttle.reset()
        this.#steps.reset()
        this.#again = true
      },
    })
    this.#watch = new TaskWatch({
      architecture: world.architecture,
      voice: this.#voice,
      throttle: this.#throttle,
      rollouts: this.#rollouts,
      gracePeriod: () => this.configuration.healthCheckGracePeriod,
      lookAfter: span => this.#lookAfter(span),
    })
    this.#steps = new TaskSteps({
      book: tasks,
      own: this.#tasks,
      launcher: new TaskLauncher(world, tasks, definition),
      throttle: this.#throttle,
      rollouts: this.#rollouts,
      voice: this.#voice,
      failed: deployment => this.#watch.failed(deployment),
    })
    this.#stops.push(
      tasks.onChange(task => {
        if (!this.#tasks.has(task)) return
        this.#watch.changed(task)
        this.look()
      }),
      targetGroups.onHealth((group, address) => {
        if (this.#tasks.isAt(group, address)) this.look()
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
    return this.#tasks.all.filter(({ lastStatus }) => lastStatus !== 'STOPPED')
  }

  get runningCount(): number {
    return this.#tasks.all.filter(({ lastStatus }) => lastStatus === 'RUNNING').length
  }

  get pendingCount(): number {
    return this.#tasks.all.filter(({ lastStatus }) => isStarting(lastStatus)).length
  }

  get primary(): Deployment | undefined {
    return this.#rollouts.primary
  }

  /** The primary one first. */
  get deployments(): readonly Deployment[] {
    return this.#rollouts.all
  }

  /** Whether every image of its primary deployment can run on this machine, or has a stand-in that does. */
  get runsHere(): boolean {
    const containers = this.primary?.revision.containers ?? []
    return containers.every(
      ({ image }) => isCollector(image.uri) || (image.kind === 'directory' && image.obstacles.length === 0),
    )
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
    const judged = new Map(this.#tasks.live.map(task => [task.id, this.judge(task)]))
    this.#watch.judged(this.#tasks.live, judged)
    this.#rollouts.checkAlarms()
    if (primary !== this.primary) return this.look()
    this.#balance(judged)
    const next = plan(this.#planInput(primary, judged))
    this.#steps.stop(next.stop, judged)
    this.#steps.start(next.start, this.configuration.targets)
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
    const tasks = this.#tasks.live.map(
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

  /** Deployments without tasks go; the primary one is complete when all is well; then the service is steady. */
  #settle(): void {
    const { primary } = this
    if (!primary) return
    const unfinished = this.#tasks.unfinished
    this.#rollouts.keep(({ id }) => unfinished.some(task => task.request.startedBy === id))
    const live = this.#tasks.live
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
      live: this.#tasks.live,
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

  #lookAfter(span: Duration): void {
    const stop = this.#on.world.clock.after(span, () => {
      this.#timers.delete(stop)
      this.look()
    })
    this.#timers.add(stop)
  }
}
