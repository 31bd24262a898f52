import ipaddr from 'ipaddr.js'
import { FILTER_NUMBER_DIGITS, LARGEST_FILTER_NUMBER } from '../limits.ts'

/** Whether one value of a message is what a policy asks for. */
export type Matcher = (value: unknown) => boolean

/** A policy that can't be; the message says what of it. */
export class BadFilter extends Error {}

/**
 * One of the conditions in the list of a key, `exists` apart: a value, or an operator.
 *
 * @throws BadFilter
 * @see Amazon SNS Developer Guide, "String value matching", "Numeric value matching"
 */
export function matcherOf(condition: unknown): Matcher {
  if (!isRecord(condition)) return exactly(condition)
  const [operator, operand] = onlyEntry(condition)
  switch (operator) {
    case 'anything-but':
      return anythingBut(operand)
    case 'numeric':
      return numeric(operand)
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'cidr':
      return ofText(operator, operand)
    default:
      throw new BadFilter(`Unrecognized match type ${operator}`)
  }
}

/** The one operator of a condition. @throws BadFilter */
export function onlyEntry(condition: Readonly<Record<string, unknown>>): readonly [string, unknown] {
  const [entry, ...more] = Object.entries(condition)
  if (entry && more.length === 0) return entry
  throw new BadFilter('Only one key allowed in match expression')
}

function exactly(wanted: unknown): Matcher {
  if (typeof wanted === 'number') return equal(checkedNumber(wanted))
  if (wanted === null || typeof wanted === 'string' || typeof wanted === 'boolean') return value => value === wanted
  throw new BadFilter('Match value must be String, number, true, false, or null')
}

const equal =
  (wanted: number): Matcher =>
  value =>
    typeof value === 'number' && rounded(value) === rounded(wanted)

const rounded = (value: number): number => Math.round(value * 10 ** FILTER_NUMBER_DIGITS)

function checkedNumber(value: unknown): number {
  if (typeof value !== 'number') throw new BadFilter('Value of numeric must be a number')
  if (Math.abs(value) > LARGEST_FILTER_NUMBER) {
    throw new BadFilter(`Value of numeric must be between -${LARGEST_FILTER_NUMBER} and ${LARGEST_FILTER_NUMBER}`)
  }
  return value
}

function anythingBut(operand: unknown): Matcher {
  if (isRecord(operand)) {
    const [operator, inner] = onlyEntry(operand)
    if (operator !== 'prefix' && operator !== 'suffix' && operator !== 'equals-ignore-case') {
      throw new BadFilter(`Unsupported anything-but pattern: ${operator}`)
    }
    const excluded = listOf(inner).map(each => ofText(operator, each))
    return value => typeof value === 'string' && !excluded.some(matches => matches(value))
  }
  const values = listOf(operand)
  if (values.length === 0) throw new BadFilter('Inside anything-but list, an empty list is not allowed')
  const excluded = values.map(each => {
    if (typeof each === 'string' || typeof each === 'number') return exactly(each)
    throw new BadFilter('Inside anything-but list, start|null|boolean is not supported.')
  })
  return value => !excluded.some(matches => matches(value))
}

function ofText(operator: 'prefix' | 'suffix' | 'equals-ignore-case' | 'cidr', operand: unknown): Matcher {
  if (typeof operand !== 'string') throw new BadFilter(`${operator} match pattern must be a string`)
  switch (operator) {
    case 'prefix':
      return value => typeof value === 'string' && value.startsWith(operand)
    case 'suffix':
      return value => typeof value === 'string' && value.endsWith(operand)
    case 'equals-ignore-case':
      return value => typeof value === 'string' && value.toLowerCase() === operand.toLowerCase()
    case 'cidr':
      return inNetwork(operand)
  }
}

function inNetwork(cidr: string): Matcher {
  if (!ipaddr.isValidCIDR(cidr)) throw new BadFilter('Malformed CIDR, one IP address and one mask are expected')
  const [network, bits] = ipaddr.parseCIDR(cidr)
  return value => {
    if (typeof value !== 'string' || !ipaddr.isValid(value)) return false
    const address = ipaddr.parse(value)
    return address.kind() === network.kind() && address.match(network, bits)
  }
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => rounded(value) === rounded(bound),
  '<': (value, bound) => rounded(value) < rounded(bound),
  '<=': (value, bound) => rounded(value) <= rounded(bound),
  '>': (value, bound) => rounded(value) > rounded(bound),
  '>=': (value, bound) => rounded(value) >= rounded(bound),
}

/** `["=", 5]`, `[">", 0]`, `[">", 0, "<=", 150]`. */
function numeric(operand: unknown): Matcher {
  if (!Array.isArray(operand)) throw new BadFilter('Value of numeric must be an array.')
  if (operand.length !== 2 && operand.length !== 4) {
    throw new BadFilter('Value of numeric must be an operator and a number, or two of each')
  }
  const bounds = Array.from({ length: operand.length / 2 }, (_, i) => boundOf(operand[2 * i], operand[2 * i + 1]))
  const [lower, upper] = bounds
  if (lower && upper) {
    if (!lower.operator.startsWith('>')) throw new BadFilter('Bad numeric range operator: expected > or >= first')
    if (!upper.operator.startsWith('<')) throw new BadFilter(`Bad value in numeric range: ${upper.operator}`)
    if (lower.bound >= upper.bound) throw new BadFilter('Bottom must be less than top')
  }
  return value => typeof value === 'number' && bounds.every(({ compare, bound }) => compare(value, bound))
}

function boundOf(operator: unknown, bound: unknown) {
  const name = String(operator)
  const compare = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined
  if (!compare) throw new BadFilter(`Unrecognized numeric range operator: ${name}`)
  return { operator: name, compare, bound: checkedNumber(bound) }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
