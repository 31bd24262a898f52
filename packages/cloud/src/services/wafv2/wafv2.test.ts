import {
  AssociateWebACLCommand,
  CheckCapacityCommand,
  CreateRuleGroupCommand,
  CreateWebACLCommand,
  DeleteLoggingConfigurationCommand,
  DeleteWebACLCommand,
  DescribeManagedRuleGroupCommand,
  DisassociateWebACLCommand,
  GetLoggingConfigurationCommand,
  GetRateBasedStatementManagedKeysCommand,
  GetSampledRequestsCommand,
  GetWebACLCommand,
  GetWebACLForResourceCommand,
  ListAvailableManagedRuleGroupsCommand,
  ListLoggingConfigurationsCommand,
  ListResourcesForWebACLCommand,
  ListTagsForResourceCommand,
  ListWebACLsCommand,
  PutLoggingConfigurationCommand,
  type Rule,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateWebACLCommand,
} from '@aws-sdk/client-wafv2'
import { minutes } from '@terrace/kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileFirewall } from '../../dataplane/firewall/firewall.ts'
import { recordOf } from '../../dataplane/firewall/record.ts'
import { failureOf } from '../../gateway/testing.ts'
import { BALANCER, facts, startFirewalls, type TestFirewalls } from './testing.ts'

let on: TestFirewalls
beforeEach(async () => {
  on = await startFirewalls()
})
afterEach(async () => {
  await on[Symbol.asyncDispose]()
})

const visible = (MetricName: string) => ({ SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName })
const NONE = [{ Priority: 0, Type: 'NONE' as const }]
const byPath = (Name: string, text: string, Priority = 0): Rule => ({
  Name,
  Priority,
  Action: { Block: {} },
  VisibilityConfig: visible(Name),
  Statement: {
    ByteMatchStatement: {
      FieldToMatch: { UriPath: {} },
      SearchString: Buffer.from(text),
      PositionalConstraint: 'STARTS_WITH',
      TextTransformations: NONE,
    },
  },
})
const REGIONAL = { Scope: 'REGIONAL' } as const

async function makeAcl(Rules: Rule[] = [byPath('admin', '/admin')]) {
  const { Summary } = await on.client.send(
    new CreateWebACLCommand({
      Name: 'main',
      ...REGIONAL,
      DefaultAction: { Allow: {} },
      VisibilityConfig: visible('main'),
      Rules,
    }),
  )
  if (!Summary?.ARN || !Summary.Id || !Summary.LockToken) throw new Error('no web ACL was made')
  return { arn: Summary.ARN, Id: Summary.Id, Name: 'main', LockToken: Summary.LockToken }
}

