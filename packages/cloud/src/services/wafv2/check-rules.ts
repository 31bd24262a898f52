import type { CustomResponseBodies, FirewallAction, FirewallRule, FirewallVisibility } from '@terrace/model'
import { checkStatement, type Known as KnownToStatements, members, type Place } from './check-statement.ts'
import { WAFDuplicateItemException, WAFInvalidParameterException } from './errors.ts'
import { RESERVED_LABELS, RESERVED_METRICS } from './limits.ts'

/** What rules may name. */
export interface Known extends KnownToStatements {
  readonly bodies: CustomResponseBodies
}

/**
 * Whether rules are such as AWS takes.
 *
 * @param place  what they are the rules of
 * @throws WAFInvalidParameterException, WAFNonexistentItemException, WAFDuplicateItemException, NotEmulated
 */
export function checkRules(rules: readonly FirewallRule[], known: Known, place: Exclude<Place, 'statement'>): void {
  for (const [index, { Name, Priority }] of rules.entries()) {
    if (rules.findIndex(rule => rule.Name === Name) < index) throw new WAFDuplicateItemException()
    if (rules.findIndex(rule => rule.Priority === Priority) < index) {
      throw new WAFInvalidParameterException('RULE', String(Priority), 'The priority of each rule must be unique.')
    }
  }
  for (const rule of rules) checkRule(rule, known, place)
}

function checkRule(rule: FirewallRule, known: Known, place: Place): void {
  const { Name, Statement, Action, OverrideAction, RuleLabels = [], VisibilityConfig } = rule
  const isGroup = Statement.ManagedRuleGroupStatement ?? Statement.RuleGroupReferenceStatement
  if (isGroup ? Action || members(OverrideAction ?? {}) !== 1 : OverrideAction || members(Action ?? {}) !== 1) {
    const needed = isGroup ? 'OverrideAction' : 'Action'
    throw new WAFInvalidParameterException(
      'RULE',
      Name,
      `A reference in your rule statement is not valid: ${needed} is needed, and that alone.`,
    )
  }
  checkAction(Action, known)
  const overrides = isGroup?.RuleActionOverrides ?? []
  for (const { ActionToUse } of overrides) checkAction(ActionToUse, known)
  if (isGroup && RuleLabels.length > 0) {
    throw new WAFInvalidParameterException('RULE', Name, 'A rule that names a rule group adds no labels of its own.')
  }
  for (const label of RuleLabels) checkLabel(label.Name)
  checkVisibility(VisibilityConfig)
  checkStatement(Statement, known, place)
}

/** @see WAF Developer Guide, "Label syntax and naming requirements in AWS WAF" */
function checkLabel(name: string): void {
  const reserved = name.split(':').find(part => RESERVED_LABELS.includes(part))
  if (reserved === undefined) return
  throw new WAFInvalidParameterException('LABEL', name, `The word ${reserved} is reserved in labels.`)
}

/** @throws WAFInvalidParameterException */
export function checkVisibility({ MetricName }: FirewallVisibility): void {
  if (!RESERVED_METRICS.includes(MetricName)) return
  throw new WAFInvalidParameterException('METRIC_NAME', MetricName, 'This metric name is reserved for AWS WAF.')
}

export function checkAction(action: FirewallAction | undefined, { bodies }: Pick<Known, 'bodies'>): void {
  const key = action?.Block?.CustomResponse?.CustomResponseBodyKey
  if (key !== undefined && !Object.hasOwn(bodies, key)) {
    throw new WAFInvalidParameterException('CUSTOM_RESPONSE', key, 'There is no custom response body with this key.')
  }
}
