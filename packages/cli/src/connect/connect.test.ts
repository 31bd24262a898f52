import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlClient, type ControlHandlers, connect, startControlServer, writeRecord } from '@terrace/control'
import { systemClock } from '@terrace/kit'
import picocolors from 'picocolors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectDatabase } from './database.ts'
import { connectPlace } from './place.ts'
import { type ChildSpec, type ConnectIo, inherit } from './run-child.ts'
import { connectAsUser } from './user.ts'

let folder: string
const cleanups: (() => Promise<void>)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-connect-'))
})
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
  rmSync(folder, { recursive: true, force: true })
})

const unused = () => {
  throw new Error('nobody asked for that')
}

/** A client of a control API whose sessions are those given. */
async function clientOf(
  sessions: Partial<Pick<ControlHandlers, 'session' | 'databaseSession'>>,
): Promise<ControlClient> {
  const token = 'a'.repeat(40)
  const others = new Proxy({}, { get: () => unused })
  const handlers: ControlHandlers = Object.assign(Object.create(others), sessions)
  const server = await startControlServer(handlers, { token, port: 0 })
  cleanups.push(() => server.stop())
  writeRecord(folder, { port: server.port, token, pid: process.pid, startedAt: 1 })
  return connect(folder)
}

function ioWith(run: ConnectIo['run'] = inherit) {
  const said: string[] = []
  const noted: string[] = []
  const io: ConnectIo = {
    context: {
      cwd: folder,
      environment: { PATH: process.env.PATH, TERM: 'dumb', AWS_ACCESS_KEY_ID: 'mine' },
      clock: systemClock,
      say: line => void said.push(line),
      note: line => void noted.push(line),
      colors: picocolors.createColors(false),
    },
    signals: () => () => {},
    run,
    terminal: false,
  }
  return { io, said, noted }
}

describe('a command in the place of an instance', () => {
  const place = (environment: Record<string, string>) =>
    clientOf({
      async *session(_query, signal) {
        yield { kind: 'place', session: 's', instance: 'i-01', folder, environment }
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      },
    })

  it('runs there with its environment alone, and its exit code is the answer', async () => {
    const client = await place({ PATH: process.env.PATH ?? '', WHERE: 'here' })
    const script = 'printf "%s %s [%s]" "$WHERE" "$(pwd)" "$AWS_ACCESS_KEY_ID" > out; exit 7'
    expect(await connectPlace(client, { instance: 'i-01' }, ['sh', '-c', script], ioWith().io)).toBe(7)
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(`here ${folder} []`)
  })

  it('that is no program ends with 127, and one that is killed with 128 and its signal', async () => {
    const client = await place({ PATH: process.env.PATH ?? '' })
    expect(await connectPlace(client, { instance: 'i-01' }, ['no-such-program'], ioWith().io)).toBe(127)
    expect(await connectPlace(client, { instance: 'i-01' }, ['sh', '-c', 'kill -9 $$'], ioWith().io)).toBe(137)
  })

  it('may be asked for directly, past Session Manager', async () => {
    const asked: unknown[] = []
    const client = await clientOf({
      async *session(query, signal) {
        asked.push(query)
        yield { kind: 'place', session: 's', instance: 'i-01', folder, environment: { PATH: process.env.PATH ?? '' } }
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      },
    })
    expect(await connectPlace(client, { instance: 'i-01', direct: true }, ['true'], ioWith().io)).toBe(0)
    expect(asked).toEqual([{ instance: 'i-01', direct: 'true' }])
  })

  it('is ended when the other side ends the session', async () => {
    const client = await clientOf({
      async *session() {
        yield { kind: 'place', session: 's', instance: 'i-01', folder, environment: { PATH: process.env.PATH ?? '' } }
        yield { kind: 'ended', because: 'i-01 is terminated' }
      },
    })
    const { io, noted } = ioWith()
    expect(await connectPlace(client, { instance: 'i-01' }, ['sleep', '60'], io)).toBe(129)
    expect(noted).toEqual(['the session ended: i-01 is terminated'])
  })
})

