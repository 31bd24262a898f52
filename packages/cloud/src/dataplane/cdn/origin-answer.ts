import type { Instant } from '@terrace/kit'
import { endToEnd, getHeader, type HeaderList, removeHeader } from '../http1/headers.ts'
import { MAX_HEAD_BYTES } from './limits.ts'
import { forwardsCookies } from './origin-headers.ts'
import type { ViewerRequest } from './viewer-request.ts'

const REPLACED = ['content-length', 'via', 'age', 'x-cache', 'x-amz-cf-id', 'x-amz-cf-pop']

/**
 * The header fields of an origin's answer that go on to viewers. Set-Cookie goes only where cookies reach the origin.
 *
 * @see CloudFront Developer Guide, "HTTP response headers that CloudFront removes or replaces"
 */
export function viewerHeaders(origin: HeaderList, request: ViewerRequest, now: Instant): HeaderList {
  const headers = endToEnd(origin)
  for (const name of REPLACED) removeHeader(headers, name)
  if (!forwardsCookies(request)) removeHeader(headers, 'set-cookie')
  if (getHeader(headers, 'date') === undefined) headers.push('Date', new Date(now).toUTCString())
  return headers
}

/** Whether the head of an answer is larger than CloudFront takes: 32,768 bytes. */
export function isHeadTooLarge(headers: HeaderList): boolean {
  let bytes = 0
  for (const text of headers) bytes += text.length + 2
  return bytes > MAX_HEAD_BYTES
}

/** What the Content-Length of an answer says, bytes; nothing without one. */
export function announcedLength(headers: HeaderList): number | undefined {
  const length = getHeader(headers, 'content-length')
  return length === undefined ? undefined : Number(length)
}

/** Seconds that an answer has spent in caches before. */
export function ageOf(headers: HeaderList): number {
  const age = Number(getHeader(headers, 'age') ?? 0)
  return Number.isSafeInteger(age) && age > 0 ? age : 0
}
