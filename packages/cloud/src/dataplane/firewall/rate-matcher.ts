import type { Instant } from '@terrace/kit'
import type { RateBasedStatement } from '@terrace/model'
import type { RateCounter } from './rate.ts'
import { compileStatement, forwardedAddresses, type Inspection, isAddress, type Named, ratePart } from './statement.ts'

/** A rate that limited a request, as records have it. */
export interface RateMatch {
  readonly rateBasedRuleId: string
  readonly rateBasedRuleName: string
  readonly limitKey: 'IP' | 'FORWARDEDIP' | 'CUSTOMKEYS' | 'CONSTANT'
  readonly maxRateAllowed: number
  readonly evaluationWindowSec: string
  readonly limitValue?: string
  readonly customValues?: readonly { readonly key: string; readonly name?: string; readonly value: string }[]
}

/** A rate-based statement, ready to be asked. */
export interface RateMatcher {
  readonly needsBody: boolean
  /** Counts the request, if it is of those that count; nothing when it isn't limited. */
  limited(inspection: Inspection, now: Instant): RateMatch | undefined
}

const LIMIT_KEYS = {
  IP: 'IP',
  FORWARDED_IP: 'FORWARDEDIP',
  CUSTOM_KEYS: 'CUSTOMKEYS',
  CONSTANT: 'CONSTANT',
} as const

/** What one request counts for. `always`: an address that can't be read, which is taken as limited. */
type Key = { readonly key: string; readonly parts?: RateMatch['customValues'] } | 'always' | undefined

/** @see WAF Developer Guide, "Using rate-based rule statements in AWS WAF" */
export function compileRate(
  name: string,
  statement: RateBasedStatement,
  counter: RateCounter,
  named: Named,
): RateMatcher {
  const { AggregateKeyType, Limit, EvaluationWindowSec = 300, ScopeDownStatement } = statement
  const scope = ScopeDownStatement && compileStatement(ScopeDownStatement, named)
  const keyOf = keyReader(statement)
  return {
    needsBody: scope?.needsBody === true,
    limited(inspection, now) {
      if (scope && !scope.matches(inspection)) return undefined
      const found = keyOf(inspection)
      if (found === undefined) return undefined
      if (found !== 'always' && !counter.add(found.key, now)) return undefined
      return {
        rateBasedRuleId: name,
        rateBasedRuleName: name,
        limitKey: LIMIT_KEYS[AggregateKeyType],
        maxRateAllowed: Limit,
        evaluationWindowSec: String(EvaluationWindowSec),
        ...(found === 'always' || AggregateKeyType === 'CONSTANT' ? {} : valuesOf(found)),
      }
    },
  }
}

const valuesOf = ({ key, parts }: Exclude<Key, 'always' | undefined>) =>
  parts ? { customValues: parts } : { limitValue: key }

function keyReader({ AggregateKeyType, CustomKeys = [], ForwardedIPConfig }: RateBasedStatement) {
  const parts = CustomKeys.map(key => ratePart(key, ForwardedIPConfig?.HeaderName))
  return (inspection: Inspection): Key => {
    const { facts } = inspection
    if (AggregateKeyType === 'CONSTANT') return { key: 'all' }
    if (AggregateKeyType === 'IP') return { key: facts.address }
    if (AggregateKeyType === 'FORWARDED_IP') {
      const first = forwardedAddresses(facts, ForwardedIPConfig?.HeaderName ?? '')?.[0]
      if (first === undefined) return undefined
      if (isAddress(first)) return { key: first }
      return ForwardedIPConfig?.FallbackBehavior === 'MATCH' ? 'always' : undefined
    }
    const values = parts.map(({ key, name, read }) => ({ key, ...(name && { name }), value: read(inspection) }))
    const whole = values.flatMap(({ value, ...rest }) => (value === undefined ? [] : [{ ...rest, value }]))
    if (whole.length < values.length) return undefined
    return { key: JSON.stringify(whole.map(({ value }) => value)), parts: whole }
  }
}
