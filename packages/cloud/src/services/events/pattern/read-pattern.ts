import { InvalidEventPatternException } from '../errors.ts'
import { LONGEST_PATTERN, MOST_ALTERNATIVES } from '../limits.ts'
import { exactly, readCondition } from './conditions.ts'
import type { Condition, Pattern, PatternField } from './pattern.ts'

/**
 * Reads a pattern and refuses what AWS refuses.
 *
 * @param text  JSON
 * @throws InvalidEventPatternException
 * @see Amazon EventBridge User Guide, "Amazon EventBridge event patterns"
 */
export function readPattern(text: string): Pattern {
  if (text.length > LONGEST_PATTERN) {
    throw new InvalidEventPatternException(`Event pattern is longer than ${LONGEST_PATTERN} characters`)
  }
  const given = parse(text)
  if (!isObject(given)) throw new InvalidEventPatternException('Filter is not an object')
  if (Object.keys(given).length === 0) throw new InvalidEventPatternException('Filter must not be empty')
  const pattern = patternOf(given)
  if (alternativesIn(pattern) > MOST_ALTERNATIVES) {
    throw new InvalidEventPatternException(
      `The pattern has more than ${MOST_ALTERNATIVES} combinations of alternatives`,
    )
  }
  return pattern
}

function patternOf(given: object): Pattern {
  const fields: PatternField[] = []
  const alternatives: (readonly Pattern[])[] = []
  for (const [name, below] of Object.entries(given)) {
    const or = name === '$or' ? alternativesOf(below) : undefined
    if (or) alternatives.push(or)
    else fields.push({ name, is: fieldOf(name, below) })
  }
  return { fields, alternatives }
}

function fieldOf(name: string, below: unknown): PatternField['is'] {
  if (Array.isArray(below)) {
    if (below.length === 0) throw new InvalidEventPatternException('Empty arrays are not allowed')
    return below.map(conditionOf)
  }
  if (!isObject(below)) throw new InvalidEventPatternException(`"${name}" must be an object or an array`)
  if (Object.keys(below).length === 0) throw new InvalidEventPatternException('Empty objects are not allowed')
  return patternOf(below)
}

function conditionOf(item: unknown): Condition {
  if (Array.isArray(item))
    throw new InvalidEventPatternException('Match value must be String, number, true, false, or null')
  if (isObject(item)) return readCondition(item)
  if (item === null || typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
    return exactly(item)
  }
  throw new InvalidEventPatternException('Match value must be String, number, true, false, or null')
}

/** A `$or` of two objects and more; anything else is a field with that name. */
function alternativesOf(below: unknown): readonly Pattern[] | undefined {
  if (!Array.isArray(below) || below.length < 2) return undefined
  const objects = below.filter(item => isObject(item) && Object.keys(item).length > 0)
  return objects.length === below.length ? objects.map(patternOf) : undefined
}

/** How many patterns without `$or` it stands for. */
function alternativesIn({ fields, alternatives }: Pattern): number {
  const below = fields.map(({ is }) => ('fields' in is ? alternativesIn(is) : 1))
  const own = alternatives.map(each => each.reduce((sum, pattern) => sum + alternativesIn(pattern), 0))
  return [...below, ...own].reduce((product, count) => product * count, 1)
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidEventPatternException('it is not valid JSON')
  }
}
