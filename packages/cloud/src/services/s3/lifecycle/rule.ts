import { type Duration, days, type Instant } from '@terrace/kit'
import type { ObjectRecord } from '../object-record.ts'
import type { LifecycleRule } from '../settings.ts'

const DAY = days(1)

/** The midnight in UTC at which something of that age is acted upon: the one after it has reached it. */
export const dueAt = (from: Instant, age: Duration): Instant => Math.ceil((from + age) / DAY) * DAY

/** Whether a rule is about an object. */
export function isAbout(
  { enabled, prefix, objectTags = {}, largerThan, smallerThan }: LifecycleRule,
  { key, tags, size }: Pick<ObjectRecord, 'key' | 'tags' | 'size'>,
): boolean {
  return (
    enabled &&
    key.startsWith(prefix) &&
    (largerThan === undefined || size > largerThan) &&
    (smallerThan === undefined || size < smallerThan) &&
    Object.entries(objectTags).every(([name, value]) => Object.hasOwn(tags, name) && tags[name] === value)
  )
}

/** Whether a rule asks for tags or sizes, which delete markers and unfinished uploads don't have. */
export const asksForMoreThanKeys = ({ objectTags, largerThan, smallerThan }: LifecycleRule): boolean =>
  Object.keys(objectTags ?? {}).length > 0 || largerThan !== undefined || smallerThan !== undefined

/** When an object expires, and by which rule: the first to come. */
export function expirationOf(
  rules: readonly LifecycleRule[],
  object: Pick<ObjectRecord, 'key' | 'tags' | 'size' | 'modified'>,
): { readonly at: Instant; readonly rule: LifecycleRule } | undefined {
  const all = rules
    .filter(rule => isAbout(rule, object))
    .flatMap(rule => {
      if (rule.expireAfter !== undefined) return [{ at: dueAt(object.modified, rule.expireAfter), rule }]
      return rule.expireAt === undefined ? [] : [{ at: rule.expireAt, rule }]
    })
  return all.sort((a, b) => a.at - b.at)[0]
}

/** The header field that tells of it. S3 API Reference "GetObject", x-amz-expiration. */
export function expirationHeader(rules: readonly LifecycleRule[], object: ObjectRecord): string | undefined {
  const next = expirationOf(rules, object)
  return next && `expiry-date="${new Date(next.at).toUTCString()}", rule-id="${encodeURIComponent(next.rule.id)}"`
}
