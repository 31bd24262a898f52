import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Duration, milliseconds, seconds, TerraceError } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { ManagedProcess } from '../../../processes/supervisor.ts'
import type { World } from '../../../world.ts'
import { CannotFollow, type InstanceNeeds, type Member, type MemberNumber, type RestoreSource } from '../member.ts'
import type { Settings } from '../parameters/settings.ts'
import { copyDataFolder } from '../whole-folder.ts'
import { ADMIN, adminStatements, type InitialContent, initialStatements, REPLICATION_USER } from './accounts.ts'
import { cutBinlogs, replayBinlogs, shipBinlogs, trimBinlogs } from './binlog-archive.ts'
import { type AdminClient, adminClient } from './client.ts'
import { type MariadbPrograms, prepareDataFolder } from './data-folder.ts'
import { dump, load } from './dump.ts'
import type { ServerRole } from './options.ts'
import { startServer } from './server.ts'

/** Long enough for every wait that only a lost standby could make longer: the controller decides, not the server. */
const NEVER: Duration = seconds(1_000_000)
/** How long a standby may take to find its primary. */
const FOLLOW_LIMIT: Duration = seconds(15)
/** Of one look at a server that should answer at once. */
const PROBE_LIMIT: Duration = seconds(5)
/** "Got fatal error from master when reading data from binary log": the histories differ, or the log isn't there any more. */
const HISTORY_ERRORS = new Set([1236, 1945, 1950])

/** What a MariaDB member is made from. */
export interface MariadbMemberOptions {
  readonly name: string
  readonly number: MemberNumber
  readonly zone: Zone
  readonly programs: MariadbPrograms
  readonly templates: string | undefined
  /** `data/rds/<identifier>` */
  readonly folder: string
  readonly socket: string
  readonly content: InitialContent
  /** Random, the same for both members, for the length of one run. */
  readonly adminPassword: string
  readonly needs: InstanceNeeds
}

/** One MariaDB server with its files. */
export class MariadbMember implements Member {
  readonly number: MemberNumber
  readonly zone: Zone
  readonly socket: string
  readonly restoring = 'after-start'
  readonly #options: MariadbMemberOptions
  readonly #world: World
  readonly #dataFolder: string
  readonly #unfinished: string
  #process: ManagedProcess | undefined
  #client: AdminClient | undefined
  #port: number | undefined

  constructor(options: MariadbMemberOptions, world: World) {
    this.number = options.number
    this.zone = options.zone
    this.socket = options.socket
    this.#options = options
    this.#world = world
    this.#dataFolder = join(options.folder, options.number === 1 ? 'data' : `data-${options.number}`)
    this.#unfinished = `${this.#dataFolder}.unfinished-copy`
  }

  get process(): ManagedProcess | undefined {
    return this.#process
  }

