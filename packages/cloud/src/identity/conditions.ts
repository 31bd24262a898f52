import type { PolicyStatement } from '@terrace/model'
import ipaddr from 'ipaddr.js'
import type { RequestContext } from './context.ts'
import { substitute, wildcard } from './wildcard.ts'

/** How a condition block came out; an operator that we don't know is never taken for met. */
export type ConditionResult =
  | { readonly kind: 'met' | 'unmet' }
  | { readonly kind: 'unknown'; readonly operator: string }

/** Compares a value of the request with one of the policy, in which variables are already replaced. */
type Test = (actual: string, wanted: string) => boolean

interface Comparison {
  readonly test: Test
  /** Met when *no* value of the policy fits, and when the request lacks the key. */
  readonly negated: boolean
}

const positive = (test: Test): Comparison => ({ test, negated: false })
const negative = (test: Test): Comparison => ({ test, negated: true })

const literal = (text: string) => text.replaceAll('\uFDD0', '*').replaceAll('\uFDD1', '?')
const equal: Test = (actual, wanted) => actual === literal(wanted)
const equalIgnoringCase: Test = (actual, wanted) => actual.toLowerCase() === literal(wanted).toLowerCase()
const like: Test = (actual, wanted) => wildcard(wanted).test(actual)
const sameBoolean: Test = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()

/** ArnEquals and ArnLike are the same: each of the six parts is matched by itself. */
const arn: Test = (actual, wanted) => {
  const parts = split(actual)
  const patterns = split(wanted)
  return parts.length === 6 && patterns.length === 6 && patterns.every((part, i) => wildcard(part).test(parts[i] ?? ''))
}

function split(text: string): readonly string[] {
  const parts = text.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

const numeric =
  (holds: (a: number, b: number) => boolean): Test =>
  (actual, wanted) => {
    const [a, b] = [Number(actual), Number(wanted)]
    return Number.isFinite(a) && Number.isFinite(b) && holds(a, b)
  }

/** Dates are ISO 8601 or seconds since 1970. */
const moment = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text))
const date =
  (holds: (a: number, b: number) => boolean): Test =>
  (actual, wanted) => {
    const [a, b] = [moment(actual), moment(wanted)]
    return Number.isFinite(a) && Number.isFinite(b) && holds(a, b)
  }

const inRange: Test = (actual, wanted) => {
  if (!ipaddr.isValid(actual)) return false
  const address = ipaddr.process(actual)
  const range = wanted.includes('/') ? wanted : `${wanted}/${address.kind() === 'ipv4' ? 32 : 128}`
  if (!ipaddr.isValidCIDR(range)) return false
  const [network, bits] = ipaddr.parseCIDR(range)
  return network.kind() === address.kind() && address.match(network, bits)
}

const OPERATORS: Readonly<Record<string, Comparison>> = {
  StringEquals: positive(equal),
  StringNotEquals: negative(equal),
  StringEqualsIgnoreCase: positive(equalIgnoringCase),
  StringNotEqualsIgnoreCase: negative(equalIgnoringCase),
  StringLike: positive(like),
  StringNotLike: negative(like),
  NumericEquals: positive(numeric((a, b) => a === b)),
  NumericNotEquals: negative(numeric((a, b) => a === b)),
  NumericLessThan: positive(numeric((a, b) => a < b)),
  NumericLessThanEquals: positive(numeric((a, b) => a <= b)),
  NumericGreaterThan: positive(numeric((a, b) => a > b)),
  NumericGreaterThanEquals: positive(numeric((a, b) => a >= b)),
  DateEquals: positive(date((a, b) => a === b)),
  DateNotEquals: negative(date((a, b) => a === b)),
  DateLessThan: positive(date((a, b) => a < b)),
  DateLessThanEquals: positive(date((a, b) => a <= b)),
  DateGreaterThan: positive(date((a, b) => a > b)),
  DateGreaterThanEquals: positive(date((a, b) => a >= b)),
  Bool: positive(sameBoolean),
  BinaryEquals: positive(equal),
  IpAddress: positive(inRange),
  NotIpAddress: negative(inRange),
  ArnEquals: positive(arn),
  ArnLike: positive(arn),
  ArnNotEquals: negative(arn),
  ArnNotLike: negative(arn),
}

/**
 * Evaluates a statement's `Condition`: all operators and all their keys must hold; one value of a key is enough, for a
 * negated operator none may fit.
 *
 * @see IAM User Guide "IAM JSON policy elements: Condition operators", "… Multivalued context keys"
 */
export function evaluateConditions(condition: PolicyStatement['Condition'], context: RequestContext): ConditionResult {
  for (const [operator, keys] of Object.entries(condition ?? {})) {
    const result = evaluateOperator(operator, keys, context)
    if (result.kind !== 'met') return result
  }
  return { kind: 'met' }
}

type Keys = NonNullable<PolicyStatement['Condition']>[string]

function evaluateOperator(operator: string, keys: Keys, context: RequestContext): ConditionResult {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator)
  const [, set, name = '', ifExists] = parts ?? []
  if (name === 'Null' && set === undefined && ifExists === undefined) {
    const met = Object.entries(keys).every(([key, wanted]) => valuesOf(wanted).includes(String(!context.get(key))))
    return { kind: met ? 'met' : 'unmet' }
  }
  const comparison = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (!comparison) return { kind: 'unknown', operator }
  const met = Object.entries(keys).every(([key, wanted]) => {
    const actual = context.get(key)
    if (!actual || actual.length === 0)
      return set === 'ForAllValues' || ifExists !== undefined || (comparison.negated && !set)
    return holds(comparison, set, actual, valuesOf(wanted), context)
  })
  return { kind: met ? 'met' : 'unmet' }
}

const valuesOf = (wanted: Keys[string]): readonly string[] =>
  (typeof wanted === 'object' ? wanted : [wanted]).map(value => String(value))

function holds(
  { test, negated }: Comparison,
  set: string | undefined,
  actual: readonly string[],
  wanted: readonly string[],
  context: RequestContext,
): boolean {
  const fits = (value: string) =>
    wanted.some(pattern => {
      const complete = substitute(pattern, key => context.single(key))
      return complete !== undefined && test(value, complete)
    })
  const passes = (value: string) => fits(value) !== negated
  // Without a set operator a key with several values is met by any of them, and a negated one by none of them.
  const all = set === 'ForAllValues' || (set === undefined && negated)
  return all ? actual.every(passes) : actual.some(passes)
}
