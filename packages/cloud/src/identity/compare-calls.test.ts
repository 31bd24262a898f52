import { VirtualClock } from '@terrace/kit'
import type { PolicyStatement, Role } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { policy, sessionOf, testRole } from '../gateway/testing.ts'
import { Journal } from '../journal.ts'
import { testArchitecture } from '../testing/architecture.ts'
import { createAuthorizer } from './authorizer.ts'
import { Calls } from './calls.ts'
import { permissionsOf } from './permissions.ts'

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:orders'
const PARAMETER = 'arn:aws:ssm:us-east-1:123456789012:parameter'

type Call = readonly [action: string, resource: string]

/** What the comparison says of a role after it has called that. */
function compared(role: Role, ...called: readonly Call[]) {
  const clock = new VirtualClock()
  const calls = new Calls()
  const architecture = testArchitecture([role])
  const authorizer = createAuthorizer({ architecture, journal: new Journal(clock), clock, calls })
  for (const [action, resource] of called) authorizer.decide({ principal: sessionOf(role) }, { action, resource })
  const [permissions] = permissionsOf(architecture, calls)
  if (!permissions) throw new Error('no role')
  return permissions
}

const app = (...statements: PolicyStatement[]) => testRole('app', ...statements)

const allow = (Action: string | string[], Resource: string | string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
})

describe('permissions compared with calls', () => {
  it('tell what was granted and never called, action by action', () => {
    const role = app(allow(['sqs:SendMessage', 'sqs:PurgeQueue'], QUEUE))
    const { granted, denied, calls } = compared(role, ['sqs:SendMessage', QUEUE], ['sqs:SendMessage', QUEUE])
    expect(calls).toBe(2)
    expect(denied).toEqual([])
    expect(granted.map(({ action, called }) => [action, called])).toEqual([
      ['sqs:SendMessage', [{ action: 'sqs:SendMessage', count: 2 }]],
      ['sqs:PurgeQueue', []],
    ])
  })

  it('tell what was called and not granted, and why', () => {
    const role = app(allow('sqs:*', QUEUE), {
      ...allow('sqs:PurgeQueue', '*'),
      Sid: 'NeverEmptied',
      Effect: 'Deny',
    })
    const calls = [
      ['sqs:SendMessage', `${QUEUE}-2`],
      ['sqs:PurgeQueue', QUEUE],
    ] as const
    expect(compared(role, ...calls)).toMatchObject({
      granted: [{ action: 'sqs:*', called: [] }],
      denied: [
        { action: 'sqs:SendMessage', resource: `${QUEUE}-2`, count: 1, reason: 'no policy allows it' },
        { action: 'sqs:PurgeQueue', count: 1, reason: expect.stringContaining('statement NeverEmptied of') },
      ],
    })
  })

  it('count for a wildcard what it matched, whatever the case of letters', () => {
    const calls = [
      ['ssm:GetParameter', `${PARAMETER}/a`],
      ['ssm:GetParameters', `${PARAMETER}/a`],
      ['ssm:PutParameter', `${PARAMETER}/a`],
    ] as const
    const { granted } = compared(app(allow('ssm:get*', `${PARAMETER}/a`)), ...calls)
    expect(granted[0]?.called).toEqual([
      { action: 'ssm:GetParameter', count: 1 },
      { action: 'ssm:GetParameters', count: 1 },
    ])
  })

  it('count a call for every statement that would have allowed it', () => {
    const role = app(allow('sqs:SendMessage', QUEUE), allow('sqs:*', '*'))
    const { granted } = compared(role, ['sqs:SendMessage', QUEUE])
    expect(granted.map(({ called }) => called.length)).toEqual([1, 1])
  })

  it('do not count a call on another resource', () => {
    const role = app(allow('sqs:SendMessage', QUEUE), allow('sqs:SendMessage', `${QUEUE}-2`))
    const { granted } = compared(role, ['sqs:SendMessage', QUEUE])
    expect(granted.map(({ called }) => called.length)).toEqual([1, 0])
  })

  it.each([
    ['*', [`${PARAMETER}/a`], `${PARAMETER}/a`],
    ['*', [`${PARAMETER}/a/1`, `${PARAMETER}/a/2`], `${PARAMETER}/a/*`],
    [`${PARAMETER}/*`, [`${PARAMETER}/a`], `${PARAMETER}/a`],
    [`${PARAMETER}/*`, [`${PARAMETER}/a`, `${PARAMETER}/b`], undefined],
    [`${PARAMETER}/a`, [`${PARAMETER}/a`], undefined],
    // The action knows no resources.
    ['*', ['*'], undefined],
  ])('call %s wide where calls touched %j: %s', (resource, called, touched) => {
    const role = app(allow('ssm:GetParameter', resource))
    const { granted } = compared(role, ...called.map(each => ['ssm:GetParameter', each] as const))
    expect(granted[0]?.wide).toEqual(touched === undefined ? [] : [{ resource, touched }])
  })

  it('expand managed policies, keep conditions, and take a variable for anything', () => {
    const condition = { StringEquals: { 'aws:PrincipalTag/team': 'quiz' } }
    const own = { ...allow('sqs:SendMessage', QUEUE), Condition: condition }
    const role = {
      ...app(own, allow('s3:GetObject', 'arn:aws:s3:::b/${aws:username}/*')),
      managedPolicies: ['arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy'],
    }
    const { granted } = compared(role, ['cloudwatch:PutMetricData', '*'])
    expect(granted[0]).toMatchObject({ condition, called: [] })
    expect(granted.filter(({ called }) => called.length > 0)).toMatchObject([
      { policy: 'CloudWatchAgentServerPolicy', statement: 'CWACloudWatchServerPermissions', wide: [] },
    ])
  })

  it('hold NotAction and NotResource as what they leave', () => {
    const role = {
      ...testRole('app'),
      policies: [
        {
          name: 'inline',
          document: policy({ Effect: 'Allow', NotAction: 'iam:*', NotResource: `${QUEUE}-2` }),
        },
      ],
    }
    expect(compared(role, ['sqs:SendMessage', QUEUE]).granted).toEqual([
      {
        policy: 'inline',
        statement: '#1',
        action: 'all but iam:*',
        resources: [`all but ${QUEUE}-2`],
        called: [{ action: 'sqs:SendMessage', count: 1 }],
        wide: [],
      },
    ])
  })
})
