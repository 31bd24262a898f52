import {
  CreateRoleCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import type { Machine, Role } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clientOptions,
  failureOf,
  policy,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testRole,
} from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { iam } from './index.ts'

const BOUNDARY = 'arn:aws:iam::123456789012:policy/limits/boundary'
const SSM_CORE = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'

const role: Role = {
  ...testRole(
    'app',
    { Effect: 'Allow', Action: ['s3:*', 'sqs:*'], Resource: '*' },
    {
      Sid: 'NoDeletes',
      Effect: 'Deny',
      Action: 's3:Delete*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ),
  arn: 'arn:aws:iam::123456789012:role/team/app',
  trust: policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  managedPolicies: [SSM_CORE],
  permissionsBoundary: BOUNDARY,
  tags: { team: 'web' },
}
const boundary = testNode('managedPolicy', 'boundary', {
  name: 'boundary',
  arn: BOUNDARY,
  document: policy({ Effect: 'Allow', Action: ['s3:*', 'ssm:*'], Resource: '*' }),
})
const machine: Machine = {
  imageId: 'ami-1',
  instanceType: 't3.small',
  securityGroups: [],
  role: role.id,
  imdsv2Required: true,
  metadataHopLimit: 1,
  detailedMonitoring: false,
  userData: '',
}
const template = testNode('launchTemplate', 'lt', { name: 'lt', machine })
const other = testRole('other')

let cloud: TestCloud
let client: IAMClient

beforeAll(async () => {
  cloud = await startTestCloud({ nodes: [role, other, boundary, template], services: [iam] })
  client = new IAMClient(clientOptions(cloud.gateway.url))
})

afterAll(async () => {
  client.destroy()
  await cloud.stop()
})

const decoded = (document: string | undefined): unknown => JSON.parse(decodeURIComponent(document ?? ''))

describe('roles', () => {
  it('are shown with trust policy, boundary and tags', async () => {
    const { Role: shown } = await client.send(new GetRoleCommand({ RoleName: 'app' }))
    expect(shown).toMatchObject({
      Path: '/team/',
      RoleName: 'app',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: role.arn,
      MaxSessionDuration: 3600,
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: BOUNDARY },
      Tags: [{ Key: 'team', Value: 'web' }],
    })
    expect(decoded(shown?.AssumeRolePolicyDocument)).toEqual(role.trust)
  })

  it('are listed in pages, and by their path', async () => {
    const first = await client.send(new ListRolesCommand({ MaxItems: 1 }))
    expect(first).toMatchObject({ IsTruncated: true, Roles: [{ RoleName: 'app' }] })
    const second = await client.send(new ListRolesCommand({ MaxItems: 1, Marker: first.Marker }))
    expect(second).toMatchObject({ IsTruncated: false, Roles: [{ RoleName: 'other' }] })
    expect((await client.send(new ListRolesCommand({ PathPrefix: '/team/' }))).Roles).toHaveLength(1)
    expect(await failureOf(client.send(new ListRolesCommand({ Marker: 'x' })))).toMatchObject({
      name: 'ValidationError',
    })
  })

  it('have inline and attached policies', async () => {
    const inline = await client.send(new ListRolePoliciesCommand({ RoleName: 'app' }))
    expect(inline.PolicyNames).toEqual(['inline'])
    const shown = await client.send(new GetRolePolicyCommand({ RoleName: 'app', PolicyName: 'inline' }))
    expect(decoded(shown.PolicyDocument)).toEqual(role.policies[0]?.document)
    const attached = await client.send(new ListAttachedRolePoliciesCommand({ RoleName: 'app' }))
    expect(attached.AttachedPolicies).toEqual([{ PolicyName: 'AmazonSSMManagedInstanceCore', PolicyArn: SSM_CORE }])
  })

  it('that are not there are named', async () => {
    const missing = { name: 'NoSuchEntityException', status: 404 }
    expect(await failureOf(client.send(new GetRoleCommand({ RoleName: 'nobody' })))).toEqual({
      ...missing,
      message: 'The role with name nobody cannot be found.',
    })
    const inline = new GetRolePolicyCommand({ RoleName: 'app', PolicyName: 'x' })
    expect(await failureOf(client.send(inline))).toMatchObject(missing)
  })

  it('are shown to a role that its policy allows, and to no other', async () => {
    const asRole = new IAMClient(await cloud.as(sessionOf(other)))
    const failure = await failureOf(asRole.send(new GetRoleCommand({ RoleName: 'app' })))
    expect(failure).toMatchObject({ name: 'AccessDenied', status: 403 })
    expect(failure.message).toContain(`iam:GetRole on resource: ${role.arn}`)
  })
})

describe('managed policies', () => {
  it('of the template and of AWS are shown', async () => {
    const own = await client.send(new GetPolicyCommand({ PolicyArn: BOUNDARY }))
    expect(own.Policy).toMatchObject({
      PolicyName: 'boundary',
      Path: '/limits/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 1,
    })
    const version = await client.send(new GetPolicyVersionCommand({ PolicyArn: BOUNDARY, VersionId: 'v1' }))
    expect(decoded(version.PolicyVersion?.Document)).toEqual(boundary.document)
    const aws = await client.send(new GetPolicyCommand({ PolicyArn: SSM_CORE }))
    expect(aws.Policy).toMatchObject({ PolicyName: 'AmazonSSMManagedInstanceCore', AttachmentCount: 1 })
    const unknown = client.send(new GetPolicyCommand({ PolicyArn: 'arn:aws:iam::aws:policy/Nothing' }))
    expect(await failureOf(unknown)).toMatchObject({ name: 'NoSuchEntityException' })
    const later = client.send(new GetPolicyVersionCommand({ PolicyArn: BOUNDARY, VersionId: 'v2' }))
    expect(await failureOf(later)).toMatchObject({ name: 'NoSuchEntityException' })
  })
})

describe('instance profiles', () => {
  it('are there for the roles that machines have', async () => {
    const listed = await client.send(new ListInstanceProfilesCommand({}))
    expect(listed.InstanceProfiles).toMatchObject([
      {
        InstanceProfileName: 'app',
        Arn: 'arn:aws:iam::123456789012:instance-profile/team/app',
        Roles: [{ RoleName: 'app' }],
      },
    ])
    const one = await client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'app' }))
    expect(one.InstanceProfile?.InstanceProfileId).toMatch(/^AIPA/)
    const missing = client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'other' }))
    expect(await failureOf(missing)).toMatchObject({ name: 'NoSuchEntityException' })
  })
})

