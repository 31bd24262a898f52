import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { minutes, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, PolicyStatement, Secret } from '@terrace/model'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testBucket, testRole } from '../../../gateway/testing.ts'
import type { JournalEntry } from '../../../journal.ts'
import type { Instance } from '../../../ports.ts'
import { findPostgres } from '../../../programs/postgres.ts'
import { securityGroup, tcp, testNode, threeTiers } from '../../../testing/architecture.ts'
import {
  ask,
  type Ec2Cloud,
  folderWith,
  imageIn,
  imageProcess,
  machineWith,
  postgresProcess,
  startEc2Cloud,
} from '../../../workload/testing.ts'
import { kms } from '../../kms/index.ts'
import { s3 } from '../../s3/index.ts'
import { secretsmanager } from '../../secretsmanager/index.ts'
import { ssm } from '../../ssm/index.ts'
import { STOP_GRACE } from '../limits.ts'

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:quiz-a1b2c3'
const PASSWORD = 'it\'s \\ a "pass:word"'
const DUMPS = { target: 's3://safe/backups/', schedule: 'rate(1 minute)', keep: 2 }
const MOUNTS = '#!/bin/bash\nset -e\nmount_volume /dev/sdf /data\n'

const secret: Secret = testNode('secret', 'secret', {
  name: 'quiz',
  description: '',
  arn: SECRET,
  value: { kind: 'literal', text: PASSWORD },
})
const volume = testNode('volume', 'vol-0123456789abcdef0', {
  zone: 'us-east-1a',
  size: 8,
  type: 'gp3',
  encrypted: true,
})

const allow = (action: string | string[], resource: string): PolicyStatement => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
})
const OBJECTS = 'arn:aws:s3:::safe/backups/*'
const READ = [allow('secretsmanager:GetSecretValue', SECRET), allow('s3:ListBucket', 'arn:aws:s3:::safe')]
const DUMPING = [...READ, allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], OBJECTS)]

const roleWith = (...statements: PolicyStatement[]) => ({
  ...testRole('role', ...statements),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
})

const machineOf = (processes: Parameters<typeof machineWith>[0], userData = MOUNTS) =>
  machineWith(processes, { role: 'role', userData, securityGroups: ['open'] })

const installed = await findPostgres()
const skipped = installed ? '' : ' (skipped: PostgreSQL is not installed)'

