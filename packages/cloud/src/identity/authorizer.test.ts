import { VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { policy, sessionOf, testRole } from '../gateway/testing.ts'
import { Journal } from '../journal.ts'
import { testArchitecture } from '../testing/architecture.ts'
import { createAuthorizer } from './authorizer.ts'

const role = {
  ...testRole('app', { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' }),
  managedPolicies: [
    'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy',
    'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy',
    'arn:aws:iam::aws:policy/UnknownPolicy',
  ],
}

function start() {
  const clock = new VirtualClock()
  const journal = new Journal(clock)
  return { journal, authorizer: createAuthorizer({ architecture: testArchitecture([role]), journal, clock }) }
}

const caller = { principal: sessionOf(role) }

describe('the authorizer', () => {
  it.each([
    ['ssm:GetParameter', 'allowed'],
    ['cloudwatch:PutMetricData', 'allowed'],
    ['ecr:BatchGetImage', 'allowed'],
    ['ecr:PutImage', 'implicitDeny'],
  ])('L-12: by the inline and managed policies of the role %s is %s', (action, kind) => {
    expect(start().authorizer.decide(caller, { action, resource: '*' }).kind).toBe(kind)
  })

  it('says once that it does not know a managed policy', () => {
    const { authorizer, journal } = start()
    for (let i = 0; i < 3; i++) authorizer.decide(caller, { action: 'a:b', resource: '*' })
    const said = journal.since(0).filter(({ kind }) => kind === 'identity.unknownManagedPolicy')
    expect(said.map(({ message }) => message)).toEqual([
      'managed policy arn:aws:iam::aws:policy/UnknownPolicy is not known here: it allows nothing',
    ])
  })

  it('writes a refusal to the journal with the statement that decided', () => {
    const { authorizer, journal } = start()
    const document = policy({ Sid: 'Tls', Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' })
    const resourcePolicy = { name: 'the policy of bucket b', document }
    const access = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', resourcePolicy }
    expect(() => authorizer.require(caller, access)).toThrow('with an explicit deny in a resource-based policy')
    expect(journal.since(0).at(-1)).toMatchObject({
      kind: 'identity.denied',
      node: 'app',
      message: expect.stringContaining('statement Tls of the policy of bucket b denies it'),
      details: {
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::b/k',
        statement: { source: 'resource', statement: 'Tls' },
      },
    })
  })

  it('gives conditions the time of the world and the region', () => {
    const { authorizer } = start()
    const access = (Condition: object) => ({
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
      resourcePolicy: {
        name: 'p',
        document: policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition: { ...Condition } }),
      },
    })
    const anonymous = { principal: { kind: 'anonymous' } as const }
    const before = access({ DateLessThan: { 'aws:CurrentTime': '2026-02-01T00:00:00Z' } })
    expect(authorizer.decide(anonymous, before).kind).toBe('allowed')
    const after = access({ DateGreaterThan: { 'aws:CurrentTime': '2026-02-01T00:00:00Z' } })
    expect(authorizer.decide(anonymous, after).kind).toBe('implicitDeny')
    const region = access({ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })
    expect(authorizer.decide(anonymous, region).kind).toBe('allowed')
  })
})
