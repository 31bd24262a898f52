import type { Distribution, PolicyDocument } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { RequestContext } from '../../identity/context.ts'
import { evaluate } from '../../identity/evaluate.ts'
import type { Principal } from '../../identity/principal.ts'
import { linksToBuckets } from './links.ts'
import { testDistribution } from './testing.ts'

type Target = Distribution['origins'][number]['target']

/** As whom a distribution with that origin comes to its bucket. */
async function callerFor(target: Target): Promise<Principal> {
  const callers: Principal[] = []
  const gateway = {
    link: async (principal: Principal) => {
      callers.push(principal)
      return '/link'
    },
  } as unknown as Gateway
  const origins = testDistribution().origins.map(origin => ({ ...origin, target }))
  expect(await linksToBuckets(testDistribution({ origins }), gateway)).toEqual({ site: '/link' })
  const [caller] = callers
  if (!caller) throw new Error('no link was made')
  return caller
}

const decide = (principal: Principal, named: NonNullable<PolicyDocument['Statement'][number]['Principal']>) =>
  evaluate({
    principal,
    account: '123456789012',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::site/main.html',
    identityPolicies: [],
    resourcePolicy: {
      name: 'the policy of bucket site',
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: named, Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::site/*'] }],
      },
    },
    context: new RequestContext({}),
  }).kind

const identity = (id: string) => `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`

describe('an origin access identity', () => {
  const target: Target = { kind: 's3', accessControl: 'oai', accessId: 'E1', accessUser: 'ab12' }

  it('is let in by a bucket policy that names it, in either way', async () => {
    const caller = await callerFor(target)
    expect(decide(caller, { AWS: [identity('E1')] })).toBe('allowed')
    expect(decide(caller, { CanonicalUser: ['ab12'] })).toBe('allowed')
  })

  it('is not let in by one that names another one, the service or the account', async () => {
    const caller = await callerFor(target)
    const others = [
      { AWS: [identity('E2')] },
      { CanonicalUser: ['cd34'] },
      { Service: ['cloudfront.amazonaws.com'] },
      { AWS: ['arn:aws:iam::123456789012:root'] },
    ]
    expect(others.map(named => decide(caller, named))).not.toContain('allowed')
  })
})

describe('an origin access control', () => {
  it('comes as the service, for its distribution', async () => {
    expect(await callerFor({ kind: 's3', accessControl: 'oac' })).toEqual({
      kind: 'service',
      service: 'cloudfront.amazonaws.com',
      sourceArn: testDistribution().arn,
    })
    expect(await callerFor({ kind: 's3', accessControl: 'none' })).toEqual({ kind: 'anonymous' })
  })
})
