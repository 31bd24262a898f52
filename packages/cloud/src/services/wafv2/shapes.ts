import { z } from 'zod'
import { shape } from '../../gateway/api.ts'

// Members that are not here are refused by name: geography, autonomous systems, captchas, challenges, fingerprints.
// Lengths and patterns: WAFV2 API Reference.

export const entityName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w-]+$/)
export const entityId = z
  .string()
  .min(1)
  .max(36)
  .regex(/^[0-9a-f-]+$/)
export const lockToken = z.string().min(1).max(36)
export const scope = z.enum(['CLOUDFRONT', 'REGIONAL'])
export const arn = z.string().min(20).max(2048)
export const description = z.string().min(1).max(256)
export const tagList = z.array(shape({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
export const paging = { NextMarker: z.string().min(1).max(256).optional(), Limit: z.int().min(1).max(100).optional() }

const empty = shape({})
const transformations = z.array(shape({ Priority: z.int().min(0), Type: z.string() })).min(1)
const oversize = z.enum(['CONTINUE', 'MATCH', 'NO_MATCH'])
const matchScope = z.enum(['ALL', 'KEY', 'VALUE'])
const names = z.array(z.string().min(1).max(64)).min(1).max(199)
const name = shape({ Name: z.string().min(1).max(64) })

export const fieldToMatch = shape({
  UriPath: empty.optional(),
  QueryString: empty.optional(),
  AllQueryArguments: empty.optional(),
  Method: empty.optional(),
  SingleHeader: name.optional(),
  SingleQueryArgument: name.optional(),
  Body: shape({ OversizeHandling: oversize.optional() }).optional(),
  Headers: shape({
    MatchPattern: shape({
      All: empty.optional(),
      IncludedHeaders: names.optional(),
      ExcludedHeaders: names.optional(),
    }),
    MatchScope: matchScope,
    OversizeHandling: oversize,
  }).optional(),
  Cookies: shape({
    MatchPattern: shape({
      All: empty.optional(),
      IncludedCookies: names.optional(),
      ExcludedCookies: names.optional(),
    }),
    MatchScope: matchScope,
    OversizeHandling: oversize,
  }).optional(),
  JsonBody: shape({
    MatchPattern: shape({ All: empty.optional(), IncludedPaths: z.array(z.string().regex(/^(\/.*)?$/)).optional() }),
    MatchScope: matchScope,
    InvalidFallbackBehavior: z.enum(['MATCH', 'NO_MATCH', 'EVALUATE_AS_STRING']).optional(),
    OversizeHandling: oversize.optional(),
  }).optional(),
})

const onField = { FieldToMatch: fieldToMatch, TextTransformations: transformations }
const customHeaders = z.array(
  shape({
    Name: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[a-zA-Z0-9._$-]+$/),
    Value: z.string().min(1).max(255),
  }),
)
const inserting = shape({ CustomRequestHandling: shape({ InsertHeaders: customHeaders }).optional() })

export const action = shape({
  Allow: inserting.optional(),
  Count: inserting.optional(),
  Block: shape({
    CustomResponse: shape({
      ResponseCode: z.int().min(200).max(599),
      CustomResponseBodyKey: z.string().max(128).optional(),
      ResponseHeaders: customHeaders.optional(),
    }).optional(),
  }).optional(),
})

// Lazy shapes: what is inside is read by the firewall of the data plane.
export const defaultAction = z.lazy(() => shape({ Allow: action.shape.Allow, Block: action.shape.Block }))

const overrides = {
  ExcludedRules: z
    .array(shape({ Name: entityName }))
    .max(100)
    .optional(),
  RuleActionOverrides: z
    .array(shape({ Name: entityName, ActionToUse: action }))
    .max(100)
    .optional(),
}
const forwarded = { HeaderName: z.string().min(1).max(255), FallbackBehavior: z.enum(['MATCH', 'NO_MATCH']) }
const namedKey = shape({ Name: z.string().min(1).max(64), TextTransformations: transformations })
const plainKey = shape({ TextTransformations: transformations })

const rateKey = shape({
  Header: namedKey.optional(),
  Cookie: namedKey.optional(),
  QueryArgument: namedKey.optional(),
  QueryString: plainKey.optional(),
  UriPath: plainKey.optional(),
  HTTPMethod: empty.optional(),
  IP: empty.optional(),
  ForwardedIP: empty.optional(),
  LabelNamespace: shape({ Namespace: z.string().min(1).max(1024) }).optional(),
})

const matching = {
  ByteMatchStatement: shape({
    ...onField,
    SearchString: z.base64().max(300),
    PositionalConstraint: z.enum(['EXACTLY', 'STARTS_WITH', 'ENDS_WITH', 'CONTAINS', 'CONTAINS_WORD']),
  }).optional(),
  RegexMatchStatement: shape({ ...onField, RegexString: z.string().min(1).max(512) }).optional(),
  RegexPatternSetReferenceStatement: shape({ ...onField, ARN: arn }).optional(),
  SizeConstraintStatement: shape({
    ...onField,
    ComparisonOperator: z.enum(['EQ', 'NE', 'LE', 'LT', 'GE', 'GT']),
    Size: z.int().min(0).max(21_474_836_480),
  }).optional(),
  SqliMatchStatement: shape({ ...onField, SensitivityLevel: z.enum(['LOW', 'HIGH']).optional() }).optional(),
  XssMatchStatement: shape(onField).optional(),
  IPSetReferenceStatement: shape({
    ARN: arn,
    IPSetForwardedIPConfig: shape({ ...forwarded, Position: z.enum(['FIRST', 'LAST', 'ANY']) }).optional(),
  }).optional(),
  LabelMatchStatement: shape({ Scope: z.enum(['LABEL', 'NAMESPACE']), Key: z.string().min(1).max(1024) }).optional(),
}

type Statement = z.infer<z.ZodObject<typeof matching>> & {
  AndStatement?: { Statements: Statement[] } | undefined
  OrStatement?: { Statements: Statement[] } | undefined
  NotStatement?: { Statement: Statement } | undefined
}

const atTheTop = z
  .unknown()
  .refine(() => false, 'must not be nested in another statement')
  .transform((): undefined => undefined)
  .optional()

const nested: z.ZodType<Statement> = z.lazy(() => shape({ ...matching, ...combining, ...TOP_ALONE }))
const combining = {
  AndStatement: shape({ Statements: z.array(nested).min(2) }).optional(),
  OrStatement: shape({ Statements: z.array(nested).min(2) }).optional(),
  NotStatement: shape({ Statement: nested }).optional(),
}

/** Rates and groups stand at the top alone. */
const TOP_ALONE = {
  RateBasedStatement: atTheTop,
  ManagedRuleGroupStatement: atTheTop,
  RuleGroupReferenceStatement: atTheTop,
}

const statement = shape({
  ...matching,
  ...combining,
  RateBasedStatement: shape({
    Limit: z.int().min(10).max(2_000_000_000),
    EvaluationWindowSec: z.int().optional(),
    AggregateKeyType: z.enum(['IP', 'FORWARDED_IP', 'CUSTOM_KEYS', 'CONSTANT']),
    CustomKeys: z.array(rateKey).min(1).max(5).optional(),
    ForwardedIPConfig: shape(forwarded).optional(),
    ScopeDownStatement: nested.optional(),
  }).optional(),
  ManagedRuleGroupStatement: shape({
    VendorName: z.string().min(1).max(128),
    Name: entityName,
    Version: z.string().max(64).optional(),
    ScopeDownStatement: nested.optional(),
    ...overrides,
  }).optional(),
  RuleGroupReferenceStatement: shape({ ARN: arn, ...overrides }).optional(),
})

export const visibility = z.lazy(() =>
  shape({
    SampledRequestsEnabled: z.boolean(),
    CloudWatchMetricsEnabled: z.boolean(),
    MetricName: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[\w#:./-]+$/),
  }),
)

const rule = shape({
  Name: entityName,
  Priority: z.int().min(0),
  Statement: statement,
  Action: action.optional(),
  OverrideAction: shape({ Count: empty.optional(), None: empty.optional() }).optional(),
  RuleLabels: z
    .array(shape({ Name: z.string().min(1).max(1024) }))
    .max(100)
    .optional(),
  VisibilityConfig: visibility,
})

export const rules = z.lazy(() => z.array(rule))

export const customBodies = z.record(
  z.string(),
  shape({
    ContentType: z.enum(['TEXT_PLAIN', 'TEXT_HTML', 'APPLICATION_JSON']),
    Content: z.string().min(1).max(10_240),
  }),
)

export const loggingConfiguration = shape({
  ResourceArn: arn,
  LogDestinationConfigs: z.array(arn).min(1).max(1),
  RedactedFields: z.lazy(() => z.array(fieldToMatch).max(100)).optional(),
  LoggingFilter: z
    .lazy(() =>
      shape({
        DefaultBehavior: z.enum(['KEEP', 'DROP']),
        Filters: z
          .array(
            shape({
              Behavior: z.enum(['KEEP', 'DROP']),
              Requirement: z.enum(['MEETS_ALL', 'MEETS_ANY']),
              Conditions: z
                .array(
                  shape({
                    ActionCondition: shape({
                      Action: z.enum(['ALLOW', 'BLOCK', 'COUNT', 'CAPTCHA', 'CHALLENGE', 'EXCLUDED_AS_COUNT']),
                    }).optional(),
                    LabelNameCondition: shape({ LabelName: z.string().min(1).max(1024) }).optional(),
                  }),
                )
                .min(1),
            }),
          )
          .min(1),
      }),
    )
    .optional(),
})
