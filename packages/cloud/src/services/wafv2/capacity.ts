import type { FirewallRule, FirewallStatement, OnField } from '@terrace/model'
import { MANAGED_GROUPS } from '../../dataplane/firewall/managed/groups.ts'

/** Labels that one WCU pays for. @see WAF Developer Guide, "AWS WAF rules that add labels" */
const LABELS_OF_A_UNIT = 5

/**
 * The WCU that rules take. A transformation of the same part of a request is paid once.
 *
 * @param groupCapacity  of a rule group by its ARN
 * @see WAF Developer Guide, "Using match rule statements in AWS WAF" and the pages of its statements, "Using rate-based rule
 *   statements in AWS WAF", "Web ACL capacity units (WCUs) in AWS WAF". `differs:` AWS doesn't publish what else it saves by
 *   combining rules
 */
export function capacityOf(rules: readonly FirewallRule[], groupCapacity: (arn: string) => number): number {
  const transformed = new Set<string>()
  const sum = rules.reduce((total, { Statement }) => total + baseOf(Statement, groupCapacity, transformed), 0)
  const labels = rules.reduce((total, { RuleLabels = [] }) => total + RuleLabels.length, 0)
  return sum + 10 * transformed.size + Math.floor(labels / LABELS_OF_A_UNIT)
}

function baseOf(
  statement: FirewallStatement,
  groupCapacity: (arn: string) => number,
  transformed: Set<string>,
): number {
  const within = (parts: readonly FirewallStatement[]) =>
    parts.reduce((total, part) => total + baseOf(part, groupCapacity, transformed), 0)
  const on = (field: OnField, base: number): number => {
    for (const { Type } of field.TextTransformations) {
      if (Type !== 'NONE') transformed.add(`${JSON.stringify(field.FieldToMatch)} ${Type}`)
    }
    const whole = field.FieldToMatch.JsonBody ? 2 * base : base
    return field.FieldToMatch.AllQueryArguments ? whole + 10 : whole
  }
  const { ByteMatchStatement, SqliMatchStatement, IPSetReferenceStatement, RateBasedStatement } = statement
  if (ByteMatchStatement) {
    return on(ByteMatchStatement, ByteMatchStatement.PositionalConstraint.startsWith('CONTAINS') ? 10 : 2)
  }
  if (statement.RegexMatchStatement) return on(statement.RegexMatchStatement, 3)
  if (statement.RegexPatternSetReferenceStatement) return on(statement.RegexPatternSetReferenceStatement, 25)
  if (statement.SizeConstraintStatement) return on(statement.SizeConstraintStatement, 1)
  if (SqliMatchStatement) return on(SqliMatchStatement, SqliMatchStatement.SensitivityLevel === 'HIGH' ? 30 : 20)
  if (statement.XssMatchStatement) return on(statement.XssMatchStatement, 40)
  if (IPSetReferenceStatement) return IPSetReferenceStatement.IPSetForwardedIPConfig?.Position === 'ANY' ? 5 : 1
  if (statement.LabelMatchStatement) return 1
  if (statement.AndStatement) return within(statement.AndStatement.Statements)
  if (statement.OrStatement) return within(statement.OrStatement.Statements)
  if (statement.NotStatement) return within([statement.NotStatement.Statement])
  if (RateBasedStatement) {
    const { CustomKeys = [], ScopeDownStatement } = RateBasedStatement
    return 2 + 30 * CustomKeys.length + (ScopeDownStatement ? within([ScopeDownStatement]) : 0)
  }
  const managed = statement.ManagedRuleGroupStatement
  if (managed) {
    const own = MANAGED_GROUPS.find(({ name }) => name === managed.Name)?.capacity ?? 0
    return own + (managed.ScopeDownStatement ? within([managed.ScopeDownStatement]) : 0)
  }
  return groupCapacity(statement.RuleGroupReferenceStatement?.ARN ?? '')
}
