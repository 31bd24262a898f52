import { messageOf } from '@terrace/kit'
import type { FirewallStatement, OnField } from '@terrace/model'
import { MANAGED_GROUPS } from '../../dataplane/firewall/managed/groups.ts'
import { Pattern } from '../../dataplane/firewall/pattern/pattern.ts'
import { TRANSFORMATIONS } from '../../dataplane/firewall/transformations.ts'
import { NotEmulated } from '../../gateway/errors.ts'
import { WAFInvalidParameterException, WAFNonexistentItemException } from './errors.ts'
import { LEAST_RATE, LONGEST_EXPRESSION, RATE_WINDOWS } from './limits.ts'

/** How many members have a value. */
export const members = (object: object): number => Object.values(object).filter(value => value !== undefined).length

/** What statements may name. */
export interface Known {
  /** Whether there is an IP set, a set of expressions or a rule group with that ARN. */
  has(kind: 'ipset' | 'regexpatternset' | 'rulegroup', arn: string): boolean
}

/** Where a statement stands: rates and groups are at the top of a rule, and groups in web ACLs alone. */
export type Place = 'web ACL' | 'rule group' | 'statement'

/** @see WAF Developer Guide, "Using rule statements in AWS WAF", "Nesting rule statements" */
export function checkStatement(statement: FirewallStatement, known: Known, place: Place): void {
  if (members(statement) !== 1) {
    throw new WAFInvalidParameterException('STATEMENT', '', 'You have used none or multiple values for a statement.')
  }
  checkPlace(statement, place)
  const { AndStatement, OrStatement, NotStatement, RegexMatchStatement, RateBasedStatement } = statement
  for (const inner of [...(AndStatement?.Statements ?? []), ...(OrStatement?.Statements ?? [])]) {
    checkStatement(inner, known, 'statement')
  }
  if (NotStatement) checkStatement(NotStatement.Statement, known, 'statement')
  if (RegexMatchStatement) checkExpression(RegexMatchStatement.RegexString)
  if (RateBasedStatement) checkRate(RateBasedStatement, known)
  for (const field of onFields(statement)) checkField(field)
  const group = statement.ManagedRuleGroupStatement
  if (group) {
    checkManaged(group.VendorName, group.Name)
    if (group.ScopeDownStatement) checkStatement(group.ScopeDownStatement, known, 'statement')
  }
  const references = [
    ['ipset', statement.IPSetReferenceStatement?.ARN],
    ['regexpatternset', statement.RegexPatternSetReferenceStatement?.ARN],
    ['rulegroup', statement.RuleGroupReferenceStatement?.ARN],
  ] as const
  for (const [kind, arn] of references) {
    if (arn !== undefined && !known.has(kind, arn)) throw new WAFNonexistentItemException()
  }
}

function checkPlace(statement: FirewallStatement, place: Place): void {
  const found = [
    ['RateBasedStatement', place === 'statement'],
    ['ManagedRuleGroupStatement', place !== 'web ACL'],
    ['RuleGroupReferenceStatement', place !== 'web ACL'],
  ] as const
  for (const [name, isWrong] of found) {
    if (!isWrong || !statement[name]) continue
    const where = place === 'statement' ? 'inside another statement' : 'in a rule group'
    throw new WAFInvalidParameterException(
      'STATEMENT',
      name,
      `Your nested statement is not valid: it can't be ${where}.`,
    )
  }
}

const onFields = (statement: FirewallStatement): readonly OnField[] =>
  [
    statement.ByteMatchStatement,
    statement.RegexMatchStatement,
    statement.RegexPatternSetReferenceStatement,
    statement.SizeConstraintStatement,
    statement.SqliMatchStatement,
    statement.XssMatchStatement,
  ].filter(each => each !== undefined)

function checkField({ FieldToMatch, TextTransformations }: OnField): void {
  if (members(FieldToMatch) !== 1) {
    throw new WAFInvalidParameterException(
      'FIELD_TO_MATCH',
      '',
      'You have used none or multiple values for a field to match.',
    )
  }
  for (const { Type } of TextTransformations) {
    if (!Object.hasOwn(TRANSFORMATIONS, Type)) {
      throw new WAFInvalidParameterException('TEXT_TRANSFORMATION', Type, 'There is no such text transformation.')
    }
  }
}

/** @throws WAFInvalidParameterException */
export function checkExpression(expression: string): void {
  if (expression.length > LONGEST_EXPRESSION) {
    throw new WAFInvalidParameterException(
      'REGEX_PATTERN',
      expression,
      `It is longer than ${LONGEST_EXPRESSION} characters.`,
    )
  }
  try {
    new Pattern(expression)
  } catch (error) {
    throw new WAFInvalidParameterException('REGEX_PATTERN', expression, messageOf(error))
  }
}

function checkManaged(vendor: string, name: string): void {
  if (vendor === 'AWS' && MANAGED_GROUPS.some(group => group.name === name)) return
  if (vendor === 'AWS' && name.startsWith('AWSManagedRules')) throw new NotEmulated(`the managed rule group ${name}`)
  throw new WAFNonexistentItemException()
}

function checkRate(rate: NonNullable<FirewallStatement['RateBasedStatement']>, known: Known): void {
  const { Limit, EvaluationWindowSec = 300, AggregateKeyType, CustomKeys, ForwardedIPConfig, ScopeDownStatement } = rate
  const bad = (parameter: string, because: string) =>
    new WAFInvalidParameterException('RATE_BASED_STATEMENT', parameter, because)
  if (Limit < LEAST_RATE) throw bad(String(Limit), `The limit is at least ${LEAST_RATE}.`)
  if (!RATE_WINDOWS.includes(EvaluationWindowSec)) {
    throw bad(String(EvaluationWindowSec), `The window is one of ${RATE_WINDOWS.join(', ')}.`)
  }
  const forwards = AggregateKeyType === 'FORWARDED_IP' || CustomKeys?.some(({ ForwardedIP }) => ForwardedIP)
  if (forwards && !ForwardedIPConfig) throw bad('ForwardedIPConfig', 'A forwarded address needs its header field.')
  if (AggregateKeyType === 'CONSTANT' && !ScopeDownStatement) {
    throw bad('ScopeDownStatement', 'To count all requests, a scope-down statement is needed.')
  }
  if ((AggregateKeyType === 'CUSTOM_KEYS') !== (CustomKeys !== undefined)) {
    throw bad('CustomKeys', 'Custom keys go with the type CUSTOM_KEYS, and with that alone.')
  }
  if (ScopeDownStatement) checkStatement(ScopeDownStatement, known, 'statement')
}
