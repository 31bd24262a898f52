import { type AttributeValue, bytesOf, compareValues, type Item, isEqual, setOf, typeOf } from './attribute-value.ts'
import { type Path, valueAt } from './path.ts'

/** A condition as dynalite parses it. */
export interface Condition {
  readonly type: string
  /** Of a function. */
  readonly name?: string
  readonly args: readonly (Condition | Operand)[]
}

/** A place in the item, a value of the request, or the size of one of them. */
export type Operand = Path | AttributeValue | SizeCall

interface SizeCall {
  readonly type: 'function'
  readonly name: 'size'
  readonly args: readonly Operand[]
}

/**
 * Whether an item fulfils a condition; one that isn't there has no attributes.
 * @see Amazon DynamoDB Developer Guide "Condition and filter expressions, operators, and functions in DynamoDB"
 */
export function holds(condition: Condition, item: Item): boolean {
  const { type, name, args } = condition
  const inner = (i: number) => holds(conditionAt(args, i), item)
  if (type === 'and') return inner(0) && inner(1)
  if (type === 'or') return inner(0) || inner(1)
  if (type === 'not') return !inner(0)
  const [first, ...others] = args.map(arg => resolve(arg as Operand, item))
  return type === 'function' ? call(name ?? '', first, others[0]) : compare(type, first, others)
}

/** The first part of every path in a condition. */
export function attributesIn(condition: Condition | Operand | undefined): readonly string[] {
  if (condition === undefined) return []
  if (isPath(condition)) return typeof condition[0] === 'string' ? [condition[0]] : []
  return 'args' in condition ? condition.args.flatMap(attributesIn) : []
}

function conditionAt(args: Condition['args'], i: number): Condition {
  const found = args[i]
  if (found !== undefined && !isPath(found) && 'type' in found) return found
  throw new TypeError('a part of the condition is none')
}

const isPath = (operand: Condition | Operand): operand is Path => Array.isArray(operand)

function resolve(operand: Operand, item: Item): AttributeValue | undefined {
  if (isPath(operand)) return valueAt(item, operand)
  if (!('args' in operand)) return operand
  const [inner] = operand.args
  const value = inner && resolve(inner, item)
  const size = value && sizeFor(value)
  return size === undefined ? undefined : { N: String(size) }
}

function sizeFor(value: AttributeValue): number | undefined {
  const { S, B, L, M } = value
  if (B !== undefined) return bytesOf(B).length
  return S?.length ?? setOf(value)?.length ?? L?.length ?? (M && Object.keys(M).length)
}

function compare(
  operator: string,
  value: AttributeValue | undefined,
  others: readonly (AttributeValue | undefined)[],
): boolean {
  const [other, upper] = others
  // What isn't there is unequal to every value, and nothing else.
  if (operator === '<>') return value && other ? !isEqual(value, other) : value !== other
  if (!value || !other) return false
  if (operator === '=') return isEqual(value, other)
  if (operator === 'in') return others.some(each => each && isEqual(value, each))
  const order = compareValues(value, other)
  if (order === undefined) return false
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default: {
      const orderToUpper = upper && compareValues(value, upper)
      return order >= 0 && orderToUpper !== undefined && orderToUpper <= 0
    }
  }
}

function call(name: string, value: AttributeValue | undefined, other: AttributeValue | undefined): boolean {
  if (name === 'attribute_exists') return value !== undefined
  if (name === 'attribute_not_exists') return value === undefined
  if (!value || !other) return false
  if (name === 'attribute_type') return typeOf(value) === other.S
  if (name === 'begins_with') return beginsWith(value, other)
  return contains(value, other)
}

function beginsWith(value: AttributeValue, start: AttributeValue): boolean {
  if (value.S !== undefined && start.S !== undefined) return value.S.startsWith(start.S)
  if (value.B === undefined || start.B === undefined) return false
  const bytes = bytesOf(start.B)
  return bytesOf(value.B).subarray(0, bytes.length).equals(bytes)
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.L) return value.L.some(each => isEqual(each, part))
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S)
  if (value.B !== undefined) return part.B !== undefined && bytesOf(value.B).includes(bytesOf(part.B))
  if (part.S !== undefined) return value.SS?.includes(part.S) ?? false
  if (part.B !== undefined) return value.BS?.includes(part.B) ?? false
  return value.NS?.some(each => isEqual({ N: each }, part)) ?? false
}
