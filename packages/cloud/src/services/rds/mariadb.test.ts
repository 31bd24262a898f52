import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf, scaledClock, TerraceError } from '@terrace/kit'
import type { DbInstance } from '@terrace/model'
import { type Connection, createConnection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findInstalled } from '../../programs/programs.ts'
import type { RunningService } from '../service.ts'
import { rdsService } from './index.ts'
import { findMariadb } from './mariadb/find.ts'
import { type ServerSpec, startServer } from './mariadb/server.ts'
import { libraryDatabase, makeStateFolder, makeWorld, type TestWorld, type WorldOptions } from './testing.ts'

const mariadb = await findInstalled('mariadb')
const PASSWORD = "p'ss\\word-1"

describe.skipIf(!mariadb)(`RDS on MariaDB${mariadb ? '' : ' (skipped: MariaDB is not installed)'}`, () => {
  let folder: Awaited<ReturnType<typeof makeStateFolder>>
  let world: TestWorld
  let service: RunningService | undefined
  /** Prepared once, so that each test's own server is there in 0.1 s. */
  let templates = ''
  beforeAll(async () => {
    templates = await mkdtemp(join(tmpdir(), 'terrace-templates-'))
  })
  afterAll(() => rm(templates, { recursive: true }))
  beforeEach(async () => {
    folder = await makeStateFolder()
  })
  afterEach(async () => {
    await service?.stop()
    service = undefined
    await world.close()
    await folder.remove()
  })

  async function start(database: DbInstance = libraryDatabase(), options: WorldOptions = {}): Promise<void> {
    world = makeWorld(folder.state, database, { secret: PASSWORD, ...options })
    service = await rdsService({ embedded: 'never', templates }).start(world)
  }

  async function stopAll(): Promise<void> {
    await service?.stop()
    service = undefined
    await world.close()
  }

  const database = async () => (await world.ports.need('databases')).of('library/Database')

  /** Connects as a workload would, by the endpoint's name. */
  async function login(user = 'admin', password = PASSWORD, name = 'mydb'): Promise<Connection> {
    const [address] = world.network.resolve(libraryDatabase().endpoint)
    const members = (await database()).members
    expect(members.map(member => member.address)).toEqual([address])
    return createConnection({ socketPath: await socketOfDatabase(), user, password, database: name })
  }

  /** The only socket there is. */
  async function socketOfDatabase(): Promise<string> {
    const entries = await readdir(world.folders.run, { recursive: true })
    const found = entries.filter(entry => /^[0-9a-f]{10}\/3306$/.test(entry))
    expect(found).toHaveLength(1)
    return join(world.folders.run, found[0] ?? '')
  }

  it('starts with its database and its master user, in the preferred zone (L-09)', async () => {
    await start()
    expect(await database()).toMatchObject({
      engine: 'mariadb',
      status: 'available',
      members: [{ zone: 'us-east-1b', role: 'primary', address: expect.stringMatching(/^10\.0\.2\./) }],
      environment: {},
      limitations: [],
    })
    const client = await login()
    const [rows] = await client.query(
      'SELECT DATABASE() AS name, @@character_set_database AS charset, @@time_zone AS zone',
    )
    expect(rows).toEqual([{ name: 'mydb', charset: 'utf8mb4', zone: '+00:00' }])
    await client.query('CREATE TABLE books (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(255) NOT NULL)')
    await client.query('INSERT INTO books (title) VALUES (?)', ['Bücher 📚'])
    expect((await client.query('SELECT title FROM books'))[0]).toEqual([{ title: 'Bücher 📚' }])
    await client.query("CREATE USER 'reader'@'%' IDENTIFIED BY 'r'")
    await client.query("GRANT SELECT ON mydb.* TO 'reader'@'%'")
    await client.end()
  })

  it('refuses a wrong password, other accounts, and what RDS keeps from its master user', async () => {
    await start()
    await expect(login('admin', 'wrong')).rejects.toThrow(/Access denied/)
    await expect(login('root', '')).rejects.toThrow(/Access denied/)
    await expect(login('rdsadmin', '')).rejects.toThrow(/Access denied/)
    await expect(login('', '')).rejects.toThrow(/Access denied/)
    const client = await login()
    await expect(client.query("SELECT 1 INTO OUTFILE '/tmp/x'")).rejects.toThrow(/Access denied|not allowed/i)
    await expect(client.query('SET GLOBAL max_connections = 1')).rejects.toThrow(/Access denied/)
    await expect(client.query('SHUTDOWN')).rejects.toThrow(/Access denied/)
    const [rows] = await client.query('SELECT user AS user, host AS host FROM mysql.user ORDER BY user')
    expect(rows).toEqual([
      { user: 'admin', host: '%' },
      { user: 'mariadb.sys', host: 'localhost' },
      { user: 'rdsadmin', host: 'localhost' },
    ])
    await client.end()
  })

  it('keeps its data over a stop and takes a new password (L-09)', async () => {
    await start()
    const client = await login()
    await client.query('CREATE TABLE books (title VARCHAR(255))')
    await client.query("INSERT INTO books VALUES ('kept')")
    await client.end()
    const running = await database()
    await stopAll()
    expect(running.status).toBe('stopped')

    await start(libraryDatabase(), { secret: 'another-password' })
    expect(world.journal.since(0).map(({ kind }) => kind)).toEqual(['rds.started'])
    await expect(login()).rejects.toThrow(/Access denied/)
    const again = await login('admin', 'another-password')
    expect((await again.query('SELECT title FROM books'))[0]).toEqual([{ title: 'kept' }])
    await again.end()
  })

  it('recovers from a kill -9 of its server by itself and keeps what was committed', async () => {
    await start()
    const client = await login()
    client.on('error', () => {})
    await client.query('CREATE TABLE books (title VARCHAR(255))')
    await client.query("INSERT INTO books VALUES ('committed')")
    const places = async () => (await database()).members.map(({ zone, role, address }) => ({ zone, role, address }))
    const before = await places()
    const restarted = world.journal.next(({ kind }) => kind === 'rds.restarted')
    const stopped = world.journal.next(({ kind }) => kind === 'rds.shutdown')
    const [server] = world.supervisor.processes
    server?.kill('SIGKILL')
    expect((await stopped).message).toBe('library-db: DB instance shutdown: it was ended by SIGKILL.')
    expect((await database()).status).toBe('rebooting')
    expect((await restarted).details).toEqual({ event: 'RDS-EVENT-0006', server: `MariaDB ${mariadb?.version}` })
    expect(await database()).toMatchObject({ status: 'available' })
    expect(await places()).toEqual(before)
    const again = await login()
    expect((await again.query('SELECT title FROM books'))[0]).toEqual([{ title: 'committed' }])
    await again.end()
  })

  it('fails, and says so, when its server can not be started again', async () => {
    await start(libraryDatabase(), { clock: scaledClock(20) })
    const failed = world.journal.next(({ kind }) => kind === 'rds.failed')
    await writeFile(join(folder.state, 'data/rds/library-db/data/aria_log_control'), 'damaged')
    world.supervisor.processes[0]?.kill('SIGKILL')
    expect((await failed).message).toMatch(/library-db: .*failed state: it could not be started again/)
    expect((await database()).status).toBe('failed')
  })

  it('says the way out of files that the server refuses, and no password', async () => {
    await start()
    await stopAll()
    await writeFile(join(folder.state, 'data/rds/library-db/data/ibdata1'), 'damaged')
    const error = await start().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(TerraceError)
    expect(error).toMatchObject({
      code: 'RDS_NOT_STARTED',
      blame: 'input',
      hint: expect.stringContaining('terrace reset library'),
    })
    expect(messageOf(error)).toMatch(/library-db did not start: it (ended|was ended)[\s\S]*\[ERROR\]/)
    expect(messageOf(error)).not.toContain(PASSWORD)
    expect(world.supervisor.processes).toEqual([])
  })

  it('says that another run uses its files', async () => {
    await start()
    const first = { world, service }
    await expect(start()).rejects.toMatchObject({
      message: expect.stringContaining('another server uses its files'),
      hint: expect.stringContaining('terrace down library'),
    })
    await world.close()
    world = first.world
    service = first.service
  })

  it('does not serve with accounts that are half made', async () => {
    await start()
    await stopAll()
    world = makeWorld(folder.state, libraryDatabase())
    const own = join(folder.state, 'data/rds/library-db')
    const programs = await findMariadb()
    if (!programs) throw new Error('MariaDB is gone')
    const spec: ServerSpec = {
      name: 'library-db',
      programs,
      dataFolder: join(own, 'data'),
      temporaryFolder: join(own, 'tmp'),
      socket: join(world.folders.run, 'database'),
      statements: ["CREATE USER IF NOT EXISTS 'x'@'%'", "GRANT NONSENSE ON *.* TO 'x'@'%'"],
      pair: { serverId: 1, role: 'primary', replicationPort: undefined },
      settings: {},
      zone: 'us-east-1b',
      onLine: () => {},
      system: 'library',
    }
    await expect(startServer(spec, world)).rejects.toThrow(/does not understand a statement/)
    expect(world.supervisor.processes).toEqual([])
  })

  it('says that a socket path is too long before it starts anything', async () => {
    world = makeWorld(folder.state, libraryDatabase())
    world.network.socketOf = () => join(world.folders.run, 'x'.repeat(120))
    await expect(rdsService({ embedded: 'never' }).start(world)).rejects.toThrow(
      /the path has \d+ bytes, the system allows 10/,
    )
    expect(world.supervisor.processes).toEqual([])
  })

  it('leaves no password in its files and lets nobody else read them', async () => {
    await start()
    const own = join(folder.state, 'data/rds/library-db')
    expect((await stat(own)).mode & 0o077).toBe(0)
    expect(existsSync(join(own, 'tmp/init.sql'))).toBe(false)
    const log = await readFile(join(world.folders.logs, 'control-library-db.log'), 'utf8')
    expect(log).toContain('ready for connections')
    expect(log).not.toContain(PASSWORD)
  })

  it('needs no prepared data folder to copy', async () => {
    world = makeWorld(folder.state, libraryDatabase(), { secret: PASSWORD })
    service = await rdsService({ embedded: 'never' }).start(world)
    await (await login()).end()
    expect(world.journal.since(0).map(({ kind }) => kind)).toEqual(['rds.created'])
  })
})
