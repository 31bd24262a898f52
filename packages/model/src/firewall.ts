import type { BaseNode } from './node.ts'

// Rules are in AWS's own words, as policies are: template, API and log speak of them in one shape. Where the API has bytes,
// a text in base64 stands.

/** What AWS WAF guards: distributions, or balancers of the region. */
export type FirewallScope = 'CLOUDFRONT' | 'REGIONAL'

/** `AWS::WAFv2::WebACL` */
export interface WebAcl extends BaseNode<'webAcl'>, FirewallIdentity {
  readonly defaultAction: FirewallAction
  readonly rules: readonly FirewallRule[]
  readonly visibility: FirewallVisibility
  readonly customResponseBodies: CustomResponseBodies
}

/** `AWS::WAFv2::RuleGroup` */
export interface FirewallRuleGroup extends BaseNode<'firewallRuleGroup'>, FirewallIdentity {
  /** WCU that its rules may take. */
  readonly capacity: number
  readonly rules: readonly FirewallRule[]
  readonly visibility: FirewallVisibility
  readonly customResponseBodies: CustomResponseBodies
}

/** `AWS::WAFv2::IPSet` */
export interface IpSet extends BaseNode<'ipSet'>, FirewallIdentity {
  readonly addressVersion: 'IPV4' | 'IPV6'
  /** CIDR ranges. */
  readonly addresses: readonly string[]
}

/** `AWS::WAFv2::RegexPatternSet` */
export interface RegexPatternSet extends BaseNode<'regexPatternSet'>, FirewallIdentity {
  readonly expressions: readonly string[]
}

/** `AWS::WAFv2::WebACLAssociation` */
export interface WebAclAssociation extends BaseNode<'webAclAssociation'> {
  readonly resourceArn: string
  readonly webAclArn: string
}

/** `AWS::WAFv2::LoggingConfiguration` */
export interface FirewallLogging extends BaseNode<'firewallLogging'>, FirewallLogConfig {}

/** Where the records of a web ACL go. */
export interface FirewallLogConfig {
  /** ARN of the web ACL. */
  readonly ResourceArn: string
  /** ARN of a log group or a bucket: one. */
  readonly LogDestinationConfigs: readonly string[]
  readonly RedactedFields?: readonly FieldToMatch[] | undefined
  readonly LoggingFilter?: LoggingFilter | undefined
}

/** What all of them have. */
export interface FirewallIdentity {
  readonly name: string
  readonly arn: string
  /** A UUID. */
  readonly awsId: string
  readonly scope: FirewallScope
  readonly description: string
}

export type CustomResponseBodies = Readonly<
  Record<string, { readonly ContentType: ResponseContentType; readonly Content: string }>
>

export type ResponseContentType = 'TEXT_PLAIN' | 'TEXT_HTML' | 'APPLICATION_JSON'

export interface FirewallVisibility {
  readonly SampledRequestsEnabled: boolean
  readonly CloudWatchMetricsEnabled: boolean
  readonly MetricName: string
}

/** A header field that is added, to a request as `x-amzn-waf-<name>`. */
export interface CustomHeader {
  readonly Name: string
  readonly Value: string
}

/** One of the three. */
export interface FirewallAction {
  readonly Allow?: InsertingAction | undefined
  readonly Block?: BlockAction | undefined
  readonly Count?: InsertingAction | undefined
}

export interface InsertingAction {
  readonly CustomRequestHandling?: { readonly InsertHeaders: readonly CustomHeader[] } | undefined
}

export interface BlockAction {
  readonly CustomResponse?:
    | {
        readonly ResponseCode: number
        readonly CustomResponseBodyKey?: string | undefined
        readonly ResponseHeaders?: readonly CustomHeader[] | undefined
      }
    | undefined
}

export interface FirewallRule {
  readonly Name: string
  readonly Priority: number
  readonly Statement: FirewallStatement
  /** For rules with a statement of their own. */
  readonly Action?: FirewallAction | undefined
  /** For those that name a group: `Count` makes every match of it count only. */
  readonly OverrideAction?: { readonly Count?: object | undefined; readonly None?: object | undefined } | undefined
  readonly RuleLabels?: readonly { readonly Name: string }[] | undefined
  readonly VisibilityConfig: FirewallVisibility
}

/** One of them. */
export interface FirewallStatement {
  readonly ByteMatchStatement?:
    | (OnField & {
        /** Base64. */
        readonly SearchString: string
        readonly PositionalConstraint: 'EXACTLY' | 'STARTS_WITH' | 'ENDS_WITH' | 'CONTAINS' | 'CONTAINS_WORD'
      })
    | undefined
  readonly RegexMatchStatement?: (OnField & { readonly RegexString: string }) | undefined
  readonly RegexPatternSetReferenceStatement?: (OnField & { readonly ARN: string }) | undefined
  readonly SizeConstraintStatement?:
    | (OnField & { readonly ComparisonOperator: 'EQ' | 'NE' | 'LE' | 'LT' | 'GE' | 'GT'; readonly Size: number })
    | undefined
  readonly SqliMatchStatement?: (OnField & { readonly SensitivityLevel?: 'LOW' | 'HIGH' | undefined }) | undefined
  readonly XssMatchStatement?: OnField | undefined
  readonly IPSetReferenceStatement?:
    | {
        readonly ARN: string
        readonly IPSetForwardedIPConfig?:
          | (ForwardedIpConfig & { readonly Position: 'FIRST' | 'LAST' | 'ANY' })
          | undefined
      }
    | undefined
  readonly LabelMatchStatement?: { readonly Scope: 'LABEL' | 'NAMESPACE'; readonly Key: string } | undefined
  readonly AndStatement?: { readonly Statements: readonly FirewallStatement[] } | undefined
  readonly OrStatement?: { readonly Statements: readonly FirewallStatement[] } | undefined
  readonly NotStatement?: { readonly Statement: FirewallStatement } | undefined
  readonly RateBasedStatement?: RateBasedStatement | undefined
  readonly ManagedRuleGroupStatement?: ManagedRuleGroupStatement | undefined
  readonly RuleGroupReferenceStatement?: (GroupOverrides & { readonly ARN: string }) | undefined
}

