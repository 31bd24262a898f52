import type { Duration, Instant } from '@terrace/kit'
import { combine, negative } from './arithmetic.ts'
import { FUNCTIONS, REFUSED } from './functions.ts'
import { MathError, MathNotEmulated } from './math-error.ts'
import type { Expression } from './parse.ts'
import { type MathValue, scalar, seriesList, type TimeSeries } from './value.ts'

/** What an expression is computed over. */
export interface MathContext {
  readonly from: Instant
  /** Not included. */
  readonly to: Instant
  readonly period: Duration
  /** Periods begin here, and at whole periods before and after. */
  readonly anchor: Instant
  /** The metrics of the request, without expressions. */
  readonly metrics: readonly TimeSeries[]
  /** What a query with that id gave; nothing when there is none. */
  readonly lookUp: (id: string) => MathValue | undefined
}

/** Computes an expression. @throws MathError, MathNotEmulated */
export function evaluate(expression: Expression, context: MathContext): MathValue {
  const compute = (part: Expression): MathValue => evaluate(part, context)
  switch (expression.kind) {
    case 'number':
      return scalar(expression.value)
    case 'text':
      throw new MathError(`The text "${expression.value}" is no argument here`)
    case 'name': {
      const value = context.lookUp(expression.name)
      if (!value) throw new MathError(`Unknown identifier '${expression.name}'`)
      return value
    }
    case 'list':
      return seriesList(expression.items.flatMap(item => listOf(compute(item))))
    case 'negative':
      return negative(compute(expression.of))
    case 'binary':
      return combine(expression.operator, compute(expression.left), compute(expression.right))
    case 'call': {
      if (REFUSED.has(expression.name)) throw new MathNotEmulated(`the function ${expression.name} of metric math`)
      const call = FUNCTIONS[expression.name]
      if (!call) throw new MathError(`Unknown function '${expression.name}'`)
      return call({ name: expression.name, arguments: expression.arguments, compute, context })
    }
  }
}

function listOf(value: MathValue): readonly TimeSeries[] {
  if (value.kind === 'scalar') throw new MathError('An array can hold time series only, no scalars')
  return value.kind === 'list' ? value.list : [value.series]
}

/** The ids that an expression refers to. */
export function namesIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.name]
    case 'list':
      return expression.items.flatMap(namesIn)
    case 'negative':
      return namesIn(expression.of)
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)]
    case 'call':
      return expression.arguments.flatMap(namesIn)
    default:
      return []
  }
}