describe('a web ACL', () => {
  it('is made, read, changed with its lock token, listed and deleted', async () => {
    const { Id, Name, LockToken } = await makeAcl()
    const got = await on.client.send(new GetWebACLCommand({ Id, Name, ...REGIONAL }))
    expect(got.WebACL).toMatchObject({ Capacity: 2, LabelNamespace: 'awswaf:123456789012:webacl:main:' })
    expect(Buffer.from(got.WebACL?.Rules?.[0]?.Statement?.ByteMatchStatement?.SearchString ?? []).toString()).toBe(
      '/admin',
    )
    const change = (token: string) =>
      on.client.send(
        new UpdateWebACLCommand({
          Id,
          Name,
          ...REGIONAL,
          LockToken: token,
          DefaultAction: { Block: {} },
          VisibilityConfig: visible('main'),
        }),
      )
    const { NextLockToken = '' } = await change(LockToken)
    expect(await failureOf(change(LockToken))).toMatchObject({ name: 'WAFOptimisticLockException', status: 400 })
    expect((await on.client.send(new ListWebACLsCommand(REGIONAL))).WebACLs).toMatchObject([
      { Name, LockToken: NextLockToken },
    ])
    await on.client.send(new DeleteWebACLCommand({ Id, Name, ...REGIONAL, LockToken: NextLockToken }))
    expect(await failureOf(on.client.send(new GetWebACLCommand({ Id, Name, ...REGIONAL })))).toMatchObject({
      name: 'WAFNonexistentItemException',
    })
  })

  it('is refused a second time under its name, with two rules of one priority, with more than there is capacity', async () => {
    await makeAcl()
    expect(await failureOf(makeAcl())).toMatchObject({ name: 'WAFDuplicateItemException' })
    const check = (...Rules: Rule[]) => on.client.send(new CheckCapacityCommand({ ...REGIONAL, Rules }))
    expect(await failureOf(check(byPath('a', '/'), byPath('b', '/')))).toMatchObject({
      name: 'WAFInvalidParameterException',
    })
    expect((await check(byPath('a', '/'), byPath('b', '/', 1))).Capacity).toBe(4)
    const geo = { ...byPath('geo', '/'), Statement: { GeoMatchStatement: { CountryCodes: ['AT' as const] } } }
    expect((await failureOf(check(geo))).message).toContain('GeoMatchStatement')
    const regex: Rule = {
      ...byPath('regex', '/'),
      Statement: {
        RegexMatchStatement: { FieldToMatch: { UriPath: {} }, TextTransformations: NONE, RegexString: '(?=a)' },
      },
    }
    expect(await failureOf(check(regex))).toMatchObject({ name: 'WAFInvalidParameterException' })
    const nested: Rule = {
      ...byPath('nested', '/'),
      Statement: { NotStatement: { Statement: { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP' } } } },
    }
    expect(await failureOf(check(nested))).toMatchObject({
      name: 'WAFInvalidParameterException',
      message: expect.stringContaining('must not be nested in another statement'),
    })
  })

  it('may take more than 1500 WCU, which costs, and not more than 5000', async () => {
    const group = (Capacity: number, Name: string) =>
      on.client.send(new CreateRuleGroupCommand({ Name, Capacity, ...REGIONAL, VisibilityConfig: visible(Name) }))
    const using = (ARN: string | undefined): Rule => ({
      Name: 'group',
      Priority: 1,
      OverrideAction: { None: {} },
      VisibilityConfig: visible('group'),
      Statement: { RuleGroupReferenceStatement: { ARN } },
    })
    const { arn, Id, Name, LockToken } = await makeAcl([using((await group(1600, 'large')).Summary?.ARN)])
    expect((await on.client.send(new GetWebACLCommand({ Id, Name, ...REGIONAL }))).WebACL).toMatchObject({
      ARN: arn,
      Capacity: 1600,
    })
    const whole = using((await group(5000, 'whole')).Summary?.ARN)
    const update = (Rules: Rule[]) =>
      on.client.send(
        new UpdateWebACLCommand({
          Id,
          Name,
          ...REGIONAL,
          LockToken,
          DefaultAction: { Allow: {} },
          VisibilityConfig: visible('main'),
          Rules,
        }),
      )
    expect(await failureOf(update([whole, byPath('more', '/')]))).toMatchObject({ name: 'WAFLimitsExceededException' })
    await update([whole])
  })

  it('stands before a balancer until it is taken away, and can not be deleted meanwhile', async () => {
    const { arn, Id, Name, LockToken } = await makeAcl()
    await on.client.send(new AssociateWebACLCommand({ WebACLArn: arn, ResourceArn: BALANCER.arn }))
    expect(on.sent).toMatchObject([
      { type: 'firewall', config: { arn, rules: [{ Name: 'admin' }] } },
      { type: 'guard', resource: BALANCER.id, acl: arn },
    ])
    const resource = { ResourceArn: BALANCER.arn }
    expect((await on.client.send(new GetWebACLForResourceCommand(resource))).WebACL).toMatchObject({ ARN: arn })
    const list = new ListResourcesForWebACLCommand({ WebACLArn: arn })
    expect((await on.client.send(list)).ResourceArns).toEqual([BALANCER.arn])
    const drop = () => on.client.send(new DeleteWebACLCommand({ Id, Name, ...REGIONAL, LockToken }))
    expect(await failureOf(drop())).toMatchObject({ name: 'WAFAssociatedItemException' })
    await on.client.send(new DisassociateWebACLCommand(resource))
    expect(on.sent.at(-1)).toEqual({ type: 'guard', resource: BALANCER.id, acl: null })
    await drop()
  })
})

it('what a web ACL does is in metrics, samples, limited keys, the journal and the log', async () => {
  const { client, clock } = on
  const { arn, Id, Name } = await makeAcl()
  await client.send(new AssociateWebACLCommand({ WebACLArn: arn, ResourceArn: BALANCER.arn }))
  const LoggingConfiguration = {
    ResourceArn: arn,
    LogDestinationConfigs: ['arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-main:*'],
    RedactedFields: [{ SingleHeader: { Name: 'authorization' } }],
    LoggingFilter: {
      DefaultBehavior: 'DROP' as const,
      Filters: [
        {
          Behavior: 'KEEP' as const,
          Requirement: 'MEETS_ANY' as const,
          Conditions: [{ ActionCondition: { Action: 'BLOCK' as const } }],
        },
      ],
    },
  }
  await client.send(new PutLoggingConfigurationCommand({ LoggingConfiguration }))
  expect(await client.send(new GetLoggingConfigurationCommand({ ResourceArn: arn }))).toMatchObject({
    LoggingConfiguration,
  })
  expect((await client.send(new ListLoggingConfigurationsCommand(REGIONAL))).LoggingConfigurations).toHaveLength(1)

  const told = on.sent.findLast(message => message.type === 'firewall')
  if (told?.type !== 'firewall') throw new Error('the data plane was told of no web ACL')
  expect(told.config.logged).toBe(true)
  const firewall = compileFirewall(told.config, clock.now())
  const recordFor = (path: string) => {
    const request = facts({ path, headers: ['Host', 'app.example.com', 'Authorization', 'secret'] })
    const source = { name: 'ALB' as const, id: 'lb' }
    return recordOf(arn, source, `Root=${path}`, request, firewall.decide(request, clock.now()), clock.now())
  }
  on.say({
    acl: arn,
    requests: 2,
    matched: { admin: 1, Default_Action: 1 },
    records: [recordFor('/admin'), recordFor('/')],
    counts: [{ of: 'rule', rule: 'admin', action: 'BLOCK', count: 1 }],
    limited: { admin: { '203.0.113.9': 42 } },
  })
  const sampled = await client.send(
    new GetSampledRequestsCommand({
      WebAclArn: arn,
      RuleMetricName: 'admin',
      ...REGIONAL,
      MaxItems: 10,
      TimeWindow: { StartTime: new Date(clock.now() - minutes(5)), EndTime: new Date(clock.now()) },
    }),
  )
  expect(sampled).toMatchObject({
    PopulationSize: 1,
    SampledRequests: [{ Action: 'BLOCK', Request: { URI: '/admin' } }],
  })
  const keys = new GetRateBasedStatementManagedKeysCommand({
    ...REGIONAL,
    WebACLName: Name,
    WebACLId: Id,
    RuleName: 'admin',
  })
  expect((await client.send(keys)).ManagedKeysIPV4?.Addresses).toEqual(['203.0.113.9/32'])
  expect(on.cloud.world.metrics.list()).toMatchObject([
    {
      namespace: 'AWS/WAFV2',
      name: 'BlockedRequests',
      dimensions: { Region: 'us-east-1', WebACL: 'main', Rule: 'admin' },
    },
  ])
  await client.send(new DeleteLoggingConfigurationCommand({ ResourceArn: arn }))
  expect(on.logged).toMatchObject([{ group: 'aws-waf-logs-main', stream: 'us-east-1_main_0' }])
  expect(JSON.parse(on.logged[0]?.message ?? '')).toMatchObject({
    httpRequest: { requestId: 'Root=/admin', headers: [{}, { name: 'Authorization', value: 'REDACTED' }] },
  })
})

it('tells of the groups of AWS, and keeps tags', async () => {
  const { client } = on
  const { ManagedRuleGroups = [] } = await client.send(new ListAvailableManagedRuleGroupsCommand(REGIONAL))
  expect(ManagedRuleGroups).toHaveLength(5)
  const core = { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet', ...REGIONAL }
  const described = await client.send(new DescribeManagedRuleGroupCommand(core))
  expect(described).toMatchObject({ Capacity: 700, LabelNamespace: 'awswaf:managed:aws:core-rule-set:' })
  const { arn: ResourceARN } = await makeAcl()
  await client.send(
    new TagResourceCommand({
      ResourceARN,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  )
  await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }))
  const { TagInfoForResource } = await client.send(new ListTagsForResourceCommand({ ResourceARN }))
  expect(TagInfoForResource?.TagList).toEqual([{ Key: 'b', Value: '2' }])
})
