import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { afterEach, describe, expect, it } from 'vitest'
import { failureOf, sessionOf, testRole } from '../../gateway/testing.ts'
import { instanceRole, type SsmCloud, startSsmCloud } from './testing.ts'

const running: SsmCloud[] = []

afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop()
})

async function start(...parameters: Parameters<typeof startSsmCloud>): Promise<SsmCloud> {
  const cloud = await startSsmCloud(...parameters)
  running.push(cloud)
  return cloud
}

const send = async (cloud: SsmCloud, commands: readonly string[], rest: Partial<SendCommandCommandInput>) => {
  const input = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: [...commands] }, ...rest }
  const { Command } = await cloud.client.send(new SendCommandCommand(input))
  return Command?.CommandId ?? ''
}

const ended = (cloud: SsmCloud, instance: string) =>
  cloud.world.journal.find(entry => entry.kind === 'ssm.commandEnded' && entry.details?.instance === instance)

const result = (cloud: SsmCloud, CommandId: string, InstanceId: string) =>
  cloud.client.send(new GetCommandInvocationCommand({ CommandId, InstanceId }))

describe('a command', () => {
  it('runs as a script where the instance is: its files, its role, its environment, and nothing of the user', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const command = await send(
      cloud,
      ['echo "$AWS_SSM_INSTANCE_ID $AWS_SSM_REGION_NAME"', 'echo "[$USER]"', 'pwd', 'echo oops >&2'],
      {
        InstanceIds: [id],
      },
    )
    await ended(cloud, id)
    expect(await result(cloud, command, id)).toMatchObject({
      Status: 'Success',
      StatusDetails: 'Success',
      ResponseCode: 0,
      PluginName: 'aws:runShellScript',
      StandardOutputContent: expect.stringMatching(`^${id} us-east-1\n\\[\\]\n.*${id}\n$`),
      StandardErrorContent: 'oops\n',
      ExecutionElapsedTime: expect.stringMatching(/^PT\d+\.\d{3}S$/),
    })
    const list = await cloud.client.send(new ListCommandsCommand({ CommandId: command }))
    expect(list.Commands).toMatchObject([{ Status: 'Success', TargetCount: 1, CompletedCount: 1, ErrorCount: 0 }])
    const details = await cloud.client.send(new ListCommandInvocationsCommand({ CommandId: command, Details: true }))
    expect(details.CommandInvocations?.[0]?.CommandPlugins?.[0]).toMatchObject({
      Name: 'aws:runShellScript',
      ResponseCode: 0,
    })
  })

  it('that a Node program is part of meets the security groups of the instance', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const program = `const s = require('net').connect(3306, '10.0.4.9'); s.setTimeout(300, () => { console.log('silence'); process.exit() }); s.on('connect', () => console.log('in'))`
    const command = await send(cloud, [`${process.execPath} -e "${program}"`], { InstanceIds: [id] })
    await ended(cloud, id)
    expect((await result(cloud, command, id)).StandardOutputContent).toBe('silence\n')
    const dropped = await cloud.world.journal.find(({ kind }) => kind === 'network.dropped')
    expect(dropped.message).toContain(`${id} gets no answer from 10.0.4.9:3306: `)
  })

  it('that fails says its code; what it writes is cut off at the documented lengths', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const command = await send(cloud, ['for i in $(seq 4000); do echo 123456789; done', 'exit 7'], {
      InstanceIds: [id],
    })
    await ended(cloud, id)
    const found = await result(cloud, command, id)
    expect(found).toMatchObject({
      Status: 'Failed',
      ResponseCode: 7,
      StandardErrorContent: 'failed to run commands: exit status 7',
    })
    expect(found.StandardOutputContent).toHaveLength(24_000)
    expect(found.StandardOutputContent).toMatch(/--output truncated--$/)
    const details = await cloud.client.send(new ListCommandInvocationsCommand({ CommandId: command, Details: true }))
    expect(details.CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output).toHaveLength(2500)
  })

  it('ends when its time is over, or when it is cancelled', async () => {
    const cloud = await start()
    const [late, cancelled] = [await cloud.launch(), await cloud.launch()]
    const first = await send(cloud, [], {
      InstanceIds: [late.id],
      Parameters: { commands: ['sleep 60'], executionTimeout: ['1'] },
    })
    const second = await send(cloud, ['sleep 60'], { InstanceIds: [cancelled.id] })
    await ended(cloud, late.id)
    expect(await result(cloud, first, late.id)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'ExecutionTimedOut',
    })
    await cloud.client.send(new CancelCommandCommand({ CommandId: second }))
    await ended(cloud, cancelled.id)
    expect(await result(cloud, second, cancelled.id)).toMatchObject({ Status: 'Cancelled' })
  })

  it('goes to the instances with a tag, as many at once as it says, and stops after too many errors', async () => {
    const cloud = await start()
    const tagged = [await cloud.launch({ tags: { tier: 'app' } }), await cloud.launch({ tags: { tier: 'app' } })]
    const other = await cloud.launch({ tags: { tier: 'web' } })
    const command = await send(cloud, ['exit 1'], {
      Targets: [{ Key: 'tag:tier', Values: ['app'] }],
      MaxConcurrency: '1',
      MaxErrors: '0',
    })
    await ended(cloud, tagged[0]?.id ?? '')
    const summed = async () => (await cloud.client.send(new ListCommandsCommand({ CommandId: command }))).Commands?.[0]
    await expect.poll(async () => (await summed())?.Status).toBe('Failed')
    const { CommandInvocations } = await cloud.client.send(new ListCommandInvocationsCommand({ CommandId: command }))
    expect(CommandInvocations?.map(({ InstanceId, StatusDetails }) => [InstanceId, StatusDetails])).toEqual([
      [tagged[0]?.id, 'Failed'],
      [tagged[1]?.id, 'Terminated'],
    ])
    expect(CommandInvocations?.some(({ InstanceId }) => InstanceId === other.id)).toBe(false)
  })
})

