import { NotEmulated } from '../../gateway/errors.ts'
import { refuseAcls } from './acl.ts'
import type { BucketCall, ServiceCall } from './call.ts'
import { encryptionOf } from './encryption.ts'
import { InvalidArgument, MetadataTooLarge } from './errors.ts'
import { keptEncoding } from './incoming.ts'
import { LARGEST_METADATA_BYTES } from './limits.ts'
import type { Described } from './object-record.ts'
import { storageClassOf } from './storage-class.ts'
import { tagsOfHeader } from './tags.ts'

/** Header fields that are kept with an object and come back with it. */
export const KEPT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const

/** What `Content-Type` is when nobody says. S3 API Reference "PutObject". */
export const DEFAULT_TYPE = 'binary/octet-stream'

const METADATA_PREFIX = 'x-amz-meta-'

/** Header fields with which an upload asks for what is not emulated. */
const UNSUPPORTED: readonly string[] = [
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-server-side-encryption-context',
  'x-amz-website-redirect-location',
  'x-amz-write-offset-bytes',
]

/**
 * Reads what an upload says about its object.
 *
 * @throws AccessControlListNotSupported, MetadataTooLarge, InvalidTag, InvalidStorageClass, InvalidArgument, NotEmulated
 */
export function describedBy(call: BucketCall): Described {
  refuseUnsupported(call)
  refuseAcls(call)
  const { header, bucket } = call
  const headers: Record<string, string> = {}
  for (const name of KEPT_HEADERS) {
    const value = header(name)
    const kept = name === 'content-encoding' ? keptEncoding(value ?? '') : value
    if (kept) headers[name] = kept
  }
  return {
    headers: { 'content-type': DEFAULT_TYPE, ...headers },
    metadata: userMetadata(call),
    tags: tagsOfHeader(header('x-amz-tagging')),
    encryption: encryptionOf(header, bucket.settings.encryption),
    storageClass: storageClassOf(header('x-amz-storage-class')),
  }
}

function userMetadata({ exchange, query }: BucketCall): Readonly<Record<string, string>> {
  const metadata: Record<string, string> = {}
  const presigned = exchange.claim.kind === 'signed' && exchange.claim.by === 'query' ? [...query] : []
  for (const [field, value] of [...presigned, ...Object.entries(exchange.request.message.headers)]) {
    const name = field.toLowerCase()
    if (!name.startsWith(METADATA_PREFIX) || value === undefined) continue
    metadata[name.slice(METADATA_PREFIX.length)] = typeof value === 'string' ? value : value.join(',')
  }
  const size = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + value, 'latin1'),
    0,
  )
  if (size > LARGEST_METADATA_BYTES) throw new MetadataTooLarge(size, LARGEST_METADATA_BYTES)
  return metadata
}

function refuseUnsupported({ header, operation }: BucketCall): void {
  for (const name of UNSUPPORTED) {
    const value = header(name)
    if (value !== undefined) throw new NotEmulated(`the header field ${name}: ${value} of ${operation}`)
  }
}

/** User metadata as header fields. */
export const metadataHeaders = (metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value]))

/** A whole number in the query. @throws InvalidArgument */
export function integerOf({ query }: ServiceCall, name: string, fallback: number, highest: number): number {
  const text = query.get(name)
  if (text === null || text === '') return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 2 ** 31 - 1) {
    throw new InvalidArgument(`Provided ${name} not an integer or within integer range`, name, text)
  }
  return Math.min(value, highest)
}
