import { join } from 'node:path'
import {
  type Duration,
  type Instant,
  LOWER_ALPHANUMERIC,
  messageOf,
  milliseconds,
  minutes,
  seconds,
  TerraceError,
} from '@terrace/kit'
import { type DbInstance, subnetsOf } from '@terrace/model'
import type { Network, NetworkInterface } from '../../../network/network.ts'
import type { ManagedProcess } from '../../../processes/supervisor.ts'
import type { World } from '../../../world.ts'
import type { DatabaseMember, DatabaseStatus } from '../databases.ts'
import type { DatabaseInstance } from '../instance.ts'
import { limitationsOf } from '../limitations.ts'
import { initialStatements } from './accounts.ts'
import { type MariadbPrograms, prepareDataFolder } from './data-folder.ts'
import { describeExit, type ServerSpec, startServer } from './server.ts'

const STOP_GRACE: Duration = seconds(30)
/** Waits before the restarts of a server that ended by itself; after the last one the instance has failed. */
const RESTART_DELAYS: readonly Duration[] = [0, 500, 1000, 2000, 4000].map(milliseconds)
/** A server that ran this long starts the list of waits anew. */
const STABLE_AFTER: Duration = minutes(1)

/** A DB instance as one real MariaDB server, reached through the network by its endpoint's name. */
export class MariadbInstance implements DatabaseInstance {
  readonly engine = 'mariadb'
  readonly node: string
  readonly identifier: string
  readonly environment = {}
  readonly limitations: readonly string[]
  readonly #node: DbInstance
  readonly #world: World
  readonly #programs: MariadbPrograms
  readonly #templates: string | undefined
  readonly #stopping = new AbortController()
  #status: DatabaseStatus = 'creating'
  #server: ManagedProcess | undefined
  #place: { readonly network: Network; readonly networkInterface: NetworkInterface } | undefined
  #watching: Promise<void> = Promise.resolve()

  constructor(
    node: DbInstance,
    world: World,
    options: { readonly programs: MariadbPrograms; readonly templates: string | undefined },
  ) {
    this.node = node.id
    this.identifier = node.identifier
    this.limitations = limitationsOf(node)
    this.#node = node
    this.#world = world
    this.#programs = options.programs
    this.#templates = options.templates
  }

  get status(): DatabaseStatus {
    return this.#status
  }

  get members(): readonly DatabaseMember[] {
    if (!this.#place) return []
    const { zone, address } = this.#place.networkInterface
    return [{ zone, role: 'primary', address }]
  }

  async start(): Promise<void> {
    const { ports, architecture, folders } = this.#world
    const folder = join(folders.data, 'rds', this.identifier)
    const dataFolder = join(folder, 'data')
    try {
      const [network, statements, created] = await Promise.all([
        ports.need('network'),
        this.#statements(),
        prepareDataFolder({ folder: dataFolder, programs: this.#programs, templates: this.#templates }),
      ])
      const networkInterface = network.attach({
        owner: this.identifier,
        subnet: this.#subnet(),
        securityGroups: this.#node.securityGroups,
      })
      this.#place = { network, networkInterface }
      const spec: ServerSpec = {
        name: this.identifier,
        programs: this.#programs,
        dataFolder,
        temporaryFolder: join(folder, 'tmp'),
        socket: network.socketOf(networkInterface, this.#node.port),
        statements,
        onLine: line => this.#world.logs.write('control', this.identifier, line),
        system: architecture.name,
      }
      if (!created) this.#status = 'starting'
      this.#server = await startServer(spec, this.#world)
      network.setName(this.#node.endpoint, [networkInterface.address])
      this.#status = 'available'
      if (created) this.#note('rds.created', 'DB instance created.', 'RDS-EVENT-0005')
      else this.#note('rds.started', 'DB instance started.', 'RDS-EVENT-0088')
      this.#watching = this.#keepRunning(spec, this.#server)
    } catch (error) {
      this.#status = 'failed'
      throw error
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const running = this.#status === 'available'
    if (running) this.#status = 'stopping'
    await this.#server?.stop(STOP_GRACE)
    await this.#watching
    if (this.#place) this.#place.network.detach(this.#place.networkInterface.id)
    if (running) this.#note('rds.shutdown', 'DB instance shutdown.', 'RDS-EVENT-0004')
    if (this.#status !== 'failed') this.#status = 'stopped'
  }

  /** Starts the server again whenever it ends by itself, as RDS does on the same host; its data is recovered. */
  async #keepRunning(spec: ServerSpec, first: ManagedProcess): Promise<void> {
    const { clock } = this.#world
    let server: ManagedProcess | undefined = first
    let started: Instant = clock.now()
    let attempt = 0
    while (server) {
      const exit = await server.exited
      if (this.#stopping.signal.aborted) return
      this.#status = 'rebooting'
      this.#note('rds.shutdown', `DB instance shutdown: ${describeExit(exit)}.`, 'RDS-EVENT-0004')
      if (clock.now() - started > STABLE_AFTER) attempt = 0
      server = undefined
      while (!server && attempt < RESTART_DELAYS.length)
        server = await this.#restart(spec, RESTART_DELAYS[attempt++] ?? 0)
      started = clock.now()
    }
    if (this.#stopping.signal.aborted) return
    this.#status = 'failed'
    this.#note('rds.failed', `${this.identifier} could not be started again; see its log.`, 'RDS-EVENT-0031')
  }

  async #restart(spec: ServerSpec, delay: Duration): Promise<ManagedProcess | undefined> {
    try {
      await this.#world.clock.sleep(delay, this.#stopping.signal)
      const server = await startServer(spec, this.#world)
      if (this.#stopping.signal.aborted) {
        await server.stop(STOP_GRACE)
        return undefined
      }
      this.#server = server
      this.#status = 'available'
      this.#note('rds.restarted', 'DB instance restarted.', 'RDS-EVENT-0006')
      return server
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#world.logs.write('control', this.identifier, messageOf(error))
      return undefined
    }
  }

  async #statements(): Promise<readonly string[]> {
    const secrets = await this.#world.ports.need('secrets')
    const [masterUsername, masterPassword] = await Promise.all([
      secrets.resolve(this.#node.masterUsername),
      secrets.resolve(this.#node.masterPassword),
    ])
    return initialStatements({
      databaseName: this.#node.databaseName,
      masterUsername,
      masterPassword,
      adminPassword: this.#world.secureRandom.text(32, LOWER_ALPHANUMERIC),
    })
  }

  /** That of the preferred zone, else the first of the group. */
  #subnet(): string {
    const subnets = subnetsOf(this.#world.architecture, this.#node.subnets)
    const preferred = subnets.find(({ zone }) => zone === this.#node.zone) ?? subnets[0]
    if (preferred) return preferred.id
    throw new TerraceError('RDS_NO_SUBNET', `the database ${this.identifier} has no subnet group, hence no address`, {
      place: this.#node.origin.place,
      hint: 'give it a DBSubnetGroupName whose group lists subnets in two zones',
    })
  }

  /** RDS User Guide, "Amazon RDS event categories and event messages". */
  #note(kind: string, message: string, event: string): void {
    const details = { event, server: `MariaDB ${this.#programs.version}` }
    this.#world.journal.write({ kind, node: this.node, message: `${this.identifier}: ${message}`, details })
  }
}
