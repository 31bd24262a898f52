import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Duration, milliseconds, seconds, TerraceError } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import pg from 'pg'
import type { ManagedProcess } from '../../../processes/supervisor.ts'
import type { World } from '../../../world.ts'
import { checkSocketPath } from '../mariadb/server.ts'
import {
  CannotFollow,
  type Changes,
  type InstanceNeeds,
  type Member,
  type MemberNumber,
  type RestoreSource,
} from '../member.ts'
import type { Settings } from '../parameters/settings.ts'
import { copyDataFolder } from '../whole-folder.ts'
import { type InitialContent, makeAccounts } from './accounts.ts'
import { ADMIN, PASSWORD_FILE, prepareDataFolder } from './data-folder.ts'
import type { PostgresPrograms } from './find.ts'
import { configurationOf, serverOptions } from './options.ts'
import { postgresCommand, runPostgres } from './programs.ts'
import { startPostgres } from './server.ts'
import { isArchived, recoverySettings, trimWal } from './wal-archive.ts'

const FOLLOW_LIMIT: Duration = seconds(15)
const QUERY_LIMIT: Duration = seconds(20)
const LOOK: Duration = milliseconds(20)
/** How long a closed log may take to reach the archive. */
const ARCHIVE_LIMIT: Duration = seconds(60)
/** A standby's log says so when its history is not the beginning of the primary's. */
const HISTORY_ERRORS = /requested timeline \d+ is not|has already been removed|highest timeline .* is behind|forked off/

/** Limits of the parameter group are for clients. */
const UNLIMITED = '-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0'

/** What a PostgreSQL member is made from. */
export interface PostgresMemberOptions {
  readonly name: string
  readonly number: MemberNumber
  readonly zone: Zone
  readonly programs: PostgresPrograms
  readonly templates: string | undefined
  readonly folder: string
  /** `<private folder>/<port>` */
  readonly socket: string
  readonly content: InitialContent
  readonly needs: InstanceNeeds
}

/** One PostgreSQL server with its files; a standby by streaming replication over the primary's private socket. */
export class PostgresMember implements Member {
  readonly number: MemberNumber
  readonly zone: Zone
  readonly socket: string
  readonly restoring = 'before-start'
  readonly #options: PostgresMemberOptions
  readonly #world: World
  readonly #port: number
  readonly #dataFolder: string
  readonly #passwordFile: string
  readonly #unfinished: string
  #process: ManagedProcess | undefined
  #pool: pg.Pool | undefined
  #brokenHistory: string | undefined
  #settings: Settings = {}
  #recovery: Changes | undefined
  #shipped: { readonly next: string; readonly position: string } | undefined