export interface OnField {
  readonly FieldToMatch: FieldToMatch
  readonly TextTransformations: readonly TextTransformation[]
}

export interface TextTransformation {
  readonly Priority: number
  readonly Type: string
}

export type OversizeHandling = 'CONTINUE' | 'MATCH' | 'NO_MATCH'

/** One of them. */
export interface FieldToMatch {
  readonly UriPath?: object | undefined
  readonly QueryString?: object | undefined
  readonly AllQueryArguments?: object | undefined
  readonly Method?: object | undefined
  readonly SingleHeader?: { readonly Name: string } | undefined
  readonly SingleQueryArgument?: { readonly Name: string } | undefined
  readonly Body?: { readonly OversizeHandling?: OversizeHandling | undefined } | undefined
  readonly Headers?: FieldSelection | undefined
  readonly Cookies?: FieldSelection | undefined
  readonly JsonBody?: JsonBodyField | undefined
}

export interface FieldSelection {
  readonly MatchPattern: {
    readonly All?: object | undefined
    readonly IncludedHeaders?: readonly string[] | undefined
    readonly ExcludedHeaders?: readonly string[] | undefined
    readonly IncludedCookies?: readonly string[] | undefined
    readonly ExcludedCookies?: readonly string[] | undefined
  }
  readonly MatchScope: 'ALL' | 'KEY' | 'VALUE'
  readonly OversizeHandling: OversizeHandling
}

export interface JsonBodyField {
  readonly MatchPattern: { readonly All?: object | undefined; readonly IncludedPaths?: readonly string[] | undefined }
  readonly MatchScope: 'ALL' | 'KEY' | 'VALUE'
  readonly InvalidFallbackBehavior?: 'MATCH' | 'NO_MATCH' | 'EVALUATE_AS_STRING' | undefined
  readonly OversizeHandling?: OversizeHandling | undefined
}

export interface ForwardedIpConfig {
  readonly HeaderName: string
  readonly FallbackBehavior: 'MATCH' | 'NO_MATCH'
}

export interface RateBasedStatement {
  /** Requests in the window; at least 10. */
  readonly Limit: number
  /** 60, 120, 300 or 600; absent: 300. */
  readonly EvaluationWindowSec?: number | undefined
  readonly AggregateKeyType: 'IP' | 'FORWARDED_IP' | 'CUSTOM_KEYS' | 'CONSTANT'
  readonly CustomKeys?: readonly RateKey[] | undefined
  readonly ForwardedIPConfig?: ForwardedIpConfig | undefined
  readonly ScopeDownStatement?: FirewallStatement | undefined
}

/** One of them. */
export interface RateKey {
  readonly Header?: NamedRateKey | undefined
  readonly Cookie?: NamedRateKey | undefined
  readonly QueryArgument?: NamedRateKey | undefined
  readonly QueryString?: TransformedRateKey | undefined
  readonly UriPath?: TransformedRateKey | undefined
  readonly HTTPMethod?: object | undefined
  readonly IP?: object | undefined
  readonly ForwardedIP?: object | undefined
  readonly LabelNamespace?: { readonly Namespace: string } | undefined
}

export interface TransformedRateKey {
  readonly TextTransformations: readonly TextTransformation[]
}

export interface NamedRateKey extends TransformedRateKey {
  readonly Name: string
}

/** What a web ACL changes in a group that it uses. */
export interface GroupOverrides {
  /** Rules that only count. */
  readonly ExcludedRules?: readonly { readonly Name: string }[] | undefined
  readonly RuleActionOverrides?: readonly { readonly Name: string; readonly ActionToUse: FirewallAction }[] | undefined
}

export interface ManagedRuleGroupStatement extends GroupOverrides {
  readonly VendorName: string
  readonly Name: string
  readonly Version?: string | undefined
  readonly ScopeDownStatement?: FirewallStatement | undefined
}

/** Which records are kept. */
export interface LoggingFilter {
  readonly DefaultBehavior: 'KEEP' | 'DROP'
  readonly Filters: readonly {
    readonly Behavior: 'KEEP' | 'DROP'
    readonly Requirement: 'MEETS_ALL' | 'MEETS_ANY'
    readonly Conditions: readonly {
      readonly ActionCondition?: { readonly Action: string } | undefined
      readonly LabelNameCondition?: { readonly LabelName: string } | undefined
    }[]
  }[]
}
