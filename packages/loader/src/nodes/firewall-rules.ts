import type {
  BlockAction,
  CustomHeader,
  CustomResponseBodies,
  FieldSelection,
  FieldToMatch,
  FirewallAction,
  FirewallRule,
  FirewallStatement,
  FirewallVisibility,
  ForwardedIpConfig,
  GroupOverrides,
  InsertingAction,
  OnField,
  RateBasedStatement,
  RateKey,
  TextTransformation,
} from '@terrace/model'
import { defined } from '../defined.ts'
import { notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

const NOT_HERE: Readonly<Record<string, string>> = {
  AsnMatchStatement: 'no address belongs to an autonomous system here',
  GeoMatchStatement: 'no address is in a country here',
}
const FIELDS_NOT_HERE = ['HeaderOrder', 'JA3Fingerprint', 'JA4Fingerprint', 'UriFragment']
const ACTIONS_NOT_HERE = ['Captcha', 'Challenge']
const OVERSIZE = ['CONTINUE', 'MATCH', 'NO_MATCH'] as const
const SCOPES = ['ALL', 'KEY', 'VALUE'] as const

/** The rules of a web ACL or a rule group. @throws NotModelled */
export const rulesOf = (properties: PropertyReader): readonly FirewallRule[] => properties.objects('Rules').map(ruleOf)

function ruleOf(rule: PropertyReader): FirewallRule {
  for (const key of ['CaptchaConfig', 'ChallengeConfig']) {
    if (rule.has(key)) throw notModelled(rule, key, 'nobody is asked to solve anything here')
  }
  const labels = rule.objects('RuleLabels').map(label => ({ Name: label.requiredText('Name') }))
  const action = rule.object('Action')
  const override = rule.object('OverrideAction')
  return {
    Name: rule.requiredText('Name'),
    Priority: rule.requiredNumber('Priority'),
    Statement: statementOf(rule.requiredObject('Statement')),
    VisibilityConfig: visibilityOf(rule.requiredObject('VisibilityConfig')),
    ...(labels.length > 0 ? { RuleLabels: labels } : {}),
    ...defined({
      Action: action && actionOf(action),
      OverrideAction: override && defined({ Count: marked(override, 'Count'), None: marked(override, 'None') }),
    }),
  }
}

/** `{}` where a member without content stands. */
const marked = (reader: PropertyReader, key: string): object | undefined =>
  reader.plain(key) === undefined ? undefined : {}

export const visibilityOf = (config: PropertyReader): FirewallVisibility => ({
  SampledRequestsEnabled: config.boolean('SampledRequestsEnabled') ?? false,
  CloudWatchMetricsEnabled: config.boolean('CloudWatchMetricsEnabled') ?? false,
  MetricName: config.requiredText('MetricName'),
})

export function actionOf(action: PropertyReader): FirewallAction {
  for (const key of ACTIONS_NOT_HERE) {
    if (action.has(key)) throw notModelled(action, key, 'nobody is asked to solve anything here')
  }
  const allow = action.object('Allow')
  const count = action.object('Count')
  const block = action.object('Block')
  return defined({
    Allow: allow && insertingOf(allow),
    Count: count && insertingOf(count),
    Block: block && blockOf(block),
  })
}

function insertingOf(action: PropertyReader): InsertingAction {
  const handling = action.object('CustomRequestHandling')
  return handling ? { CustomRequestHandling: { InsertHeaders: headersOf(handling, 'InsertHeaders') } } : {}
}

function blockOf(action: PropertyReader): BlockAction {
  const response = action.object('CustomResponse')
  if (!response) return {}
  const headers = headersOf(response, 'ResponseHeaders')
  return {
    CustomResponse: {
      ResponseCode: response.requiredNumber('ResponseCode', { least: 200, most: 599 }),
      ...defined({ CustomResponseBodyKey: response.text('CustomResponseBodyKey') }),
      ...(headers.length > 0 ? { ResponseHeaders: headers } : {}),
    },
  }
}

const headersOf = (reader: PropertyReader, key: string): readonly CustomHeader[] =>
  reader.objects(key).map(header => ({ Name: header.requiredText('Name'), Value: header.requiredText('Value') }))

export function customBodiesOf(properties: PropertyReader): CustomResponseBodies {
  const bodies = properties.object('CustomResponseBodies')
  return Object.fromEntries(
    (bodies?.keys() ?? []).map(key => {
      const body = bodies?.requiredObject(key)
      const ContentType = body?.oneOf('ContentType', ['TEXT_PLAIN', 'TEXT_HTML', 'APPLICATION_JSON']) ?? 'TEXT_PLAIN'
      return [key, { ContentType, Content: body?.requiredText('Content') ?? '' }]
    }),
  )
}

function statementOf(statement: PropertyReader): FirewallStatement {
  for (const [key, because] of Object.entries(NOT_HERE)) {
    if (statement.has(key)) throw notModelled(statement, key, because)
  }
  const [kind] = statement.keys()
  const inside = statement.object(kind ?? '') ?? statement
  switch (kind) {
    case 'ByteMatchStatement':
      return { ByteMatchStatement: byteMatch(inside) }
    case 'RegexMatchStatement':
      return { RegexMatchStatement: { ...onField(inside), RegexString: inside.requiredText('RegexString') } }
    case 'RegexPatternSetReferenceStatement':
      return { RegexPatternSetReferenceStatement: { ...onField(inside), ARN: inside.requiredText('Arn') } }
    case 'SizeConstraintStatement':
      return {
        SizeConstraintStatement: {
          ...onField(inside),
          ComparisonOperator: inside.oneOf('ComparisonOperator', ['EQ', 'NE', 'LE', 'LT', 'GE', 'GT']) ?? 'GT',
          Size: inside.requiredNumber('Size'),
        },
      }
    case 'SqliMatchStatement':
      return {
        SqliMatchStatement: {
          ...onField(inside),
          ...defined({ SensitivityLevel: inside.oneOf('SensitivityLevel', ['LOW', 'HIGH']) }),
        },
      }
    case 'XssMatchStatement':
      return { XssMatchStatement: onField(inside) }
    case 'IPSetReferenceStatement':
      return { IPSetReferenceStatement: ipSetReference(inside) }
    case 'LabelMatchStatement':
      return {
        LabelMatchStatement: {
          Scope: inside.oneOf('Scope', ['LABEL', 'NAMESPACE']) ?? 'LABEL',
          Key: inside.requiredText('Key'),
        },
      }
    case 'AndStatement':
      return { AndStatement: { Statements: inside.objects('Statements').map(statementOf) } }
    case 'OrStatement':
      return { OrStatement: { Statements: inside.objects('Statements').map(statementOf) } }
    case 'NotStatement':
      return { NotStatement: { Statement: statementOf(inside.requiredObject('Statement')) } }
    case 'RateBasedStatement':
      return { RateBasedStatement: rateOf(inside) }
    case 'ManagedRuleGroupStatement':
      return { ManagedRuleGroupStatement: managedOf(inside) }
    case 'RuleGroupReferenceStatement':
      return { RuleGroupReferenceStatement: { ...overridesOf(inside), ARN: inside.requiredText('Arn') } }
    default:
      throw notModelled(statement, kind ?? '', 'rules with this statement are not emulated')
  }
}

function byteMatch(inside: PropertyReader): NonNullable<FirewallStatement['ByteMatchStatement']> {
  const encoded = inside.text('SearchStringBase64')
  const plain = encoded === undefined ? inside.requiredText('SearchString') : ''
  const positions = ['EXACTLY', 'STARTS_WITH', 'ENDS_WITH', 'CONTAINS', 'CONTAINS_WORD'] as const
  return {
    ...onField(inside),
    SearchString: encoded ?? Buffer.from(plain).toString('base64'),
    PositionalConstraint: inside.oneOf('PositionalConstraint', positions) ?? 'EXACTLY',
  }
}

function ipSetReference(inside: PropertyReader): NonNullable<FirewallStatement['IPSetReferenceStatement']> {
  const forwarded = inside.object('IPSetForwardedIPConfig')
  return {
    ARN: inside.requiredText('Arn'),
    ...(forwarded && {
      IPSetForwardedIPConfig: {
        ...forwardedOf(forwarded),
        Position: forwarded.oneOf('Position', ['FIRST', 'LAST', 'ANY']) ?? 'FIRST',
      },
    }),
  }
}

const forwardedOf = (config: PropertyReader): ForwardedIpConfig => ({
  HeaderName: config.requiredText('HeaderName'),
  FallbackBehavior: config.oneOf('FallbackBehavior', ['MATCH', 'NO_MATCH']) ?? 'NO_MATCH',
})

function rateOf(inside: PropertyReader): RateBasedStatement {
  const keys = inside.objects('CustomKeys').map(rateKeyOf)
  const forwarded = inside.object('ForwardedIPConfig')
  const scope = inside.object('ScopeDownStatement')
  return {
    Limit: inside.requiredNumber('Limit', { least: 10, most: 2_000_000_000 }),
    AggregateKeyType: inside.oneOf('AggregateKeyType', ['IP', 'FORWARDED_IP', 'CUSTOM_KEYS', 'CONSTANT']) ?? 'IP',
    ...(keys.length > 0 ? { CustomKeys: keys } : {}),
    ...defined({
      EvaluationWindowSec: inside.number('EvaluationWindowSec'),
      ForwardedIPConfig: forwarded && forwardedOf(forwarded),
      ScopeDownStatement: scope && statementOf(scope),
    }),
  }
}

function rateKeyOf(key: PropertyReader): RateKey {
  const named = (name: string) => {
    const inside = key.object(name)
    return inside && { Name: inside.requiredText('Name'), TextTransformations: transformationsOf(inside) }
  }
  const transformed = (name: string) => {
    const inside = key.object(name)
    return inside && { TextTransformations: transformationsOf(inside) }
  }
  const label = key.object('LabelNamespace')
  return defined({
    Header: named('Header'),
    Cookie: named('Cookie'),
    QueryArgument: named('QueryArgument'),
    QueryString: transformed('QueryString'),
    UriPath: transformed('UriPath'),
    HTTPMethod: marked(key, 'HTTPMethod'),
    IP: marked(key, 'IP'),
    ForwardedIP: marked(key, 'ForwardedIP'),
    LabelNamespace: label && { Namespace: label.requiredText('Namespace') },
  })
}

function managedOf(inside: PropertyReader): NonNullable<FirewallStatement['ManagedRuleGroupStatement']> {
  if (inside.has('ManagedRuleGroupConfigs')) {
    throw notModelled(inside, 'ManagedRuleGroupConfigs', 'the groups that need it are not emulated')
  }
  inside.withoutEffect({ Version: 'there is one version of each group' })
  const scope = inside.object('ScopeDownStatement')
  return {
    ...overridesOf(inside),
    VendorName: inside.requiredText('VendorName'),
    Name: inside.requiredText('Name'),
    ...defined({ ScopeDownStatement: scope && statementOf(scope) }),
  }
}

function overridesOf(inside: PropertyReader): GroupOverrides {
  const excluded = inside.objects('ExcludedRules').map(rule => ({ Name: rule.requiredText('Name') }))
  const overrides = inside
    .objects('RuleActionOverrides')
    .map(rule => ({ Name: rule.requiredText('Name'), ActionToUse: actionOf(rule.requiredObject('ActionToUse')) }))
  return {
    ...(excluded.length > 0 ? { ExcludedRules: excluded } : {}),
    ...(overrides.length > 0 ? { RuleActionOverrides: overrides } : {}),
  }
}

const onField = (inside: PropertyReader): OnField => ({
  FieldToMatch: fieldOf(inside.requiredObject('FieldToMatch')),
  TextTransformations: transformationsOf(inside),
})

const transformationsOf = (inside: PropertyReader): readonly TextTransformation[] =>
  inside
    .objects('TextTransformations')
    .map(each => ({ Priority: each.requiredNumber('Priority'), Type: each.requiredText('Type') }))

export function fieldOf(field: PropertyReader): FieldToMatch {
  for (const key of FIELDS_NOT_HERE) {
    if (field.has(key)) throw notModelled(field, key, `rules don't look at ${key}`)
  }
  const named = (key: string) => {
    const inside = field.object(key)
    return inside && { Name: inside.requiredText('Name') }
  }
  const body = field.object('Body')
  const headers = field.object('Headers')
  const cookies = field.object('Cookies')
  const json = field.object('JsonBody')
  return defined({
    UriPath: marked(field, 'UriPath'),
    QueryString: marked(field, 'QueryString'),
    AllQueryArguments: marked(field, 'AllQueryArguments'),
    Method: marked(field, 'Method'),
    SingleHeader: named('SingleHeader'),
    SingleQueryArgument: named('SingleQueryArgument'),
    Body: body && defined({ OversizeHandling: body.oneOf('OversizeHandling', OVERSIZE) }),
    Headers: headers && selectionOf(headers, 'Headers'),
    Cookies: cookies && selectionOf(cookies, 'Cookies'),
    JsonBody: json && jsonBodyOf(json),
  })
}

function selectionOf(inside: PropertyReader, what: 'Headers' | 'Cookies'): FieldSelection {
  const pattern = inside.requiredObject('MatchPattern')
  const names = (key: string) => (pattern.has(key) ? { [key]: pattern.texts(key) } : {})
  return {
    MatchPattern: {
      ...defined({ All: marked(pattern, 'All') }),
      ...names(`Included${what}`),
      ...names(`Excluded${what}`),
    },
    MatchScope: inside.oneOf('MatchScope', SCOPES) ?? 'ALL',
    OversizeHandling: inside.oneOf('OversizeHandling', OVERSIZE) ?? 'CONTINUE',
  }
}

function jsonBodyOf(inside: PropertyReader): NonNullable<FieldToMatch['JsonBody']> {
  const pattern = inside.requiredObject('MatchPattern')
  const fallbacks = ['MATCH', 'NO_MATCH', 'EVALUATE_AS_STRING'] as const
  return {
    MatchPattern: {
      ...defined({ All: marked(pattern, 'All') }),
      ...(pattern.has('IncludedPaths') ? { IncludedPaths: pattern.texts('IncludedPaths') } : {}),
    },
    MatchScope: inside.oneOf('MatchScope', SCOPES) ?? 'ALL',
    ...defined({
      InvalidFallbackBehavior: inside.oneOf('InvalidFallbackBehavior', fallbacks),
      OversizeHandling: inside.oneOf('OversizeHandling', OVERSIZE),
    }),
  }
}
