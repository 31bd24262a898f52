/** A property that two versions of a resource have different values of; an absent side has none. */
export interface Difference {
  /** `Tags[1].Value` */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

/** What differs between two values, as deep as their shapes are the same. */
export function differences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (before === after) return []
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap(key => differences(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  // Lists of another length have no positions that belong together.
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => differences(item, after[index], `${path}[${index}]`))
  }
  if (Array.isArray(before) && Array.isArray(after) && JSON.stringify(before) === JSON.stringify(after)) return []
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