describe('the simulator', () => {
  it('decides for a role as calls are decided', async () => {
    const answer = await client.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: role.arn,
        ActionNames: ['s3:GetObject', 'sqs:SendMessage', 's3:DeleteObject', 'ssm:GetParameter', 'ec2:RunInstances'],
        ContextEntries: [
          { ContextKeyName: 'aws:SecureTransport', ContextKeyValues: ['false'], ContextKeyType: 'boolean' },
        ],
      }),
    )
    const decisions = answer.EvaluationResults?.map(result => [
      result.EvalActionName,
      result.EvalDecision,
      result.MatchedStatements?.[0]?.SourcePolicyId,
      result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
    ])
    expect(decisions).toEqual([
      ['s3:GetObject', 'allowed', 'inline', true],
      ['sqs:SendMessage', 'implicitDeny', undefined, false],
      ['s3:DeleteObject', 'explicitDeny', 'inline', true],
      ['ssm:GetParameter', 'allowed', 'AmazonSSMManagedInstanceCore', true],
      ['ec2:RunInstances', 'implicitDeny', undefined, false],
    ])
  })

  it('names the keys that conditions ask for and nobody gave', async () => {
    const input = { PolicySourceArn: role.arn, ActionNames: ['s3:DeleteObject'] }
    const { EvaluationResults } = await client.send(new SimulatePrincipalPolicyCommand(input))
    expect(EvaluationResults?.[0]).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: ['aws:SecureTransport'],
    })
  })

  it('tries policies that nobody has yet', async () => {
    const text = (action: string, effect: 'Allow' | 'Deny' = 'Allow') =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: effect, Action: action, Resource: 'arn:aws:s3:::b/*' },
      })
    const { EvaluationResults } = await client.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [text('s3:*'), text('s3:PutObject', 'Deny')],
        PermissionsBoundaryPolicyInputList: [text('s3:*Object')],
        ActionNames: ['s3:GetObject', 's3:PutObject', 's3:GetObjectTagging'],
        ResourceArns: ['arn:aws:s3:::b/k', 'arn:aws:s3:::c/k'],
      }),
    )
    expect(EvaluationResults?.map(result => result.EvalDecision)).toEqual([
      'allowed',
      'explicitDeny',
      'implicitDeny',
      'implicitDeny',
      'implicitDeny',
      'implicitDeny',
    ])
    const broken = client.send(new SimulateCustomPolicyCommand({ PolicyInputList: ['{'], ActionNames: ['s3:Get'] }))
    expect(await failureOf(broken)).toMatchObject({ name: 'InvalidInputException', status: 400 })
  })
})

it('shows the administrator who they are', async () => {
  const { User } = await client.send(new GetUserCommand({}))
  expect(User).toMatchObject({ UserName: 'administrator', Arn: 'arn:aws:iam::123456789012:user/administrator' })
  const other1 = client.send(new GetUserCommand({ UserName: 'ann' }))
  expect(await failureOf(other1)).toMatchObject({ name: 'NoSuchEntityException' })
})

it('refuses changes by their name and says where to make them', async () => {
  const create = new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: '{}' })
  const failure = await failureOf(client.send(create))
  expect(failure).toMatchObject({ name: 'InvalidAction', status: 400 })
  expect(failure.message).toContain('the operation CreateRole is not emulated')
  expect(failure.message).toContain('the template is the source')
})
