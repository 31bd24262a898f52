import { messageOf } from '@terrace/kit'
import type { Authorizer } from '../../../identity/authorizer.ts'
import type { Principal } from '../../../identity/principal.ts'
import type { LogEvent, LogGroups } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { Home } from '../names.ts'

/** Events kept while CloudWatch Logs is still starting. */
const MOST_WAITING = 10_000

/** Writes what functions say to CloudWatch Logs, as far as their roles may. */
export class FunctionLogs {
  readonly #world: World
  readonly #authorizer: Authorizer
  readonly #said = new Set<string>()
  #groups: LogGroups | undefined
  #waiting: (() => void)[] = []

  constructor(world: World, authorizer: Authorizer) {
    this.#world = world
    this.#authorizer = authorizer
    world.ports.need('logGroups').then(
      groups => {
        this.#groups = groups
        for (const write of this.#waiting) write()
        this.#waiting = []
      },
      () => {},
    )
  }

  /** The log of one environment. */
  open(name: string, principal: Principal, group: string, stream: string): FunctionLog {
    let refused: boolean | undefined
    const put = (events: readonly LogEvent[]) => {
      if (!this.#groups) return void (this.#waiting.length < MOST_WAITING && this.#waiting.push(() => put(events)))
      refused ??= !this.#mayWrite(name, principal, group, stream, this.#groups)
      if (refused) return
      try {
        this.#groups.put(group, stream, events)
      } catch (error) {
        this.#say(name, `of ${group}: ${messageOf(error)}`)
      }
    }
    return new FunctionLog(this.#world, name, put)
  }

  /** @see Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs", the permissions of the role */
  #mayWrite(name: string, principal: Principal, group: string, stream: string, groups: LogGroups): boolean {
    const arn = logGroupArn(this.#world.architecture, group)
    const needed = [
      ...(groups.has(group) ? [] : [{ action: 'logs:CreateLogGroup', resource: arn }]),
      { action: 'logs:CreateLogStream', resource: `${arn}:log-stream:${stream}` },
      { action: 'logs:PutLogEvents', resource: `${arn}:log-stream:${stream}` },
    ]
    const missing = needed.find(access => this.#authorizer.decide({ principal }, access).kind !== 'allowed')
    if (!missing) {
      groups.create(group)
      return true
    }
    this.#say(name, `is lost: its role may not ${missing.action} ${missing.resource}`)
    return false
  }

  #say(name: string, what: string): void {
    if (this.#said.has(`${name} ${what}`)) return
    this.#said.add(`${name} ${what}`)
    const message = `the log of the function ${name} ${what}`
    this.#world.journal.write({ kind: 'lambda.logLost', message, details: { function: name } })
  }
}

const logGroupArn = ({ region, account }: Home, group: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${group}`

/** The log of one environment; also for `terrace logs`. */
export class FunctionLog {
  readonly #world: World
  readonly #name: string
  readonly #put: (events: readonly LogEvent[]) => void
  #pending: LogEvent[] = []
  #tail: string[] = []

  constructor(world: World, name: string, put: (events: readonly LogEvent[]) => void) {
    this.#world = world
    this.#name = name
    this.#put = put
  }

  write(text: string): void {
    this.#tail.push(text)
    this.#pending.push({ at: this.#world.clock.now(), message: text })
    for (const line of text.split('\n')) this.#world.logs.write('application', this.#name, line)
    if (this.#pending.length === 1) setImmediate(() => this.flush())
  }

  flush(): void {
    if (this.#pending.length === 0) return
    const events = this.#pending
    this.#pending = []
    this.#put(events)
  }

  /** What was written since it was taken last. */
  takeTail(): string {
    const text = this.#tail.map(line => `${line}\n`).join('')
    this.#tail = []
    return text
  }
}
