import { messageOf, type Stop, seconds } from '@terrace/kit'
import type { ContainerDefinition } from '@terrace/model'
import { AwsError } from '../../../gateway/errors.ts'
import type { Authorizer } from '../../../identity/authorizer.ts'
import type { Principal } from '../../../identity/principal.ts'
import type { LogEvent, LogGroups } from '../../../ports.ts'
import type { Host } from '../../../workload/host.ts'
import { LaunchFailure } from '../../../workload/launch-failure.ts'
import type { World } from '../../../world.ts'

/** differs: the driver sends what it has every second, so that a tail is nearly live; on AWS every five */
const FLUSH_EVERY = seconds(1)

/** What opening a log needs. */
export interface LogSite {
  readonly world: World
  readonly host: Host
  readonly logGroups: LogGroups
  readonly authorizer: Authorizer
  /** The execution role's session. */
  readonly principal: Principal
  readonly task: string
}

/**
 * The `awslogs` driver of one container: `<prefix>/<container>/<task>` is its stream. The group must exist, unless
 * `awslogs-create-group` lets the execution role make it.
 *
 * @see ECS Developer Guide, "Send Amazon ECS logs to CloudWatch"
 * @throws LaunchFailure
 */
export async function openLog(container: ContainerDefinition, site: LogSite): Promise<LogDriver | undefined> {
  const { logs } = container
  if (logs?.driver !== 'awslogs' || logs.group === undefined) return undefined
  const { group, streamPrefix, createGroup } = logs
  const stream = streamPrefix === undefined ? site.task : `${streamPrefix}/${container.name}/${site.task}`
  try {
    await site.host.openLogStream(group, stream)
  } catch (error) {
    if (!createGroup || !isMissing(error)) throw error
    createLogGroup(group, site)
    await site.host.openLogStream(group, stream)
  }
  return new LogDriver(site, group, stream)
}

const isMissing = (error: unknown): boolean =>
  error instanceof LaunchFailure &&
  error.problem.kind === 'refused' &&
  error.problem.code === 'ResourceNotFoundException'

// The way to CloudWatch Logs is there: it has just answered.
function createLogGroup(group: string, { world, logGroups, authorizer, principal }: LogSite): void {
  const { region, account } = world.architecture
  const resource = `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:`
  try {
    authorizer.require({ principal }, { action: 'logs:CreateLogGroup', resource })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { message } = error
    const code = 'AccessDeniedException'
    throw new LaunchFailure(
      { kind: 'logs', group },
      { kind: 'refused', service: 'CloudWatch Logs', operation: 'CreateLogGroup', code, message, status: 400 },
    )
  }
  logGroups.create(group)
}

/** Sends the lines of one container to its stream. */
export class LogDriver {
  readonly #site: LogSite
  readonly #group: string
  readonly #stream: string
  #waiting: LogEvent[] = []
  #timer: Stop | undefined
  #failed = false

  constructor(site: LogSite, group: string, stream: string) {
    this.#site = site
    this.#group = group
    this.#stream = stream
  }

  line(message: string): void {
    const { clock, realtime } = this.#site.world
    this.#waiting.push({ at: clock.now(), message })
    this.#timer ??= realtime.after(FLUSH_EVERY, () => this.flush())
  }

  /** Sends what waits. */
  flush(): void {
    this.#timer?.()
    this.#timer = undefined
    const events = this.#waiting
    this.#waiting = []
    if (events.length === 0) return
    try {
      this.#site.logGroups.put(this.#group, this.#stream, events)
    } catch (error) {
      if (this.#failed) return
      this.#failed = true
      const message = `lines of task ${this.#site.task} are not in ${this.#group}: ${messageOf(error)}`
      this.#site.world.journal.write({ kind: 'ecs.logsLost', message, details: { task: this.#site.task } })
    }
  }
}
