import type { Decision, NamedMatch } from './decision.ts'
import type { RequestFacts } from './facts.ts'
import type { MatchDetail } from './statement.ts'

/**
 * What AWS WAF logs of a request, in AWS's own names.
 * @see WAF Developer Guide, "Log fields for protection pack (web ACL) traffic". `differs:` no country, no fingerprints
 */
export interface LogRecord {
  readonly timestamp: number
  readonly formatVersion: 1
  readonly webaclId: string
  readonly terminatingRuleId: string
  readonly terminatingRuleType: Decision['terminatingType']
  readonly action: 'ALLOW' | 'BLOCK'
  readonly terminatingRuleMatchDetails: readonly MatchDetail[]
  readonly httpSourceName: 'ALB' | 'CF'
  readonly httpSourceId: string
  readonly ruleGroupList: Decision['groups']
  readonly rateBasedRuleList: Decision['rates']
  readonly nonTerminatingMatchingRules: readonly NamedMatch[]
  readonly requestHeadersInserted: readonly NameAndValue[] | null
  readonly responseCodeSent: number | null
  readonly httpRequest: {
    readonly clientIp: string
    readonly country: '-'
    readonly headers: readonly NameAndValue[]
    readonly uri: string
    readonly args: string
    readonly httpVersion: string
    readonly httpMethod: string
    /** Of the service in front: `X-Amzn-Trace-Id` of a balancer, `X-Amz-Cf-Id` of CloudFront. */
    readonly requestId: string
    readonly fragment: ''
    readonly scheme: string
    readonly host: string
  }
  readonly labels?: readonly { readonly name: string }[]
  readonly requestBodySize?: number
  readonly requestBodySizeInspectedByWAF?: number
}

export interface NameAndValue {
  readonly name: string
  readonly value: string
}

/** Labels that are logged. */
const MOST_LABELS = 100

/** Where the request came to. */
export interface Source {
  readonly name: 'ALB' | 'CF'
  readonly id: string
}

export function recordOf(
  acl: string,
  source: Source,
  requestId: string,
  facts: RequestFacts,
  decision: Decision,
  at: number,
): LogRecord {
  const headers: NameAndValue[] = []
  for (let index = 0; index < facts.headers.length; index += 2) {
    headers.push({ name: facts.headers[index] ?? '', value: facts.headers[index + 1] ?? '' })
  }
  const { labels, inserted } = decision
  return {
    timestamp: at,
    formatVersion: 1,
    webaclId: acl,
    terminatingRuleId: decision.terminatingRule,
    terminatingRuleType: decision.terminatingType,
    action: decision.action,
    terminatingRuleMatchDetails: decision.matchDetails,
    httpSourceName: source.name,
    httpSourceId: source.id,
    ruleGroupList: decision.groups,
    rateBasedRuleList: decision.rates,
    nonTerminatingMatchingRules: decision.counted,
    requestHeadersInserted:
      inserted.length === 0 ? null : inserted.map(({ Name, Value }) => ({ name: `x-amzn-waf-${Name}`, value: Value })),
    responseCodeSent: decision.response?.custom === true ? decision.response.status : null,
    httpRequest: {
      clientIp: facts.address,
      country: '-',
      headers,
      uri: facts.path,
      args: facts.query,
      httpVersion: facts.httpVersion,
      httpMethod: facts.method,
      requestId,
      fragment: '',
      scheme: facts.scheme,
      host: headers.find(({ name }) => name.toLowerCase() === 'host')?.value ?? '',
    },
    ...(labels.length > 0 ? { labels: labels.slice(0, MOST_LABELS).map(name => ({ name })) } : {}),
    ...(facts.bodyLength === undefined ? {} : { requestBodySize: facts.bodyLength }),
    ...(facts.body === '' ? {} : { requestBodySizeInspectedByWAF: facts.body.length }),
  }
}
