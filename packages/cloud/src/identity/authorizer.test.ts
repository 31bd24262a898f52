import { VirtualClock } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { policy, sessionOf, testRole } from '../gateway/testing.ts'
import { Journal } from '../journal.ts'
import { testArchitecture, testNode } from '../testing/architecture.ts'
import { createAuthorizer } from './authorizer.ts'
import { Calls } from './calls.ts'

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
  const calls = new Calls()
  return {
    journal,
    calls,
    authorizer: createAuthorizer({ architecture: testArchitecture([role]), journal, clock, calls }),
  }
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

  it('counts managed policies of the template, and the boundary of a role', () => {
    const documentOf = (Action: string) => policy({ Effect: 'Allow', Action, Resource: '*' })
    const own = 'arn:aws:iam::123456789012:policy/own'
    const limit = 'arn:aws:iam::123456789012:policy/limit'
    const limited = { ...testRole('limited'), managedPolicies: [own], permissionsBoundary: limit }
    const lost = {
      ...testRole('lost', { Effect: 'Allow', Action: '*', Resource: '*' }),
      permissionsBoundary: 'arn:x/y',
    }
    const nodes = [
      limited,
      lost,
      testNode('managedPolicy', 'own', { name: 'own', arn: own, document: documentOf('s*') }),
      testNode('managedPolicy', 'limit', { name: 'limit', arn: limit, document: documentOf('s3:*') }),
    ]
    const clock = new VirtualClock()
    const journal = new Journal(clock)
    const authorizer = createAuthorizer({ architecture: testArchitecture(nodes), journal, clock, calls: new Calls() })
    const may = (as: typeof limited | typeof lost, action: string) =>
      authorizer.require({ principal: sessionOf(as) }, { action, resource: '*' })
    expect(() => may(limited, 's3:GetObject')).not.toThrow()
    expect(() => may(limited, 'sqs:SendMessage')).toThrow(
      'because no permissions boundary allows the sqs:SendMessage action',
    )
    expect(journal.since(0).at(-1)).toMatchObject({
      kind: 'identity.denied',
      message: expect.stringContaining('no permissions boundary allows it'),
      details: { decision: 'implicitDeny', missing: 'boundary' },
    })
    expect(() => may(lost, 's3:GetObject')).toThrow('no permissions boundary')
  })

  it('counts session policies, and names the statement of an endpoint that denied', () => {
    const { authorizer, journal } = start()
    const sessionPolicies = [policy({ Effect: 'Allow', Action: 'ssm:*', Resource: '*' })]
    const session = { principal: { ...sessionOf(role), sessionPolicies } }
    expect(authorizer.decide(session, { action: 'ssm:GetParameter', resource: '*' }).kind).toBe('allowed')
    expect(authorizer.decide(session, { action: 'cloudwatch:PutMetricData', resource: '*' })).toMatchObject({
      missing: 'session',
    })
    const everything = { Principal: '*', Action: '*', Resource: '*' } as const
    const document = policy(
      { Effect: 'Allow', ...everything },
      { Effect: 'Deny', ...everything, Sid: 'NotThisWay', Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } },
    )
    const through = { ...caller, endpoint: { id: 'vpce-1', policy: document } }
    expect(() => authorizer.require(through, { action: 'ssm:GetParameter', resource: '*' })).toThrow(
      'with an explicit deny in a VPC endpoint policy',
    )
    expect(journal.since(0).at(-1)?.message).toContain('statement NotThisWay of the policy of vpce-1 denies it')
  })

  it('notes what roles call, refused or not, and nobody else’s calls', () => {
    const { authorizer, calls } = start()
    const access = { action: 'ssm:GetParameter', resource: 'arn:aws:ssm:us-east-1:123456789012:parameter/a' }
    authorizer.require(caller, access)
    authorizer.decide(caller, access)
    expect(() => authorizer.require(caller, { action: 'ssm:PutParameter', resource: '*' })).toThrow()
    authorizer.decide({ principal: { kind: 'anonymous' } }, access)
    expect(calls.seen()).toMatchObject([
      {
        role: 'app',
        action: 'ssm:GetParameter',
        count: 2,
        resources: [access.resource],
        decision: { kind: 'allowed' },
      },
      { role: 'app', action: 'ssm:PutParameter', count: 1, decision: { kind: 'implicitDeny', missing: 'identity' } },
    ])
  })

  it('decides tens of thousands of calls a second', () => {
    const { authorizer } = start()
    const access = { action: 'cloudwatch:PutMetricData', resource: '*' }
    for (let i = 0; i < 2_000; i++) authorizer.decide(caller, access)
    // Of this thread's own time: the machine may have other things to do.
    const before = process.threadCpuUsage()
    for (let i = 0; i < 5_000; i++) authorizer.decide(caller, access)
    const { user, system } = process.threadCpuUsage(before)
    expect(5_000 / ((user + system) / 1_000_000)).toBeGreaterThan(25_000)
  })
})
