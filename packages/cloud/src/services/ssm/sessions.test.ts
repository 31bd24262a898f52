import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import {
  DescribeSessionsCommand,
  GetConnectionStatusCommand,
  SSMClient,
  StartSessionCommand,
  TerminateSessionCommand,
} from '@aws-sdk/client-ssm'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
import { decodeMessage, encodeMessage, FLAG, MESSAGE, PAYLOAD } from './sessions/channel/message.ts'
import { TestPlugin } from './sessions/channel/testing.ts'
import { type SsmCloud, startSsmCloud, usersData } from './testing.ts'

const running: SsmCloud[] = []
const plugins: TestPlugin[] = []

afterEach(async () => {
  for (const plugin of plugins.splice(0)) plugin.close()
  for (const cloud of running.splice(0)) await cloud.stop()
})

async function start(...parameters: Parameters<typeof startSsmCloud>): Promise<SsmCloud> {
  const cloud = await startSsmCloud(...parameters)
  running.push(cloud)
  return cloud
}

async function open(cloud: SsmCloud, Target: string, rest: object = {}, client = cloud.client) {
  const answer = await client.send(new StartSessionCommand({ Target, ...rest }))
  const plugin = TestPlugin.open(answer)
  plugins.push(plugin)
  return { plugin, id: answer.SessionId ?? '', answer }
}

const USERS = usersData({
  'read-only': { purpose: 'looks', commands: ['/usr/bin/systemctl status *', '/usr/bin/echo'] },
})

describe('a session', () => {
  it('S-11: is a shell where the instance is, over the data channel that the plugin speaks', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const { plugin, answer } = await open(cloud, id, { Reason: 'to look' })
    expect(answer).toMatchObject({
      SessionId: expect.stringMatching(/^[\w+=,.@-]+-0[0-9a-f]{16}$/),
      StreamUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/data-channel\/.+\?role=publish_subscribe$/),
      TokenValue: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    await plugin.until(() => plugin.payloadOf(PAYLOAD.handshakeComplete) !== undefined)
    expect(plugin.sessionType).toEqual({ SessionType: 'Standard_Stream', Properties: {} })
    plugin.type('echo "on $AWS_SSM_INSTANCE_ID as [$AWS_ACCESS_KEY_ID]"\r')
    await plugin.until(() => plugin.output.includes(`on ${id} as []`))
    const active = await cloud.client.send(new DescribeSessionsCommand({ State: 'Active' }))
    expect(active.Sessions).toMatchObject([{ Target: id, Status: 'Connected', Reason: 'to look' }])
    plugin.type('exit\r')
    await plugin.until(() => plugin.messages.some(({ type }) => type === MESSAGE.closed))
    await cloud.world.journal.find(({ kind }) => kind === 'ssm.sessionEnded')
    const history = await cloud.client.send(new DescribeSessionsCommand({ State: 'History' }))
    expect(history.Sessions).toMatchObject([{ Status: 'Terminated', EndDate: expect.any(Date) }])
  })

  it.skipIf(!existsSync('/usr/bin/script'))(
    'has a terminal of the size that the client says (skipped without the program script)',
    async () => {
      const cloud = await start()
      const { id } = await cloud.launch()
      const { plugin } = await open(cloud, id)
      await plugin.until(() => plugin.payloadOf(PAYLOAD.handshakeComplete) !== undefined)
      plugin.type('tty\r')
      await plugin.until(() => /\/dev\/pts\/\d+/.test(plugin.output))
      plugin.send(PAYLOAD.size, JSON.stringify({ cols: 101, rows: 31 }))
      plugin.type('stty size\r')
      await plugin.until(() => plugin.output.includes('31 101'))
    },
  )

  it('is ended by TerminateSession, by its client, and with its instance', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const [first, second, third] = [await open(cloud, id), await open(cloud, id), await open(cloud, id)]
    for (const { plugin } of [first, second, third]) {
      await plugin.until(() => plugin.payloadOf(PAYLOAD.handshakeComplete) !== undefined)
    }
    const why = (session: string) =>
      cloud.world.journal.find(({ kind, details }) => kind === 'ssm.sessionEnded' && details?.session === session)
    await cloud.client.send(new TerminateSessionCommand({ SessionId: first.id }))
    await first.plugin.until(() => first.plugin.closed)
    expect((await why(first.id)).message).toContain('it was terminated')
    second.plugin.send(PAYLOAD.flag, Buffer.from([0, 0, 0, FLAG.terminateSession]))
    expect((await why(second.id)).message).toContain('its client ended it')
    await cloud.instances.terminate(id, 0)
    await third.plugin.until(() => third.plugin.closed)
    expect((await why(third.id)).message).toContain('shutting-down')
    const missing = cloud.client.send(new TerminateSessionCommand({ SessionId: 'nobody-0123' }))
    expect(await failureOf(missing)).toMatchObject({ name: 'DoesNotExistException' })
  })

  it('opens with its own token, once', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const answer = await cloud.client.send(new StartSessionCommand({ Target: id }))
    const wrong = TestPlugin.open({ ...answer, TokenValue: 'x'.repeat(64) })
    await wrong.until(() => wrong.closed)
    expect(wrong.messages).toEqual([])
    const late = TestPlugin.open(answer)
    await late.until(() => late.closed)
    expect(late.messages).toEqual([])
  })

  it('runs one command without a terminal and tells its exit code', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const { plugin } = await open(cloud, id, {
      DocumentName: 'AWS-StartNonInteractiveCommand',
      Parameters: { command: ['echo out; echo err >&2; exit 3'] },
    })
    await plugin.until(() => plugin.messages.some(({ type }) => type === MESSAGE.closed))
    expect(plugin.output).toBe('out\n')
    expect(plugin.payloadOf(PAYLOAD.stderr)).toBe('err\n')
    expect(plugin.payloadOf(PAYLOAD.exitCode)).toBe('3')
  })
})

