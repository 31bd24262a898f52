import { InvalidParameterValueException } from '../errors.ts'

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Whether a message fits one of the patterns; without patterns it does. A body of JSON is matched as such; one that isn't
 * fits only patterns that say nothing about the inside of a body.
 *
 * @see Lambda Developer Guide, "Control which events Lambda sends to your function", "Using event filtering with Amazon SQS"
 */
export function fitsAny(patterns: readonly string[], message: Json): boolean {
  if (patterns.length === 0) return true
  const body = typeof message.body === 'string' ? jsonOf(message.body) : message.body
  return patterns.some(text => {
    const pattern: Json = JSON.parse(text)
    return fits(pattern, isObject(pattern.body) ? { ...message, body } : message)
  })
}

/** @throws InvalidParameterValueException */
export function checkPattern(text: string): void {
  const pattern = jsonOf(text)
  if (!isObject(pattern) || !isPattern(pattern)) {
    throw new InvalidParameterValueException(`Invalid filter pattern definition. (${text})`)
  }
}

const isPattern = (pattern: Json): boolean =>
  Object.values(pattern).every(value =>
    Array.isArray(value) ? value.length > 0 && value.every(isRule) : isObject(value) && isPattern(value),
  )

const RULES = ['prefix', 'suffix', 'anything-but', 'equals-ignore-case', 'exists', 'numeric']

const isRule = (rule: unknown): boolean =>
  isObject(rule) ? isPattern(rule) || Object.keys(rule).every(key => RULES.includes(key)) : !Array.isArray(rule)

function fits(pattern: Json, value: unknown): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or' && Array.isArray(expected)) return expected.some(each => isObject(each) && fits(each, value))
    const found = isObject(value) ? value[key] : undefined
    if (isObject(expected)) return fits(expected, found)
    return Array.isArray(expected) && expected.some(rule => fitsRule(rule, found))
  })
}

function fitsRule(rule: unknown, value: unknown): boolean {
  if (isObject(rule) && 'exists' in rule) return rule.exists === (value !== undefined)
  if (Array.isArray(value)) return value.some(each => fitsRule(rule, each))
  if (value === undefined) return false
  if (!isObject(rule)) return rule === value
  const [[kind, operand] = []] = Object.entries(rule)
  switch (kind) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(operand))
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(operand))
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase()
    case 'anything-but':
      return !(Array.isArray(operand) ? operand : [operand]).some(each => fitsRule(each, value))
    case 'numeric':
      return typeof value === 'number' && Array.isArray(operand) && fitsNumber(operand, value)
    default:
      return false
  }
}

function fitsNumber(operand: readonly unknown[], value: number): boolean {
  for (let i = 0; i + 1 < operand.length; i += 2) {
    const bound = Number(operand[i + 1])
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }[String(operand[i])]
    if (holds !== true) return false
  }
  return true
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
