import type { FirewallLogConfig, LoggingFilter } from '@terrace/model'
import type { LogRecord } from '../../dataplane/firewall/record.ts'

/** @see WAF Developer Guide, "Log filtering": the first filter that matches decides */
export function isKept(record: LogRecord, filter: LoggingFilter | undefined): boolean {
  if (!filter) return true
  const actions = new Set<string>([record.action])
  for (const { action } of record.nonTerminatingMatchingRules) actions.add(action)
  for (const { nonTerminatingMatchingRules, excludedRules } of record.ruleGroupList) {
    for (const { action } of nonTerminatingMatchingRules) actions.add(action)
    if (excludedRules) actions.add('EXCLUDED_AS_COUNT')
  }
  const labels = new Set(record.labels?.map(({ name }) => name))
  const found = filter.Filters.find(({ Requirement, Conditions }) => {
    const met = Conditions.map(
      ({ ActionCondition, LabelNameCondition }) =>
        (ActionCondition !== undefined && actions.has(ActionCondition.Action)) ||
        (LabelNameCondition !== undefined && labels.has(LabelNameCondition.LabelName)),
    )
    return Requirement === 'MEETS_ALL' ? met.every(Boolean) : met.some(Boolean)
  })
  return (found?.Behavior ?? filter.DefaultBehavior) === 'KEEP'
}

/** The record without what must not be logged. */
export function redacted(record: LogRecord, { RedactedFields = [] }: FirewallLogConfig): LogRecord {
  if (RedactedFields.length === 0) return record
  const hidden = new Set(RedactedFields.flatMap(({ SingleHeader }) => SingleHeader?.Name.toLowerCase() ?? []))
  const { httpRequest } = record
  const hides = (key: 'Method' | 'QueryString' | 'UriPath') => RedactedFields.some(field => field[key] !== undefined)
  return {
    ...record,
    httpRequest: {
      ...httpRequest,
      headers: httpRequest.headers.map(({ name, value }) => ({
        name,
        value: hidden.has(name.toLowerCase()) ? 'REDACTED' : value,
      })),
      uri: hides('UriPath') ? 'REDACTED' : httpRequest.uri,
      args: hides('QueryString') ? 'REDACTED' : httpRequest.args,
      httpMethod: hides('Method') ? 'REDACTED' : httpRequest.httpMethod,
    },
  }
}
