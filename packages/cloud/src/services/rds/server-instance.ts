import { join } from 'node:path'
import { type Duration, type Instant, seconds, TerraceError } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import type { ManagedProcess } from '../../processes/supervisor.ts'
import type { World } from '../../world.ts'
import type { DatabaseEngine, DatabaseMember, DatabaseStatus } from './databases.ts'
import { InvalidDbInstanceState, TooFewZones } from './errors.ts'
import { EVENTS, type EventType, type RdsEvents } from './events.ts'
import { Failover, type Pace } from './failover.ts'
import type { DatabaseInstance } from './instance.ts'
import { InstanceReport } from './instance-report.ts'
import { InstanceState } from './instance-state.ts'
import { limitationsOf } from './limitations.ts'
import type { InstanceNeeds, MakeMember, RestoreSource } from './member.ts'
import { readPairRecord, updatePairRecord } from './pair-record.ts'
import type { InstanceParameters } from './parameters/instance-parameters.ts'
import type { Seat } from './seat.ts'
import { Seating, subnetsByZone, untilZoneIsUp } from './seating.ts'
import { StandbyCare } from './standby-care.ts'
import { type LossCause, Watch } from './watch.ts'

const STOP_GRACE: Duration = seconds(30)

/** What runs an instance, and for whom. */
export interface ServerInstanceOptions {
  readonly engine: Exclude<DatabaseEngine, 'embedded'>
  /** For people: `MariaDB 10.11.19`. */
  readonly server: string
  readonly makeMember: (needs: InstanceNeeds) => Promise<MakeMember>
  readonly events: RdsEvents
  readonly pace: Pace
  readonly parameters: InstanceParameters
  /** The backup to begin with, asked for when there is no data yet. */
  readonly restoreFrom: () => RestoreSource | undefined
}

/** What makes an instance run, once it has its place in the network. */
interface Running {
  readonly seating: Seating
  readonly failover: Failover
}

/**
 * A DB instance as one real server, or as a primary with a synchronous standby in another zone, reached through the
 * network by its endpoint's name. What it is asked to do is here; what happens to it is in `failover.ts`.
 *
 * @see RDS User Guide, "Multi-AZ DB instance deployments". differs: a standby that is lost is given up after two seconds
 */
export class ServerInstance implements DatabaseInstance {
  readonly engine: Exclude<DatabaseEngine, 'embedded'>
  readonly node: string
  readonly identifier: string
  readonly environment = {}
  readonly parameters: InstanceParameters
  /** Folder of the changes that are kept beside the backups. */
  readonly archive: string
  readonly #world: World
  readonly #options: ServerInstanceOptions
  readonly #recordFile: string
  readonly #state = new InstanceState()
  readonly #stopping = new AbortController()
  readonly #report: InstanceReport
  readonly #watch: Watch
  readonly #care: StandbyCare
  #definition: DbInstance
  #running: Running | undefined
  #paired: boolean
  #turn: Promise<unknown> = Promise.resolve()
  #backup: Promise<void> = Promise.resolve()