describe('a port session', () => {
  it('leads where the rules of the instance lead, and is silent elsewhere', async () => {
    const cloud = await start()
    const app = await cloud.launch()
    const database = cloud.network.attach({ owner: 'db', subnet: 'data-a', securityGroups: ['database'] })
    const server = createServer(socket => {
      socket.write('welcome ')
      socket.pipe(socket)
    })
    server.listen(cloud.network.socketOf(database, 3306))
    const host = database.address
    const forward = {
      DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost',
      Parameters: { host: [host], portNumber: ['3306'] },
    }
    const { plugin } = await open(cloud, app.id, forward)
    await plugin.until(() => plugin.output === 'welcome ')
    expect(plugin.sessionType).toEqual({
      SessionType: 'Port',
      Properties: { type: 'LocalPortForwarding', portNumber: '3306', localPortNumber: '0' },
    })
    plugin.type('hello')
    await plugin.until(() => plugin.output === 'welcome hello')
    plugin.send(PAYLOAD.flag, Buffer.from([0, 0, 0, FLAG.disconnectToPort]))
    await plugin.until(() => plugin.output === 'welcome hellowelcome ')
    server.close()
  })
})

describe('no session begins', () => {
  it('S-11: where the role of the instance does not allow it; the journal says why', async () => {
    const cloud = await start()
    const { id } = await cloud.launch({ role: 'silent' })
    const { id: offline } = await cloud.launch({ subnet: 'data-a' })
    const status = async (Target: string) =>
      (await cloud.client.send(new GetConnectionStatusCommand({ Target }))).Status
    for (const target of [id, offline]) {
      expect(await failureOf(open(cloud, target))).toMatchObject({
        name: 'TargetNotConnected',
        message: `${target} is not connected.`,
      })
      expect(await status(target)).toBe('notconnected')
    }
    const notes = cloud.world.journal.since(0).filter(({ kind }) => kind === 'ssm.notConnected')
    expect(notes.map(({ message }) => message)).toEqual([
      `no session can begin on ${id}: its role silent may not ssm:UpdateInstanceInformation`,
      expect.stringContaining(`${offline}: it does not reach ssm.us-east-1.amazonaws.com`),
    ])
    expect(await status((await cloud.launch()).id)).toBe('connected')
  })

  it('that the caller may not begin', async () => {
    const caller = testRole('caller', {
      Effect: 'Allow',
      Action: 'ssm:StartSession',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'x' } },
    })
    const cloud = await start([caller])
    const { id } = await cloud.launch()
    const client = new SSMClient({ ...(await cloud.as(sessionOf(caller))) })
    expect(await failureOf(open(cloud, id, {}, client))).toMatchObject({ name: 'AccessDeniedException' })
  })

  it.each([
    ['of a document that is not emulated', { DocumentName: 'AWS-StartSSHSession' }, 'UnknownOperationException'],
    ['of a document that is not there', { DocumentName: 'mine' }, 'InvalidDocument'],
    [
      'to a port that is none',
      { DocumentName: 'AWS-StartPortForwardingSession', Parameters: { portNumber: ['0'] } },
      'InvalidParameters',
    ],
    [
      'to a host without a name',
      { DocumentName: 'AWS-StartPortForwardingSessionToRemoteHost', Parameters: { portNumber: ['1'] } },
      'InvalidParameters',
    ],
    ['with an unknown parameter', { Parameters: { command: ['x'] } }, 'InvalidParameters'],
  ])('%s', async (_, rest, name) => {
    const cloud = await start()
    const { id } = await cloud.launch()
    expect(await failureOf(open(cloud, id, rest))).toMatchObject({ name })
  })
})

