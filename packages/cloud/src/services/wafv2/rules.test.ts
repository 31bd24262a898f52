import type { FirewallRule, FirewallStatement } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { managed, onField, onPath, rule } from '../../dataplane/firewall/testing.ts'
import { capacityOf } from './capacity.ts'
import { checkRules } from './check-rules.ts'

const bytes = (PositionalConstraint: 'EXACTLY' | 'CONTAINS', field = onField({ UriPath: {} })): FirewallStatement => ({
  ByteMatchStatement: { ...field, SearchString: 'YQ==', PositionalConstraint },
})
const rate = (changes: object = {}): FirewallStatement => ({
  RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ...changes },
})
const JSON_BODY = { JsonBody: { MatchPattern: { All: {} }, MatchScope: 'ALL' } } as const
const SET = 'arn:set'
const forwarded = (Position: 'FIRST' | 'ANY'): FirewallStatement => ({
  IPSetReferenceStatement: {
    ARN: SET,
    IPSetForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'MATCH', Position },
  },
})

describe('the capacity of a rule', () => {
  // Source: WAF Developer Guide, "Using match rule statements in AWS WAF" and the pages of its statements.
  it.each<[string, number, FirewallStatement]>([
    ['a text as a whole', 2, bytes('EXACTLY')],
    ['a text somewhere', 10, bytes('CONTAINS')],
    ['a text in all arguments', 12, bytes('EXACTLY', onField({ AllQueryArguments: {} }))],
    ['a text in JSON', 20, bytes('CONTAINS', onField(JSON_BODY))],
    ['a text, transformed twice', 22, bytes('EXACTLY', onField({ UriPath: {} }, 'LOWERCASE', 'URL_DECODE'))],
    ['an expression', 3, onPath('a')],
    ['a set of expressions', 25, { RegexPatternSetReferenceStatement: { ...onField({ UriPath: {} }), ARN: SET } }],
    ['a size', 1, { SizeConstraintStatement: { ...onField({ UriPath: {} }), ComparisonOperator: 'GT', Size: 1 } }],
    ['SQL', 20, { SqliMatchStatement: onField({ UriPath: {} }) }],
    ['SQL, looked for closely', 30, { SqliMatchStatement: { ...onField({ UriPath: {} }), SensitivityLevel: 'HIGH' } }],
    ['scripts', 40, { XssMatchStatement: onField({ UriPath: {} }) }],
    ['addresses', 1, { IPSetReferenceStatement: { ARN: SET } }],
    ['the first address that was passed on', 1, forwarded('FIRST')],
    ['any address that was passed on', 5, forwarded('ANY')],
    ['a label', 1, { LabelMatchStatement: { Scope: 'LABEL', Key: 'a' } }],
    ['all of several', 5, { AndStatement: { Statements: [onPath('a'), bytes('EXACTLY')] } }],
    ['none', 3, { NotStatement: { Statement: onPath('a') } }],
    ['a rate', 2, rate()],
    ['a rate of some', 5, rate({ ScopeDownStatement: onPath('a') })],
    ['a rate by two keys', 62, rate({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ IP: {} }, { HTTPMethod: {} }] })],
    ['the core rules', 700, managed('AWSManagedRulesCommonRuleSet').Statement],
    ['known bad inputs', 200, managed('AWSManagedRulesKnownBadInputsRuleSet').Statement],
    ['the rules against SQL', 200, managed('AWSManagedRulesSQLiRuleSet').Statement],
    ['bad addresses', 25, managed('AWSManagedRulesAmazonIpReputationList').Statement],
    ['hidden addresses', 50, managed('AWSManagedRulesAnonymousIpList').Statement],
    ['a group of the account', 70, { RuleGroupReferenceStatement: { ARN: 'arn:group' } }],
  ])('%s takes %d', (_, expected, statement) => {
    expect(capacityOf([rule('it', statement)], () => 70)).toBe(expected)
  })

  it('has one unit more for every five labels', () => {
    const labelled = (count: number): FirewallRule =>
      rule('it', onPath('a'), { RuleLabels: Array.from({ length: count }, (_, n) => ({ Name: `seen${n}` })) })
    expect([4, 5, 9, 10].map(count => capacityOf([labelled(count)], () => 0))).toEqual([3, 4, 4, 5])
  })
})

describe('rules are refused', () => {
  const known = { bodies: {}, has: () => true }
  const ofGroup = (Statement: FirewallStatement): FirewallRule => {
    const { Action: _, ...rest } = rule('it', Statement)
    return { ...rest, OverrideAction: { None: {} } }
  }
  const own = ofGroup({ RuleGroupReferenceStatement: { ARN: 'arn:group' } })
  it.each<[string, FirewallRule, 'web ACL' | 'rule group', string]>([
    ['a group of AWS in a group', managed('AWSManagedRulesSQLiRuleSet'), 'rule group', "can't be in a rule group"],
    ['a group in a group', own, 'rule group', "can't be in a rule group"],
    [
      'a rate inside another statement',
      rule('it', { NotStatement: { Statement: rate() } }),
      'web ACL',
      'inside another',
    ],
    [
      'a group inside another statement',
      rule('it', { OrStatement: { Statements: [onPath('a'), own.Statement] } }),
      'web ACL',
      'inside another',
    ],
    ['a group in the scope of a rate', rule('it', rate({ ScopeDownStatement: own.Statement })), 'web ACL', 'inside'],
    ['labels of a rule that names a group', { ...own, RuleLabels: [{ Name: 'a' }] }, 'web ACL', 'no labels of its own'],
    [
      'a label with a reserved word',
      rule('it', onPath('a'), { RuleLabels: [{ Name: 'aws:a' }] }),
      'web ACL',
      'reserved',
    ],
    [
      'a metric that AWS has',
      rule('it', onPath('a'), {
        VisibilityConfig: {
          MetricName: 'Default_Action',
          CloudWatchMetricsEnabled: true,
          SampledRequestsEnabled: true,
        },
      }),
      'web ACL',
      'reserved',
    ],
  ])('%s', (_, refused, place, because) => {
    expect(() => checkRules([refused], known, place)).toThrow(
      expect.objectContaining({ code: 'WAFInvalidParameterException', message: expect.stringContaining(because) }),
    )
  })

  it('but not where they belong', () => {
    const limit = rule('rate', rate(), { Priority: 1 })
    expect(() => checkRules([{ ...own, Priority: 0 }, limit], known, 'web ACL')).not.toThrow()
    expect(() => checkRules([limit], known, 'rule group')).not.toThrow()
  })
})