  constructor(node: DbInstance, world: World, options: ServerInstanceOptions) {
    this.node = node.id
    this.identifier = node.identifier
    this.engine = options.engine
    this.parameters = options.parameters
    this.#definition = node
    this.#paired = node.multiAz
    this.#world = world
    this.#options = options
    const folder = join(world.folders.data, 'rds', node.identifier)
    this.archive = join(folder, 'archive')
    this.#recordFile = join(folder, 'pair.json')
    const { id, identifier, arn } = node
    this.#report = new InstanceReport(world, options.events, { node: id, identifier, arn, server: options.server })
    this.#watch = new Watch(world, (seat, process, cause) => this.#lost(seat, process, cause))
    const [state, watch, report, stopping] = [this.#state, this.#watch, this.#report, this.#stopping.signal]
    this.#care = new StandbyCare({ world, state, watch, report, stopping })
  }

  get definition(): DbInstance {
    return this.#definition
  }

  get status(): DatabaseStatus {
    return this.#state.status
  }

  get synchronous(): boolean {
    return this.#state.synchronous
  }

  get limitations(): readonly string[] {
    const hasSecondZone = subnetsByZone(this.#world, this.#definition).length > 1
    return [...limitationsOf(this.#definition, hasSecondZone), ...this.parameters.limitations(this.identifier)]
  }

  get members(): readonly DatabaseMember[] {
    return this.#state.members
  }

  /** The processes of its members, the primary's first. */
  get processes(): readonly ManagedProcess[] {
    return [this.#state.primary, this.#state.standby].flatMap(seat => seat?.member.process ?? [])
  }

  /** When its data was made; nothing before that. */
  get createdAt(): Instant | undefined {
    return readPairRecord(this.#recordFile).createdAt
  }

  /** Resolves with how many connections clients have open; 0 while it doesn't run. */
  async connections(): Promise<number> {
    const { primary } = this.#state
    return primary?.member.process ? primary.member.connections() : 0
  }

  start(): Promise<void> {
    return this.#exclusively(async () => {
      try {
        const [network, makeMember] = await Promise.all([
          this.#world.ports.need('network'),
          this.#options.makeMember({
            paired: () => this.#paired,
            settings: () => this.parameters.settings,
            archive: () => (this.#definition.backupRetentionDays > 0 ? this.archive : undefined),
          }),
        ])
        const subnets = subnetsByZone(this.#world, this.#definition)
        const seating = new Seating({ network, makeMember, subnets, definition: () => this.#definition })
        this.#running = { seating, failover: this.#makeFailover(seating) }
        await this.#run(this.#running, EVENTS.started)
      } catch (error) {
        this.#state.status = 'failed'
        throw error
      }
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const running = this.status === 'available' || this.status === 'backing-up'
    await this.#exclusively(async () => {
      if (running) this.#state.status = 'stopping'
      await this.#halt()
      if (running) this.#report.note(EVENTS.shutdown)
      if (this.status !== 'failed') this.#state.status = 'stopped'
    })
  }

  /** Stops it until `resume`. RDS User Guide, "Stopping an Amazon RDS DB instance temporarily". */
  suspend(): Promise<void> {
    this.#require('available')
    this.#state.status = 'stopping'
    return this.#exclusively(async () => {
      await this.#halt()
      this.#state.status = 'stopped'
      this.#report.note(EVENTS.stopped)
    })
  }

  resume(): Promise<void> {
    this.#require('stopped')
    this.#state.status = 'starting'
    return this.#exclusively(() => this.#run(this.#placed(), EVENTS.started))
  }

  /**
   * RDS User Guide, "Rebooting a DB instance": in place, or, of a pair, by a failover. Static parameters come into force.
   * What can't be done is thrown at once; the promise resolves when it is done.
   * @throws InvalidDbInstanceState
   */
  reboot(forceFailover: boolean): Promise<void> {
    this.#require('available')
    if (forceFailover && !this.synchronous) {
      throw new InvalidDbInstanceState(`DB instance ${this.identifier} has no standby that is up to date`)
    }
    this.#state.status = 'rebooting'
    return this.#exclusively(async () => {
      if (forceFailover && this.synchronous) {
        await this.#placed().failover.promoteStandby('requested')
        if (!this.parameters.pending) return
        this.#state.status = 'rebooting'
      }
      this.#report.note(EVENTS.shutdown)
      await this.#restart()
    })
  }

  /** Changes what the API may change; a standby is added or given up. */
  modify(changes: Partial<DbInstance>): Promise<void> {
    this.#require('available')
    const before = this.#definition
    const { multiAz = this.#paired } = changes
    if (multiAz && subnetsByZone(this.#world, before).length < 2) throw new TooFewZones()
    this.#definition = { ...before, ...changes }
    // RDS User Guide, "Backup retention period": an outage when backups are switched on or off.
    const keepsLogs = (before.backupRetentionDays === 0) !== (this.#definition.backupRetentionDays === 0)
    if (multiAz === this.#paired && !keepsLogs) return Promise.resolve()
    this.#state.status = 'modifying'
    return this.#exclusively(async () => {
      const pairedBefore = this.#paired
      this.#paired = multiAz
      if (!multiAz && pairedBefore) await this.#giveUpStandby()
      if (multiAz && !pairedBefore) return this.#addStandby()
      if (keepsLogs) await this.#restart(true)
      this.#state.status = 'available'
    })
  }

  /** Dynamic parameters of its group come into force at once, on both members. */
  applyParameters(): Promise<void> {
    return this.#exclusively(async () => {
      const changed = this.parameters.applyDynamic()
      for (const seat of [this.#state.primary, this.#state.standby]) {
        if (seat?.member.process) await seat.member.configure(changed)
      }
    })
  }

  /** Tells an event of RDS that happened to it. */
  note(type: EventType): void {
    this.#report.note(type)
  }

  /** Stops it, removes its files and its place in the network. */
  async delete(): Promise<void> {
    this.#state.status = 'deleting'
    this.#stopping.abort()
    await this.#exclusively(async () => {
      const { primary, standby } = this.#state
      await this.#halt()
      for (const seat of [primary, standby]) await seat?.member.remove()
      this.#report.note(EVENTS.deleted)
    })
  }

  /** Writes its data as of one moment, from the standby where there is one, so that the primary isn't disturbed. */
  async backup(path: string): Promise<void> {
    this.#require('available')
    const source = this.synchronous ? this.#state.standby : this.#state.primary
    if (!source?.member.process) throw new InvalidDbInstanceState(`DB instance ${this.identifier} does not run`)
    this.#state.status = 'backing-up'
    this.#report.note(EVENTS.backupStarted)
    const underway = source.member.backup(path)
    this.#backup = underway
    try {
      await underway
      this.#report.note(EVENTS.backupFinished)
    } finally {
      if (this.status === 'backing-up') this.#state.status = 'available'
    }
  }

  /** Resolves when no backup is being taken. */
  async untilBackedUp(): Promise<void> {
    await this.#backup.catch(() => {})
  }

  /**
   * Puts the changes since the last time into the archive.
   * @returns the position up to which it is complete; nothing when its server doesn't run
   */
  async shipLogs(): Promise<string | undefined> {
    const { primary, status } = this.#state
    const canTell = status === 'available' || status === 'backing-up'
    return canTell && primary?.member.process ? primary.member.shipLogs(this.archive) : undefined
  }

  /** Removes from the archive what no restore from this backup, or from a later one, needs. */
  async trimArchive(oldestBackup: string): Promise<void> {
    await this.#state.primary?.member.trimArchive(this.archive, oldestBackup)
  }

  /** Starts both members from what is on disk. */
  async #run({ seating, failover }: Running, startedEvent: EventType): Promise<void> {
    const state = this.#state
    const number = readPairRecord(this.#recordFile).primary
    const primary = seating.sit(number)
    state.primary = primary
    if (!primary) throw this.#noSubnet()
    state.standby = this.#paired ? seating.sit(number === 1 ? 2 : 1) : undefined
    const created = !primary.member.exists()
    const source = created ? this.#options.restoreFrom() : undefined
    const restoring = source === undefined ? 'not' : primary.member.restoring
    if (created) await state.standby?.member.remove()
    if (!created) state.status = 'starting'
    this.parameters.applyAll()
    if (source !== undefined && restoring === 'before-start') await primary.member.restore(source)
    else {
      await primary.member.create()
      if (created) await state.standby?.member.create(primary.member)
    }
    await untilZoneIsUp(this.#world, primary, this.#stopping.signal)
    const process = await primary.member.startPrimary()
    if (source !== undefined && restoring === 'after-start') await primary.member.restore(source)
    if (created) await updatePairRecord(this.#recordFile, { createdAt: this.#world.clock.now() })
    await seating.open(primary)
    this.#watch.begin(primary, 'primary', process)
    failover.primaryStarted()
    if (state.standby) await this.#care.begin(state.standby)
    state.status = 'available'
    this.#report.note(created ? EVENTS.created : startedEvent)
    if (source !== undefined) this.#report.note(source.event)
  }

  async #halt(): Promise<void> {
    const state = this.#state
    await this.#care.end()
    this.#watch.endAll()
    state.synchronous = false
    // The primary first: what it still acknowledges needs the standby.
    await state.primary?.member.stop(STOP_GRACE)
    await state.standby?.member.stop(STOP_GRACE)
    this.#running?.seating.forgetName()
    state.primary?.detach()
    state.standby?.detach()
    state.primary = undefined
    state.standby = undefined
  }

  /** The server starts again in its place, with all parameters of its group. */
  async #restart(withStandby = this.parameters.pending): Promise<void> {
    const { primary, standby } = this.#state
    await this.#care.end()
    this.#state.synchronous = false
    this.#watch.endAll()
    await primary?.member.stop(STOP_GRACE)
    // A standby has to have the settings of its primary.
    if (withStandby) await standby?.member.stop(STOP_GRACE)
    this.parameters.applyAll()
    await this.#placed().failover.restartInPlace()
  }

  async #addStandby(): Promise<void> {
    this.#report.note(EVENTS.multiAzStarted)
    this.#state.standby = this.#placed().seating.sit(this.#state.primary?.member.number === 2 ? 1 : 2)
    await this.#state.standby?.member.remove()
    // Replication needs a port, which the server takes at its start.
    this.#watch.endAll()
    await this.#state.primary?.member.stop(STOP_GRACE)
    await this.#placed().failover.restartInPlace()
    this.#report.note(EVENTS.multiAzFinished)
  }

  async #giveUpStandby(): Promise<void> {
    await this.#care.end()
    const { standby, primary } = this.#state
    this.#state.synchronous = false
    this.#state.standby = undefined
    if (!standby) return
    this.#watch.end(standby)
    await primary?.member.releaseStandby()
    await standby.member.stop(STOP_GRACE)
    await standby.member.remove()
    standby.detach()
  }