  exists(): boolean {
    return existsSync(this.#dataFolder) && !existsSync(this.#unfinished)
  }

  async create(like?: Member): Promise<void> {
    if (this.exists()) return
    await this.remove()
    if (like instanceof MariadbMember) return copyDataFolder(like.#dataFolder, this.#dataFolder)
    const { programs, templates } = this.#options
    await prepareDataFolder({ folder: this.#dataFolder, programs, templates })
  }

  async remove(): Promise<void> {
    await rm(this.#dataFolder, { recursive: true, force: true })
    await rm(this.#unfinished, { force: true })
  }

  startPrimary(): Promise<ManagedProcess> {
    return this.#start('primary')
  }

  async startStandby(primary: Member, signal: AbortSignal): Promise<ManagedProcess> {
    const started = await this.#start('standby')
    await this.follow(primary, signal)
    return started
  }

  async follow(primary: Member, signal: AbortSignal): Promise<void> {
    if (!(primary instanceof MariadbMember) || primary.#port === undefined) {
      throw new TerraceError('RDS_NO_PRIMARY', 'the primary takes no standby', { blame: 'internal' })
    }
    await this.#query('STOP SLAVE')
    // What it wrote as a primary counts as received.
    await this.#query('SET GLOBAL gtid_slave_pos = @@gtid_current_pos')
    await this.#query(
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.#port}, MASTER_USER = '${REPLICATION_USER}',
       MASTER_PASSWORD = '${this.#options.adminPassword}', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1,
       MASTER_HEARTBEAT_PERIOD = 1`,
    )
    await this.#query('START SLAVE')
    const giveUp = this.#world.realtime.now() + FOLLOW_LIMIT
    while (!(await this.#follows())) {
      signal.throwIfAborted()
      if (this.#world.realtime.now() > giveUp) throw new Error('it does not find its primary')
      await this.#world.realtime.sleep(milliseconds(20))
    }
  }

  async cloneFrom(primary: Member, signal: AbortSignal): Promise<void> {
    if (!(primary instanceof MariadbMember))
      throw new TerraceError('RDS_NO_PRIMARY', 'not MariaDB', { blame: 'internal' })
    await this.remove()
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    await writeFile(this.#unfinished, '')
    const copy = join(this.#options.folder, `copy-${this.number}`)
    try {
      const { programs, templates } = this.#options
      const position = await dump(primary.#source(), copy, signal)
      await prepareDataFolder({ folder: this.#dataFolder, programs, templates })
      await this.#start('standby')
      await load(this.#source(), copy, false, signal)
      // Its own log begins where the copy was taken, so that its numbers go on from there after a promotion.
      await this.#query('RESET MASTER')
      await this.#query(`SET GLOBAL gtid_binlog_state = '${position}'`)
      await this.#query(`SET GLOBAL gtid_slave_pos = '${position}'`)
      await this.stop(seconds(30))
      await rm(this.#unfinished, { force: true })
    } catch (error) {
      await this.kill()
      throw error
    } finally {
      await rm(copy, { recursive: true, force: true })
    }
  }

  async catchUp(primary: Member, limit: Duration): Promise<boolean> {
    if (!(primary instanceof MariadbMember)) return false
    return this.#applied(await primary.#position(), limit)
  }

  async requireStandby(): Promise<void> {
    await this.#query(`SET GLOBAL rpl_semi_sync_master_timeout = ${NEVER}`)
    await this.#query('SET GLOBAL rpl_semi_sync_master_enabled = 1')
  }

  async releaseStandby(): Promise<void> {
    await this.#query('SET GLOBAL rpl_semi_sync_master_enabled = 0', PROBE_LIMIT)
  }

  async drain(): Promise<void> {
    await this.#query('STOP SLAVE IO_THREAD')
    const status = await this.#status()
    if (!(await this.#applied(String(status?.Gtid_IO_Pos ?? ''), seconds(600)))) {
      throw new Error('it did not apply within ten minutes what it had received')
    }
  }

  async promote(): Promise<void> {
    await this.#query('STOP SLAVE')
    const archive = this.#options.needs.archive()
    if (archive !== undefined) await cutBinlogs(archive, await this.#position())
    await this.#query('RESET SLAVE ALL')
    await this.#query('SET GLOBAL read_only = 0')
  }

  async probe(role: 'primary' | 'standby'): Promise<void> {
    if (role === 'primary') await this.#query('SELECT 1', PROBE_LIMIT)
    else if (!(await this.#follows())) throw new Error('it lost its connection to the primary')
  }

  async stop(grace: Duration): Promise<void> {
    this.#client?.close()
    await this.#process?.stop(grace)
  }

  async kill(): Promise<void> {
    this.#client?.close()
    this.#process?.kill('SIGKILL')
    await this.#process?.exited
  }

  async connections(): Promise<number> {
    const [row] = await this.#query(
      `SELECT COUNT(*) AS n FROM information_schema.processlist
       WHERE user NOT IN ('${ADMIN}', '${REPLICATION_USER}', 'system user', 'event_scheduler')`,
      PROBE_LIMIT,
    )
    return Number(row?.n ?? 0)
  }

  async backup(path: string): Promise<void> {
    await dump(this.#source(), path)
  }

  async restore({ path, changes }: RestoreSource): Promise<void> {
    await load(this.#source(), path, true)
    if (changes) await replayBinlogs(this.#source(), path, changes)
  }

  async configure(settings: Settings): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      const number = /^-?\d+(\.\d+)?$/.test(value)
      await this.#query(`SET GLOBAL ${name} = ${value === '' ? 'DEFAULT' : number ? value : `'${quote(value)}'`}`)
    }
  }

  shipLogs(archive: string): Promise<string> {
    return shipBinlogs(this.#running(), { member: this.number, dataFolder: this.#dataFolder, archive })
  }

  trimArchive(archive: string, oldestBackup: string): Promise<void> {
    return trimBinlogs(archive, oldestBackup)
  }

  async #start(role: ServerRole['role']): Promise<ManagedProcess> {
    const { name, number, zone, programs, content, adminPassword, folder, needs } = this.#options
    const paired = needs.paired()
    this.#port = paired ? await freePort() : undefined
    const started = await startServer(
      {
        name: number === 1 ? name : `${name}-${number}`,
        programs,
        zone,
        dataFolder: this.#dataFolder,
        temporaryFolder: join(folder, number === 1 ? 'tmp' : `tmp-${number}`),
        socket: this.socket,
        statements: [
          ...adminStatements(adminPassword, paired),
          ...(role === 'primary' ? initialStatements(content) : []),
        ],
        pair: { serverId: number, role, replicationPort: this.#port },
        settings: needs.settings(),
        onLine: line => this.#world.logs.write('control', name, line),
        system: this.#world.architecture.name,
      },
      { supervisor: this.#world.supervisor, clock: this.#world.realtime },
    )
    const client = adminClient(this.socket, adminPassword)
    this.#process = started
    this.#client = client
    void started.exited.then(() => {
      client.close()
      if (this.#process === started) this.#process = undefined
    })
    return started
  }

  /** @throws CannotFollow when it never will */
  async #follows(): Promise<boolean> {
    const status = await this.#status()
    const [io, sql] = [Number(status?.Last_IO_Errno ?? 0), Number(status?.Last_SQL_Errno ?? 0)]
    if (HISTORY_ERRORS.has(io)) throw new CannotFollow(String(status?.Last_IO_Error))
    if (sql !== 0) throw new CannotFollow(String(status?.Last_SQL_Error))
    return status?.Slave_IO_Running === 'Yes' && status.Slave_SQL_Running === 'Yes'
  }

  async #applied(position: string, limit: Duration): Promise<boolean> {
    if (position === '') return true
    const giveUp = this.#world.realtime.now() + limit
    for (;;) {
      const [row] = await this.#query(`SELECT MASTER_GTID_WAIT('${position}', 0.5) AS reached`)
      if (Number(row?.reached) === 0) return true
      const status = await this.#status()
      if (status?.Slave_SQL_Running !== 'Yes') throw new CannotFollow(`it stopped applying: ${status?.Last_SQL_Error}`)
      if (HISTORY_ERRORS.has(Number(status.Last_IO_Errno))) throw new CannotFollow(String(status.Last_IO_Error))
      if (this.#world.realtime.now() > giveUp) return false
    }
  }

  async #position(): Promise<string> {
    const [row] = await this.#query('SELECT @@gtid_binlog_pos AS position')
    return String(row?.position ?? '')
  }

  async #status(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const [status] = await this.#query('SHOW SLAVE STATUS', PROBE_LIMIT)
    return status
  }

  #source() {
    return { socket: this.socket, password: this.#options.adminPassword, client: this.#running() }
  }

  async #query(sql: string, limit?: Duration) {
    return this.#running().query(sql, limit)
  }

  #running(): AdminClient {
    if (this.#client && this.#process) return this.#client
    throw new Error(`member ${this.number} of ${this.#options.name} does not run`)
  }
}

const quote = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll("'", "''")

/** A loopback port that nobody has at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
