import type { LogRecord } from '../../dataplane/firewall/record.ts'
import { timestamp } from '../../gateway/time.ts'
import type { EntityOf, StoredWebAcl } from './entity.ts'

/** A request of the sample, and the rule within a group that matched it. */
export interface Sample {
  readonly record: LogRecord
  readonly action: 'ALLOW' | 'BLOCK' | 'COUNT'
  /** `AWS#AWSManagedRulesCommonRuleSet#NoUserAgent_HEADER` */
  readonly inGroup?: string
}

/** What a metric name of a web ACL stands for: a rule, what no rule ended, or everything. */
export type Sampled =
  | { readonly kind: 'rule'; readonly rule: StoredWebAcl['Rules'][number] }
  | { readonly kind: 'default' }
  | { readonly kind: 'all' }

/**
 * @param metric  of a rule; `ALL`; that of the web ACL, or `Default_Action`, for what no rule ended
 * @returns nothing when it is none of these, or of what no sample is kept
 */
export function sampledBy({ Rules, VisibilityConfig }: StoredWebAcl, metric: string): Sampled | undefined {
  const rule = Rules.find(each => each.VisibilityConfig.MetricName === metric)
  if (rule) return rule.VisibilityConfig.SampledRequestsEnabled ? { kind: 'rule', rule } : undefined
  if (!VisibilityConfig.SampledRequestsEnabled) return undefined
  if (metric === 'ALL') return { kind: 'all' }
  return metric === 'Default_Action' || metric === VisibilityConfig.MetricName ? { kind: 'default' } : undefined
}

/** The requests of a sample. */
export function samplesOf(
  sampled: Sampled,
  records: readonly LogRecord[],
  groupOf: (arn: string) => EntityOf<'rulegroup'> | undefined,
): readonly Sample[] {
  if (sampled.kind === 'all') return records.map(record => ({ record, action: record.action }))
  if (sampled.kind === 'default') {
    return records.flatMap(record =>
      record.terminatingRuleId === 'Default_Action' ? [{ record, action: record.action }] : [],
    )
  }
  const { rule } = sampled
  const managed = rule.Statement.ManagedRuleGroupStatement
  const group = rule.Statement.RuleGroupReferenceStatement?.ARN
  const groupId = managed ? `${managed.VendorName}#${managed.Name}` : group
  const prefix = group === undefined ? groupId : groupOf(group)?.Name
  return records.flatMap((record): Sample[] => {
    const found = record.ruleGroupList.find(({ ruleGroupId }) => ruleGroupId === groupId)
    const inner = found?.terminatingRule?.ruleId
    const inGroup = inner === undefined ? {} : { inGroup: `${prefix}#${inner}` }
    if (record.terminatingRuleId === rule.Name) return [{ record, action: record.action, ...inGroup }]
    const counted = record.nonTerminatingMatchingRules.some(({ ruleId }) => ruleId === rule.Name)
    return counted ? [{ record, action: 'COUNT', ...inGroup }] : []
  })
}

/** As the API has it. */
export function sampleOf({ record, action, inGroup }: Sample) {
  const { httpRequest, labels, responseCodeSent, requestHeadersInserted, timestamp: at } = record
  const named = ({ name, value }: { readonly name: string; readonly value: string }) => ({ Name: name, Value: value })
  return {
    Request: {
      ClientIP: httpRequest.clientIp,
      Country: httpRequest.country,
      URI: httpRequest.uri,
      Method: httpRequest.httpMethod,
      HTTPVersion: httpRequest.httpVersion,
      Headers: httpRequest.headers.map(named),
    },
    Weight: 1,
    Timestamp: timestamp(at),
    Action: action,
    ...(inGroup === undefined ? {} : { RuleNameWithinRuleGroup: inGroup }),
    ...(requestHeadersInserted ? { RequestHeadersInserted: requestHeadersInserted.map(named) } : {}),
    ...(responseCodeSent === null ? {} : { ResponseCodeSent: responseCodeSent }),
    ...(labels ? { Labels: labels.map(({ name }) => ({ Name: name })) } : {}),
  }
}
