import { groupOf, startOf } from './listing.ts'
import type { ObjectVersion } from './object-record.ts'
import type { SortedKeys } from './sorted-keys.ts'

/** What a list of versions asks for. */
export interface VersionRequest {
  readonly prefix: string
  /** Empty: no grouping. */
  readonly delimiter: string
  /** Starts behind this key, or in the middle of its versions. Empty: at the start. */
  readonly keyMarker: string
  /** Starts behind this version of the marked key. */
  readonly versionMarker: string | undefined
  readonly maxKeys: number
}

/** One page, by key and then from the newest to the oldest. */
export interface VersionPage {
  readonly versions: readonly { readonly version: ObjectVersion; readonly isLatest: boolean }[]
  readonly commonPrefixes: readonly string[]
  readonly truncated: boolean
  /** The last version or group of the page: where the next page goes on. */
  readonly last: { readonly key: string; readonly versionId?: string } | undefined
}

/** Lists all versions of all keys; keys with the delimiter behind the prefix come as one group, which counts as one. */
export function listVersions(
  sorted: SortedKeys,
  versionsOf: (key: string) => readonly ObjectVersion[],
  { prefix, delimiter, keyMarker, versionMarker, maxKeys }: VersionRequest,
): VersionPage {
  const versions: { version: ObjectVersion; isLatest: boolean }[] = []
  const commonPrefixes: string[] = []
  let last: VersionPage['last']
  const page = (truncated: boolean) => ({ versions, commonPrefixes, truncated: truncated && maxKeys > 0, last })
  const isFull = () => versions.length + commonPrefixes.length >= maxKeys
  const within = versionMarker !== undefined && keyMarker !== ''
  let index = within ? sorted.firstNotBefore(keyMarker) : startOf(sorted, { prefix, delimiter, after: keyMarker })
  for (;;) {
    const key = sorted.at(index)
    if (key === undefined || !key.startsWith(prefix)) return page(false)
    const group = groupOf(key, prefix, delimiter)
    if (group !== undefined) {
      if (isFull()) return page(true)
      commonPrefixes.push(group)
      last = { key: group }
      index = sorted.firstWithout(group, index)
      continue
    }
    const all = versionsOf(key)
    const marked = within && key === keyMarker ? all.findIndex(({ versionId }) => versionId === versionMarker) : -1
    for (const [position, version] of all.entries()) {
      if (position <= marked) continue
      if (isFull()) return page(true)
      versions.push({ version, isLatest: position === 0 })
      last = { key, versionId: version.versionId }
    }
    index++
  }
}
