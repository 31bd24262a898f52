import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const iam = () => client(IAMClient)
const sts = () => client(STSClient)
const assume = (RoleArn: string, rest = {}) =>
  sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'conformance', ...rest }))

describe('who somebody is', () => {
  it('is told to everybody, with account and ARN', async () => {
    const me = await sts().send(new GetCallerIdentityCommand({}))
    expect(me.Account).toBe(output('Account'))
    expect(me.Arn).toMatch(/^arn:aws[a-z-]*:(iam|sts)::\d{12}:\S+$/)
    const limited = await (await operator(STSClient)).send(new GetCallerIdentityCommand({}))
    expect(limited.Arn).toMatch(arn('sts', `assumed-role/${output('Operator')}/conformance`))
    expect(limited.UserId).toMatch(/^AROA[A-Z0-9]{17}:conformance$/)
  })

  it('is a session with credentials for an hour, when a role is assumed', async () => {
    const { AssumedRoleUser, Credentials } = await assume(output('OperatorArn'))
    expect(AssumedRoleUser?.Arn).toMatch(arn('sts', `assumed-role/${output('Operator')}/conformance`))
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/)
    expect(Credentials?.SecretAccessKey).toMatch(/^[A-Za-z0-9/+]{40}$/)
    const minutes = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(58)
    expect(minutes).toBeLessThan(61)
  })
})

describe('a role that may not be assumed', () => {
  it.each<[name: string, status: number, code: string, call: () => Promise<unknown>]>([
    ['because it trusts somebody else', 403, 'AccessDenied', () => assume(output('MachineOnlyArn'))],
    ['because it is not there', 403, 'AccessDenied', () => assume(`${output('OperatorArn')}x`)],
    ['for a minute', 400, 'ValidationError', () => assume(output('OperatorArn'), { DurationSeconds: 60 })],
    [
      'for longer than it allows',
      400,
      'ValidationError',
      () => assume(output('OperatorArn'), { DurationSeconds: 7200 }),
    ],
    [
      'under a name with a space',
      400,
      'ValidationError',
      () => assume(output('OperatorArn'), { RoleSessionName: 'a b' }),
    ],
  ])('%s', async (_, status, code, call) => {
    expect(await failureOf(call())).toMatchObject({ status, code })
  })

  it('by somebody who may not', async () => {
    const limited = await operator(STSClient)
    const call = limited.send(new AssumeRoleCommand({ RoleArn: output('MachineOnlyArn'), RoleSessionName: 'again' }))
    expect(await failureOf(call)).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: expect.stringMatching(
        /^User: arn:\S+:assumed-role\/\S+\/conformance is not authorized to perform: sts:AssumeRole on resource: arn:\S+/,
      ),
    })
  })
})

describe('credentials that were tampered with', () => {
  const issued = async () => {
    const { Credentials } = await assume(output('OperatorArn'))
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
  }
  it('sign wrongly with another secret', async () => {
    const stranger = client(STSClient, { ...(await issued()), secretAccessKey: 'x'.repeat(40) })
    expect(await failureOf(stranger.send(new GetCallerIdentityCommand({})))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
      message: expect.stringMatching(
        /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\./,
      ),
    })
  })

  it('are unknown without their token', async () => {
    const { accessKeyId, secretAccessKey } = await issued()
    const stranger = client(STSClient, { accessKeyId, secretAccessKey })
    expect(await failureOf(stranger.send(new GetCallerIdentityCommand({})))).toMatchObject({
      code: 'InvalidClientTokenId',
      status: 403,
      message: 'The security token included in the request is invalid.',
    })
  })
})

