import { connect, createServer, type Server } from 'node:net'
import type { SessionMessage, SessionQuery } from '@terrace/control'
import type { DbInstance } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import type { Instance } from '../../ports.ts'
import { securityGroup, subnet, tcp, testNode } from '../../testing/architecture.ts'
import { folderWith } from '../../workload/testing.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from '../secretsmanager/index.ts'
import { ssm } from './index.ts'
import { type SsmCloud, startSsmCloud, usersData } from './testing.ts'

const cleanups: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function start(...parameters: Parameters<typeof startSsmCloud>): Promise<SsmCloud> {
  const cloud = await startSsmCloud(...parameters)
  cleanups.push(() => cloud.stop())
  return cloud
}

/** Every message of a session that ends by itself, or the first one of one that lasts. */
async function first(messages: AsyncIterable<SessionMessage>): Promise<SessionMessage | undefined> {
  for await (const message of messages) return message
  return undefined
}

async function run(cloud: SsmCloud, query: SessionQuery): Promise<{ out: string[]; err: string[]; code: number }> {
  const { session } = await cloud.world.ports.need('connections')
  const found = { out: [] as string[], err: [] as string[], code: -1 }
  for await (const message of session(query, new AbortController().signal)) {
    if (message.kind === 'output') found[message.stream].push(message.line)
    if (message.kind === 'exit') found.code = message.code
  }
  return found
}

const MAIN = `require('node:http').createServer((_, answer) => answer.end('x')).listen(Number(process.env.PORT), () => console.log('listening'))`

const USERS = usersData({
  operate: {
    purpose: 'keeps it running',
    commands: ['/usr/bin/systemctl start *', '/usr/bin/systemctl stop *', '/usr/bin/systemctl status *'],
  },
  'read-only': {
    purpose: 'looks',
    commands: ['/usr/bin/systemctl status *', '/usr/bin/docker logs *', '/usr/bin/cat /etc/motd', 'status'],
  },
})

async function launchApi(cloud: SsmCloud): Promise<Instance> {
  const folder = folderWith({ 'main.js': MAIN })
  cleanups.push(() => folder.remove())
  const instance = await cloud.launch({ image: folder.path, userData: USERS })
  await new Promise<void>(resolve => {
    const look = () => {
      if (!cloud.world.logs.recent().some(({ line }) => line.includes('listening'))) return
      stop()
      resolve()
    }
    const stop = cloud.world.logs.subscribe(look)
    look()
  })
  return instance
}

describe('a user with a purpose', () => {
  it('S-11: may run its own commands and no other, which are refused by name', async () => {
    const cloud = await start()
    const { id } = await launchApi(cloud)
    const asReader = (...command: string[]) => run(cloud, { instance: id, as: 'read-only', command })
    expect(await asReader('systemctl', 'status', 'api')).toEqual({
      out: [expect.stringMatching(/^api {2}active {2}pid \d+$/)],
      err: [],
      code: 0,
    })
    expect((await asReader('docker', 'logs', 'api')).out).toEqual(['listening'])
    for (const command of [['systemctl', 'stop', 'api'], ['bash'], ['rm', '-rf', '/'], ['cat', '/etc/shadow']]) {
      const refused = await asReader(...command)
      expect(refused).toMatchObject({ out: [], code: 126 })
      expect(refused.err[0]).toBe(`Sorry, user read-only is not allowed to execute '${command.join(' ')}' on ${id}.`)
      expect(refused.err[1]).toContain('docker logs *')
    }
    const notes = cloud.world.journal.since(0).filter(({ kind }) => kind === 'ssm.commandRefused')
    expect(notes).toHaveLength(4)
  })

  it('S-11: that operates stops a process, which stays stopped, and starts it again', async () => {
    const cloud = await start()
    const instance = await launchApi(cloud)
    const operate = (...command: string[]) => run(cloud, { instance: instance.id, as: 'operate', command })
    expect((await operate('sudo', 'systemctl', 'stop', 'docker')).code).toBe(0)
    expect(instance.processes).toEqual([])
    const ends = cloud.world.journal.since(0).filter(({ kind }) => kind.startsWith('ec2.process'))
    expect(ends.map(({ kind }) => kind)).toEqual(['ec2.processStopped'])
    expect(await operate('systemctl', 'status', 'api')).toMatchObject({ out: ['api  inactive'], code: 3 })
    expect((await operate('systemctl', 'start', 'api')).code).toBe(0)
    expect(instance.processes).toMatchObject([{ name: 'api' }])
    expect(await operate('systemctl', 'start', 'nginx')).toMatchObject({ code: 5 })
  })

  it('says what it may do, and is one of those that the user data makes', async () => {
    const cloud = await start()
    const { id } = await cloud.launch({ userData: USERS })
    const { session } = await cloud.world.ports.need('connections')
    const { signal } = new AbortController()
    expect(await first(session({ instance: id, as: 'operate' }, signal))).toMatchObject({
      kind: 'user',
      purpose: 'keeps it running',
      commands: expect.arrayContaining(['/usr/bin/systemctl stop *']),
    })
    await expect(first(session({ instance: id, as: 'root' }, signal))).rejects.toMatchObject({
      code: 'CONNECT_NO_USER',
      message: expect.stringContaining('operate, read-only'),
    })
  })
})