describe('a command as a user', () => {
  it('S-11: is carried out by the system; its lines and its exit code come back', async () => {
    const asked: unknown[] = []
    const client = await clientOf({
      async *session(query) {
        asked.push(query)
        yield { kind: 'output', stream: 'out', line: 'api  active' }
        yield { kind: 'output', stream: 'err', line: 'Sorry' }
        yield { kind: 'exit', code: 126 }
      },
    })
    const { io, said, noted } = ioWith()
    const user = { instance: 'i-01', as: 'read-only' }
    expect(await connectAsUser(client, user, ['systemctl', 'status'], io)).toBe(126)
    expect({ said, noted, asked }).toEqual({
      said: ['api  active'],
      noted: ['Sorry'],
      asked: [{ ...user, command: ['systemctl', 'status'] }],
    })
  })
})

describe.skipIf(!['mariadb', 'mysql'].some(name => existsSync(join('/usr/bin', name))))(
  'a client session to the database (skipped where neither mariadb nor mysql is in /usr/bin)',
  () => {
    const database = {
      kind: 'database',
      session: 's',
      via: 'i-0b',
      engine: 'mysql',
      socket: '/run/relay',
      host: 'notes.rds.amazonaws.com',
      port: 3306,
      username: 'admin',
      password: 'a"b\\c',
      name: 'notes',
    } as const

    it('N-09: goes to the socket, its password in a file for the user alone, which is gone afterwards', async () => {
      const queries: unknown[] = []
      const client = await clientOf({
        async *databaseSession(query, signal) {
          queries.push(query)
          yield database
          await new Promise(resolve => signal.addEventListener('abort', resolve))
        },
      })
      let seen: ChildSpec | undefined
      let options = ''
      let file = ''
      const { io, noted } = ioWith(async spec => {
        seen = spec
        file = spec.args[0]?.replace('--defaults-file=', '') ?? ''
        options = readFileSync(file, 'utf8')
        expect(statSync(file).mode & 0o777).toBe(0o600)
        return 0
      })
      expect(await connectDatabase(client, { via: 'i-0b' }, ['-e', 'SHOW TABLES'], io)).toBe(0)
      expect(queries).toEqual([{ via: 'i-0b' }])
      expect(seen?.args.slice(1)).toEqual([
        '--protocol=socket',
        '--socket=/run/relay',
        '--user=admin',
        '--connect-timeout=10',
        '--database=notes',
        '-e',
        'SHOW TABLES',
      ])
      expect(options).toBe('[client]\npassword="a\\"b\\\\c"\n')
      expect(existsSync(file)).toBe(false)
      expect(JSON.stringify(seen)).not.toContain('AWS_')
      expect(noted).toEqual(['admin@notes.rds.amazonaws.com:3306 through i-0b'])
    })
  },
)

describe.skipIf(!existsSync('/usr/bin/psql'))(
  'a client session to PostgreSQL (skipped where psql is not in /usr/bin)',
  () => {
    it('Q-01: finds the socket and the password in a folder for the user alone, which is gone afterwards', async () => {
      const client = await clientOf({
        async *databaseSession(_query, signal) {
          yield {
            kind: 'database',
            session: 's',
            via: 'i-0c',
            engine: 'postgres',
            socket: '/run/relay',
            host: 'localhost',
            port: 5432,
            username: 'quiz',
            password: 'a:b\\c',
            name: 'quiz',
          }
          await new Promise(resolve => signal.addEventListener('abort', resolve))
        },
      })
      let home = ''
      const { io, noted } = ioWith(async ({ command, args, environment }) => {
        home = environment.PGHOST ?? ''
        expect(statSync(environment.PGPASSFILE ?? '').mode & 0o777).toBe(0o600)
        expect(readFileSync(environment.PGPASSFILE ?? '', 'utf8')).toBe('*:*:*:*:a\\:b\\\\c\n')
        expect(readlinkSync(join(home, '.s.PGSQL.5432'))).toBe('/run/relay')
        expect([command, ...args]).toEqual(['/usr/bin/psql', '--no-psqlrc', '-c', 'SELECT 1'])
        expect(environment).toMatchObject({ PGUSER: 'quiz', PGDATABASE: 'quiz', PGCONNECT_TIMEOUT: '10' })
        return 0
      })
      expect(await connectDatabase(client, { via: undefined }, ['-c', 'SELECT 1'], io)).toBe(0)
      expect(existsSync(home)).toBe(false)
      expect(noted).toEqual(['quiz@localhost:5432 through i-0c'])
    })
  },
)