describe('Run As', () => {
  it('S-11: makes a session one of the user that the tag of the role names: its commands and no other', async () => {
    const looker = {
      ...testRole('looker', { Effect: 'Allow', Action: 'ssm:StartSession', Resource: '*' }),
      tags: { SSMSessionRunAs: 'read-only' },
    }
    const cloud = await start([looker])
    const { id } = await cloud.launch({ userData: USERS })
    const client = new SSMClient({ ...(await cloud.as(sessionOf(looker))) })
    const run = (command: string) =>
      open(cloud, id, { DocumentName: 'AWS-StartNonInteractiveCommand', Parameters: { command: [command] } }, client)
    const { plugin } = await run('echo allowed')
    await plugin.until(() => plugin.output === 'allowed\n')
    for (const command of ['rm -rf /', 'echo a; rm -rf /', 'echo $(rm x)', 'systemctl stop api']) {
      expect(await failureOf(run(command))).toMatchObject({
        name: 'InvalidParameters',
        message: expect.stringContaining('not allowed'),
      })
    }
    expect(await failureOf(open(cloud, id, {}, client))).toMatchObject({ name: 'UnknownOperationException' })
    const { id: other } = await cloud.launch()
    const nobody = open(cloud, other, {}, client)
    expect(await failureOf(nobody)).toMatchObject({
      message: expect.stringContaining('the user read-only does not exist'),
    })
  })
})

describe('a message of a data channel', () => {
  it('has the fields of the plugin at their places, and comes back as it was', () => {
    const message = {
      type: MESSAGE.output,
      createdAt: 1_795_000_000_000,
      sequence: 7,
      flags: 1,
      id: '00112233-4455-4677-8899-aabbccddeeff',
      payloadType: PAYLOAD.output,
      payload: Buffer.from('data'),
    }
    const bytes = encodeMessage(message)
    expect(bytes.readUInt32BE(0)).toBe(116)
    expect(bytes.toString('utf8', 4, 36)).toBe('output_stream_data'.padEnd(32))
    expect(bytes.toString('hex', 64, 80)).toBe('8899aabbccddeeff0011223344554677')
    expect(bytes.readUInt32BE(116)).toBe(4)
    expect(decodeMessage(bytes)).toEqual(message)
    bytes[120] = 0
    expect(() => decodeMessage(bytes)).toThrow('not the one it was made with')
    expect(() => decodeMessage(Buffer.alloc(50))).toThrow('at least 120 bytes')
  })
})
