import type { Instant } from '@terrace/kit'
import type { BucketState } from '../bucket-state.ts'
import type { ChangeEvent } from '../notifications/change.ts'
import { isMarker, type ObjectVersion } from '../object-record.ts'
import { asksForMoreThanKeys, dueAt, expirationOf, isAbout } from './rule.ts'

/** What came of a bucket's rules at one midnight. */
export interface Swept {
  readonly changes: readonly { readonly event: ChangeEvent; readonly version: ObjectVersion }[]
  readonly abortedUploads: number
}

/**
 * Removes what has expired at a moment.
 *
 * @see S3 User Guide "Lifecycle configuration elements". differs: everything goes at midnight, where AWS takes a while
 */
export function sweep({ settings, store }: BucketState, now: Instant): Swept {
  const rules = settings.lifecycle.filter(({ enabled }) => enabled)
  const changes: { event: ChangeEvent; version: ObjectVersion }[] = []
  if (rules.length === 0) return { changes, abortedUploads: 0 }
  for (const key of store.keys()) {
    const current = store.get(key)
    const expiration = current && expirationOf(rules, current)
    if (expiration && expiration.at <= now) {
      const removal = store.remove(key)
      if (removal.kind === 'removed') changes.push({ event: 'LifecycleExpiration:Delete', version: removal.version })
      if (removal.kind === 'marked')
        changes.push({ event: 'LifecycleExpiration:DeleteMarkerCreated', version: removal.marker })
    }
    const gone = [...expiredNoncurrent(store.versions(key), rules, now)]
    for (const version of gone) store.removeVersion(key, version.versionId)
    const marker = loneMarker(store.versions(key), rules)
    if (marker) store.removeVersion(key, marker.versionId)
    for (const version of marker ? [...gone, marker] : gone) {
      changes.push({ event: 'LifecycleExpiration:Delete', version })
    }
  }
  return { changes, abortedUploads: abortUploads({ settings, store }, now) }
}

type Rules = BucketState['settings']['lifecycle']

/** A delete marker that nothing is behind. */
function loneMarker([only, ...others]: readonly ObjectVersion[], rules: Rules): ObjectVersion | undefined {
  if (!only || !isMarker(only) || others.length > 0) return undefined
  const asked = rules.some(
    rule => rule.removeLoneMarkers && only.key.startsWith(rule.prefix) && !asksForMoreThanKeys(rule),
  )
  return asked ? only : undefined
}

/** The noncurrent versions that are old enough, but for the newest that a rule keeps. */
function expiredNoncurrent(versions: readonly ObjectVersion[], rules: Rules, now: Instant): readonly ObjectVersion[] {
  return versions.filter((version, index) => {
    const newer = versions[index - 1]
    if (!newer) return false
    return rules.some(rule => {
      if (rule.expireNoncurrentAfter === undefined || index <= (rule.keptNoncurrent ?? 0)) return false
      const about = isMarker(version)
        ? version.key.startsWith(rule.prefix) && !asksForMoreThanKeys(rule)
        : isAbout(rule, version)
      return about && dueAt(newer.modified, rule.expireNoncurrentAfter) <= now
    })
  })
}

function abortUploads({ settings, store }: Pick<BucketState, 'settings' | 'store'>, now: Instant): number {
  const overdue = store.uploads.list().filter(upload =>
    settings.lifecycle.some(rule => {
      const { enabled, prefix, abortIncompleteUploadsAfter: age } = rule
      return enabled && age !== undefined && upload.key.startsWith(prefix) && dueAt(upload.initiated, age) <= now
    }),
  )
  for (const upload of overdue) store.uploads.end(upload)
  return overdue.length
}
