import type { FirewallRule, FirewallStatement, OnField } from '@terrace/model'
import type { RequestFacts } from './facts.ts'
import type { FirewallConfig } from './messages.ts'

/** For tests: a request for `/` of a browser. */
export const facts = (changes: Partial<RequestFacts> = {}): RequestFacts => ({
  address: '203.0.113.9',
  method: 'GET',
  path: '/',
  query: '',
  httpVersion: 'HTTP/1.1',
  scheme: 'https',
  headers: ['Host', 'app.example.com', 'User-Agent', 'Mozilla/5.0'],
  body: '',
  bodyIsLonger: false,
  bodyLength: 0,
  ...changes,
})

export const visibility = (MetricName: string) => ({
  SampledRequestsEnabled: true,
  CloudWatchMetricsEnabled: true,
  MetricName,
})

/** For tests: a rule that blocks, with changes. */
export const rule = (
  Name: string,
  Statement: FirewallStatement,
  changes: Partial<FirewallRule> = {},
): FirewallRule => ({
  Name,
  Priority: 0,
  Statement,
  Action: { Block: {} },
  VisibilityConfig: visibility(Name),
  ...changes,
})

/** For tests: a rule that names a group of AWS. */
export const managed = (
  Name: string,
  changes: Partial<NonNullable<FirewallStatement['ManagedRuleGroupStatement']>> = {},
): FirewallRule => {
  const { Action: _, ...rest } = rule(Name, { ManagedRuleGroupStatement: { VendorName: 'AWS', Name, ...changes } })
  return { ...rest, OverrideAction: { None: {} } }
}

export const NO_TRANSFORMATION = [{ Priority: 0, Type: 'NONE' }]

/** For tests: an expression on the path. */
export const onPath = (RegexString: string): FirewallStatement => ({
  RegexMatchStatement: { ...onField({ UriPath: {} }), RegexString },
})

export const onField = (FieldToMatch: OnField['FieldToMatch'], ...types: readonly string[]): OnField => ({
  FieldToMatch,
  TextTransformations: types.length === 0 ? NO_TRANSFORMATION : types.map((Type, Priority) => ({ Priority, Type })),
})

/** For tests: a web ACL that lets everything pass that no rule blocks. */
export const webAcl = (rules: readonly FirewallRule[], changes: Partial<FirewallConfig> = {}): FirewallConfig => ({
  arn: 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/main/00000000-0000-4000-8000-000000000000',
  name: 'main',
  scope: 'REGIONAL',
  labelNamespace: 'awswaf:123456789012:webacl:main:',
  defaultAction: { Allow: {} },
  rules: rules.map((each, Priority) => ({ ...each, Priority })),
  visibility: visibility('main'),
  customResponseBodies: {},
  ipSets: {},
  patternSets: {},
  groups: {},
  logged: true,
  ...changes,
})
