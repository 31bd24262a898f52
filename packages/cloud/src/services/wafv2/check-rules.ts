import { messageOf } from '@terrace/kit'
import type { CustomResponseBodies, FirewallAction, FirewallRule, FirewallStatement, OnField } from '@terrace/model'
import { MANAGED_GROUPS } from '../../dataplane/firewall/managed/groups.ts'
import { Pattern } from '../../dataplane/firewall/pattern/pattern.ts'
import { TRANSFORMATIONS } from '../../dataplane/firewall/transformations.ts'
import { NotEmulated } from '../../gateway/errors.ts'
import { WAFDuplicateItemException, WAFInvalidParameterException, WAFNonexistentItemException } from './errors.ts'
import { LEAST_RATE, LONGEST_EXPRESSION, RATE_WINDOWS } from './limits.ts'

/** What rules may name. */
export interface Known {
  /** Whether there is an IP set, a set of expressions or a rule group with that ARN. */
  has(kind: 'ipset' | 'regexpatternset' | 'rulegroup', arn: string): boolean
  readonly bodies: CustomResponseBodies
}

/**
 * Whether rules are such as AWS takes.
 * @throws WAFInvalidParameterException, WAFNonexistentItemException, WAFDuplicateItemException, NotEmulated
 */
export function checkRules(rules: readonly FirewallRule[], known: Known): void {
  for (const [index, { Name, Priority }] of rules.entries()) {
    if (rules.findIndex(rule => rule.Name === Name) < index) throw new WAFDuplicateItemException()
    if (rules.findIndex(rule => rule.Priority === Priority) < index) {
      throw new WAFInvalidParameterException('RULE', String(Priority), 'The priority of each rule must be unique.')
    }
  }
  for (const rule of rules) checkRule(rule, known)
}

function checkRule({ Name, Statement, Action, OverrideAction }: FirewallRule, known: Known): void {
  const isGroup = Statement.ManagedRuleGroupStatement ?? Statement.RuleGroupReferenceStatement
  if (isGroup ? Action || one(OverrideAction ?? {}) !== 1 : OverrideAction || one(Action ?? {}) !== 1) {
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
  checkStatement(Statement, known)
}

/** How many members have a value. */
const one = (object: object): number => Object.values(object).filter(value => value !== undefined).length

export function checkAction(action: FirewallAction | undefined, { bodies }: Pick<Known, 'bodies'>): void {
  const key = action?.Block?.CustomResponse?.CustomResponseBodyKey
  if (key !== undefined && !Object.hasOwn(bodies, key)) {
    throw new WAFInvalidParameterException('CUSTOM_RESPONSE', key, 'There is no custom response body with this key.')
  }
}

function checkStatement(statement: FirewallStatement, known: Known): void {
  if (one(statement) !== 1) {
    throw new WAFInvalidParameterException('STATEMENT', '', 'You have used none or multiple values for a statement.')
  }
  const { AndStatement, OrStatement, NotStatement, RegexMatchStatement, RateBasedStatement } = statement
  for (const inner of [...(AndStatement?.Statements ?? []), ...(OrStatement?.Statements ?? [])]) {
    checkStatement(inner, known)
  }
  if (NotStatement) checkStatement(NotStatement.Statement, known)
  if (RegexMatchStatement) checkExpression(RegexMatchStatement.RegexString)
  if (RateBasedStatement) checkRate(RateBasedStatement, known)
  for (const field of onFields(statement)) checkField(field)
  const group = statement.ManagedRuleGroupStatement
  if (group) {
    checkManaged(group.VendorName, group.Name)
    if (group.ScopeDownStatement) checkStatement(group.ScopeDownStatement, known)
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
  if (one(FieldToMatch) !== 1) {
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
  if (ScopeDownStatement) checkStatement(ScopeDownStatement, known)
}
