import type { PropertyReader } from './property-reader.ts'

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

/** A moment in ISO 8601, such as `2030-01-01T08:00:00Z`, as milliseconds since 1970. */
export function instantOf(reader: PropertyReader, key: string): number | undefined {
  const text = reader.text(key)
  if (text === undefined) return undefined
  const instant = ISO_INSTANT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(instant)) throw reader.bad(key, 'a moment such as 2030-01-01T08:00:00Z')
  return instant
}

/** The IANA name of a time zone; `UTC` when the property is not there. */
export function timeZoneOf(reader: PropertyReader, key: string): string {
  const name = reader.text(key)
  if (name === undefined) return 'UTC'
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch {
    throw reader.bad(key, 'the name of a time zone such as Europe/Paris')
  }
}
