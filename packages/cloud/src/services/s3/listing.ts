import type { SortedKeys } from './sorted-keys.ts'

/** What a list asks for. */
export interface ListRequest {
  readonly prefix: string
  /** Empty: no grouping. */
  readonly delimiter: string
  /** Starts behind this key or, when it ends with the delimiter, behind the group of that name. Empty: at the start. */
  readonly after: string
  readonly maxKeys: number
}

/** One page, in the order of the keys. */
export interface ListPage {
  readonly keys: readonly string[]
  readonly commonPrefixes: readonly string[]
  readonly truncated: boolean
  /** The last key or group of the page: where the next page goes on. */
  readonly last: string | undefined
}

/** Lists keys; keys with the delimiter behind the prefix come as one group, which counts as one. */
export function listKeys(sorted: SortedKeys, { prefix, delimiter, after, maxKeys }: ListRequest): ListPage {
  const keys: string[] = []
  const commonPrefixes: string[] = []
  let last: string | undefined
  let index = startOf(sorted, { prefix, delimiter, after })
  for (;;) {
    const key = sorted.at(index)
    const truncated = key?.startsWith(prefix) ?? false
    if (key === undefined || !truncated || keys.length + commonPrefixes.length >= maxKeys) {
      return { keys, commonPrefixes, truncated: truncated && maxKeys > 0, last }
    }
    const group = groupOf(key, prefix, delimiter)
    if (group === undefined) {
      keys.push(key)
      last = key
      index++
    } else {
      commonPrefixes.push(group)
      last = group
      index = sorted.firstWithout(group, index)
    }
  }
}

/** Where a page begins. */
export function startOf(
  sorted: SortedKeys,
  { prefix, delimiter, after }: Pick<ListRequest, 'prefix' | 'delimiter' | 'after'>,
): number {
  const first = sorted.firstNotBefore(prefix)
  if (after === '') return first
  const behind = sorted.firstAfter(after)
  const isGroup = delimiter !== '' && after.endsWith(delimiter) && groupOf(after, prefix, delimiter) === after
  return Math.max(first, isGroup ? sorted.firstWithout(after, behind) : behind)
}

/** The group that a key is listed as; nothing when it is listed itself. */
export function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined
  const end = key.indexOf(delimiter, prefix.length)
  return end < 0 ? undefined : key.slice(0, end + delimiter.length)
}
