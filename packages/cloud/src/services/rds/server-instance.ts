import { join } from 'node:path'
import { type Duration, type Instant, messageOf, milliseconds, minutes, seconds, TerraceError } from '@terrace/kit'
import { type DbInstance, type Subnet, subnetsOf } from '@terrace/model'
import type { Network } from '../../network/network.ts'
import type { ManagedProcess } from '../../processes/supervisor.ts'
import type { World } from '../../world.ts'
import type { DatabaseEngine, DatabaseMember, DatabaseStatus } from './databases.ts'
import { InvalidDbInstanceState, TooFewZones } from './errors.ts'
import {
  EVENTS,
  type EventSource,
  type EventType,
  FAILOVER_REASONS,
  type FailoverReason,
  type RdsEvents,
} from './events.ts'
import { heartbeat, type Loss } from './heartbeat.ts'
import type { DatabaseInstance } from './instance.ts'
import { limitationsOf } from './limitations.ts'
import { describeExit } from './mariadb/server.ts'
import { CannotFollow, type MakeMember, type MemberNumber } from './member.ts'
import { readPairRecord, writePairRecord } from './pair-record.ts'
import { Seat } from './seat.ts'

const STOP_GRACE: Duration = seconds(30)
/** Waits before the restarts of a server that ended by itself; after the last one the instance has failed. */
const RESTART_DELAYS: readonly Duration[] = [0, 500, 1000, 2000, 4000].map(milliseconds)
/** A server that ran this long starts the list of waits anew. */
const STABLE_AFTER: Duration = minutes(1)
/** Between attempts to get a standby back. */
const STANDBY_DELAY: Duration = seconds(1)
/** A standby that is let in has to have the last changes within this time, while writes wait for it. */
const LAST_STEP_LIMIT: Duration = seconds(3)
/** "Failovers typically complete in 60–120 seconds." RDS User Guide, "Failover process for Amazon RDS". */
const AWS_OUTAGE: readonly [Duration, Duration] = [seconds(60), seconds(120)]

/** How long a failover takes: as fast as it can, or as long as on AWS. */
export type Pace = 'fast' | 'aws'

/** What runs an instance, and for whom. */
export interface ServerInstanceOptions {
  readonly engine: Exclude<DatabaseEngine, 'embedded'>
  /** For people: `MariaDB 10.11.19`. */
  readonly server: string
  readonly makeMember: (paired: () => boolean) => Promise<MakeMember>
  readonly events: RdsEvents
  readonly pace: Pace
  /** Path of the backup to begin with, asked for when there is no data yet. */
  readonly restoreFrom: () => string | undefined
}

type Cause = Loss | { readonly kind: 'exit'; readonly words: string }

/**
 * A DB instance as one real server, or as a primary with a synchronous standby in another zone, reached through the
 * network by its endpoint's name.
 *
 * The rule that everything here serves: a standby is promoted only while `synchronous` holds, that is while the primary
 * has acknowledged nothing that the standby doesn't have. It ends before the primary is told to go on alone, and begins
 * after the standby has everything and the primary waits for it.
 *
 * @see RDS User Guide, "Multi-AZ DB instance deployments". differs: a standby that is lost is given up after two seconds
 */
export class ServerInstance implements DatabaseInstance {
  readonly engine: Exclude<DatabaseEngine, 'embedded'>
  readonly node: string
  readonly identifier: string
  readonly environment = {}
  readonly #world: World
  readonly #options: ServerInstanceOptions
  readonly #folder: string
  readonly #stopping = new AbortController()
  readonly #watched = new Map<Seat, { readonly process: ManagedProcess; readonly stop: () => void }>()
  #definition: DbInstance
  #status: DatabaseStatus = 'creating'
  #network: Network | undefined
  #makeMember: MakeMember | undefined
  #primary: Seat | undefined
  #standby: Seat | undefined
  #synchronous = false
  #paired: boolean
  #tending: { readonly abort: AbortController; readonly done: Promise<void> } | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #restarts = 0
  #startedAt: Instant = 0

