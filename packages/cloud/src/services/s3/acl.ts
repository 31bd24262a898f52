import { AccessDenied, NotEmulated } from '../../gateway/errors.ts'
import { namedList } from '../../gateway/xml.ts'
import type { BucketCall } from './call.ts'
import { AccessControlListNotSupported } from './errors.ts'
import { ownerOf } from './owner.ts'

/** ACLs that say what holds anyway in a bucket whose owner owns everything. */
const HARMLESS: readonly string[] = ['bucket-owner-full-control']

const PUBLIC: readonly string[] = ['public-read', 'public-read-write', 'authenticated-read']

/**
 * Refuses what header fields say about ACLs, unless it holds anyway.
 *
 * @throws AccessControlListNotSupported when the bucket has none, AccessDenied when public ones are blocked, NotEmulated
 * @see S3 User Guide "Controlling ownership of objects and disabling ACLs for your bucket"
 */
export function refuseAcls({ header, operation, exchange, bucket }: BucketCall): void {
  const acl = header('x-amz-acl')
  const grants = Object.keys(exchange.request.message.headers).some(name => name.startsWith('x-amz-grant-'))
  if (!grants && (acl === undefined || HARMLESS.includes(acl))) return
  const { objectOwnership = 'BucketOwnerEnforced', publicAccessBlock } = bucket.settings
  if (objectOwnership === 'BucketOwnerEnforced') throw new AccessControlListNotSupported()
  if (acl === 'private') return
  if (acl !== undefined && PUBLIC.includes(acl) && publicAccessBlock?.blockPublicAcls) throw new AccessDenied()
  throw new NotEmulated(`an ACL in ${operation}`)
}

/** The ACL that every bucket and every object has: the owner may do everything. */
export const ownersAcl = (account: string) => ({
  Owner: ownerOf(account),
  AccessControlList: namedList('Grant', [{ Grantee: granteeOf(account), Permission: 'FULL_CONTROL' }]),
})

/** The kind of a grantee is an attribute. */
const granteeOf = (account: string) => ({
  '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  '@xsi:type': 'CanonicalUser',
  ...ownerOf(account),
})
