import type { FieldToMatch, FirewallAction, FirewallRule, FirewallStatement } from '@terrace/model'

/** A group that AWS maintains. */
export interface ManagedGroup {
  readonly name: string
  readonly description: string
  /** WCU. */
  readonly capacity: number
  /** Before the names of its labels: `awswaf:managed:aws:core-rule-set:`. */
  readonly labelNamespace: string
  readonly rules: readonly FirewallRule[]
}

const BODY: FieldToMatch = { Body: { OversizeHandling: 'CONTINUE' } }
const COOKIES: FieldToMatch = {
  Cookies: { MatchPattern: { All: {} }, MatchScope: 'VALUE', OversizeHandling: 'CONTINUE' },
}
/** "Inspects the keys and values of HTTP request headers": "Baseline rule groups", Log4JRCE_HEADER. */
const HEADERS: FieldToMatch = {
  Headers: { MatchPattern: { All: {} }, MatchScope: 'ALL', OversizeHandling: 'CONTINUE' },
}

/** What the ends of their names stand for. */
export const FIELDS = {
  BODY,
  COOKIE: COOKIES,
  HEADER: HEADERS,
  QUERYARGUMENTS: { AllQueryArguments: {} },
  QUERYSTRING: { QueryString: {} },
  URIPATH: { UriPath: {} },
} as const satisfies Readonly<Record<string, FieldToMatch>>

export const header = (name: string): FieldToMatch => ({ SingleHeader: { Name: name } })

const DECODED = [
  { Priority: 0, Type: 'URL_DECODE_UNI' },
  { Priority: 1, Type: 'HTML_ENTITY_DECODE' },
]

/** An expression on a field that is decoded first. */
export const matches = (field: FieldToMatch, expression: string): FirewallStatement => ({
  RegexMatchStatement: { FieldToMatch: field, TextTransformations: DECODED, RegexString: `(?is)${expression}` },
})

export const scripts = (field: FieldToMatch): FirewallStatement => ({
  XssMatchStatement: { FieldToMatch: field, TextTransformations: DECODED },
})

export const sql = (field: FieldToMatch, SensitivityLevel: 'LOW' | 'HIGH'): FirewallStatement => ({
  SqliMatchStatement: { FieldToMatch: field, TextTransformations: DECODED, SensitivityLevel },
})

export const largerThan = (field: FieldToMatch, Size: number): FirewallStatement => ({
  SizeConstraintStatement: {
    FieldToMatch: field,
    TextTransformations: [{ Priority: 0, Type: 'NONE' }],
    ComparisonOperator: 'GT',
    Size,
  },
})

const LABEL_ENDS: Readonly<Record<string, string>> = {
  BODY: 'Body',
  COOKIE: 'Cookie',
  HEADER: 'Header',
  METHOD: 'Method',
  QUERYARGUMENTS: 'QueryArguments',
  QUERYSTRING: 'QueryString',
  URIPATH: 'URIPath',
}

/** `GenericLFI_URIPATH` gives the label `GenericLFI_URIPath`. */
const labelOf = (name: string): string =>
  name
    .replace(/^UserAgent_BadBots/, 'BadBots')
    .replace(/^Host_localhost/, 'Host_Localhost')
    .replace(/^PROPFIND/, 'Propfind')
    .replace(/^SQLiExtendedPatterns_URIPATH$/, 'SQLiExtendedPatterns_UriPath')
    .replace(/[A-Z]+$/, end => LABEL_ENDS[end] ?? end)

/** The rules of a group in their order. */
export const managedRules = (
  namespace: string,
  rules: readonly (readonly [name: string, statement: FirewallStatement, action?: FirewallAction])[],
): readonly FirewallRule[] =>
  rules.map(([Name, Statement, Action = { Block: {} }], Priority) => ({
    Name,
    Priority,
    Statement,
    Action,
    RuleLabels: [{ Name: `${namespace}${labelOf(Name)}` }],
    VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: Name },
  }))
