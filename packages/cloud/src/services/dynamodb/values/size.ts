import { ValidationException } from '../errors.ts'
import { DEEPEST_VALUE } from '../limits.ts'
import type { AttributeValue, Item } from './attribute-value.ts'

/**
 * Bytes of an item, as they count for its limit and for capacity: names and values.
 * @throws ValidationException when it is nested too deep
 * @see Amazon DynamoDB Developer Guide "DynamoDB item sizes and formats"
 */
export const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value, 0), 0)

function sizeOfValue(value: AttributeValue, depth: number): number {
  if (depth > DEEPEST_VALUE) {
    throw new ValidationException('Nesting Levels have exceeded supported limits')
  }
  const { S, N, B, SS, NS, BS, L, M } = value
  if (S !== undefined) return Buffer.byteLength(S)
  if (N !== undefined) return sizeOfNumber(N)
  if (B !== undefined) return Buffer.byteLength(B, 'base64')
  if (SS) return total(SS, text => Buffer.byteLength(text))
  if (NS) return total(NS, sizeOfNumber)
  if (BS) return total(BS, text => Buffer.byteLength(text, 'base64'))
  if (L) return OVERHEAD + total(L, each => 1 + sizeOfValue(each, depth + 1))
  if (!M) return 1
  return (
    OVERHEAD + total(Object.entries(M), ([name, each]) => 1 + Buffer.byteLength(name) + sizeOfValue(each, depth + 1))
  )
}

/** Of a list or a map, whatever is in it. */
const OVERHEAD = 3

/** One byte for two significant digits, and one more. */
function sizeOfNumber(text: string): number {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0)
}

const total = <T>(items: readonly T[], size: (item: T) => number): number =>
  items.reduce((sum, item) => sum + size(item), 0)
