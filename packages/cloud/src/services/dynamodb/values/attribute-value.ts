import { compareDecimals } from './decimal.ts'

/** A value as it is on the wire: exactly one of these members. */
export interface AttributeValue {
  readonly S?: string
  /** A decimal number without exponent. */
  readonly N?: string
  /** In base64. */
  readonly B?: string
  readonly BOOL?: boolean
  readonly NULL?: true
  readonly SS?: readonly string[]
  readonly NS?: readonly string[]
  readonly BS?: readonly string[]
  readonly L?: readonly AttributeValue[]
  readonly M?: Item
}

/** Attributes by name. */
export type Item = Readonly<Record<string, AttributeValue>>

/** `S`, `N`, `SS`… */
export type ValueType = keyof AttributeValue

const TYPES: readonly ValueType[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'SS', 'NS', 'BS', 'L', 'M']

export const typeOf = (value: AttributeValue): ValueType | undefined => TYPES.find(type => value[type] !== undefined)

/** Text, number or binary as text; nothing for all other types. */
export const scalarOf = (value: AttributeValue | undefined): string | undefined => value?.S ?? value?.N ?? value?.B

/** Sets are equal in any order, lists and maps member by member. */
export function isEqual(a: AttributeValue, b: AttributeValue): boolean {
  const type = typeOf(a)
  if (type === undefined || type !== typeOf(b)) return false
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(a.N, b.N) === 0
  const [setA, setB] = [setOf(a), setOf(b)]
  if (setA && setB) return setA.length === setB.length && setA.every(each => setB.includes(each))
  if (a.L && b.L) return a.L.length === b.L.length && a.L.every((each, i) => isSame(each, b.L?.[i]))
  if (a.M && b.M) {
    const names = Object.keys(a.M)
    return names.length === Object.keys(b.M).length && names.every(name => isSame(a.M?.[name], b.M?.[name]))
  }
  return a[type] === b[type]
}

const isSame = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean =>
  a !== undefined && b !== undefined && isEqual(a, b)

/** The members of a set. */
export const setOf = (value: AttributeValue): readonly string[] | undefined => value.SS ?? value.NS ?? value.BS

/** Below 0, 0 or above it; nothing when there is no order between them. Texts are in the order of their UTF-8 bytes. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(a.N, b.N)
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S))
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(bytesOf(a.B), bytesOf(b.B))
  return undefined
}

export const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64')
