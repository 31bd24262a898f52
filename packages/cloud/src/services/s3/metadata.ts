import { NotEmulated } from '../../gateway/errors.ts'
import type { ServiceCall } from './call.ts'
import { AccessControlListNotSupported, InvalidArgument, MetadataTooLarge } from './errors.ts'
import { keptEncoding } from './incoming.ts'
import { LARGEST_METADATA_BYTES } from './limits.ts'

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

/** The kept header fields and the user metadata of an upload. */
export interface Described {
  readonly headers: Readonly<Record<string, string>>
  readonly metadata: Readonly<Record<string, string>>
}

/** Header fields with which an upload asks for what is not emulated, and the values that ask for nothing special. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  'x-amz-object-lock-legal-hold': [],
  'x-amz-object-lock-mode': [],
  'x-amz-object-lock-retain-until-date': [],
  'x-amz-server-side-encryption': ['AES256'],
  'x-amz-server-side-encryption-aws-kms-key-id': [],
  'x-amz-server-side-encryption-customer-algorithm': [],
  'x-amz-storage-class': ['STANDARD'],
  'x-amz-tagging': [],
  'x-amz-website-redirect-location': [],
  'x-amz-write-offset-bytes': [],
}

/** ACLs that say what holds anyway in a bucket whose owner owns everything. */
const HARMLESS_ACLS: readonly string[] = ['bucket-owner-full-control', 'private']

/**
 * Reads what an upload says about its object.
 *
 * @throws AccessControlListNotSupported, MetadataTooLarge, NotEmulated
 */
export function describedBy(call: ServiceCall): Described {
  refuseUnsupported(call)
  const metadata = metadataOf(call.exchange.request.message.headers)
  const size = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + value, 'latin1'),
    0,
  )
  if (size > LARGEST_METADATA_BYTES) throw new MetadataTooLarge(size, LARGEST_METADATA_BYTES)
  const headers: Record<string, string> = {}
  for (const name of KEPT_HEADERS) {
    const value = call.header(name)
    const kept = name === 'content-encoding' ? keptEncoding(value ?? '') : value
    if (kept) headers[name] = kept
  }
  return { headers: { 'content-type': DEFAULT_TYPE, ...headers }, metadata }
}

function metadataOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> {
  const metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA_PREFIX) || value === undefined) continue
    metadata[name.slice(METADATA_PREFIX.length)] = typeof value === 'string' ? value : value.join(',')
  }
  return metadata
}

function refuseUnsupported({ header, operation, exchange }: ServiceCall): void {
  const acl = header('x-amz-acl')
  const grants = Object.keys(exchange.request.message.headers).some(name => name.startsWith('x-amz-grant-'))
  if (grants || (acl !== undefined && !HARMLESS_ACLS.includes(acl))) throw new AccessControlListNotSupported()
  for (const [name, harmless] of Object.entries(UNSUPPORTED)) {
    const value = header(name)
    if (value !== undefined && !harmless.includes(value))
      throw new NotEmulated(`the header field ${name}: ${value} of ${operation}`)
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
