import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { type ContextValues, RequestContext } from './context.ts'
import { evaluate, type PolicyQuestion } from './evaluate.ts'
import type { Principal } from './principal.ts'

const ROLE: Principal = {
  kind: 'role',
  role: 'test/Role',
  arn: 'arn:aws:iam::123456789012:role/app',
  sessionArn: 'arn:aws:sts::123456789012:assumed-role/app/i-1',
}
const ADMINISTRATOR: Principal = { kind: 'administrator', arn: 'arn:aws:iam::123456789012:user/administrator' }
const ANONYMOUS: Principal = { kind: 'anonymous' }
const CLOUDFRONT: Principal = {
  kind: 'service',
  service: 'cloudfront.amazonaws.com',
  sourceArn: 'arn:aws:cloudfront::123456789012:distribution/E1',
}

const documentOf = (...Statement: readonly PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement })
const allow = (rest: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  ...rest,
})
const deny = (rest: Partial<PolicyStatement> = {}): PolicyStatement => ({ ...allow(rest), Effect: 'Deny' })

interface Asked {
  readonly as?: Principal
  readonly identity?: readonly PolicyStatement[]
  readonly resource?: readonly PolicyStatement[]
  readonly action?: string
  readonly on?: string
  readonly context?: ContextValues
}

function ask({
  as = ROLE,
  identity = [],
  resource,
  action = 's3:GetObject',
  on = 'arn:aws:s3:::b/k',
  context = {},
}: Asked) {
  const question: PolicyQuestion = {
    principal: as,
    account: '123456789012',
    action,
    resource: on,
    context: new RequestContext(context),
    identityPolicies: [{ name: 'inline', document: documentOf(...identity) }],
    resourcePolicy: resource && { name: 'the bucket policy', document: documentOf(...resource) },
  }
  return evaluate(question)
}

