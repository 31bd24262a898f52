import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { getHeader, type HeaderList, removeHeader, setHeader } from '../http1/headers.ts'
import { MAX_COMPRESSED_BYTES, MIN_COMPRESSED_BYTES } from './limits.ts'

const COMPRESSIBLE = new Set(
  [
    'dash+xml eot font font-sfnt javascript json opentype otf pdf pkcs7-mime protobuf rss+xml truetype ttf',
    'vnd.apple.mpegurl vnd.ms-fontobject wasm xhtml+xml xml x-font-opentype x-font-truetype x-font-ttf x-httpd-cgi',
    'x-javascript x-mpegurl x-opentype x-otf x-perl x-ttf',
  ]
    .flatMap(line => line.split(' '))
    .map(type => `application/${type}`)
    .concat(['font/eot', 'font/opentype', 'font/otf', 'font/ttf', 'image/svg+xml', 'vnd.apple.mpegurl'])
    .concat(
      ['css', 'csv', 'html', 'javascript', 'js', 'plain', 'richtext', 'tab-separated-values', 'xml', 'x-component']
        .concat(['x-java-source', 'x-script'])
        .map(type => `text/${type}`),
    ),
)

const STATUSES = new Set([200, 403, 404])

/**
 * Whether CloudFront compresses an answer whose behavior asks for compression: type, size between 1,000 and 10,000,000
 * bytes by its Content-Length, not encoded already, status 200, 403 or 404.
 *
 * @see CloudFront Developer Guide, "Serve compressed files"
 */
export function isCompressible(status: number, headers: HeaderList, length: number | undefined): boolean {
  if (!STATUSES.has(status) || length === undefined) return false
  if (length < MIN_COMPRESSED_BYTES || length > MAX_COMPRESSED_BYTES) return false
  return getHeader(headers, 'content-encoding') === undefined && isCompressibleType(headers)
}

/** Whether the type is one that CloudFront compresses: then the answer varies by Accept-Encoding. */
export function isCompressibleType(headers: HeaderList): boolean {
  const [type = ''] = (getHeader(headers, 'content-type') ?? '').split(';')
  return COMPRESSIBLE.has(type.trim().toLowerCase())
}

/** Brotli when the viewer takes it, else gzip. */
export const codingFor = (acceptEncoding: string): 'br' | 'gzip' => (acceptEncoding.startsWith('br') ? 'br' : 'gzip')

const gzipAsync = promisify(gzip)
const brotliAsync = promisify(brotliCompress)

/** Compresses on another thread. */
export function compress(body: Buffer, coding: 'br' | 'gzip'): Promise<Buffer> {
  if (coding === 'gzip') return gzipAsync(body)
  // The default quality, 11, takes a hundred times as long.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length }
  return brotliAsync(body, { params })
}

/** Changes the header fields to those of the compressed answer; a strong ETag becomes weak, an invalid one goes. */
export function markCompressed(headers: HeaderList, coding: 'br' | 'gzip'): void {
  setHeader(headers, 'Content-Encoding', coding)
  removeHeader(headers, 'accept-ranges')
  const etag = getHeader(headers, 'etag')
  if (etag?.startsWith('"')) setHeader(headers, 'ETag', `W/${etag}`)
  else if (etag !== undefined && !etag.startsWith('W/')) removeHeader(headers, 'etag')
}

/** Adds Accept-Encoding to Vary, once. */
export function varyByEncoding(headers: HeaderList): void {
  const vary = getHeader(headers, 'vary')
  if (vary === undefined || vary === '') setHeader(headers, 'Vary', 'Accept-Encoding')
  else if (!/\*|accept-encoding/i.test(vary)) setHeader(headers, 'Vary', `${vary}, Accept-Encoding`)
}