  #lost(seat: Seat, process: ManagedProcess, cause: LossCause): void {
    const state = this.#state
    if (!this.#watch.covers(seat, process) || this.#stopping.signal.aborted) return
    if (seat === state.standby && cause.kind !== 'refuses') state.synchronous = false
    void this.#exclusively(async () => {
      if (!this.#watch.covers(seat, process) || this.#stopping.signal.aborted) return
      const { failover } = this.#placed()
      if (seat === state.standby) await failover.standbyLost(seat, process, cause)
      else await failover.primaryLost(seat, cause)
    })
  }

  #makeFailover(seating: Seating): Failover {
    return new Failover({
      world: this.#world,
      state: this.#state,
      seating,
      watch: this.#watch,
      care: this.#care,
      report: this.#report,
      pace: this.#options.pace,
      recordFile: this.#recordFile,
      stopping: this.#stopping.signal,
    })
  }

  /** One after the other: roles don't change while roles change. */
  #exclusively<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action)
    this.#turn = turn.catch(error => this.#report.log(error))
    return turn
  }

  #require(status: DatabaseStatus): void {
    if (this.status === status) return
    throw new InvalidDbInstanceState(`Instance ${this.identifier} is not in ${status} state.`)
  }

  #placed(): Running {
    if (this.#running) return this.#running
    throw new TerraceError('RDS_NOT_PLACED', `${this.identifier} has no place in the network yet`, {
      blame: 'internal',
    })
  }

  #noSubnet(): TerraceError {
    return new TerraceError('RDS_NO_SUBNET', `the database ${this.identifier} has no subnet group, hence no address`, {
      place: this.#definition.origin.place,
      hint: 'give it a DBSubnetGroupName whose group lists subnets in two zones',
    })
  }
}
