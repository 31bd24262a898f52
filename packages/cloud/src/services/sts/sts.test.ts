import { request } from 'node:http'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import type { PolicyStatement, Role } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clientOptions,
  cloudFront,
  failureOf,
  policy,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testRole,
} from '../../gateway/testing.ts'
import type { Principal } from '../../identity/principal.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from '../secretsmanager/index.ts'
import { sts } from './index.ts'

const ROOT = 'arn:aws:iam::123456789012:root'
const anything: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' }
const trusts = (name: string, ...statements: readonly PolicyStatement[]): Role => ({
  ...testRole(name, anything),
  trust: policy(...statements),
})
const mayBeAssumedBy = (AWS: string, rest: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action: 'sts:AssumeRole',
  ...rest,
})

const idle = testRole('idle', { Effect: 'Deny', Action: '*', Resource: '*' })
const app = testRole('app', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::123456789012:role/*' })
const bare = testRole('bare')
const byAccount = trusts('by-account', mayBeAssumedBy(ROOT))
const byName = trusts('by-name', mayBeAssumedBy(bare.arn))
const byService = trusts('by-service', { ...mayBeAssumedBy(''), Principal: { Service: 'ec2.amazonaws.com' } })
const withId = trusts('with-id', mayBeAssumedBy(ROOT, { Condition: { StringEquals: { 'sts:ExternalId': 'agreed' } } }))
const refuses = trusts('refuses', mayBeAssumedBy(ROOT), { ...mayBeAssumedBy(app.arn), Effect: 'Deny' })

let cloud: TestCloud

beforeAll(async () => {
  const nodes = [idle, app, bare, byAccount, byName, byService, withId, refuses]
  cloud = await startTestCloud({ nodes, services: [sts, kms, secretsmanager] })
})

afterAll(async () => {
  await cloud.stop()
})

const client = async (principal: Principal) => new STSClient(await cloud.as(principal))
const administrator = () => new STSClient(clientOptions(cloud.gateway.url))
const assume = (role: Role, rest: Partial<AssumeRoleCommandInput> = {}) =>
  new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: 'session', ...rest })

describe('GetCallerIdentity', () => {
  it('tells a role its session, even one that may do nothing', async () => {
    const identity = await (await client(sessionOf(idle))).send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:i-0123456789abcdef0$/),
      Account: '123456789012',
      Arn: 'arn:aws:sts::123456789012:assumed-role/idle/i-0123456789abcdef0',
    })
  })

  it('knows no identity of a service, and names what is not emulated', async () => {
    const socketPath = await cloud.gateway.link(cloudFront('E1'))
    const call = (action: string) =>
      new Promise<string>((resolve, reject) => {
        const headers = { host: 'sts.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded' }
        const outgoing = request({ socketPath, method: 'POST', headers, agent: false }, async answer => {
          let body = ''
          for await (const chunk of answer) body += chunk
          resolve(body)
        })
        outgoing.on('error', reject).end(`Action=${action}&Version=2011-06-15`)
      })
    expect(await call('GetCallerIdentity')).toContain('<Code>AccessDenied</Code>')
    expect(await call('GetFederationToken')).toContain('the operation GetFederationToken is not emulated')
  })
})

describe('AssumeRole', () => {
  it('gives credentials that act as the session', async () => {
    const answer = await (await client(sessionOf(app))).send(assume(byAccount))
    expect(answer.AssumedRoleUser).toEqual({
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:session$/),
      Arn: 'arn:aws:sts::123456789012:assumed-role/by-account/session',
    })
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = answer.Credentials ?? {}
    expect(AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(SecretAccessKey).toHaveLength(40)
    const left = (Expiration?.getTime() ?? 0) - cloud.world.realtime.now()
    expect(left).toBeGreaterThan(3_590_000)
    expect(left).toBeLessThanOrEqual(3_600_000)
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    const session = new STSClient({ ...clientOptions(cloud.gateway.url), credentials })
    expect((await session.send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.AssumedRoleUser?.Arn)
    expect(await session.send(new GetAccessKeyInfoCommand({ AccessKeyId }))).toMatchObject({ Account: '123456789012' })
  })

  const denial = (caller: Role, role: Role, reason: string) =>
    `User: arn:aws:sts::123456789012:assumed-role/${caller.name}/i-0123456789abcdef0 is not authorized to perform: sts:AssumeRole on resource: ${role.arn} ${reason}`

  it.each<[string, Role, Role, string | undefined]>([
    ['both sides allow it', app, byAccount, undefined],
    [
      'only the account is trusted and the caller has no permission',
      bare,
      byAccount,
      'because no identity-based policy allows the sts:AssumeRole action',
    ],
    ['the trust policy names the very role', bare, byName, undefined],
    [
      'the trust policy names another role',
      app,
      byName,
      'because no role trust policy allows the sts:AssumeRole action',
    ],
    ['only a service is trusted', app, byService, 'because no role trust policy allows the sts:AssumeRole action'],
    ['the trust policy denies it', app, refuses, 'with an explicit deny in the role trust policy'],
    ['the external id is missing', app, withId, 'because no role trust policy allows the sts:AssumeRole action'],
    [
      'there is no such role',
      app,
      testRole('missing'),
      'because no role trust policy allows the sts:AssumeRole action',
    ],
  ])('when %s', async (_, caller, role, reason) => {
    const sent = (await client(sessionOf(caller))).send(assume(role))
    if (reason === undefined) return void expect((await sent).Credentials).toBeDefined()
    expect(await failureOf(sent)).toEqual({
      name: 'AccessDenied',
      status: 403,
      message: denial(caller, role, reason),
    })
  })

  it('with the external id that was agreed', async () => {
    const answer = await (await client(sessionOf(app))).send(assume(withId, { ExternalId: 'agreed' }))
    expect(answer.Credentials).toBeDefined()
  })

  it('is the administrator’s only where the role trusts the account', async () => {
    expect((await administrator().send(assume(byAccount))).Credentials).toBeDefined()
    expect(await failureOf(administrator().send(assume(byService)))).toMatchObject({ name: 'AccessDenied' })
  })

  it('limits the session to its policy', async () => {
    const Policy = JSON.stringify(policy({ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }))
    const answer = await administrator().send(assume(byAccount, { Policy }))
    expect(answer.PackedPolicySize).toBeGreaterThan(0)
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {}
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    const secrets = new SecretsManagerClient({ ...clientOptions(cloud.gateway.url), credentials })
    const failure = await failureOf(secrets.send(new GetSecretValueCommand({ SecretId: 'x' })))
    expect(failure).toMatchObject({ name: 'AccessDeniedException' })
    expect(failure.message).toContain('because no session policy allows the secretsmanager:GetSecretValue action')
  })

  it.each<[string, Partial<AssumeRoleCommandInput>, string, string]>([
    [
      'a session shorter than 15 minutes',
      { DurationSeconds: 899 },
      'ValidationError',
      "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    ['a session longer than the role allows', { DurationSeconds: 3601 }, 'ValidationError', 'MaxSessionDuration'],
    [
      'a name with blanks',
      { RoleSessionName: 'a b' },
      'ValidationError',
      "Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ],
    ['a policy that is none', { Policy: '{}' }, 'MalformedPolicyDocumentException', 'Syntax errors'],
    [
      'a policy with a principal',
      { Policy: JSON.stringify(policy({ ...anything, Principal: '*' })) },
      'MalformedPolicyDocumentException',
      'principal',
    ],
    ['a policy that is too long', { Policy: 'x'.repeat(2049) }, 'PackedPolicyTooLargeException', '2049'],
    [
      'a managed policy nobody knows',
      { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/Nothing' }] },
      'MalformedPolicyDocumentException',
      'neither',
    ],
    ['tags', { Tags: [{ Key: 'a', Value: 'b' }] }, 'InvalidAction', 'the member Tags of AssumeRole'],
  ])('refuses %s', async (_, input, name, message) => {
    const failure = await failureOf(administrator().send(assume(byAccount, input)))
    expect(failure).toMatchObject({ name, status: 400 })
    expect(failure.message).toContain(message)
  })

  it('gives a role that takes on a role an hour at most', async () => {
    const sent = (await client(sessionOf(app))).send(assume(byAccount, { DurationSeconds: 3601 }))
    expect((await failureOf(sent)).message).toContain('1 hour session limit for roles assumed by role chaining')
  })
})

describe('GetSessionToken', () => {
  it('gives the administrator a key whose signature is verified', async () => {
    const { Credentials } = await administrator().send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    const identity = (secretAccessKey: string) =>
      new STSClient({
        ...clientOptions(cloud.gateway.url),
        credentials: { ...credentials, secretAccessKey },
      }).send(new GetCallerIdentityCommand({}))
    expect((await identity(SecretAccessKey)).Arn).toBe('arn:aws:iam::123456789012:user/administrator')
    expect(await failureOf(identity('wrong'))).toMatchObject({ name: 'SignatureDoesNotMatch', status: 403 })
  })

  it('is not for sessions of roles', async () => {
    const sent = (await client(sessionOf(byAccount))).send(new GetSessionTokenCommand({}))
    expect((await failureOf(sent)).message).toBe('Cannot call GetSessionToken with session credentials')
  })
})

it('GetAccessKeyInfo knows no key that was not issued here', async () => {
  const sent = administrator().send(new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }))
  expect(await failureOf(sent)).toMatchObject({ name: 'ValidationError' })
})
