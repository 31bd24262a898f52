import { REPLACEMENTS } from './replacement-table.ts'

/** Whether a change of a property makes AWS create a new physical resource. */
export type Replacement = 'never' | 'conditionally' | 'always'

/** The properties of a type, by their paths, whose change means another physical resource. */
export interface ReplacementRow {
  readonly always?: readonly string[]
  readonly sometimes?: readonly string[]
}

/**
 * What AWS does when this property of a resource changes. Custom resources decide themselves: `conditionally`; a type that
 * is not in the table is given the same.
 */
export function replacementOf(type: string, path: string): Replacement {
  const row = Object.hasOwn(REPLACEMENTS, type) ? REPLACEMENTS[type] : undefined
  if (!row) return 'conditionally'
  if (row.always?.some(property => isIn(path, property))) return 'always'
  return row.sometimes?.some(property => isIn(path, property)) ? 'conditionally' : 'never'
}

const isIn = (path: string, property: string): boolean => {
  const plain = path.replaceAll(/\[\d+\]/g, '')
  return plain === property || plain.startsWith(`${property}.`) || property.startsWith(`${plain}.`)
}