  constructor(node: DbInstance, world: World, options: ServerInstanceOptions) {
    this.node = node.id
    this.identifier = node.identifier
    this.engine = options.engine
    this.#definition = node
    this.#paired = node.multiAz
    this.#world = world
    this.#options = options
    this.#folder = join(world.folders.data, 'rds', node.identifier)
  }

  get definition(): DbInstance {
    return this.#definition
  }

  get status(): DatabaseStatus {
    return this.#status
  }

  get synchronous(): boolean {
    return this.#synchronous
  }

  get limitations(): readonly string[] {
    return limitationsOf(this.#definition, this.#subnets().length > 1)
  }

  get members(): readonly DatabaseMember[] {
    const of = (role: DatabaseMember['role'], seat: Seat | undefined) =>
      seat ? [{ zone: seat.zone, role, address: seat.address, ...pidOf(seat) }] : []
    return [...of('primary', this.#primary), ...of('standby', this.#standby)]
  }

  /** The processes of its members, the primary's first. */
  get processes(): readonly ManagedProcess[] {
    return [this.#primary, this.#standby].flatMap(seat => seat?.member.process ?? [])
  }

  /** Resolves with how many connections clients have open; 0 while it doesn't run. */
  async connections(): Promise<number> {
    return this.#primary?.member.process ? this.#primary.member.connections() : 0
  }

  start(): Promise<void> {
    return this.#exclusively(async () => {
      try {
        const [network, makeMember] = await Promise.all([
          this.#world.ports.need('network'),
          this.#options.makeMember(() => this.#paired),
        ])
        this.#network = network
        this.#makeMember = makeMember
        await this.#run(EVENTS.started)
      } catch (error) {
        this.#status = 'failed'
        throw error
      }
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const running = this.#status === 'available' || this.#status === 'backing-up'
    await this.#exclusively(async () => {
      if (running) this.#status = 'stopping'
      await this.#halt()
      if (running) this.#note(EVENTS.shutdown)
      if (this.#status !== 'failed') this.#status = 'stopped'
    })
  }

  /** Stops it until `resume`. RDS User Guide, "Stopping an Amazon RDS DB instance temporarily". */
  suspend(): Promise<void> {
    this.#require('available')
    this.#status = 'stopping'
    return this.#exclusively(async () => {
      await this.#halt()
      this.#status = 'stopped'
      this.#note(EVENTS.stopped)
    })
  }

  resume(): Promise<void> {
    this.#require('stopped')
    this.#status = 'starting'
    return this.#exclusively(() => this.#run(EVENTS.started))
  }

  /**
   * RDS User Guide, "Rebooting a DB instance": in place, or, of a pair, by a failover. What can't be done is thrown at once;
   * the promise resolves when it is done.
   * @throws InvalidDbInstanceState
   */
  reboot(forceFailover: boolean): Promise<void> {
    this.#require('available')
    if (forceFailover && !this.#synchronous) {
      throw new InvalidDbInstanceState(`DB instance ${this.identifier} has no standby that is up to date`)
    }
    this.#status = 'rebooting'
    return this.#exclusively(async () => {
      if (forceFailover && this.#synchronous) return this.#failover('requested')
      await this.#endTending()
      this.#synchronous = false
      this.#unwatch()
      this.#note(EVENTS.shutdown)
      await this.#primary?.member.stop(STOP_GRACE)
      await this.#restartInPlace()
    })
  }

