import type { CachePolicy } from '@terrace/model'
import { getHeader } from '../http1/headers.ts'
import type { ViewerRequest } from './viewer-request.ts'

/**
 * What stands for a viewer's Accept-Encoding in the cache key and is sent to the origin: of Brotli and gzip those that
 * the viewer takes and the policy enables.
 *
 * @returns `br,gzip`, `br`, `gzip` or an empty string
 * @see CloudFront Developer Guide, "Cache compressed objects"; HTTP/1.0 requests get uncompressed objects
 */
export function normalizedAcceptEncoding(request: ViewerRequest): string {
  const policy: CachePolicy = request.behavior.cache
  if ((!policy.gzip && !policy.brotli) || request.minorVersion === 0) return ''
  const accepted = getHeader(request.headers, 'accept-encoding')
  if (accepted === undefined) return ''
  const brotli = policy.brotli && accepts(accepted, 'br')
  const gzip = policy.gzip && accepts(accepted, 'gzip')
  if (brotli) return gzip ? 'br,gzip' : 'br'
  return gzip ? 'gzip' : ''
}

function accepts(header: string, coding: string): boolean {
  return header.split(',').some(item => {
    const [name = '', ...parameters] = item.split(';').map(part => part.trim().toLowerCase())
    return name === coding && !parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter))
  })
}
