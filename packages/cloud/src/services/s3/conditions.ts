import type { Instant } from '@terrace/kit'
import type { ByteRange } from './blobs.ts'
import { InvalidArgument, InvalidRange, NoSuchKey, PreconditionFailed } from './errors.ts'
import type { ObjectRecord } from './object-record.ts'
import type { Precondition } from './object-store.ts'

type Header = (name: string) => string | undefined

/** What a conditional read comes to. */
export type ReadOutcome = 'send' | 'notModified'

/**
 * Conditional reads; names of the header fields begin with `prefix`, which is `x-amz-copy-source-` for copies.
 *
 * @throws PreconditionFailed
 * @see S3 API Reference "GetObject"; RFC 9110, section 13.2.2
 */
export function checkRead(header: Header, { etag, modified }: ObjectRecord, prefix = ''): ReadOutcome {
  const ifMatch = header(`${prefix}if-match`)
  const ifNoneMatch = header(`${prefix}if-none-match`)
  const unmodifiedSince = dateOf(header(`${prefix}if-unmodified-since`))
  const modifiedSince = dateOf(header(`${prefix}if-modified-since`))
  // Header fields have whole seconds.
  const second = Math.floor(modified / 1000) * 1000
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, etag)) throw new PreconditionFailed('If-Match')
  } else if (unmodifiedSince !== undefined && second > unmodifiedSince) {
    throw new PreconditionFailed('If-Unmodified-Since')
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, etag) ? 'notModified' : 'send'
  return modifiedSince !== undefined && second <= modifiedSince ? 'notModified' : 'send'
}

/**
 * Conditional writes.
 *
 * @throws InvalidArgument for an If-None-Match that isn't `*`
 * @see S3 User Guide "How to prevent object overwrites with conditional writes"
 */
export function writeCondition(header: Header, key: string): Precondition {
  const ifMatch = header('if-match')
  const ifNoneMatch = header('if-none-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new InvalidArgument('If-None-Match supports only the value *', 'If-None-Match', ifNoneMatch)
  }
  return current => {
    if (ifNoneMatch !== undefined && current) throw new PreconditionFailed('If-None-Match')
    if (ifMatch === undefined) return
    if (!current) throw new NoSuchKey(key)
    if (!matches(ifMatch, current.etag)) throw new PreconditionFailed('If-Match')
  }
}

/** A list of entity tags, with or without quotes, or `*`. */
const matches = (field: string, etag: string): boolean =>
  field.split(',').some(each => {
    const tag = each.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag || tag === `"${etag}"`
  })

function dateOf(field: string | undefined): Instant | undefined {
  const date = field === undefined ? Number.NaN : Date.parse(field)
  return Number.isNaN(date) ? undefined : date
}

/**
 * The bytes that a `Range` asks for; nothing when it asks for all, or for something that S3 ignores: several ranges,
 * other units.
 *
 * @throws InvalidRange when none of them is there
 */
export function rangeOf(field: string | undefined, size: number): ByteRange | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/i.exec(field?.trim() ?? '')
  if (field === undefined || !parts) return undefined
  const [, first = '', last = ''] = parts
  if (first === '' && last === '') return undefined
  if (first === '') {
    const count = Math.min(Number(last), size)
    if (count === 0) throw new InvalidRange(field, size)
    return { start: size - count, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) throw new InvalidRange(field, size)
  return { start, end }
}