  /** Changes what the API may change; a standby is added or given up. */
  modify(changes: Partial<DbInstance>): Promise<void> {
    this.#require('available')
    const { multiAz = this.#paired } = changes
    if (multiAz && this.#subnets().length < 2) throw new TooFewZones()
    this.#definition = { ...this.#definition, ...changes }
    if (multiAz === this.#paired) return Promise.resolve()
    this.#status = 'modifying'
    return this.#exclusively(async () => {
      this.#paired = multiAz
      if (!multiAz) return this.#giveUpStandby()
      this.#note(EVENTS.multiAzStarted)
      this.#standby = this.#sit(this.#primary?.member.number === 2 ? 1 : 2)
      await this.#standby?.member.remove()
      // Replication needs a port, which the server takes at its start.
      this.#unwatch()
      await this.#primary?.member.stop(STOP_GRACE)
      await this.#restartInPlace()
      this.#note(EVENTS.multiAzFinished)
    })
  }

  /** Stops it, removes its files and its place in the network. */
  async delete(): Promise<void> {
    this.#status = 'deleting'
    this.#stopping.abort()
    await this.#exclusively(async () => {
      const seats = [this.#primary, this.#standby]
      await this.#halt()
      for (const seat of seats) await seat?.member.remove()
      this.#note(EVENTS.deleted)
    })
  }

  /** Writes its data as of one moment, from the standby where there is one, so that the primary isn't disturbed. */
  async backup(path: string): Promise<void> {
    this.#require('available')
    const source = this.#synchronous ? this.#standby : this.#primary
    if (!source?.member.process) throw new InvalidDbInstanceState(`DB instance ${this.identifier} does not run`)
    this.#status = 'backing-up'
    this.#note(EVENTS.backupStarted)
    try {
      await source.member.backup(path)
      this.#note(EVENTS.backupFinished)
    } finally {
      if (this.#status === 'backing-up') this.#status = 'available'
    }
  }

  /** Starts both members from what is on disk. */
  async #run(startedEvent: EventType): Promise<void> {
    const number = readPairRecord(this.#recordFile).primary
    const primary = this.#sit(number)
    this.#primary = primary
    if (!primary) throw this.#noSubnet()
    this.#standby = this.#paired ? this.#sit(number === 1 ? 2 : 1) : undefined
    const created = !primary.member.exists()
    const restoreFrom = created ? this.#options.restoreFrom() : undefined
    const restoring = restoreFrom === undefined ? 'not' : primary.member.restoring
    if (created) await this.#standby?.member.remove()
    if (restoreFrom !== undefined && restoring === 'before-start') await primary.member.restore(restoreFrom)
    else {
      await primary.member.create()
      if (created) await this.#standby?.member.create(primary.member)
    }
    if (!created) this.#status = 'starting'
    await this.#untilZoneIsUp(primary, this.#stopping.signal)
    const process = await primary.member.startPrimary()
    if (restoreFrom !== undefined && restoring === 'after-start') await primary.member.restore(restoreFrom)
    await this.#open(primary)
    this.#watch(primary, 'primary', process)
    this.#startedAt = this.#world.clock.now()
    if (this.#standby) await this.#tend(this.#standby)
    this.#status = 'available'
    this.#note(created ? EVENTS.created : startedEvent)
  }

  async #halt(): Promise<void> {
    await this.#endTending()
    this.#unwatch()
    this.#synchronous = false
    // The primary first: what it still acknowledges needs the standby.
    await this.#primary?.member.stop(STOP_GRACE)
    await this.#standby?.member.stop(STOP_GRACE)
    this.#network?.setName(this.#definition.endpoint, [])
    this.#primary?.detach()
    this.#standby?.detach()
    this.#primary = undefined
    this.#standby = undefined
  }

  async #open(seat: Seat): Promise<void> {
    await seat.open()
    this.#network?.setName(this.#definition.endpoint, [seat.address])
  }

  /** Looks after a server until it is lost. */
  #watch(seat: Seat, role: 'primary' | 'standby', process: ManagedProcess): void {
    const { zones, realtime } = this.#world
    const stop = heartbeat({
      clock: realtime,
      // Nothing reaches a zone that has stopped, and nothing comes from it.
      probe: () => (zones.isUp(seat.zone) ? seat.member.probe(role) : new Promise(() => {})),
      onLost: loss => this.#lost(seat, process, loss),
    })
    this.#watched.set(seat, { process, stop })
    void process.exited.then(exit => this.#lost(seat, process, { kind: 'exit', words: describeExit(exit) }))
  }

  #unwatch(): void {
    for (const { stop } of this.#watched.values()) stop()
    this.#watched.clear()
  }

