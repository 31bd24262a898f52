import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { days, hours, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud } from '../../../gateway/testing.ts'
import { testNode } from '../../../testing/architecture.ts'
import { kms } from '../../kms/index.ts'
import { secretsmanager } from '../index.ts'
import type { RotationRules } from '../secret.ts'
import { checkRules, endOfWindow, nextWindow } from './schedule.ts'

const START = Date.UTC(2026, 10, 22, 9, 30)
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:rotate'

interface Invocation {
  readonly Step: string
  readonly SecretId: string
  readonly ClientRequestToken: string
}

/** A cloud with a function that rotates as AWS's own templates do, through the SDK, and fails where it is told to. */
async function start(failsAt?: string, ...nodes: readonly ArchitectureNode[]) {
  const clock = new VirtualClock(START)
  const cloud = await startTestCloud({ nodes, services: [kms, secretsmanager], clock })
  const client = new SecretsManagerClient(clientOptions(cloud.gateway.url))
  const seen: Invocation[] = []
  cloud.world.deliveries.register('lambda', async ({ to, from, body }) => {
    expect([to, from]).toMatchObject([FUNCTION, { service: 'secretsmanager.amazonaws.com' }])
    const event: Invocation = JSON.parse(body)
    seen.push(event)
    const { Step, SecretId, ClientRequestToken: token } = event
    if (Step === failsAt) throw new Error('the database is away')
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }))
    if (!VersionIdsToStages[token]?.includes('AWSPENDING')) throw new Error('the version is not pending')
    if (Step === 'createSecret') {
      const put = { SecretId, ClientRequestToken: token, SecretString: `made ${seen.length}` }
      await client.send(new PutSecretValueCommand({ ...put, VersionStages: ['AWSPENDING'] }))
    }
    if (Step === 'finishSecret') {
      const [current] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? []
      const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: token, RemoveFromVersionId: current }
      await client.send(new UpdateSecretVersionStageCommand(move))
    }
  })
  const { journal } = cloud.world
  const ended = () => journal.next(({ kind }) => /^secretsmanager\.rotat(ed|ionFailed)$/.test(kind))
  const rotate = (rest: Partial<RotateSecretCommandInput> = {}) =>
    client.send(new RotateSecretCommand({ SecretId: 'key', RotationLambdaARN: FUNCTION, ...rest }))
  const create = () => client.send(new CreateSecretCommand({ Name: 'key', SecretString: 'first' }))
  const read = async (VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId: 'key', VersionStage }))).SecretString
  const describeIt = () => client.send(new DescribeSecretCommand({ SecretId: 'key' }))
  const stop = () => cloud.stop()
  return { clock, client, seen, ended, rotate, create, read, describeIt, journal, [Symbol.asyncDispose]: stop }
}