  constructor(options: PostgresMemberOptions, world: World) {
    this.number = options.number
    this.zone = options.zone
    this.#options = options
    this.#world = world
    this.#port = Number(options.socket.split('/').at(-1))
    this.socket = join(dirname(options.socket), `.s.PGSQL.${this.#port}`)
    this.#dataFolder = join(options.folder, options.number === 1 ? 'data' : `data-${options.number}`)
    this.#passwordFile = join(options.folder, `pgpass-${options.number}`)
    this.#unfinished = `${this.#dataFolder}.unfinished-copy`
    checkSocketPath(options.name, this.socket)
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
    // Each initdb makes another system identifier: members are copies of one.
    if (like) return copyDataFolder(this.#postgres(like).#dataFolder, this.#dataFolder)
    const { programs, templates } = this.#options
    await prepareDataFolder({ folder: this.#dataFolder, programs, templates, random: this.#world.secureRandom })
  }

  async remove(): Promise<void> {
    await rm(this.#dataFolder, { recursive: true, force: true })
    await rm(this.#unfinished, { force: true })
  }

  async startPrimary(): Promise<ManagedProcess> {
    await rm(join(this.#dataFolder, 'standby.signal'), { force: true })
    const started = await this.#start(undefined)
    try {
      if (this.#recovery) {
        this.#recovery = undefined
        await this.#writeConfiguration()
      }
      await makeAccounts(sql => this.#query(sql), this.#options.content)
    } catch (error) {
      await this.kill()
      throw error
    }
    return started
  }

  async startStandby(primary: Member, signal: AbortSignal): Promise<ManagedProcess> {
    const source = this.#postgres(primary)
    const signalFile = join(this.#dataFolder, 'standby.signal')
    if (!existsSync(signalFile)) await this.#rewind(source)
    await writeFile(signalFile, '', { mode: 0o600 })
    const started = await this.#start(`${await source.#connection()} application_name=member${this.number}`)
    await this.follow(primary, signal)
    return started
  }

  async follow(primary: Member, signal: AbortSignal): Promise<void> {
    const source = this.#postgres(primary)
    const giveUp = this.#world.realtime.now() + FOLLOW_LIMIT
    for (;;) {
      if (this.#brokenHistory !== undefined) throw new CannotFollow(this.#brokenHistory)
      if (!this.#process) throw new Error('it ended')
      const [row] = await source.#query(
        `SELECT state FROM pg_stat_replication WHERE application_name = 'member${this.number}'`,
      )
      if (row?.state === 'streaming') return
      signal.throwIfAborted()
      if (this.#world.realtime.now() > giveUp) throw new Error('it does not find its primary')
      await this.#world.realtime.sleep(LOOK)
    }
  }

  async cloneFrom(primary: Member, signal: AbortSignal): Promise<void> {
    await this.remove()
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    await writeFile(this.#unfinished, '')
    await this.#postgres(primary).#copyTo(this.#dataFolder, signal)
    await writeFile(join(this.#dataFolder, 'standby.signal'), '', { mode: 0o600 })
    await rm(this.#unfinished)
  }

  async catchUp(primary: Member, limit: Duration): Promise<boolean> {
    const source = this.#postgres(primary)
    const [now] = await source.#query('SELECT pg_current_wal_flush_lsn() AS lsn')
    const giveUp = this.#world.realtime.now() + limit
    for (;;) {
      if (this.#brokenHistory !== undefined) throw new CannotFollow(this.#brokenHistory)
      const [row] = await source.#query(
        `SELECT flush_lsn >= '${now?.lsn}' AS reached,
                current_setting('synchronous_standby_names') = '' OR sync_state = 'sync' AS agreed
         FROM pg_stat_replication WHERE application_name = 'member${this.number}' AND state = 'streaming'`,
      )
      if (row?.reached === true && row.agreed === true) return true
      if (this.#world.realtime.now() > giveUp) return false
      await this.#world.realtime.sleep(LOOK)
    }
  }

  async requireStandby(): Promise<void> {
    await this.#query("ALTER SYSTEM SET synchronous_standby_names = '*'")
    await this.#query('SELECT pg_reload_conf()')
    // A new connection has the setting when the postmaster has it, which has told all others by then.
    while ((await this.#settingOfNewConnection()) !== '*') await this.#world.realtime.sleep(LOOK)
    const [begun] = await this.#query('SELECT clock_timestamp()::text AS at')
    // What was running when it was told commits by the old rule.
    const older = `SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active'
                   AND pid <> pg_backend_pid() AND query_start < '${begun?.at}'`
    while ((await this.#query(older)).length > 0) await this.#world.realtime.sleep(LOOK)
  }

  async releaseStandby(): Promise<void> {
    await this.#query("ALTER SYSTEM SET synchronous_standby_names = ''")
    await this.#query('SELECT pg_reload_conf()')
  }

  async drain(): Promise<void> {
    // A promotion applies all that was received before it is done.
    const [row] = await this.#query('SELECT pg_is_in_recovery() AS standby')
    if (row?.standby !== true) throw new Error('it is no standby')
  }

  async promote(): Promise<void> {
    const [row] = await this.#query('SELECT pg_promote(true, 600) AS promoted', seconds(600))
    if (row?.promoted !== true) throw new Error('the promotion did not end within ten minutes')
    // The old primary finds in it where the histories part.
    await this.#query('CHECKPOINT')
  }

  async probe(role: 'primary' | 'standby'): Promise<void> {
    if (role === 'primary') {
      await this.#query('SELECT 1')
      return
    }
    if (this.#brokenHistory !== undefined) throw new CannotFollow(this.#brokenHistory)
    const [row] = await this.#query('SELECT status FROM pg_stat_wal_receiver')
    if (row?.status !== 'streaming') throw new Error('it lost its connection to the primary')
  }

  async stop(grace: Duration): Promise<void> {
    this.#close()
    await this.#process?.stop(grace)
  }

  async kill(): Promise<void> {
    this.#close()
    this.#process?.kill('SIGKILL')
    await this.#process?.exited
  }

  async connections(): Promise<number> {
    const [row] = await this.#query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> '${ADMIN}'`,
    )
    return Number(row?.n ?? 0)
  }

  async backup(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await this.#copyTo(join(path, 'base'))
  }

  async restore({ path, changes }: RestoreSource): Promise<void> {
    await this.remove()
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    await writeFile(this.#unfinished, '')
    await cp(join(path, 'base'), this.#dataFolder, { recursive: true })
    await rm(join(this.#dataFolder, 'standby.signal'), { force: true })
    if (changes) await writeFile(join(this.#dataFolder, 'recovery.signal'), '', { mode: 0o600 })
    this.#recovery = changes
    await rm(this.#unfinished)
  }

  async configure(settings: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...settings }
    await this.#writeConfiguration()
    await this.#query('SELECT pg_reload_conf()')
  }

  async shipLogs(archive: string): Promise<string> {
    const [now] = await this.#query('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next')
    // No transaction has written anything since.
    if (this.#shipped && now?.next === this.#shipped.next) return this.#shipped.position
    // A commit after all others: a recovery finds out by it that it has gone far enough.
    await this.#query('SELECT pg_current_xact_id()')
    const [row] = await this.#query(
      `SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next, pg_current_wal_insert_lsn()::text AS position,
              pg_walfile_name(pg_switch_wal()) AS segment`,
    )
    const segment = String(row?.segment)
    const giveUp = this.#world.realtime.now() + ARCHIVE_LIMIT
    while (!isArchived(archive, segment)) {
      if (this.#world.realtime.now() > giveUp) throw new Error(`its log ${segment} does not reach the archive`)
      await this.#world.realtime.sleep(LOOK)
    }
    this.#shipped = { next: String(row?.next), position: String(row?.position) }
    return this.#shipped.position
  }

  trimArchive(archive: string, oldestBackup: string): Promise<void> {
    return trimWal(archive, oldestBackup)
  }

  /** Takes back what it wrote after the histories parted. @throws CannotFollow when its files don't tell */
  async #rewind(source: PostgresMember): Promise<void> {
    const passwordFile = await source.#writePasswordFile()
    // The last recovery leaves the folder as an orderly stop would.
    await this.#forgetSettings()
    const args = [
      `--target-pgdata=${this.#dataFolder}`,
      `--source-server=${await source.#connection()} dbname=postgres`,
    ]
    await runPostgres(this.#options.programs, 'pg_rewind', args, { passwordFile }).catch((error: Error) => {
      throw new CannotFollow(error.message)
    })
  }

  async #copyTo(folder: string, signal?: AbortSignal): Promise<void> {
    const passwordFile = await this.#writePasswordFile()
    const args = [
      `--pgdata=${folder}`,
      `--dbname=${await this.#connection()}`,
      '--wal-method=stream',
      '--checkpoint=fast',
    ]
    await runPostgres(this.#options.programs, 'pg_basebackup', args, { passwordFile, ...(signal ? { signal } : {}) })
  }

  async #start(primaryConnection: string | undefined): Promise<ManagedProcess> {
    const { name, number, zone, programs, needs } = this.#options
    const archive = needs.archive()
    this.#settings = needs.settings()
    this.#shipped = undefined
    await mkdir(dirname(this.socket), { recursive: true, mode: 0o700 })
    await this.#forgetSettings()
    await this.#writeConfiguration()
    this.#brokenHistory = undefined
    const args = serverOptions({
      dataFolder: this.#dataFolder,
      socket: this.socket,
      port: this.#port,
      primaryConnection,
      recovering: this.#recovery !== undefined,
      archive: archive === undefined ? undefined : { folder: archive, member: number },
    })
    const started = await startPostgres(
      {
        name: number === 1 ? name : `${name}-${number}`,
        zone,
        command: postgresCommand(programs, 'postgres', args),
        dataFolder: this.#dataFolder,
        system: this.#world.architecture.name,
        onLine: line => {
          this.#world.logs.write('control', name, line)
          if (HISTORY_ERRORS.test(line)) this.#brokenHistory = line
        },
      },
      { supervisor: this.#world.supervisor, clock: this.#world.realtime },
    )
    const pool = new pg.Pool({ ...(await this.#login()), max: 4, query_timeout: QUERY_LIMIT })
    // A connection that breaks while nobody uses it.
    pool.on('error', () => {})
    this.#process = started
    this.#pool = pool
    void started.exited.then(() => {
      void pool.end().catch(() => {})
      if (this.#pool === pool) this.#pool = undefined
      if (this.#process === started) this.#process = undefined
    })
    return started
  }

  /** A start waits for no standby, whatever was set before. */
  async #forgetSettings(): Promise<void> {
    await writeFile(join(this.#dataFolder, 'postgresql.auto.conf'), '', { mode: 0o600 })
  }

  async #writeConfiguration(): Promise<void> {
    const recovery = this.#recovery ? recoverySettings(this.#recovery) : {}
    const text = configurationOf({ ...this.#settings, ...recovery })
    await writeFile(join(this.#dataFolder, 'postgresql.conf'), text, { mode: 0o600 })
  }

  async #settingOfNewConnection(): Promise<unknown> {
    const client = new pg.Client({ ...(await this.#login()), query_timeout: QUERY_LIMIT })
    client.on('error', () => {})
    await client.connect()
    try {
      const { rows } = await client.query<{ value: string }>(
        "SELECT current_setting('synchronous_standby_names') AS value",
      )
      return rows[0]?.value
    } finally {
      await client.end()
    }
  }

  #close(): void {
    void this.#pool?.end().catch(() => {})
    this.#pool = undefined
  }

  async #login() {
    const password = await readFile(join(this.#dataFolder, PASSWORD_FILE), 'utf8')
    return {
      host: dirname(this.socket),
      port: this.#port,
      user: ADMIN,
      password,
      database: 'postgres',
      options: UNLIMITED,
    }
  }

  /** How others reach it, without the password. */
  async #connection(): Promise<string> {
    const passwordFile = await this.#writePasswordFile()
    return `host=${dirname(this.socket)} port=${this.#port} user=${ADMIN} passfile=${passwordFile}`
  }

  async #writePasswordFile(): Promise<string> {
    const { password } = await this.#login()
    await writeFile(this.#passwordFile, `*:*:*:${ADMIN}:${password}\n`, { mode: 0o600 })
    return this.#passwordFile
  }

  #postgres(member: Member): PostgresMember {
    if (member instanceof PostgresMember) return member
    throw new TerraceError('RDS_NO_PRIMARY', 'the primary is not PostgreSQL', { blame: 'internal' })
  }

  async #query(sql: string, limit?: Duration): Promise<readonly Readonly<Record<string, unknown>>[]> {
    if (!this.#pool || !this.#process) throw new Error(`member ${this.number} of ${this.#options.name} does not run`)
    const config = limit === undefined ? { text: sql } : { text: sql, query_timeout: limit }
    const { rows } = await this.#pool.query<Record<string, unknown>>(config)
    return rows
  }
}
