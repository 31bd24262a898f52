import { days } from '@terrace/kit'
import { isoTime } from '../../../gateway/time.ts'
import { flatList } from '../../../gateway/xml.ts'
import { InvalidArgument, InvalidRequest, MalformedXml } from '../errors.ts'
import { MOST_LIFECYCLE_RULES } from '../limits.ts'
import type { LifecycleRule } from '../settings.ts'
import { pairsOf } from '../tags.ts'
import type { XmlElement } from '../xml-element.ts'

/** Reads a `<LifecycleConfiguration>`. @throws MalformedXml, InvalidRequest, InvalidArgument */
export function readLifecycle(root: XmlElement, newId: () => string): readonly LifecycleRule[] {
  const rules = root.children('Rule').map(rule => readRule(rule, newId))
  if (rules.length === 0 || rules.length > MOST_LIFECYCLE_RULES) throw new MalformedXml()
  const ids = rules.map(({ id }) => id)
  if (new Set(ids).size < ids.length)
    throw new InvalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', '')
  return rules
}

function readRule(element: XmlElement, newId: () => string): LifecycleRule {
  const enabled = element.oneOf('Status', ['Enabled', 'Disabled'])
  if (enabled === undefined) throw new MalformedXml()
  const rule: LifecycleRule = {
    id: element.text('ID') || newId(),
    enabled: enabled === 'Enabled',
    ...readFilter(element),
    ...readExpiration(element.child('Expiration')),
    ...readNoncurrent(element.child('NoncurrentVersionExpiration')),
    ...defined(
      'abortIncompleteUploadsAfter',
      age(element.child('AbortIncompleteMultipartUpload'), 'DaysAfterInitiation'),
    ),
  }
  if (rule.id.length > 255) throw new InvalidArgument('ID length should not exceed allowed limit of 255', 'ID', rule.id)
  const acts = [
    rule.expireAfter,
    rule.expireAt,
    rule.removeLoneMarkers,
    rule.expireNoncurrentAfter,
    rule.abortIncompleteUploadsAfter,
  ]
  if (acts.every(each => each === undefined)) {
    // Asked before the transitions are refused by name, which nobody has read.
    if (!element.has('Transition') && !element.has('NoncurrentVersionTransition'))
      throw new InvalidRequest('At least one action needs to be specified in a rule.')
  }
  return rule
}

type Filter = Pick<LifecycleRule, 'prefix' | 'objectTags' | 'largerThan' | 'smallerThan'>

function readFilter(element: XmlElement): Filter {
  const filter = element.child('Filter')
  if (!filter) {
    const prefix = element.text('Prefix')
    if (prefix === undefined) throw new MalformedXml()
    return { prefix }
  }
  const parts = filter.child('And') ?? filter
  const tags = pairsOf(parts)
  return {
    prefix: parts.text('Prefix') ?? '',
    ...(tags.length > 0 ? { objectTags: Object.fromEntries(tags) } : {}),
    ...defined('largerThan', parts.count('ObjectSizeGreaterThan')),
    ...defined('smallerThan', parts.count('ObjectSizeLessThan')),
  }
}

function readExpiration(
  element: XmlElement | undefined,
): Pick<LifecycleRule, 'expireAfter' | 'expireAt' | 'removeLoneMarkers'> {
  if (!element) return {}
  const date = element.text('Date')
  const at = date === undefined ? undefined : Date.parse(date)
  if (at !== undefined && (Number.isNaN(at) || at % days(1) !== 0)) {
    throw new InvalidArgument("'Date' must be at midnight GMT", 'Date', date ?? '')
  }
  const markers = element.flag('ExpiredObjectDeleteMarker')
  const after = age(element, 'Days')
  if ([at, markers, after].filter(each => each !== undefined).length !== 1) throw new MalformedXml()
  return { ...defined('expireAt', at), ...defined('removeLoneMarkers', markers), ...defined('expireAfter', after) }
}

function readNoncurrent(
  element: XmlElement | undefined,
): Pick<LifecycleRule, 'expireNoncurrentAfter' | 'keptNoncurrent'> {
  if (!element) return {}
  const after = age(element, 'NoncurrentDays')
  if (after === undefined) throw new MalformedXml()
  return { expireNoncurrentAfter: after, ...defined('keptNoncurrent', element.count('NewerNoncurrentVersions')) }
}

function age(element: XmlElement | undefined, name: string): number | undefined {
  const count = element?.count(name)
  if (count === 0) throw new InvalidArgument(`'${name}' for Expiration action must be a positive integer`, name, '0')
  return count === undefined ? undefined : days(count)
}

const defined = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: V }

/** The content of a `<LifecycleConfiguration>`. */
export const writeLifecycle = (rules: readonly LifecycleRule[]) => ({ Rule: flatList(rules.map(writeRule)) })

function writeRule(rule: LifecycleRule) {
  const inDays = (age: number | undefined) => (age === undefined ? undefined : Math.round(age / days(1)))
  const { expireAfter, expireAt, removeLoneMarkers, expireNoncurrentAfter, abortIncompleteUploadsAfter } = rule
  const expires = expireAfter !== undefined || expireAt !== undefined || removeLoneMarkers !== undefined
  return {
    ID: rule.id,
    Filter: writeFilter(rule),
    Status: rule.enabled ? 'Enabled' : 'Disabled',
    Expiration: expires
      ? {
          Days: inDays(expireAfter),
          Date: expireAt === undefined ? undefined : isoTime(expireAt),
          ExpiredObjectDeleteMarker: removeLoneMarkers,
        }
      : undefined,
    NoncurrentVersionExpiration:
      expireNoncurrentAfter === undefined
        ? undefined
        : { NoncurrentDays: inDays(expireNoncurrentAfter), NewerNoncurrentVersions: rule.keptNoncurrent },
    AbortIncompleteMultipartUpload:
      abortIncompleteUploadsAfter === undefined
        ? undefined
        : { DaysAfterInitiation: inDays(abortIncompleteUploadsAfter) },
  }
}

function writeFilter({ prefix, objectTags = {}, largerThan, smallerThan }: Filter) {
  const tags = Object.entries(objectTags).map(([Key, Value]) => ({ Key, Value }))
  const parts = {
    Prefix: prefix || undefined,
    ObjectSizeGreaterThan: largerThan,
    ObjectSizeLessThan: smallerThan,
    Tag: tags.length > 0 ? flatList(tags) : undefined,
  }
  const count = Object.values(parts).filter(each => each !== undefined).length + Math.max(tags.length - 1, 0)
  if (count === 0) return { Prefix: '' }
  return count === 1 ? parts : { And: parts }
}
