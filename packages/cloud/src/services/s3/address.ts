import type { GatewayRequest } from '../../gateway/request.ts'
import { KeyTooLong } from './errors.ts'
import { LONGEST_KEY_BYTES } from './limits.ts'

/** What a request is about. */
export type Target =
  | { readonly kind: 'service' }
  | { readonly kind: 'bucket'; readonly bucket: string }
  | { readonly kind: 'object'; readonly bucket: string; readonly key: string }

/**
 * Reads bucket and key from host and path: virtual-hosted (`bucket.s3.us-east-1.amazonaws.com`, `bucket.s3.localhost`,
 * `bucket.localhost`) or path style.
 *
 * @throws URIError when the path isn't properly encoded, KeyTooLong
 * @see S3 User Guide "Virtual hosting of general purpose buckets"
 */
export function targetOf({ host, path }: Pick<GatewayRequest, 'host' | 'path'>): Target {
  const hosted = bucketOfHost(host)
  const [, first = '', rest] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? []
  const bucket = hosted ?? decodeURIComponent(first)
  const encodedKey = hosted === undefined ? (rest ?? '') : path.slice(1)
  if (bucket === '') return { kind: 'service' }
  if (encodedKey === '') return { kind: 'bucket', bucket }
  const key = decodeURIComponent(encodedKey)
  const size = Buffer.byteLength(key)
  if (size > LONGEST_KEY_BYTES) throw new KeyTooLong(size, LONGEST_KEY_BYTES)
  return { kind: 'object', bucket, key }
}

/** The bucket that a host name begins with; nothing for S3's own names and for addresses. */
export function bucketOfHost(host: string): string | undefined {
  const own = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)*\.(?:amazonaws\.com|localhost)$/.exec(host)
  if (own) return own[1]
  return /^(.+)\.localhost$/.exec(host)?.[1]
}
