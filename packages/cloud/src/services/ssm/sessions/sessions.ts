import { days, HEX, type Instant, type Stop } from '@terrace/kit'
import type { Instance } from '../../../ports.ts'
import type { World } from '../../../world.ts'
import type { Agents } from '../agent/agent.ts'
import { SessionDoesNotExist, TargetNotConnected } from '../errors.ts'
import { SESSION_HISTORY_DAYS } from '../limits.ts'

/** Who begins a session, and where. */
export interface SessionRequest {
  /** `i-…` */
  readonly target: string
  /** ARN of who begins it. */
  readonly owner: string
  readonly document: string
  readonly reason?: string | undefined
}

/** A session that runs, or ran. */
export interface Session extends SessionRequest {
  readonly id: string
  readonly startedAt: Instant
  endedAt: Instant | undefined
  /** Aborted at its end, with the reason. */
  readonly signal: AbortSignal
}

/** The sessions on all instances: those that run, and for 30 days those that ran. */
export class Sessions {
  readonly #world: World
  readonly #agents: Agents
  readonly #sessions = new Map<string, { readonly session: Session; readonly end: AbortController }>()
  #stopWatching: Stop | undefined

  constructor(world: World, agents: Agents) {
    this.#world = world
    this.#agents = agents
  }

  /** The newest first. */
  get all(): readonly Session[] {
    const oldest = this.#world.clock.now() - days(SESSION_HISTORY_DAYS)
    return [...this.#sessions.values()]
      .map(({ session }) => session)
      .filter(({ endedAt = Number.POSITIVE_INFINITY }) => endedAt > oldest)
      .reverse()
  }

  /** @throws TargetNotConnected; the journal says why */
  async begin(request: SessionRequest): Promise<{ readonly session: Session; readonly instance: Instance }> {
    const { clock, random, journal, ports } = this.#world
    const instance = await this.#connected(request.target)
    const end = new AbortController()
    const session: Session = {
      ...request,
      id: `${nameOf(request.owner)}-0${random.text(16, HEX)}`,
      startedAt: clock.now(),
      endedAt: undefined,
      signal: end.signal,
    }
    this.#sessions.set(session.id, { session, end })
    this.#stopWatching ??= (await ports.need('instances')).onChange(changed => this.#changed(changed))
    journal.write({
      kind: 'ssm.sessionStarted',
      node: instance.owner,
      message: `the session ${session.id} began on ${instance.id} (${request.document})`,
      details: { session: session.id, instance: instance.id, owner: request.owner },
    })
    return { session, instance }
  }

  /** Ends a session; one that has ended stays so. @throws SessionDoesNotExist */
  end(id: string, because: string): void {
    const found = this.#sessions.get(id)
    if (!found) throw new SessionDoesNotExist(id)
    const { session, end } = found
    if (session.endedAt !== undefined) return
    session.endedAt = this.#world.clock.now()
    this.#world.journal.write({
      kind: 'ssm.sessionEnded',
      message: `the session ${id} on ${session.target} ended: ${because}`,
      details: { session: id, instance: session.target },
    })
    end.abort(because)
  }

  stop(): void {
    this.#stopWatching?.()
    for (const { session } of this.#sessions.values()) this.end(session.id, 'the system stops')
  }

  async #connected(target: string): Promise<Instance> {
    const instance = (await this.#agents.instances()).find(({ id }) => id === target)
    const obstacle = instance ? await this.#agents.obstacle(instance, 'sessions') : 'there is no such instance'
    if (instance && obstacle === undefined) return instance
    this.#world.journal.write({
      kind: 'ssm.notConnected',
      ...(instance ? { node: instance.owner } : {}),
      message: `no session can begin on ${target}: ${obstacle}`,
      details: { instance: target, because: obstacle },
    })
    throw new TargetNotConnected(target)
  }

  #changed(instance: Instance): void {
    if (instance.state === 'running') return
    for (const { session } of this.#sessions.values()) {
      if (session.target === instance.id && session.endedAt === undefined) {
        this.end(session.id, `${instance.id} is ${instance.state}`)
      }
    }
  }
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1).replace(/[^\w+=,.@-]/g, '') || 'root'
