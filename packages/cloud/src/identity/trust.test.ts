import type { PolicyStatement } from '@terrace/model'
import { expect, it } from 'vitest'
import { policy, testRole } from '../gateway/testing.ts'
import { requirePassRole } from './pass-role.ts'
import { mayAssume } from './trust.ts'

const trusting = (...statements: readonly PolicyStatement[]) => ({ ...testRole('app'), trust: policy(...statements) })
const EC2: PolicyStatement = {
  Effect: 'Allow',
  Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] },
  Action: 'sts:AssumeRole',
}

/** IAM User Guide "AWS JSON policy elements: Principal", "The confused deputy problem". */
it.each<[string, readonly PolicyStatement[], string, boolean]>([
  ['a service that is named', [EC2], 'ecs-tasks.amazonaws.com', true],
  ['a service that is not', [EC2], 'lambda.amazonaws.com', false],
  ['nobody', [], 'ec2.amazonaws.com', false],
  ['another action', [{ ...EC2, Action: 'sts:TagSession' }], 'ec2.amazonaws.com', false],
  ['a deny', [EC2, { ...EC2, Effect: 'Deny' }], 'ec2.amazonaws.com', false],
  ['the account, which is no service', [{ ...EC2, Principal: { AWS: '123456789012' } }], 'ec2.amazonaws.com', false],
  [
    'the account as the source',
    [{ ...EC2, Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }],
    'ec2.amazonaws.com',
    true,
  ],
  [
    'another account as the source',
    [{ ...EC2, Condition: { StringEquals: { 'aws:SourceAccount': '210987654321' } } }],
    'ec2.amazonaws.com',
    false,
  ],
])('a trust policy with %s', (_, statements, service, expected) => {
  expect(mayAssume(trusting(...statements), service)).toBe(expected)
})

it('a trust policy can ask for the resource that a service acts for', () => {
  const source = 'arn:aws:ecs:us-east-1:123456789012:cluster/main'
  const role = trusting({ ...EC2, Condition: { ArnLike: { 'aws:SourceArn': source } } })
  expect(mayAssume(role, 'ecs-tasks.amazonaws.com', source)).toBe(true)
  expect(mayAssume(role, 'ecs-tasks.amazonaws.com')).toBe(false)
})

it('who hands a role to a service needs iam:PassRole for it', () => {
  expect(requirePassRole(testRole('app'), 'ec2.amazonaws.com', 'arn:aws:ec2:::instance/*')).toEqual({
    action: 'iam:PassRole',
    resource: 'arn:aws:iam::123456789012:role/app',
    context: { 'iam:PassedToService': 'ec2.amazonaws.com', 'iam:AssociatedResourceArn': 'arn:aws:ec2:::instance/*' },
  })
})
