import type { PolicyStatement } from '@terrace/model'
import ipaddr from 'ipaddr.js'
import type { RequestContext } from './context.ts'
import { substitute, wildcard } from './wildcard.ts'

/** How a condition block came out; an operator that we don't know is never taken for met. */
export type ConditionResult =
  | { readonly kind: 'met' | 'unmet' }
  | { readonly kind: 'unknown'; readonly operator: string }

/** A statement's conditions, read once. */
export interface CompiledCondition {
  evaluate(context: RequestContext): ConditionResult
  /** The keys it asks for. */
  readonly keys: readonly string[]
}

/** Reads a value of the policy, in which variables are already replaced; what comes out takes those of the request. */
type Reader = (wanted: string) => (actual: string) => boolean

interface Comparison {
  readonly read: Reader
  /** Met when *no* value of the policy fits, and when the request lacks the key. */
  readonly negated: boolean
}

const positive = (read: Reader): Comparison => ({ read, negated: false })
const negative = (read: Reader): Comparison => ({ read, negated: true })

const literal = (text: string) => text.replaceAll('\uFDD0', '*').replaceAll('\uFDD1', '?')
const equal: Reader = wanted => {
  const text = literal(wanted)
  return actual => actual === text
}
const equalIgnoringCase: Reader = wanted => {
  const text = literal(wanted).toLowerCase()
  return actual => actual.toLowerCase() === text
}
const like: Reader = wanted => {
  const expression = wildcard(wanted)
  return actual => expression.test(actual)
}
const sameBoolean: Reader = wanted => actual => actual.toLowerCase() === wanted.toLowerCase()

/** ArnEquals and ArnLike are the same: each of the six parts is matched by itself. */
const arn: Reader = wanted => {
  const patterns = split(wanted).map(part => wildcard(part))
  return actual => {
    const parts = split(actual)
    return parts.length === 6 && patterns.length === 6 && patterns.every((part, i) => part.test(parts[i] ?? ''))
  }
}

// Five colons separate; more of them belong to the last part, and an ARN of fewer parts is none.
function split(text: string): readonly string[] {
  const parts = text.split(':')
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

const numeric =
  (holds: (a: number, b: number) => boolean): Reader =>
  wanted => {
    const b = Number(wanted)
    return actual => {
      const a = Number(actual)
      return Number.isFinite(a) && Number.isFinite(b) && holds(a, b)
    }
  }

/** Dates are ISO 8601 or seconds since 1970. */
const moment = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text))
const date =
  (holds: (a: number, b: number) => boolean): Reader =>
  wanted => {
    const b = moment(wanted)
    return actual => {
      const a = moment(actual)
      return Number.isFinite(a) && Number.isFinite(b) && holds(a, b)
    }
  }

const inRange: Reader = wanted => {
  const range = rangeOf(wanted)
  return actual => {
    if (!range || !ipaddr.isValid(actual)) return false
    const address = ipaddr.process(actual)
    const [network, bits] = range
    return network.kind() === address.kind() && address.match(network, bits)
  }
}

function rangeOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text)
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
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
 * Reads a statement's `Condition`: all operators and all their keys must hold; one value of a key is enough, for a
 * negated operator none may fit.
 *
 * @param variables  whether the policy's version knows `${…}`
 * @see IAM User Guide "IAM JSON policy elements: Condition operators", "… Multivalued context keys"
 */
export function compileConditions(condition: PolicyStatement['Condition'], variables: boolean): CompiledCondition {
  const blocks = Object.entries(condition ?? {}).map(([operator, keys]) => compileOperator(operator, keys, variables))
  return {
    keys: Object.values(condition ?? {}).flatMap(keys => Object.keys(keys)),
    evaluate(context) {
      for (const block of blocks) {
        const result = block(context)
        if (result.kind !== 'met') return result
      }
      return MET
    },
  }
}

const MET: ConditionResult = { kind: 'met' }
const UNMET: ConditionResult = { kind: 'unmet' }

type Keys = NonNullable<PolicyStatement['Condition']>[string]
type Block = (context: RequestContext) => ConditionResult
type KeyTest = (context: RequestContext) => boolean

function compileOperator(operator: string, keys: Keys, variables: boolean): Block {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator)
  const [, set, name = '', ifExists] = parts ?? []
  if (name === 'Null' && set === undefined && ifExists === undefined) {
    return every(
      Object.entries(keys).map(([key, wanted]): KeyTest => {
        const values = valuesOf(wanted)
        return context => values.includes(String(!context.get(key)))
      }),
    )
  }
  const comparison = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (!comparison) return () => ({ kind: 'unknown', operator })
  const whenAbsent = set === 'ForAllValues' || ifExists !== undefined || (comparison.negated && !set)
  return every(
    Object.entries(keys).map(([key, wanted]): KeyTest => {
      const holds = compileKey(comparison, set, valuesOf(wanted), variables)
      return context => {
        const actual = context.get(key)
        return actual && actual.length > 0 ? holds(actual, context) : whenAbsent
      }
    }),
  )
}

const every =
  (tests: readonly KeyTest[]): Block =>
  context =>
    tests.every(test => test(context)) ? MET : UNMET

const valuesOf = (wanted: Keys[string]): readonly string[] =>
  (typeof wanted === 'object' ? wanted : [wanted]).map(value => String(value))

function compileKey(
  { read, negated }: Comparison,
  set: string | undefined,
  wanted: readonly string[],
  variables: boolean,
): (actual: readonly string[], context: RequestContext) => boolean {
  const tests = wanted.map(pattern => {
    if (!variables || !pattern.includes('${')) return constant(read(pattern))
    return (value: string, context: RequestContext) => {
      const complete = substitute(pattern, key => context.single(key))
      return complete !== undefined && read(complete)(value)
    }
  })
  // Without a set operator a key with several values is met by any of them, and a negated one by none of them.
  const all = set === 'ForAllValues' || (set === undefined && negated)
  return (actual, context) => {
    const passes = (value: string) => tests.some(test => test(value, context)) !== negated
    return all ? actual.every(passes) : actual.some(passes)
  }
}

const constant =
  (test: (actual: string) => boolean): ((actual: string, context: RequestContext) => boolean) =>
  actual =>
    test(actual)