describe.skipIf(!installed)(`PostgreSQL on an instance${skipped}`, () => {
  const running: Ec2Cloud[] = []
  const folders: { remove(): void }[] = []

  afterEach(async () => {
    for (const cloud of running.splice(0)) await cloud.stop()
    for (const folder of folders.splice(0)) folder.remove()
  })

  /** A cloud with one instance of the template, which has the volume on `/dev/sdf`. */
  async function start(
    processes: Parameters<typeof machineWith>[0],
    {
      role = DUMPING,
      userData = MOUNTS,
      clock,
    }: { role?: PolicyStatement[]; userData?: string; clock?: VirtualClock } = {},
  ): Promise<Ec2Cloud> {
    const nodes: ArchitectureNode[] = [
      ...threeTiers(),
      securityGroup('open', [], [tcp(443, '0.0.0.0/0')]),
      volume,
      secret,
      roleWith(...role),
      testBucket('safe'),
      testNode('instance', 'i-main', {
        machine: machineOf(processes, userData),
        subnet: 'public-a',
        zone: 'us-east-1a',
        publicAddress: true,
        volumes: [{ volume: volume.id, device: '/dev/sdf' }],
      }),
    ]
    const cloud = await startEc2Cloud({ nodes, services: [kms, secretsmanager, s3], ...(clock ? { clock } : {}) })
    running.push(cloud)
    return cloud
  }

  const main = (cloud: Ec2Cloud): Instance => {
    const found = cloud.instances.list()[0]
    if (!found) throw new Error('no instance')
    return found
  }

  const door = (instance: Instance) => join(instance.networkInterface.folder, 'lo-5432')

  const serving = async (cloud: Ec2Cloud): Promise<Instance> => {
    await expect.poll(() => cloud.instances.list()[0] && existsSync(door(main(cloud))), { timeout: 20_000 }).toBe(true)
    return main(cloud)
  }

  async function query<R extends pg.QueryResultRow>(
    instance: Instance,
    sql: string,
    password = PASSWORD,
  ): Promise<R[]> {
    const host = instance.networkInterface.folder
    const client = new pg.Client({ host, port: 5432, user: 'quiz', database: 'quiz', password })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<R>(sql)).rows
    } finally {
      await client.end()
    }
  }

  const objects = async (cloud: Ec2Cloud): Promise<string[]> => {
    const port = await cloud.world.ports.need('objects')
    return (await port.list('safe', 'backups/')).map(({ key }) => key)
  }

  const entry = (cloud: Ec2Cloud, kind: string): Promise<JournalEntry> =>
    cloud.world.journal.find(each => each.kind === kind)

  it('Q-01: lets in who has the password, and is found on the loopback of its instance alone', async () => {
    const folder = folderWith({ 'main.js': KNOCK })
    folders.push(folder)
    const cloud = await start([postgresProcess(), imageProcess(imageIn(folder.path))], {
      role: [...DUMPING, allow(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], '*')],
    })
    const instance = await serving(cloud)
    await expect
      .poll(() => instance.processes.map(({ name }) => name), { timeout: 10_000 })
      .toEqual(['database', 'api'])
    expect(await query(instance, 'SELECT current_user AS who')).toEqual([{ who: 'quiz' }])
    await expect(query(instance, 'SELECT 1', 'wrong')).rejects.toThrow(/password authentication failed/)
    await expect(query(instance, 'SELECT 1', '')).rejects.toThrow(/password/)
    expect(existsSync(cloud.network.socketOf(instance.networkInterface, 5432))).toBe(false)
    const socket = cloud.network.socketOf(instance.networkInterface, 8000)
    await expect.poll(() => existsSync(socket), { timeout: 10_000 }).toBe(true)
    expect((await ask(socket)).body).toBe('N')
  })

  it('Q-19: its volume outlives the instance, also one that was killed', async () => {
    const cloud = await start([postgresProcess()])
    const first = await serving(cloud)
    await query(first, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n')
    for (const { pid } of first.processes) process.kill(-pid, 'SIGKILL')
    await expect.poll(() => main(cloud).statusCheck).toBe('impaired')
    await cloud.instances.terminate(first.id, 0)
    const second = await cloud.instances.launch({
      machine: machineOf([postgresProcess()]),
      subnet: 'public-a',
      owner: 'i-main',
      publicAddress: true,
    })
    await serving(cloud)
    expect(second.id).not.toBe(first.id)
    expect(await query(second, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }])
  })

  it('Q-19: dumps are made at their times, and only the newest stay', async () => {
    const clock = new VirtualClock(Date.now())
    const cloud = await start([postgresProcess({ backups: DUMPS })], { clock })
    const instance = await serving(cloud)
    await query(instance, 'CREATE TABLE notes (text text)')
    for (const round of [1, 2, 3]) {
      await query(instance, `INSERT INTO notes VALUES ('${round}')`)
      const saved = cloud.world.journal.next(({ kind }) => kind.startsWith('ec2.backup'))
      await clock.advance(minutes(1))
      expect(await saved).toMatchObject({ kind: 'ec2.backup' })
    }
    const kept = await objects(cloud)
    expect(kept).toHaveLength(2)
    expect(kept.every(key => /^backups\/quiz-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.dump$/.test(key))).toBe(true)
    expect(
      cloud.world.journal
        .since(0)
        .filter(({ kind }) => kind === 'ec2.backup')
        .at(-1)?.message,
    ).toMatch(/1 older dump was removed/)
    expect(readdirSync(join(instance.host?.root ?? '', '.postgres-database'))).toEqual(['pgpass'])
  })

  it('Q-19: an empty database is filled from the newest dump, table for table', async () => {
    const clock = new VirtualClock(Date.now())
    const cloud = await start([postgresProcess({ backups: DUMPS })], { clock, userData: '#!/bin/bash\n' })
    const first = await serving(cloud)
    await query(first, SCHEMA)
    const before = await contents(first)
    expect(Object.keys(before)).toEqual(['answers', 'questions', 'quizzes'])
    const saved = cloud.world.journal.next(({ kind }) => kind.startsWith('ec2.backup'))
    await clock.advance(minutes(1))
    expect((await saved).kind).toBe('ec2.backup')
    await query(first, "INSERT INTO quizzes (title) VALUES ('too late')")
    const lost = join(cloud.world.folders.state, 'disks', first.id)
    expect(existsSync(lost)).toBe(true)
    await cloud.instances.terminate(first.id, STOP_GRACE)
    expect(existsSync(lost)).toBe(false)
    const machine = machineOf([postgresProcess({ backups: DUMPS })], '#!/bin/bash\n')
    const second = await cloud.instances.launch({ machine, subnet: 'public-b', owner: 'i-main', publicAddress: true })
    await serving(cloud)
    expect((await entry(cloud, 'ec2.restored')).message).toMatch(/was filled from s3:\/\/safe\/backups\/quiz-/)
    expect(await contents(second)).toEqual(before)
    expect(await query(second, "INSERT INTO quizzes (title) VALUES ('next') RETURNING id")).toEqual([{ id: 3 }])
  })

  it('Q-19: without the permission nothing is saved, and the journal says which one is missing', async () => {
    const clock = new VirtualClock(Date.now())
    const cloud = await start([postgresProcess({ backups: DUMPS })], { clock, role: READ })
    await serving(cloud)
    const failed = cloud.world.journal.next(({ kind }) => kind.startsWith('ec2.backup'))
    await clock.advance(minutes(1))
    expect(await failed).toMatchObject({ kind: 'ec2.backupFailed', message: expect.stringMatching(/s3:PutObject/) })
    expect(await objects(cloud)).toEqual([])
  })

  it('Q-19: a database whose dumps cannot be read does not begin anew', async () => {
    const cloud = await start([postgresProcess({ backups: DUMPS })], {
      role: [allow('secretsmanager:GetSecretValue', SECRET)],
    })
    expect((await entry(cloud, 'ec2.bootFailed')).message).toMatch(/could not read the dumps .*s3:ListBucket/)
    expect(existsSync(door(main(cloud)))).toBe(false)
  })

  it('Q-19: a dump that fails leaves nothing in the bucket', async () => {
    const clock = new VirtualClock(Date.now())
    const cloud = await start([postgresProcess({ backups: DUMPS })], { clock })
    const instance = await serving(cloud)
    await query(
      instance,
      'CREATE TABLE big AS SELECT repeat(md5(n::text), 50) AS text FROM generate_series(1, 20000) n',
    )
    const failed = cloud.world.journal.next(({ kind }) => kind.startsWith('ec2.backup'))
    await query(instance, 'ALTER ROLE quiz NOLOGIN')
    await clock.advance(minutes(1))
    expect((await failed).kind).toBe('ec2.backupFailed')
    expect(await objects(cloud)).toEqual([])
    expect(readdirSync(join(instance.host?.root ?? '', '.postgres-database'))).toEqual(['pgpass'])
  })

  it('is reached by `terrace connect`, as its owner on the instance', async () => {
    const cloud = await start([postgresProcess()])
    await serving(cloud)
    const sessions = await ssm.start(cloud.world)
    const leaving = new AbortController()
    try {
      const { databaseSession } = await cloud.world.ports.need('connections')
      const messages = databaseSession({}, leaving.signal)[Symbol.asyncIterator]()
      const { value } = await messages.next()
      expect(value).toMatchObject({ kind: 'database', engine: 'postgres', username: 'quiz', password: PASSWORD })
      expect(existsSync(value.socket)).toBe(true)
      leaving.abort()
      await messages.next()
      expect(cloud.world.journal.since(0).at(-1)?.kind).toBe('ssm.databaseSessionEnded')
    } finally {
      await sessions.stop()
    }
  })

  it('takes a password that was changed at its next start', async () => {
    const cloud = await start([postgresProcess()])
    const instance = await serving(cloud)
    await query(instance, "ALTER ROLE quiz PASSWORD 'another'")
    await expect(query(instance, 'SELECT 1')).rejects.toThrow(/authentication failed/)
    await cloud.instances.terminate(instance.id, STOP_GRACE)
    const again = await cloud.instances.launch({
      machine: machineOf([postgresProcess()]),
      subnet: 'public-a',
      owner: 'i-main',
      publicAddress: true,
    })
    await serving(cloud)
    expect(await query(again, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('is started again when it is killed, and goes on with what was committed', async () => {
    const folder = folderWith({ 'main.js': 'setInterval(() => {}, 1000)' })
    folders.push(folder)
    const cloud = await start([postgresProcess(), imageProcess(imageIn(folder.path))], {
      role: [...DUMPING, allow(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], '*')],
    })
    const instance = await serving(cloud)
    await expect.poll(() => instance.processes.length, { timeout: 10_000 }).toBe(2)
    await query(instance, 'CREATE TABLE kept AS SELECT 7 AS n')
    const database = instance.processes.find(({ name }) => name === 'database')
    process.kill(-(database?.pid ?? 0), 'SIGKILL')
    const read = () => query(instance, 'SELECT n FROM kept').catch(() => [])
    await expect.poll(read, { timeout: 20_000 }).toEqual([{ n: 7 }])
  })

  it.each([
    ['a device that nothing is attached to', 'mount_volume /dev/sdg /data', /no volume is attached as \/dev\/sdg/],
    ['a schedule that is none', MOUNTS, /the calendar|six fields|cron/],
  ])('does not start with %s', async (what, line, because) => {
    const backups = what.includes('schedule') ? { ...DUMPS, schedule: 'cron(never)' } : DUMPS
    const cloud = await start([postgresProcess({ backups })], { userData: `#!/bin/bash\n${line}\n` })
    expect((await entry(cloud, 'ec2.bootFailed')).message).toMatch(because)
  })

  /** Every row of every table, by table. */
  async function contents(instance: Instance): Promise<Record<string, unknown[]>> {
    const tables = await query<{ name: string }>(
      instance,
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    )
    const rows: Record<string, unknown[]> = {}
    for (const { name } of tables) rows[name] = await query(instance, `SELECT * FROM "${name}" ORDER BY 1`)
    return rows
  }
})

const SCHEMA = `
CREATE TABLE quizzes (id serial PRIMARY KEY, title text NOT NULL, made timestamptz DEFAULT now());
CREATE TABLE questions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), quiz int REFERENCES quizzes, body jsonb, picture bytea);
CREATE TABLE answers (question uuid REFERENCES questions, points numeric(6, 2));
INSERT INTO quizzes (title) VALUES ('capitals'), ('rivers ü');
INSERT INTO questions (quiz, body, picture)
  SELECT 1 + n % 2, jsonb_build_object('n', n), decode(md5(n::text), 'hex') FROM generate_series(1, 200) n;
INSERT INTO answers SELECT id, random() * 100 FROM questions;
`

// Asks PostgreSQL on its own localhost for TLS; "N" is its answer.
const KNOCK = `
const { createServer } = require('node:http')
const { connect } = require('node:net')
createServer((request, response) => {
  const socket = connect(5432, '127.0.0.1', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])))
  socket.once('data', data => response.end(data.toString('latin1')))
  socket.once('error', error => response.end(error.code))
}).listen(Number(process.env.PORT))
`