describe('policy evaluation', () => {
  it.each<[string, Asked, string]>([
    ['nothing allows', {}, 'implicitDeny'],
    ['the identity allows', { identity: [allow()] }, 'allowed'],
    [
      'the resource alone allows',
      { resource: [allow({ Principal: { AWS: ROLE.kind === 'role' ? ROLE.arn : '' } })] },
      'allowed',
    ],
    [
      'the resource allows the session',
      { resource: [allow({ Principal: { AWS: 'arn:aws:sts::123456789012:assumed-role/app/i-1' } })] },
      'allowed',
    ],
    [
      'the resource allows another role',
      { resource: [allow({ Principal: { AWS: 'arn:aws:iam::123456789012:role/other' } })] },
      'implicitDeny',
    ],
    [
      'the resource hands the decision to the account',
      { resource: [allow({ Principal: { AWS: '123456789012' } })] },
      'implicitDeny',
    ],
    [
      'the resource denies the whole account',
      { identity: [allow()], resource: [deny({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })] },
      'explicitDeny',
    ],
    [
      'both allow and the identity denies',
      { identity: [allow(), deny()], resource: [allow({ Principal: '*' })] },
      'explicitDeny',
    ],
    [
      'the identity allows and the resource denies',
      { identity: [allow()], resource: [deny({ Principal: '*' })] },
      'explicitDeny',
    ],
    [
      'a role name holds a wildcard, which means nobody',
      { resource: [allow({ Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } })] },
      'implicitDeny',
    ],
    ['a resource policy without a principal', { resource: [allow()] }, 'implicitDeny'],
    ['the administrator, without any policy', { as: ADMINISTRATOR }, 'allowed'],
    [
      'the administrator against a deny of the resource',
      { as: ADMINISTRATOR, resource: [deny({ Principal: '*' })] },
      'explicitDeny',
    ],
    [
      'an anonymous caller',
      { as: ANONYMOUS, resource: [allow({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })] },
      'implicitDeny',
    ],
    [
      'an anonymous caller on what is public',
      { as: ANONYMOUS, resource: [allow({ Principal: { AWS: ['*'] } })] },
      'allowed',
    ],
    [
      'a service by its name',
      { as: CLOUDFRONT, resource: [allow({ Principal: { Service: 'cloudfront.amazonaws.com' } })] },
      'allowed',
    ],
    [
      'another service',
      { as: CLOUDFRONT, resource: [allow({ Principal: { Service: 'lambda.amazonaws.com' } })] },
      'implicitDeny',
    ],
    [
      'everybody but this role is denied',
      { identity: [allow()], resource: [deny({ NotPrincipal: { AWS: 'arn:aws:iam::123456789012:role/app' } })] },
      'allowed',
    ],
    [
      'everybody but another role is denied',
      { identity: [allow()], resource: [deny({ NotPrincipal: { AWS: 'arn:aws:iam::123456789012:role/x' } })] },
      'explicitDeny',
    ],
  ])('%s', (_, asked, expected) => {
    expect(ask(asked).kind).toBe(expected)
  })

  it.each<[Partial<PolicyStatement>, string, string, boolean]>([
    [{ Action: 's3:GetObject' }, 's3:GetObject', 'arn:aws:s3:::b/k', true],
    [{ Action: ['s3:Put*', 'S3:gETobject'] }, 's3:GetObject', 'arn:aws:s3:::b/k', true],
    [{ Action: 's3:Get?bject' }, 's3:GetObject', 'arn:aws:s3:::b/k', true],
    [{ Action: 's3:Get' }, 's3:GetObject', 'arn:aws:s3:::b/k', false],
    [{ Action: 's3.GetObject' }, 's3:GetObject', 'arn:aws:s3:::b/k', false],
    [{ Action: [], NotAction: 's3:Delete*' }, 's3:GetObject', 'arn:aws:s3:::b/k', true],
    [{ NotAction: ['s3:Get*'] }, 's3:GetObject', 'arn:aws:s3:::b/k', false],
    [{ Resource: 'arn:aws:s3:::b/*' }, 's3:GetObject', 'arn:aws:s3:::b/deep/k', true],
    [{ Resource: 'arn:aws:s3:::b/*' }, 's3:ListBucket', 'arn:aws:s3:::b', false],
    [{ Resource: 'arn:aws:s3:::B/*' }, 's3:GetObject', 'arn:aws:s3:::b/k', false],
    [{ Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::b/?'] }, 's3:GetObject', 'arn:aws:s3:::b/k', true],
    [{ NotResource: 'arn:aws:s3:::b/*' }, 's3:GetObject', 'arn:aws:s3:::b/k', false],
    [{ NotResource: 'arn:aws:s3:::c/*' }, 's3:GetObject', 'arn:aws:s3:::b/k', true],
    [{ Resource: 'arn:aws:s3:::b/new\nline*' }, 's3:GetObject', 'arn:aws:s3:::b/new\nline\n', true],
  ])('a statement %j for %s on %s', (statement, action, on, applies) => {
    expect(ask({ identity: [allow(statement)], action, on }).kind === 'allowed').toBe(applies)
  })

  it('names the statement that decided, by its Sid or its position', () => {
    const denied = ask({ identity: [allow(), deny({ Sid: 'NoDeletes', Action: 's3:Get*' })] })
    expect(denied).toMatchObject({
      kind: 'explicitDeny',
      by: { source: 'identity', policy: 'inline', statement: 'NoDeletes' },
    })
    expect(ask({ identity: [deny({ Action: 'x' }), allow()] })).toMatchObject({ by: { statement: '#2' } })
  })

  it('takes one statement that is not a list', () => {
    const question = { principal: ROLE, account: '1', action: 'a:b', resource: '*', context: new RequestContext() }
    const document = { Version: '2012-10-17', Statement: allow() } as unknown as PolicyDocument
    expect(evaluate({ ...question, identityPolicies: [{ name: 'p', document }] }).kind).toBe('allowed')
  })

  it('puts variables in, whose values are never wildcards', () => {
    const identity = [allow({ Resource: 'arn:aws:s3:::b/${aws:username}/*' })]
    const on = (key: string) => `arn:aws:s3:::b/${key}`
    expect(ask({ identity, on: on('ann/x'), context: { 'aws:username': 'ann' } }).kind).toBe('allowed')
    expect(ask({ identity, on: on('bob/x'), context: { 'aws:username': '*' } }).kind).toBe('implicitDeny')
    expect(ask({ identity, on: on('*/x'), context: { 'aws:username': '*' } }).kind).toBe('allowed')
    expect(ask({ identity, on: on('/x') }).kind).toBe('implicitDeny')
    const literal = [allow({ Resource: 'arn:aws:s3:::b/${*}' })]
    expect(ask({ identity: literal, on: on('x') }).kind).toBe('implicitDeny')
    expect(ask({ identity: literal, on: on('*') }).kind).toBe('allowed')
    const fallback = [allow({ Resource: "arn:aws:s3:::b/${aws:username, 'guest'}" })]
    expect(ask({ identity: fallback, on: on('guest') }).kind).toBe('allowed')
  })

  it('a condition operator that nobody knows denies, and is said', () => {
    const Condition = { StringEquils: { 'aws:username': 'ann' } }
    const allowed = ask({ identity: [allow({ Condition })], context: { 'aws:username': 'ann' } })
    expect(allowed).toMatchObject({ kind: 'implicitDeny', notes: [expect.stringContaining('StringEquils')] })
    const denied = ask({ identity: [allow(), deny({ Condition })] })
    expect(denied).toMatchObject({ kind: 'explicitDeny', notes: [expect.stringContaining('its deny applies')] })
    expect(ask({ identity: [allow({ Condition: { constructor: { a: 'b' } } })] }).kind).toBe('implicitDeny')
  })
})

describe('conditions', () => {
  const context = {
    'aws:username': 'Ann',
    'aws:SourceIp': '10.1.2.3',
    'aws:SourceArn': 'arn:aws:cloudfront::123456789012:distribution/E1',
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': '2026-11-22T10:00:00Z',
    'aws:TagKeys': ['team', 'stage'],
    's3:max-keys': '10',
    's3:prefix': '',
  }

  it.each<[string, string, string | boolean | number | readonly string[], boolean]>([
    ['StringEquals', 'aws:username', 'Ann', true],
    ['StringEquals', 'AWS:UserName', ['Bob', 'Ann'], true],
    ['StringEquals', 'aws:username', 'ann', false],
    ['StringEquals', 'aws:username', 'A*', false],
    ['StringEquals', 's3:prefix', ['', 'home/'], true],
    ['StringEquals', 'aws:absent', 'x', false],
    ['StringEqualsIfExists', 'aws:absent', 'x', true],
    ['StringEqualsIfExists', 'aws:username', 'x', false],
    ['StringNotEquals', 'aws:username', ['Bob', 'Ann'], false],
    ['StringNotEquals', 'aws:username', ['Bob', 'Eve'], true],
    ['StringNotEquals', 'aws:absent', 'x', true],
    ['StringEqualsIgnoreCase', 'aws:username', 'aNN', true],
    ['StringNotEqualsIgnoreCase', 'aws:username', 'aNN', false],
    ['StringLike', 'aws:username', 'A?n', true],
    ['StringLike', 'aws:username', ['x*', 'A*'], true],
    ['StringNotLike', 'aws:username', 'A*', false],
    ['NumericEquals', 's3:max-keys', '10.0', true],
    ['NumericLessThanEquals', 's3:max-keys', 10, true],
    ['NumericLessThan', 's3:max-keys', '10', false],
    ['NumericGreaterThan', 's3:max-keys', '9', true],
    ['NumericGreaterThanEquals', 's3:max-keys', '11', false],
    ['NumericNotEquals', 's3:max-keys', '10', false],
    ['NumericEquals', 'aws:username', '10', false],
    ['DateLessThan', 'aws:CurrentTime', '2026-11-22T10:00:01Z', true],
    ['DateGreaterThan', 'aws:CurrentTime', '1700000000', true],
    ['DateEquals', 'aws:CurrentTime', '2026-11-22T11:00:00+01:00', true],
    ['DateNotEquals', 'aws:CurrentTime', '2026-11-22T10:00:00Z', false],
    ['Bool', 'aws:SecureTransport', true, true],
    ['Bool', 'aws:SecureTransport', 'false', false],
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'true', true],
    ['Bool', 'aws:MultiFactorAuthPresent', 'false', false],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', true],
    ['IpAddress', 'aws:SourceIp', ['192.0.2.1', '10.1.2.3'], true],
    ['IpAddress', 'aws:SourceIp', '2001:db8::/32', false],
    ['NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', false],
    ['NotIpAddress', 'aws:SourceIp', '192.0.2.0/24', true],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:cloudfront::123456789012:distribution/*', true],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:*:*:123456789012:*', true],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:*', false],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:s3:::*', true],
    ['ArnNotEquals', 'aws:SourceArn', 'arn:aws:cloudfront::123456789012:distribution/E1', false],
    ['Null', 'aws:absent', 'true', true],
    ['Null', 'aws:absent', false, false],
    ['Null', 'aws:username', 'false', true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['stage', 'x'], true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', 'x', false],
    ['ForAnyValue:StringEquals', 'aws:absent', 'x', false],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['stage', 'team', 'x'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'team', false],
    ['ForAllValues:StringEquals', 'aws:absent', 'x', true],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'team', true],
  ])('%s of %s with %j is %s', (operator, key, wanted, met) => {
    const decision = ask({ identity: [allow({ Condition: { [operator]: { [key]: wanted } } })], context })
    expect(decision).toMatchObject({ kind: met ? 'allowed' : 'implicitDeny', notes: [] })
  })

  it('all operators and all keys must hold', () => {
    const Condition = { StringEquals: { 'aws:username': 'Ann' }, Bool: { 'aws:SecureTransport': 'false' } }
    expect(ask({ identity: [allow({ Condition })], context }).kind).toBe('implicitDeny')
    const two = { StringEquals: { 'aws:username': 'Ann', 's3:max-keys': '11' } }
    expect(ask({ identity: [allow({ Condition: two })], context }).kind).toBe('implicitDeny')
  })
})
