import { BlockList, isIP } from 'node:net'
import { messageOf } from '@terrace/kit'
import { InvalidEventPatternException } from '../errors.ts'
import { LARGEST_NUMBER } from '../limits.ts'
import type { Condition, Leaf } from './pattern.ts'
import { type Fits, readWildcard } from './wildcard.ts'

/** Exactly that value: text, number, true, false or null. */
export const exactly = (expected: Leaf): Condition => ({ matches: value => value === expected })

/**
 * Reads a condition that is an object with one member: `{"prefix": "eu-"}`.
 *
 * @throws InvalidEventPatternException
 * @see Amazon EventBridge User Guide, "Comparison operators for use in event patterns in Amazon EventBridge"
 */
export function readCondition(filter: object): Condition {
  const [operator, ...more] = Object.entries(filter)
  if (!operator) throw refuse('Empty expressions are not allowed')
  if (more.length > 0) throw refuse('Only one key allowed in match expression')
  const [name, operand] = operator
  const read = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (!read) throw refuse(`Unrecognized match type ${name}`)
  return read(operand)
}

type Reads = (operand: unknown) => Condition

const OPERATORS: Readonly<Record<string, Reads>> = {
  'anything-but': anythingBut,
  cidr: operand => textual(cidr(operand)),
  'equals-ignore-case': operand => textual(ignoringCase(textOf(operand, 'equals-ignore-case'))),
  exists(operand) {
    if (typeof operand !== 'boolean') throw refuse('exists match pattern must be either true or false.')
    return { matches: value => (value !== undefined) === operand }
  },
  numeric,
  prefix: operand => textual(affix('prefix', operand)),
  suffix: operand => textual(affix('suffix', operand)),
  wildcard: operand => textual(wildcard(operand)),
}

const refuse = (reason: string) => new InvalidEventPatternException(reason)

const textual = (fits: Fits): Condition => ({ matches: value => typeof value === 'string' && fits(value) })

function textOf(operand: unknown, operator: string): string {
  if (typeof operand !== 'string') throw refuse(`${operator} match pattern must be a string`)
  return operand
}

function ignoringCase(expected: string): Fits {
  const folded = expected.toLowerCase()
  return text => text.toLowerCase() === folded
}

/** A text, or `{"equals-ignore-case": text}`. */
function affix(side: 'prefix' | 'suffix', operand: unknown): Fits {
  const fits = (text: string, part: string) => (side === 'prefix' ? text.startsWith(part) : text.endsWith(part))
  if (!isObject(operand)) {
    const part = textOf(operand, side)
    return text => fits(text, part)
  }
  const [inside, ...more] = Object.entries(operand)
  if (!inside || more.length > 0 || inside[0] !== 'equals-ignore-case') {
    throw refuse(`Unsupported anything-but pattern or ${side} expression: ${Object.keys(operand).join(', ')}`)
  }
  const part = textOf(inside[1], side).toLowerCase()
  return text => fits(text.toLowerCase(), part)
}

function wildcard(operand: unknown): Fits {
  try {
    return readWildcard(textOf(operand, 'wildcard'))
  } catch (error) {
    throw error instanceof InvalidEventPatternException ? error : refuse(messageOf(error))
  }
}

function cidr(operand: unknown): Fits {
  const [address = '', bits = '', ...more] = textOf(operand, 'cidr').split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  if (version === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
    throw refuse('Malformed CIDR, one "/" required')
  }
  const list = new BlockList()
  list.addSubnet(address, Number(bits), familyOf(version))
  return text => {
    const of = isIP(text)
    return of === version && list.check(text, familyOf(of))
  }
}

const familyOf = (version: number) => (version === 4 ? 'ipv4' : 'ipv6')

/** What must not be: values, or what affixes and wildcards fit. A field that isn't there doesn't match. */
function anythingBut(operand: unknown): Condition {
  if (!isObject(operand)) {
    const values = Array.isArray(operand) ? operand : [operand]
    if (values.length === 0) throw refuse('Empty arrays are not allowed')
    const all = (type: string) => values.every(value => typeof value === type)
    if (!all('string') && !all('number')) {
      throw refuse('Inside anything but list, either all values are number or string, mixed type is not supported')
    }
    return { matches: value => value !== undefined && !values.includes(value) }
  }
  const [inside, ...more] = Object.entries(operand)
  if (!inside || more.length > 0) throw refuse('Only one key allowed in match expression')
  const [operator, given] = inside
  const fits = eachOf(operator, given)
  return { matches: value => value !== undefined && !(typeof value === 'string' && fits.some(each => each(value))) }
}

function eachOf(operator: string, given: unknown): readonly Fits[] {
  const operands: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (operands.length === 0) throw refuse('Empty arrays are not allowed')
  return operands.map(operand => {
    if (operand === '') throw refuse('Null prefix/suffix not allowed')
    if (operator === 'prefix' || operator === 'suffix') return affix(operator, operand)
    if (operator === 'equals-ignore-case') return ignoringCase(textOf(operand, operator))
    if (operator === 'wildcard') return wildcard(operand)
    throw refuse(`Unsupported anything-but pattern: ${operator}`)
  })
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

/** `["=", 5]`, `["<", 5]`, or a range: `[">", 0, "<=", 5]`. */
function numeric(operand: unknown): Condition {
  if (!Array.isArray(operand)) throw refuse('Value of numeric must be an array.')
  const parts: readonly unknown[] = operand
  if (parts.length === 0) throw refuse('Invalid member in numeric match: ]')
  const [first, , second] = parts
  const isRange = parts.length === 4
  if (parts.length !== 2 && !isRange) throw refuse('Too many elements in numeric expression')
  if (isRange && !(String(first).startsWith('>') && String(second).startsWith('<'))) {
    throw refuse(`Bad numeric range operator: ${String(second)}`)
  }
  const comparisons = isRange
    ? [comparison(first, parts[1]), comparison(second, parts[3])]
    : [comparison(first, parts[1])]
  if (isRange && Number(parts[1]) >= Number(parts[3])) throw refuse('Bottom must be less than top')
  return { matches: value => typeof value === 'number' && comparisons.every(holds => holds(value)) }
}

function comparison(operator: unknown, bound: unknown): (value: number) => boolean {
  const holds = typeof operator === 'string' && Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined
  if (!holds) throw refuse(`Unrecognized numeric range operator: ${typeof operator === 'string' ? operator : 'none'}`)
  if (typeof bound !== 'number') throw refuse('Value of a numeric comparison must be numeric')
  if (Math.abs(bound) > LARGEST_NUMBER) {
    throw refuse(`Value must be between ${-LARGEST_NUMBER} and ${LARGEST_NUMBER}, inclusive`)
  }
  return value => holds(value, bound)
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