  #lost(seat: Seat, process: ManagedProcess, cause: Cause): void {
    if (this.#watched.get(seat)?.process !== process || this.#stopping.signal.aborted) return
    if (seat === this.#standby && cause.kind !== 'refuses') this.#synchronous = false
    void this.#exclusively(async () => {
      if (this.#watched.get(seat)?.process !== process || this.#stopping.signal.aborted) return
      if (seat === this.#standby) await this.#standbyLost(seat, process, cause)
      else await this.#primaryLost(seat, cause)
    })
  }

  async #standbyLost(seat: Seat, process: ManagedProcess, cause: Cause): Promise<void> {
    this.#watched.get(seat)?.stop()
    this.#watched.delete(seat)
    if (cause.kind === 'refuses') {
      const primaryLives = await this.#primary?.member.probe('primary').then(
        () => true,
        () => false,
      )
      // It lost its connection because the primary is gone: then it is the one that is needed.
      if (!primaryLives) return this.#watch(seat, 'standby', process)
    }
    this.#synchronous = false
    await this.#primary?.member.releaseStandby().catch(() => {})
    this.#tell(
      'rds.degraded',
      `the standby in ${seat.zone} was lost (${this.#explain(seat, cause)}): degraded, the primary goes on alone and no failover is possible`,
      { zone: seat.zone },
    )
    await seat.member.kill()
    void this.#tend(seat)
  }

  async #primaryLost(seat: Seat, cause: Cause): Promise<void> {
    await this.#endTending()
    const standby = this.#standby
    this.#status = 'rebooting'
    if (!standby) this.#note(EVENTS.shutdown, this.#explain(seat, cause))
    else {
      this.#tell('rds.primary-lost', `the primary in ${seat.zone} was lost: ${this.#explain(seat, cause)}`, {
        zone: seat.zone,
      })
    }
    if (standby && this.#synchronous && this.#world.zones.isUp(standby.zone)) {
      const reason =
        cause.kind === 'exit' ? 'unhealthy' : this.#world.zones.isUp(seat.zone) ? 'unresponsive' : 'unreachable'
      return this.#failover(reason)
    }
    this.#synchronous = false
    this.#unwatch()
    if (standby) {
      this.#tell(
        'rds.promotion-refused',
        `the standby in ${standby.zone} is not promoted: it may lack acknowledged writes`,
      )
    }
    await seat.member.kill()
    await this.#restartInPlace()
  }

  /** The standby becomes primary; the old primary is ended first, so that there are never two. */
  async #failover(reason: FailoverReason): Promise<void> {
    const [old, next] = [this.#primary, this.#standby]
    if (!old || !next) return
    const { process } = next.member
    if (!process) {
      // It ended, and we are about to hear of it.
      this.#synchronous = false
      this.#unwatch()
      await old.member.kill()
      return this.#restartInPlace()
    }
    const { clock, random } = this.#world
    const outage = this.#options.pace === 'aws' ? AWS_OUTAGE[0] + random.integer(AWS_OUTAGE[1] - AWS_OUTAGE[0] + 1) : 0
    const began = clock.now()
    this.#status = 'rebooting'
    this.#note(EVENTS.failoverStarted, undefined, { reason: FAILOVER_REASONS[reason] })
    this.#unwatch()
    await old.member.kill()
    await old.close()
    try {
      await next.member.drain()
    } catch (error) {
      this.#synchronous = false
      this.#tell('rds.promotion-refused', `the standby in ${next.zone} is not promoted: ${messageOf(error)}`)
      await next.member.kill()
      await this.#open(old)
      return this.#restartInPlace()
    }
    this.#synchronous = false
    await writePairRecord(this.#recordFile, { primary: next.member.number })
    this.#primary = next
    this.#standby = old
    try {
      await next.member.promote()
    } catch (error) {
      this.#log(error)
      await next.member.kill()
      await this.#open(next)
      return this.#restartInPlace()
    }
    await clock.sleep(Math.max(0, outage - (clock.now() - began)), this.#stopping.signal).catch(() => {})
    if (this.#stopping.signal.aborted) return
    await this.#open(next)
    this.#watch(next, 'primary', process)
    this.#startedAt = clock.now()
    this.#status = 'available'
    this.#note(EVENTS.restarted)
    this.#note({ kind: 'rds.failover.reason', categories: ['failover'], message: FAILOVER_REASONS[reason] })
    this.#note(EVENTS.failoverCompleted, undefined, { zone: next.zone })
    void this.#tend(old)
  }

  /** On the same host and the same address, as RDS does it; its data is recovered. */
  async #restartInPlace(): Promise<void> {
    const seat = this.#primary
    const { clock } = this.#world
    const { signal } = this.#stopping
    if (!seat) return
    if (clock.now() - this.#startedAt > STABLE_AFTER) this.#restarts = 0
    while (this.#restarts < RESTART_DELAYS.length && !signal.aborted) {
      let process: ManagedProcess
      try {
        await clock.sleep(RESTART_DELAYS[this.#restarts++] ?? 0, signal)
        await this.#untilZoneIsUp(seat, signal)
        process = await seat.member.startPrimary()
      } catch (error) {
        if (!signal.aborted) this.#log(error)
        continue
      }
      this.#startedAt = clock.now()
      await this.#open(seat)
      this.#watch(seat, 'primary', process)
      this.#status = 'available'
      this.#note(EVENTS.restarted)
      if (this.#standby) void this.#tend(this.#standby)
      return
    }
    if (signal.aborted) return
    this.#status = 'failed'
    this.#note(EVENTS.failed, 'it could not be started again; see its log')
  }

  /** Gets the standby up to date, in as many attempts as it takes. @returns when it is, or the first attempt failed */
  #tend(standby: Seat): Promise<void> {
    const abort = new AbortController()
    const first = Promise.withResolvers<void>()
    const signal = AbortSignal.any([abort.signal, this.#stopping.signal])
    const done = this.#tendUntilSynchronous(standby, signal, first.resolve).finally(first.resolve)
    this.#tending = { abort, done }
    return first.promise
  }

  async #endTending(): Promise<void> {
    const tending = this.#tending
    this.#tending = undefined
    tending?.abort.abort()
    await tending?.done
  }

  async #tendUntilSynchronous(standby: Seat, signal: AbortSignal, onAttempt: () => void): Promise<void> {
    const primary = this.#primary
    let failedStarts = 0
    while (primary && !signal.aborted) {
      try {
        if (!this.#world.zones.isUp(standby.zone)) onAttempt()
        await this.#untilZoneIsUp(standby, signal)
        await this.#join(primary, standby, signal)
        return
      } catch (error) {
        await primary.member.releaseStandby().catch(() => {})
        if (signal.aborted) return
        this.#log(error)
        await standby.member.kill()
        if (error instanceof TerraceError && error.code === 'RDS_NOT_STARTED') failedStarts++
        if (primary.member.process && (error instanceof CannotFollow || failedStarts > 1)) {
          failedStarts = 0
          await standby.member.remove()
          this.#tell('rds.standby-rebuilt', `the standby in ${standby.zone} is copied anew: ${messageOf(error)}`)
        }
        onAttempt()
        await this.#world.realtime.sleep(STANDBY_DELAY, signal).catch(() => {})
      }
    }
  }

  async #join(primary: Seat, standby: Seat, signal: AbortSignal): Promise<void> {
    if (!standby.member.exists()) await standby.member.cloneFrom(primary.member, signal)
    if (standby.member.process) await standby.member.follow(primary.member, signal)
    else await standby.member.startStandby(primary.member, signal)
    // Far behind, it would hold up every write: the primary waits for it only for the last step.
    while (!(await standby.member.catchUp(primary.member, seconds(1)))) signal.throwIfAborted()
    signal.throwIfAborted()
    await primary.member.requireStandby()
    if (!(await standby.member.catchUp(primary.member, LAST_STEP_LIMIT)))
      throw new Error('the standby does not keep up')
    signal.throwIfAborted()
    const { process } = standby.member
    if (!process) throw new Error('the standby ended')
    this.#synchronous = true
    this.#watch(standby, 'standby', process)
    this.#tell('rds.synchronous', `the standby in ${standby.zone} has everything the primary in ${primary.zone} has`, {
      primary: primary.zone,
      standby: standby.zone,
    })
  }

  async #giveUpStandby(): Promise<void> {
    await this.#endTending()
    const standby = this.#standby
    this.#synchronous = false
    this.#standby = undefined
    if (standby) {
      this.#watched.get(standby)?.stop()
      this.#watched.delete(standby)
      await this.#primary?.member.releaseStandby()
      await standby.member.stop(STOP_GRACE)
      await standby.member.remove()
      standby.detach()
    }
    this.#status = 'available'
  }

  /** The first member sits in the preferred zone, the second in another one. */
  #sit(number: MemberNumber): Seat | undefined {
    const subnet = this.#subnets()[number - 1]
    if (!subnet || !this.#network || !this.#makeMember) return undefined
    const { port, securityGroups } = this.#definition
    const networkInterface = this.#network.attach({ owner: this.identifier, subnet: subnet.id, securityGroups })
    return new Seat(this.#makeMember({ number, zone: subnet.zone }), this.#network, networkInterface, port)
  }

  /** One for each zone, that of the preferred zone first. */
  #subnets(): readonly Subnet[] {
    const { subnets, zone } = this.#definition
    const all = subnetsOf(this.#world.architecture, subnets)
    const inOrder = [...all.filter(subnet => subnet.zone === zone), ...all.filter(subnet => subnet.zone !== zone)]
    return inOrder.filter((subnet, i) => inOrder.findIndex(other => other.zone === subnet.zone) === i)
  }

  async #untilZoneIsUp(seat: Seat, signal: AbortSignal): Promise<void> {
    const { zones } = this.#world
    while (!zones.isUp(seat.zone)) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const stop = zones.onChange(() => resolve())
      signal.addEventListener('abort', () => resolve(), { once: true })
      await promise
      stop()
      signal.throwIfAborted()
      // What was halted when the zone stopped is ended before anything starts there again.
      await seat.member.kill()
    }
    signal.throwIfAborted()
  }

  /** One after the other: roles don't change while roles change. */
  #exclusively<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action)
    this.#turn = turn.catch(error => this.#log(error))
    return turn
  }

  #require(status: DatabaseStatus): void {
    if (this.#status === status) return
    throw new InvalidDbInstanceState(`Instance ${this.identifier} is not in ${status} state.`)
  }

  #noSubnet(): TerraceError {
    return new TerraceError('RDS_NO_SUBNET', `the database ${this.identifier} has no subnet group, hence no address`, {
      place: this.#definition.origin.place,
      hint: 'give it a DBSubnetGroupName whose group lists subnets in two zones',
    })
  }

  #explain(seat: Seat, cause: Cause): string {
    if (cause.kind === 'exit') return cause.words
    if (cause.kind === 'refuses') return cause.because
    return this.#world.zones.isUp(seat.zone) ? "it doesn't answer" : `${seat.zone} has stopped`
  }

  get #recordFile(): string {
    return join(this.#folder, 'pair.json')
  }

  get #source(): EventSource {
    return { node: this.node, identifier: this.identifier, arn: this.#definition.arn, server: this.#options.server }
  }

  #note(type: EventType, clause?: string, details?: object): void {
    this.#options.events.note(this.#source, type, { ...(clause ? { clause } : {}), ...(details ? { details } : {}) })
  }

  #tell(kind: string, message: string, details: Readonly<Record<string, unknown>> = {}): void {
    this.#world.journal.write({ kind, node: this.node, message: `${this.identifier}: ${message}`, details })
  }

  #log(error: unknown): void {
    this.#world.logs.write('control', this.identifier, messageOf(error))
  }
}

function pidOf({ member }: Seat): { readonly pid?: number } {
  const pid = member.process?.pid
  return pid === undefined ? {} : { pid }
}
