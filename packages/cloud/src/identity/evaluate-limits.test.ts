import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { RequestContext } from './context.ts'
import { evaluate, type PolicyQuestion } from './evaluate.ts'
import type { RolePrincipal } from './principal.ts'

const ROLE: RolePrincipal = {
  kind: 'role',
  role: 'test/Role',
  arn: 'arn:aws:iam::123456789012:role/app',
  sessionArn: 'arn:aws:sts::123456789012:assumed-role/app/i-1',
}

const documentOf = (...Statement: readonly PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement })
const named = (name: string, ...statements: readonly PolicyStatement[]) => ({
  name,
  document: documentOf(...statements),
})
const allow = (rest: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  ...rest,
})
const deny = (rest: Partial<PolicyStatement> = {}): PolicyStatement => ({ ...allow(rest), Effect: 'Deny' })
const toSession = { Principal: { AWS: ROLE.sessionArn } }
const toRole = { Principal: { AWS: ROLE.arn } }
const toAccount = { Principal: { AWS: 'arn:aws:iam::123456789012:root' } }

const other = allow({ Action: 'sqs:*' })

function ask(rest: Partial<PolicyQuestion>) {
  return evaluate({
    principal: ROLE,
    account: '123456789012',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    context: new RequestContext(),
    identityPolicies: [],
    ...rest,
  })
}

/** IAM User Guide "Policy evaluation logic", "Permissions boundaries", "Session policies"; reference section 9.2. */
describe('what limits an allow', () => {
  const identityPolicies = [named('inline', allow())]
  it.each<[string, Partial<PolicyQuestion>, string]>([
    ['a boundary that allows it', { identityPolicies, boundary: named('limit', allow()) }, 'allowed by identity'],
    ['a boundary that does not', { identityPolicies, boundary: named('limit', other) }, 'missing boundary'],
    ['a boundary alone', { boundary: named('limit', allow()) }, 'missing identity'],
    ['a boundary that denies', { identityPolicies, boundary: named('limit', deny()) }, 'denied by boundary'],
    [
      'a session policy that allows it',
      { identityPolicies, sessionPolicies: [named('s', allow())] },
      'allowed by identity',
    ],
    ['a session policy that does not', { identityPolicies, sessionPolicies: [named('s', other)] }, 'missing session'],
    ['a session policy alone', { sessionPolicies: [named('s', allow())] }, 'missing identity'],
    ['a session policy that denies', { identityPolicies, sessionPolicies: [named('s', deny())] }, 'denied by session'],
    [
      'an endpoint policy for everybody',
      { identityPolicies, endpointPolicy: named('vpce', allow({ Principal: '*' })) },
      'allowed by identity',
    ],
    [
      'an endpoint policy for the account',
      { identityPolicies, endpointPolicy: named('vpce', allow(toAccount)) },
      'allowed by identity',
    ],
    [
      'an endpoint policy for another action',
      { identityPolicies, endpointPolicy: named('vpce', { ...other, Principal: '*' }) },
      'missing endpoint',
    ],
    [
      'an endpoint policy for somebody else',
      {
        identityPolicies,
        endpointPolicy: named('vpce', allow({ Principal: { AWS: 'arn:aws:iam::123456789012:role/x' } })),
      },
      'missing endpoint',
    ],
    [
      'an endpoint policy that denies',
      { identityPolicies, endpointPolicy: named('vpce', allow({ Principal: '*' }), deny({ Principal: '*' })) },
      'denied by endpoint',
    ],
    [
      'the resource for the role: the boundary counts',
      { resourcePolicy: named('bucket', allow(toRole)), boundary: named('limit', other) },
      'missing boundary',
    ],
    [
      'the resource for the role: the session policy counts',
      { resourcePolicy: named('bucket', allow(toRole)), sessionPolicies: [named('s', other)] },
      'missing session',
    ],
    [
      'the resource for the session: only a deny counts',
      {
        resourcePolicy: named('bucket', allow(toSession)),
        boundary: named('limit', other),
        sessionPolicies: [named('s', other)],
      },
      'allowed by resource',
    ],
    [
      'the resource for the session, against a boundary that denies',
      { resourcePolicy: named('bucket', allow(toSession)), boundary: named('limit', deny()) },
      'denied by boundary',
    ],
    [
      'the resource for the session, through an endpoint that does not allow it',
      {
        resourcePolicy: named('bucket', allow(toSession)),
        endpointPolicy: named('vpce', { ...other, Principal: '*' }),
      },
      'missing endpoint',
    ],
    [
      'the resource for the account hands it on',
      { identityPolicies, resourcePolicy: named('bucket', allow(toAccount)) },
      'allowed by identity',
    ],
    [
      'a key or role whose policy says nothing',
      { identityPolicies, resourcePolicy: named('key'), resourceMustAllow: true },
      'missing resource',
    ],
    [
      'a key or role that trusts the account, and a caller without permission',
      { resourcePolicy: named('key', allow(toAccount)), resourceMustAllow: true },
      'missing identity',
    ],
    [
      'a key or role that trusts the account, and a caller with permission',
      { identityPolicies, resourcePolicy: named('key', allow(toAccount)), resourceMustAllow: true },
      'allowed by identity',
    ],
    [
      'a key or role that trusts the very role',
      { resourcePolicy: named('key', allow(toRole)), resourceMustAllow: true },
      'allowed by resource',
    ],
    [
      'the strongest way in which a resource means the caller',
      {
        resourcePolicy: named('bucket', allow(toAccount), allow(toSession), allow(toRole)),
        boundary: named('limit', other),
      },
      'allowed by resource',
    ],
  ])('%s', (_, question, expected) => {
    const decision = ask(question)
    const outcome =
      decision.kind === 'implicitDeny'
        ? `missing ${decision.missing}`
        : `${decision.kind === 'allowed' ? 'allowed' : 'denied'} by ${decision.by === 'administrator' ? decision.by : decision.by.source}`
    expect(outcome).toBe(expected)
  })

  it('the administrator needs no allow, but that of an endpoint and of a key or role', () => {
    const principal = { kind: 'administrator', arn: 'arn:aws:iam::123456789012:user/administrator' } as const
    expect(ask({ principal }).kind).toBe('allowed')
    expect(ask({ principal, resourceMustAllow: true })).toMatchObject({ missing: 'resource' })
    expect(ask({ principal, endpointPolicy: named('vpce', { ...other, Principal: '*' }) })).toMatchObject({
      missing: 'endpoint',
    })
  })
})

describe('variables', () => {
  it('are plain text in policies of the old version, in resources and in conditions', () => {
    const context = new RequestContext({ 'aws:username': 'ann' })
    const statement = allow({ Resource: 'arn:aws:s3:::${aws:username}' })
    const condition = allow({ Condition: { StringEquals: { 'aws:username': '${aws:username}' } } })
    for (const [each, resource] of [
      [statement, 'arn:aws:s3:::ann'],
      [condition, '*'],
    ] as const) {
      const old = { name: 'old', document: { Version: '2008-10-17', Statement: [each] } }
      expect(ask({ identityPolicies: [named('new', each)], resource, context }).kind).toBe('allowed')
      expect(ask({ identityPolicies: [old], resource, context }).kind).toBe('implicitDeny')
    }
  })
})
