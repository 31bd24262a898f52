import { type Duration, type Instant, seconds } from '@terrace/kit'
import { getHeader, getHeaders, type HeaderList } from '../http1/headers.ts'

/** What an origin says about how long its answer lasts. */
export interface Freshness {
  /** `no-cache`, `no-store` or `private`, without naming fields. */
  readonly forbidden: boolean
  /** The fields that `no-cache="…"` or `private="…"` name: not to be kept, in lower case. */
  readonly withheld: readonly string[]
  /** `s-maxage`, else `max-age`, else the time until Expires. */
  readonly lifetime: Duration | undefined
  /** `s-maxage` or `max-age` alone, which some errors ask for. */
  readonly maxAge: Duration | undefined
  readonly staleWhileRevalidate: Duration
  /** Nothing when the origin doesn't say. */
  readonly staleIfError: Duration | undefined
}

/** Reads Cache-Control and Expires. @see RFC 9111, section 5; RFC 5861 */
export function readFreshness(headers: HeaderList, now: Instant): Freshness {
  const directives = parseDirectives(getHeaders(headers, 'cache-control').join(','))
  const forbidding = ['no-cache', 'no-store', 'private'].filter(name => directives.has(name))
  const maxAge = secondsOf(directives.get('s-maxage')) ?? secondsOf(directives.get('max-age'))
  return {
    forbidden: forbidding.some(name => name === 'no-store' || directives.get(name) === ''),
    withheld: forbidding
      .flatMap(
        name =>
          directives
            .get(name)
            ?.toLowerCase()
            .split(/[\s,]+/) ?? [],
      )
      .filter(Boolean),
    lifetime: maxAge ?? untilExpires(getHeader(headers, 'expires'), now),
    maxAge,
    staleWhileRevalidate: secondsOf(directives.get('stale-while-revalidate')) ?? 0,
    staleIfError: secondsOf(directives.get('stale-if-error')),
  }
}

function parseDirectives(text: string): Map<string, string> {
  const directives = new Map<string, string>()
  for (const match of text.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?/g)) {
    const name = (match[1] ?? '').toLowerCase()
    if (!directives.has(name)) directives.set(name, match[2] ?? match[3] ?? '')
  }
  return directives
}

function secondsOf(value: string | undefined): Duration | undefined {
  return value !== undefined && /^\d+$/.test(value) ? seconds(Math.min(Number(value), 2 ** 31)) : undefined
}

// RFC 9111, section 5.3: a date that can't be read, `0` above all, lies in the past.
function untilExpires(value: string | undefined, now: Instant): Duration | undefined {
  if (value === undefined) return undefined
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? 0 : Math.max(0, date - now)
}
