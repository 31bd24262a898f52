import { randomUUID } from 'node:crypto'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { arn, UUID } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const secrets = () => client(SecretsManagerClient)
const secret = () => ({ SecretId: output('Secret') })

describe('what Secrets Manager tells about a stack', () => {
  it('has the generated secret, by the rules of the template', async () => {
    const answer = await secrets().send(new GetSecretValueCommand(secret()))
    expect(answer).toMatchObject({
      ARN: output('Secret'),
      VersionId: expect.stringMatching(UUID),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date),
    })
    expect(answer.ARN).toMatch(arn('secretsmanager', `secret:${answer.Name}-[A-Za-z0-9]{6}`))
    const value = JSON.parse(answer.SecretString ?? '')
    expect(value).toEqual({ username: 'conformance', password: expect.stringMatching(/^[A-Za-z0-9]{24}$/) })
  })

  it('finds it by name and by the ARN without its last part', async () => {
    const { Name } = await secrets().send(new DescribeSecretCommand(secret()))
    for (const SecretId of [Name, output('Secret').slice(0, -7)]) {
      expect((await secrets().send(new GetSecretValueCommand({ SecretId }))).ARN).toBe(output('Secret'))
    }
  })

  it('describes it without telling it', async () => {
    const described = await secrets().send(new DescribeSecretCommand(secret()))
    expect(described).toMatchObject({ ARN: output('Secret'), Description: 'Generated for the conformance tests' })
    expect(Object.values(described.VersionIdsToStages ?? {}).flat()).toContain('AWSCURRENT')
    expect(described).not.toHaveProperty('SecretString')
    const { SecretList } = await secrets().send(new ListSecretsCommand({ MaxResults: 1 }))
    expect(SecretList).toHaveLength(1)
    expect(SecretList?.[0]?.SecretVersionsToStages).toBeDefined()
  })
})

describe('what Secrets Manager does with changes', () => {
  it('keeps a version under its stage; putting the same again is no change, another value under its id is refused', async () => {
    const ClientRequestToken = randomUUID()
    const change = { ...secret(), ClientRequestToken, VersionStages: ['CONFORMANCE'] }
    const put = (SecretString: string) => secrets().send(new PutSecretValueCommand({ ...change, SecretString }))
    expect(await put('one')).toMatchObject({ VersionId: ClientRequestToken, VersionStages: ['CONFORMANCE'] })
    expect((await put('one')).VersionId).toBe(ClientRequestToken)
    expect(await failureOf(put('two'))).toMatchObject({ code: 'ResourceExistsException', status: 400 })
    const staged = await secrets().send(new GetSecretValueCommand({ ...secret(), VersionStage: 'CONFORMANCE' }))
    expect(staged).toMatchObject({ SecretString: 'one', VersionId: ClientRequestToken })
    const current = await secrets().send(new GetSecretValueCommand(secret()))
    expect(current.VersionId).not.toBe(ClientRequestToken)
    const { Versions } = await secrets().send(new ListSecretVersionIdsCommand(secret()))
    expect(Versions).toContainEqual(
      expect.objectContaining({ VersionId: ClientRequestToken, VersionStages: ['CONFORMANCE'] }),
    )
  })
})

describe('what Secrets Manager refuses', () => {
  it.each<[name: string, code: string, message: RegExp, call: () => Promise<unknown>]>([
    [
      'a secret that is not there',
      'ResourceNotFoundException',
      /^Secrets Manager can't find the specified secret\.$/,
      () => secrets().send(new GetSecretValueCommand({ SecretId: 'terrace-nobody' })),
    ],
    [
      'a stage that is not there',
      'ResourceNotFoundException',
      /^Secrets Manager can't find the specified secret value for staging label: NOBODY$/,
      () => secrets().send(new GetSecretValueCommand({ ...secret(), VersionStage: 'NOBODY' })),
    ],
    [
      'a version that is not there',
      'ResourceNotFoundException',
      /^Secrets Manager can't find the specified secret value for VersionId: \S+$/,
      () => secrets().send(new GetSecretValueCommand({ ...secret(), VersionId: randomUUID() })),
    ],
  ])('%s', async (_, code, message, call) => {
    expect(await failureOf(call())).toMatchObject({ code, status: 400, message: expect.stringMatching(message) })
  })

  it('what the role of the caller does not allow, and does not say whether it is there', async () => {
    const limited = await operator(SecretsManagerClient)
    for (const SecretId of [output('Secret'), 'terrace-nobody']) {
      expect(await failureOf(limited.send(new GetSecretValueCommand({ SecretId })))).toMatchObject({
        code: 'AccessDeniedException',
        status: 400,
        message: expect.stringMatching(
          /^User: arn:\S+ is not authorized to perform: secretsmanager:GetSecretValue on resource: \S+ because no identity-based policy allows the secretsmanager:GetSecretValue action$/,
        ),
      })
    }
  })
})

describe('an operator reads a secret', () => {
  operatorTypes(target, [
    {
      does: 'reads the user name out of a secret',
      types: `aws secretsmanager get-secret-value --secret-id $Secret --query SecretString --output text | grep -o '"username":"[a-z]*"'`,
      prints: '"username":"conformance"\n',
    },
    {
      does: 'lists the stages',
      types: `aws secretsmanager list-secret-version-ids --secret-id $Secret --query "Versions[?contains(VersionStages,'AWSCURRENT')] | length(@)"`,
      prints: '1\n',
    },
    {
      does: 'says what is missing',
      types: 'aws secretsmanager get-secret-value --secret-id terrace-nobody',
      fails: true,
      prints:
        /An error occurred \(ResourceNotFoundException\) when calling the GetSecretValue operation: Secrets Manager can't find/,
    },
  ])
})