describe('what IAM tells about a stack', () => {
  it('has roles with their trust, percent-encoded as ever', async () => {
    const { Role } = await iam().send(new GetRoleCommand({ RoleName: output('Operator') }))
    expect(Role).toMatchObject({
      RoleName: output('Operator'),
      Arn: output('OperatorArn'),
      Path: '/',
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
      CreateDate: expect.any(Date),
      MaxSessionDuration: 3600,
    })
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toMatchObject({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }],
    })
  })

  it('has their inline and their managed policies', async () => {
    const RoleName = output('Operator')
    const { PolicyNames, IsTruncated } = await iam().send(new ListRolePoliciesCommand({ RoleName }))
    expect([PolicyNames, IsTruncated]).toEqual([['read-a-little'], false])
    const { PolicyDocument } = await iam().send(new GetRolePolicyCommand({ RoleName, PolicyName: 'read-a-little' }))
    expect(JSON.parse(decodeURIComponent(PolicyDocument ?? '')).Statement).toHaveLength(4)
    const attached = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName: output('InstanceRole') }))
    expect(attached.AttachedPolicies).toEqual([
      {
        PolicyName: 'AmazonSSMManagedInstanceCore',
        PolicyArn: expect.stringMatching(/^arn:aws[a-z-]*:iam::aws:policy\/AmazonSSMManagedInstanceCore$/),
      },
    ])
  })

  it('gives roles in pages', async () => {
    const first = await iam().send(new ListRolesCommand({ MaxItems: 1 }))
    expect([first.Roles?.length, first.IsTruncated]).toEqual([1, true])
    const second = await iam().send(new ListRolesCommand({ MaxItems: 1, Marker: first.Marker }))
    expect(second.Roles?.[0]?.RoleName).not.toBe(first.Roles?.[0]?.RoleName)
  })

  it('foretells what a role may do', async () => {
    const parameter = `arn:aws:ssm:${output('Region')}:${output('Account')}:parameter/${output('Stack')}`
    const decide = async (action: string, resource: string) => {
      const { EvaluationResults } = await iam().send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: output('OperatorArn'),
          ActionNames: [action],
          ResourceArns: [resource],
        }),
      )
      return EvaluationResults?.[0]?.EvalDecision
    }
    expect(await decide('ssm:GetParameter', `${parameter}/greeting`)).toBe('allowed')
    expect(await decide('ssm:GetParameter', `${parameter}/deep/below`)).toBe('explicitDeny')
    expect(await decide('s3:PutObject', `arn:aws:s3:::${output('Bucket')}/open/x`)).toBe('implicitDeny')
  })

  it('says which role or policy is missing', async () => {
    expect(await failureOf(iam().send(new GetRoleCommand({ RoleName: 'terrace-nobody' })))).toMatchObject({
      code: 'NoSuchEntityException',
      status: 404,
      message: 'The role with name terrace-nobody cannot be found.',
    })
    const policy = iam().send(new GetRolePolicyCommand({ RoleName: output('Operator'), PolicyName: 'nothing' }))
    expect(await failureOf(policy)).toMatchObject({ code: 'NoSuchEntityException', status: 404 })
  })

  it('refuses what the role of the caller does not allow', async () => {
    const limited = await operator(IAMClient)
    expect(await failureOf(limited.send(new ListRolesCommand({})))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: expect.stringMatching(
        /is not authorized to perform: iam:ListRoles on resource: arn:aws[a-z-]*:iam::\d{12}:role\/ because no identity-based policy allows the iam:ListRoles action$/,
      ),
    })
  })
})

describe('an operator asks who may what', () => {
  operatorTypes(target, [
    {
      does: 'asks who it is',
      types: 'aws sts get-caller-identity --query Account --output text',
      prints: /^\d{12}\n$/,
    },
    {
      does: 'reads a policy, decoded',
      types: `aws iam get-role-policy --role-name $Operator --policy-name read-a-little --query 'PolicyDocument.Statement[0].Sid' --output text`,
      prints: 'Look\n',
    },
    {
      does: 'acts as a role with its temporary credentials',
      types: `set -- $(aws sts assume-role --role-arn $OperatorArn --role-session-name by-hand --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) &&
        AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3 aws sts get-caller-identity --query Arn --output text`,
      prints: /:assumed-role\/\S+\/by-hand\n$/,
    },
    {
      does: 'says what is missing',
      types: 'aws iam get-role --role-name terrace-nobody',
      fails: true,
      prints:
        /An error occurred \(NoSuchEntity\) when calling the GetRole operation: The role with name terrace-nobody cannot be found\./,
    },
  ])
})