describe('a place', () => {
  it('has the network position of the instance and nothing of the user, and ends with the instance', async () => {
    const cloud = await start()
    const { id } = await launchApi(cloud)
    const { session } = await cloud.world.ports.need('connections')
    const messages = session({ instance: id }, new AbortController().signal)[Symbol.asyncIterator]()
    const { value } = await messages.next()
    expect(value).toMatchObject({ kind: 'place', instance: id })
    expect(value.environment).toMatchObject({
      AWS_SSM_INSTANCE_ID: id,
      HTTPS_PROXY: expect.stringContaining('127.0.0.1'),
    })
    expect(value.environment.USER).toBeUndefined()
    expect(value.environment.NODE_OPTIONS).toContain('preload')
    const ended = messages.next()
    await cloud.instances.terminate(id, 0)
    expect((await ended).value).toEqual({ kind: 'ended', because: `${id} is shutting-down` })
  })

  it('is not to be had where Session Manager has none', async () => {
    const cloud = await start()
    const { id } = await cloud.launch({ role: 'silent' })
    const { session } = await cloud.world.ports.need('connections')
    await expect(first(session({ instance: id }, new AbortController().signal))).rejects.toMatchObject({
      code: 'CONNECT_NOT_CONNECTED',
      message: `${id} takes no sessions: its role silent may not ssm:UpdateInstanceInformation`,
    })
  })
})

describe('a database', () => {
  const ENDPOINT = 'notes.abc.us-east-1.rds.amazonaws.com'
  const definition: DbInstance = testNode('dbInstance', 'database', {
    identifier: 'notes',
    arn: '',
    engine: 'mysql',
    engineVersion: '8.4',
    instanceClass: 'db.t3.micro',
    multiAz: false,
    subnets: [],
    securityGroups: ['database'],
    endpoint: ENDPOINT,
    port: 3306,
    databaseName: 'notes',
    masterUsername: 'admin',
    masterPassword: '{{resolve:ssm-secure:/notes/password}}',
    publiclyAccessible: false,
    storageGiB: 20,
    storageType: 'gp3',
    encrypted: true,
    backupRetentionDays: 1,
    deletionProtection: false,
  })

  async function startNotes() {
    const running = {
      node: 'database',
      identifier: 'notes',
      definition,
      engine: 'mariadb' as const,
      members: [],
      synchronous: true,
      environment: {},
      status: 'available' as const,
      limitations: [],
    }
    const cloud = await start(
      [definition, securityGroup('web', [tcp(80, '0.0.0.0/0')]), subnet('more', '10.0.9.0/24', 'us-east-1a')],
      {
        services: [kms, secretsmanager, ssm],
        databases: { all: [running], of: () => running, finalSnapshots: async () => [] },
      },
    )
    const server = cloud.network.attach({ owner: 'notes', subnet: 'data-a', securityGroups: ['database'] })
    cloud.network.setName(ENDPOINT, [server.address])
    const listener: Server = createServer(socket => socket.end('greeting'))
    await new Promise<void>(resolve => listener.listen(cloud.network.socketOf(server, 3306), resolve))
    cleanups.push(() => void listener.close())
    return cloud
  }

  const greetingAt = (socketPath: string, within: number) =>
    new Promise<string>(resolve => {
      const socket = connect(socketPath)
      socket.setTimeout(within, () => {
        socket.destroy()
        resolve('silence')
      })
      socket.on('data', data => {
        socket.destroy()
        resolve(String(data))
      })
      socket.on('error', () => resolve('refused'))
      socket.on('close', () => resolve('closed'))
    })

  it('N-09: is reached through the bastion, and from anywhere else the same attempt is silence', async () => {
    const cloud = await startNotes()
    const bastion = await cloud.launch()
    const elsewhere = cloud.network.attach({ owner: 'i-web', subnet: 'public-a', securityGroups: ['web'] })
    const { databaseSession } = await cloud.world.ports.need('connections')
    const through = databaseSession({}, new AbortController().signal)[Symbol.asyncIterator]()
    const { value } = await through.next()
    expect(value).toMatchObject({
      kind: 'database',
      via: bastion.id,
      host: ENDPOINT,
      port: 3306,
      username: 'admin',
      password: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      name: 'notes',
    })
    expect(await greetingAt(value.socket, 5000)).toBe('greeting')
    const other = databaseSession({ via: 'i-web' }, new AbortController().signal)[Symbol.asyncIterator]()
    const denied = await other.next()
    expect(await greetingAt(denied.value.socket, 400)).toBe('silence')
    const note = await cloud.world.journal.find(({ kind }) => kind === 'network.dropped')
    expect(note.message).toContain(`${elsewhere.owner} gets no answer from`)
    await through.return?.()
    await other.return?.()
  })

  it('needs a bastion, or somebody to go through', async () => {
    const cloud = await startNotes()
    const { databaseSession } = await cloud.world.ports.need('connections')
    const { signal } = new AbortController()
    const open = (query: object) => first(databaseSession(query, signal))
    await expect(open({})).rejects.toMatchObject({ code: 'CONNECT_NO_PLACE' })
    await expect(open({ via: 'i-nobody' })).rejects.toMatchObject({ code: 'CONNECT_NO_PLACE' })
    await expect(open({ database: 'other' })).rejects.toMatchObject({ code: 'CONNECT_NO_DATABASE' })
  })
})