describe('an instance takes no commands', () => {
  it('whose role does not let its agent speak: InvalidInstanceId, and the journal says why', async () => {
    const cloud = await start()
    const { id } = await cloud.launch({ role: 'silent' })
    expect(await failureOf(send(cloud, ['true'], { InstanceIds: [id] }))).toMatchObject({ name: 'InvalidInstanceId' })
    const note = await cloud.world.journal.find(({ kind }) => kind === 'ssm.notConnected')
    expect(note.message).toBe(`no command can be sent to ${id}: its role silent may not ssm:UpdateInstanceInformation`)
    const known = await cloud.client.send(new DescribeInstanceInformationCommand({}))
    expect(known.InstanceInformationList).toEqual([])
  })

  it('whose subnet has no way to Systems Manager', async () => {
    const cloud = await start()
    const { id } = await cloud.launch({ subnet: 'data-a' })
    expect(await failureOf(send(cloud, ['true'], { InstanceIds: [id] }))).toMatchObject({ name: 'InvalidInstanceId' })
    const note = await cloud.world.journal.find(({ kind }) => kind === 'ssm.notConnected')
    expect(note.message).toContain('it does not reach ssm.us-east-1.amazonaws.com: ')
  })

  it('without ssmmessages unless it may use ec2messages, the older way', async () => {
    const old = instanceRole('old', {
      Effect: 'Allow',
      Action: ['ssm:UpdateInstanceInformation', 'ec2messages:*'],
      Resource: '*',
    })
    const cloud = await start([old])
    const { id } = await cloud.launch({ role: 'old' })
    await send(cloud, ['true'], { InstanceIds: [id] })
    expect((await ended(cloud, id)).details?.code).toBe(0)
  })

  it('whose zone has stopped, but it is still known', async () => {
    const cloud = await start()
    const { id } = await cloud.launch()
    const known = () => cloud.client.send(new DescribeInstanceInformationCommand({}))
    expect((await known()).InstanceInformationList).toMatchObject([{ InstanceId: id, PingStatus: 'Online' }])
    await cloud.world.zones.stop('us-east-1a')
    expect((await known()).InstanceInformationList).toMatchObject([{ InstanceId: id, PingStatus: 'ConnectionLost' }])
    expect(await failureOf(send(cloud, ['true'], { InstanceIds: [id] }))).toMatchObject({ name: 'InvalidInstanceId' })
    await cloud.world.zones.start('us-east-1a')
  })
})

describe('what is refused', () => {
  it.each<[string, Partial<SendCommandCommandInput>, string]>([
    ['a document that is not emulated', { DocumentName: 'AWS-RunPowerShellScript' }, 'UnknownOperationException'],
    ['a document that is not there', { DocumentName: 'mine' }, 'InvalidDocument'],
    ['no instance', { InstanceIds: [] }, 'ValidationException'],
    ['an unknown parameter', { Parameters: { commands: ['true'], other: ['x'] } }, 'InvalidParameters'],
    ['no commands', { Parameters: {} }, 'InvalidParameters'],
    ['a folder above', { Parameters: { commands: ['true'], workingDirectory: ['/a/../..'] } }, 'InvalidParameters'],
    ['an instance that is not there', { InstanceIds: ['i-00000000000000000'] }, 'InvalidInstanceId'],
    ['output to a bucket', { OutputS3BucketName: 'bucket' }, 'UnknownOperationException'],
  ])('is %s', async (_, rest, code) => {
    const cloud = await start()
    const { id } = await cloud.launch()
    expect(await failureOf(send(cloud, ['true'], { InstanceIds: [id], ...rest }))).toMatchObject({ name: code })
  })

  it('is what the role of the caller does not allow: the document, and the instance', async () => {
    const sender = testRole('sender', {
      Effect: 'Allow',
      Action: 'ssm:SendCommand',
      Resource: 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript',
    })
    const cloud = await start([sender])
    const { id } = await cloud.launch()
    const client = new SSMClient({ ...(await cloud.as(sessionOf(sender))) })
    const input = { DocumentName: 'AWS-RunShellScript', InstanceIds: [id], Parameters: { commands: ['true'] } }
    expect(await failureOf(client.send(new SendCommandCommand(input)))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `ssm:SendCommand on resource: arn:aws:ec2:us-east-1:123456789012:instance/${id}`,
      ),
    })
  })
})