describe('a rotation', () => {
  it('has the function take the four steps, after which the new value is the current one', async () => {
    await using on = await start()
    const { ARN } = await on.create()
    const ended = on.ended()
    const { VersionId } = await on.rotate({ RotationRules: { AutomaticallyAfterDays: 30 } })
    expect((await ended).kind).toBe('secretsmanager.rotated')
    expect(on.seen.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
    for (const event of on.seen) expect(event).toMatchObject({ SecretId: ARN, ClientRequestToken: VersionId })
    expect([await on.read(), await on.read('AWSPREVIOUS')]).toEqual(['made 1', 'first'])
    expect(await on.describeIt()).toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: FUNCTION,
      RotationRules: { AutomaticallyAfterDays: 30 },
      LastRotatedDate: new Date(START),
      NextRotationDate: new Date(Date.UTC(2026, 11, 22, 23, 59, 59)),
    })
  })

  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])(
    'that fails in %s leaves the value as it is, says why, and is taken up again by the next request',
    async step => {
      await using on = await start(step)
      await on.create()
      const ended = on.ended()
      await on.rotate()
      expect(await ended).toMatchObject({
        kind: 'secretsmanager.rotationFailed',
        message: `the secret key was not rotated: its function failed in the step ${step}`,
      })
      expect(await on.read()).toBe('first')
      expect(await failureOf(on.rotate())).toMatchObject({
        name: 'InvalidRequestException',
        message: "A previous rotation isn't complete. That rotation will be reattempted.",
      })
      expect(new Set(on.seen.map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(1)
    },
  )

  it('happens by the schedule until it is turned off', async () => {
    await using on = await start()
    await on.create()
    const first = on.ended()
    await on.rotate({ RotationRules: { ScheduleExpression: 'rate(12 hours)' } })
    await first
    for (const time of [1, 2]) {
      const ended = on.ended()
      await on.clock.advance(hours(12))
      await ended
      expect(on.seen).toHaveLength(4 + 4 * time)
    }
    await on.client.send(new CancelRotateSecretCommand({ SecretId: 'key' }))
    await on.clock.advance(days(30))
    expect(on.seen).toHaveLength(12)
    expect((await on.describeIt()).RotationEnabled).toBe(false)
  })

  it('that is not wanted at once is only tested, and leaves no version behind', async () => {
    await using on = await start()
    await on.create()
    await on.rotate({ RotateImmediately: false, RotationRules: { AutomaticallyAfterDays: 1 } })
    await on.clock.advance(0)
    expect(on.seen.map(({ Step }) => Step)).toEqual(['testSecret'])
    expect(await on.read()).toBe('first')
  })

  it('of the template happens when its schedule is new', async () => {
    const secret = testNode('secret', 'key', {
      name: 'key',
      arn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf',
      description: '',
      value: { kind: 'literal', text: 'first' },
      rotation: { functionArn: FUNCTION, rules: { days: 10 }, immediately: true },
    })
    await using on = await start(undefined, secret)
    // The function registers after the start: what was asked for then found nobody.
    expect(on.journal.since(0).map(({ message }) => message)).toContainEqual(
      `a delivery to ${FUNCTION} was not delivered: lambda is not emulated`,
    )
    const ended = on.ended()
    await on.clock.advance(days(11))
    expect((await ended).kind).toBe('secretsmanager.rotated')
    expect(await on.read()).toBe('made 1')
  })

  it.each<[Partial<RotateSecretCommandInput>, string]>([
    [{ RotationLambdaARN: undefined }, 'InvalidRequestException'],
    [{ RotationRules: { ScheduleExpression: 'rate(1 hour)' } }, 'InvalidParameterException'],
    [{ RotationRules: { ScheduleExpression: 'rate(9 days)', AutomaticallyAfterDays: 9 } }, 'InvalidParameterException'],
  ])('is refused: %o', async (rest, name) => {
    await using on = await start()
    await on.create()
    expect(await failureOf(on.rotate(rest))).toMatchObject({ name })
    expect((await on.describeIt()).RotationEnabled).toBeUndefined()
  })
})

describe('a schedule', () => {
  // Source of every row: Secrets Manager User Guide, "Schedule expressions in Secrets Manager rotation".
  it.each<[RotationRules, string, string]>([
    [{ days: 30 }, '2026-12-22T00:00', '2026-12-23T00:00'],
    [{ days: 1, windowHours: 3 }, '2026-11-23T00:00', '2026-11-23T03:00'],
    [{ expression: 'rate(10 days)' }, '2026-12-02T00:00', '2026-12-03T00:00'],
    [{ expression: 'rate(4 hours)' }, '2026-11-22T13:30', '2026-11-22T14:30'],
    [{ expression: 'cron(0 8 * * ? *)' }, '2026-11-23T08:00', '2026-11-24T00:00'],
    [{ expression: 'cron(0 16 1,15 * ? *)', windowHours: 2 }, '2026-12-01T16:00', '2026-12-01T18:00'],
    [{ expression: 'cron(0 2 ? * 1 *)' }, '2026-11-29T02:00', '2026-11-30T00:00'],
    [{ expression: 'cron(0 0 L * ? *)' }, '2026-11-30T00:00', '2026-12-01T00:00'],
    [{ expression: 'cron(0 10 ? * SUN#1 *)' }, '2026-12-06T10:00', '2026-12-07T00:00'],
  ])('%o begins at %s and ends at %s', (rules, begins, ends) => {
    const next = nextWindow(rules, START)
    expect(new Date(next).toISOString()).toBe(`${begins}:00.000Z`)
    expect(new Date(endOfWindow(rules, next)).toISOString()).toBe(`${ends}:00.000Z`)
  })

  it.each<RotationRules>([
    {},
    { days: 3, windowHours: 25 },
    { expression: 'rate(3 hours)' },
    { expression: 'rate(1000 days)' },
    { expression: 'cron(5 8 * * ? *)' },
    { expression: 'cron(0 8 * * * *)' },
    { expression: 'cron(0 8 * * ? 2027)' },
    { expression: 'cron(0 25 * * ? *)' },
    { expression: 'at(2027-01-01)' },
  ])('%o is refused', rules => {
    expect(() => checkRules(rules)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }))
  })
})
