import { describe, expect, it } from 'vitest'
import { chooseEngine } from './engine.ts'
import { rdsService } from './index.ts'
import { initialStatements } from './mariadb/accounts.ts'
import { libraryDatabase, makeStateFolder, makeWorld } from './testing.ts'

const MARIADB = { server: '/usr/sbin/mariadbd', install: '/usr/bin/mariadb-install-db', version: '10.11.19' }

const NOTHING = { mariadb: undefined, postgres: undefined }

describe('what runs a database', () => {
  it.each([
    ['never', MARIADB, 'mariadb'],
    ['allowed', MARIADB, 'mariadb'],
    ['forced', MARIADB, 'embedded'],
    ['allowed', undefined, 'embedded'],
    ['forced', undefined, 'embedded'],
  ] as const)('embedded %s, MariaDB %o: %s', (embedded, programs, engine) => {
    expect(chooseEngine(libraryDatabase(), embedded, { mariadb: programs, postgres: undefined }).engine).toBe(engine)
  })

  it('is said to be missing, with the command that installs it and the place in the template', () => {
    expect(() => chooseEngine(libraryDatabase(), 'never', NOTHING)).toThrow(
      expect.objectContaining({
        code: 'RDS_MARIADB_MISSING',
        hint: expect.stringMatching(/^install it: .*mariadb/),
        place: { file: 'template.json', line: 1 },
      }),
    )
  })

  it('of postgres is never a file: PostgreSQL, or the command that installs it', () => {
    const postgres = libraryDatabase({ engine: 'postgres' })
    const programs = { folder: '/usr/lib/postgresql/15/bin', version: '15.18' }
    expect(chooseEngine(postgres, 'forced', { mariadb: MARIADB, postgres: programs }).engine).toBe('postgres')
    expect(() => chooseEngine(postgres, 'allowed', NOTHING)).toThrow(
      expect.objectContaining({
        code: 'RDS_POSTGRES_MISSING',
        hint: expect.stringMatching(/^install it: .*postgresql/),
      }),
    )
  })
})

it('an embedded database is a file of the state folder, and says what that costs (L-09)', async () => {
  const folder = await makeStateFolder()
  const world = makeWorld(folder.state, libraryDatabase({ multiAz: true }))
  const service = await rdsService({ embedded: 'forced' }).start(world)
  const database = (await world.ports.need('databases')).of('library/Database')
  const file = `${folder.state}/data/rds/library-db/embedded.sqlite`
  expect(database).toMatchObject({
    engine: 'embedded',
    status: 'available',
    environment: { DATABASE_URL: `sqlite:${file}`, NODE_PATH: expect.stringContaining('node_modules') },
    members: [{ zone: 'us-east-1b', role: 'primary', address: file }],
  })
  expect(world.journal.since(0).map(({ message }) => message)).toContain(
    'library-db is embedded (SQLite): database path not enforced, no standby',
  )
  await service.stop()
  expect(database.status).toBe('stopped')
  await world.close()
  await folder.remove()
})

describe('the statements that make accounts', () => {
  const content = { databaseName: 'mydb', masterUsername: 'admin', masterPassword: 'secret' }

  it('quote what a name or a password may hold', () => {
    const statements = initialStatements({ ...content, masterPassword: "a'; DROP DATABASE mydb; -- \\" })
    expect(statements).toContain("ALTER USER 'admin'@'%' IDENTIFIED BY 'a''; DROP DATABASE mydb; -- \\\\'")
  })

  it.each([
    [{ databaseName: 'my`db' }, /DBName is "my`db"; it must begin with a letter/],
    [{ masterUsername: '' }, /MasterUsername is empty/],
    [{ masterPassword: 'hid\nden' }, /^MasterUserPassword holds a control character; it must be printable text$/],
  ])('refuse %o without repeating a password', (wrong, message) => {
    expect(() => initialStatements({ ...content, ...wrong })).toThrow(message)
  })
})
