import {
  AssociateWebACLCommand,
  CreateRuleGroupCommand,
  CreateWebACLCommand,
  GetSampledRequestsCommand,
  type Rule,
} from '@aws-sdk/client-wafv2'
import { hours, minutes, seconds } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileFirewall } from '../../dataplane/firewall/firewall.ts'
import { recordOf } from '../../dataplane/firewall/record.ts'
import { visibility } from '../../dataplane/firewall/testing.ts'
import { BALANCER, facts, startFirewalls, type TestFirewalls } from './testing.ts'

let on: TestFirewalls
beforeEach(async () => {
  on = await startFirewalls()
})
afterEach(async () => {
  await on[Symbol.asyncDispose]()
})

const path = (Name: string, text: string, Priority: number, changes: Partial<Rule> = {}): Rule => ({
  Name,
  Priority,
  Action: { Block: {} },
  VisibilityConfig: visibility(Name),
  Statement: {
    RegexMatchStatement: {
      FieldToMatch: { UriPath: {} },
      TextTransformations: [{ Priority: 0, Type: 'NONE' }],
      RegexString: text,
    },
  },
  ...changes,
})

/** A web ACL before the balancer; requests for paths go to the firewall that the data plane was told to run. */
async function guarded(Rules: Rule[]) {
  const { Summary } = await on.client.send(
    new CreateWebACLCommand({
      Name: 'main',
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      VisibilityConfig: visibility('main'),
      Rules,
    }),
  )
  const arn = Summary?.ARN ?? ''
  await on.client.send(new AssociateWebACLCommand({ WebACLArn: arn, ResourceArn: BALANCER.arn }))
  const told = on.sent.findLast(message => message.type === 'firewall')
  if (told?.type !== 'firewall') throw new Error('the data plane was told of no web ACL')
  const { config } = told
  const firewall = compileFirewall(config, on.clock.now())
  /** So many requests for a path; the report shows the first of them. */
  const ask = (requests: number, target: string, headers = facts().headers) => {
    const request = facts({ path: target, headers })
    const now = on.clock.now()
    const decision = firewall.decide(request, now)
    const names = [decision.terminatingRule, ...decision.counted.map(({ ruleId }) => ruleId)]
    on.say({
      acl: arn,
      requests,
      matched: Object.fromEntries(names.map(name => [name, requests])),
      counts: decision.counts.map(count => ({ ...count, count: requests })),
      records: [recordOf(arn, { name: 'ALB', id: 'lb' }, 'Root=1', request, decision, now)],
    })
  }
  const sampled = async (RuleMetricName: string, MaxItems = 500, since = minutes(5)) =>
    on.client.send(
      new GetSampledRequestsCommand({
        WebAclArn: arn,
        RuleMetricName,
        Scope: 'REGIONAL',
        MaxItems,
        TimeWindow: { StartTime: new Date(on.clock.now() - since), EndTime: new Date(on.clock.now()) },
      }),
    )
  return { ask, sampled, arn }
}

