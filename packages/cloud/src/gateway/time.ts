import type { Instant } from '@terrace/kit'

/** A moment in an answer. Each protocol writes it its own way: JSON as seconds since 1970, XML as ISO 8601. */
export class Timestamp {
  readonly at: Instant

  constructor(at: Instant) {
    this.at = at
  }
}

/** A moment for an answer of any protocol. */
export const timestamp = (at: Instant): Timestamp => new Timestamp(at)

/** `2026-11-22T09:30:00.000Z`, as XML answers have it. */
export const isoTime = (at: Instant): string => new Date(at).toISOString()

/** `Sun, 22 Nov 2026 09:30:00 GMT`, as header fields have it. */
export const httpTime = (at: Instant): string => new Date(at).toUTCString()

/** `20261122T093000Z`, as signatures have it. */
export const signatureTime = (at: Instant): string => isoTime(at).replace(/[-:]|\.\d+/g, '')

/** Reads `20261122T093000Z`, as signatures have it; nothing when it is something else. */
export function parseSignatureTime(text: string): Instant | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!parts) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