describe('a sample', () => {
  it('tells of how many requests of its rule it is, and of none that are not to be seen', async () => {
    const hidden = { ...visibility('hidden'), SampledRequestsEnabled: false }
    const { ask, sampled } = await guarded([
      path('admin', '^/admin', 0),
      path('hidden', '^/hidden', 1, { VisibilityConfig: hidden }),
    ])
    ask(40, '/admin')
    ask(7, '/hidden')
    ask(300, '/')
    expect(await sampled('admin')).toMatchObject({
      PopulationSize: 40,
      SampledRequests: [{ Action: 'BLOCK', Request: { URI: '/admin' } }],
    })
    expect(await sampled('main')).toMatchObject({ PopulationSize: 300, SampledRequests: [{ Action: 'ALLOW' }] })
    expect(await sampled('ALL')).toMatchObject({ PopulationSize: 347 })
    expect((await sampled('ALL', 2)).SampledRequests).toHaveLength(2)
    expect(await sampled('hidden')).toMatchObject({ PopulationSize: 0, SampledRequests: [] })
  })

  it('is of 5000 requests at most, and says since when these came', async () => {
    const { ask, sampled } = await guarded([path('admin', '^/admin', 0)])
    ask(100, '/admin')
    await on.clock.advance(seconds(10))
    const flood = on.clock.now()
    ask(6000, '/admin')
    await on.clock.advance(seconds(10))
    const { PopulationSize, TimeWindow, SampledRequests } = await sampled('admin')
    expect([PopulationSize, TimeWindow?.StartTime?.getTime()]).toEqual([5000, flood])
    expect(SampledRequests).toHaveLength(1)
  })

  it('is kept for three hours', async () => {
    const { ask, sampled } = await guarded([path('admin', '^/admin', 0)])
    ask(1, '/admin')
    await on.clock.advance(hours(3))
    const { PopulationSize, TimeWindow } = await sampled('admin', 500, hours(4))
    expect([PopulationSize, TimeWindow?.StartTime?.getTime()]).toEqual([1, on.clock.now() - hours(3)])
    await on.clock.advance(seconds(1))
    expect(await sampled('admin', 500, hours(4))).toMatchObject({ PopulationSize: 0, SampledRequests: [] })
  })
})

it('metrics tell of rules, of groups, of the rules of AWS and of labels', async () => {
  const { Summary } = await on.client.send(
    new CreateRuleGroupCommand({
      Name: 'own',
      Scope: 'REGIONAL',
      Capacity: 50,
      VisibilityConfig: visibility('own'),
      Rules: [path('seen', '^/a', 0, { Action: { Count: {} }, RuleLabels: [{ Name: 'kind:a' }] })],
    }),
  )
  const group = (Name: string, Priority: number, Statement: Rule['Statement']): Rule => ({
    Name,
    Priority,
    OverrideAction: { None: {} },
    VisibilityConfig: visibility(Name),
    Statement,
  })
  const { ask } = await guarded([
    group('ours', 0, { RuleGroupReferenceStatement: { ARN: Summary?.ARN ?? '' } }),
    group('core', 1, { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } }),
  ])
  ask(3, '/a', [])
  ask(2, '/b')
  const has = on.cloud.world.metrics.list().map(({ name, dimensions: { Region, ...rest } }) => [name, Region, rest])
  const inRegion = (name: string, dimensions: object) => [name, 'us-east-1', dimensions]
  const core = { LabelNamespace: 'awswaf:managed:aws:core-rule-set', LabelName: 'NoUserAgent_Header' }
  const kind = { LabelNamespace: 'awswaf:123456789012:rulegroup:own:kind', LabelName: 'a' }
  const rule = { ManagedRuleGroup: 'AWSManagedRulesCommonRuleSet', ManagedRuleGroupRule: 'NoUserAgent_HEADER' }
  expect(has).toHaveLength(11)
  expect(has).toEqual(
    expect.arrayContaining([
      inRegion('CountedRequests', { RuleGroup: 'own', Rule: 'seen' }),
      inRegion('CountedRequests', { RuleGroup: 'own', Rule: 'ALL' }),
      inRegion('CountedRequests', { RuleGroup: 'own', ...kind }),
      inRegion('PassedRequests', { RuleGroup: 'own', Rule: 'ALL' }),
      inRegion('BlockedRequests', { WebACL: 'main', ...rule }),
      inRegion('BlockedRequests', { WebACL: 'main', Rule: 'core' }),
      inRegion('BlockedRequests', { WebACL: 'main', Rule: 'ALL' }),
      inRegion('BlockedRequests', { WebACL: 'main', ...core }),
      inRegion('BlockedRequests', { WebACL: 'main', ...kind }),
      inRegion('AllowedRequests', { WebACL: 'main', Rule: 'Default_Action' }),
      inRegion('AllowedRequests', { WebACL: 'main', Rule: 'ALL' }),
    ]),
  )
})
