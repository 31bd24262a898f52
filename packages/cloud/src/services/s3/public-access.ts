import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import ipaddr from 'ipaddr.js'
import type { Principal } from '../../identity/principal.ts'
import type { BucketSettings } from './settings.ts'

/** Keys whose fixed values make a statement for everybody one for somebody. S3 User Guide "The meaning of 'public'". */
const FIXING_KEYS: ReadonlySet<string> = new Set([
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:userid',
  'aws:principalorgid',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
])

/**
 * Whether S3 calls a policy public: it allows something to everybody, and no condition limits it to fixed values.
 *
 * @see S3 User Guide "Blocking public access to your Amazon S3 storage". differs: a service principal without such a
 *   condition isn't called public here
 */
export const isPublicPolicy = (policy: PolicyDocument): boolean =>
  policy.Statement.some(statement => statement.Effect === 'Allow' && isForEverybody(statement) && !isLimited(statement))

function isForEverybody({ Principal, NotPrincipal }: PolicyStatement): boolean {
  if (NotPrincipal !== undefined || Principal === '*') return true
  if (typeof Principal !== 'object') return false
  const names = Principal.AWS
  return typeof names === 'string' ? names === '*' : (names ?? []).includes('*')
}

function isLimited({ Condition }: PolicyStatement): boolean {
  return Object.entries(Condition ?? {}).some(([operator, keys]) => {
    if (!/^(ForAnyValue:)?(StringEquals|StringLike|StringEqualsIgnoreCase|ArnEquals|ArnLike|IpAddress)$/.test(operator))
      return false
    return Object.entries(keys).some(([key, wanted]) => {
      const values = (typeof wanted === 'object' ? wanted : [wanted]).map(String)
      if (key.toLowerCase() === 'aws:sourceip') return values.every(isNarrow)
      return FIXING_KEYS.has(key.toLowerCase()) && values.every(value => !/[*?]|\$\{/.test(value))
    })
  })
}

/** Ranges wider than /8 (IPv4) and /32 (IPv6) are the world. */
function isNarrow(range: string): boolean {
  const cidr = range.includes('/') ? range : `${range}/${range.includes(':') ? 128 : 32}`
  if (!ipaddr.isValidCIDR(cidr)) return false
  const [address, bits] = ipaddr.parseCIDR(cidr)
  return bits >= (address.kind() === 'ipv4' ? 8 : 32)
}

/**
 * The bucket's policy as it counts for a caller: with RestrictPublicBuckets a public policy allows nothing to callers
 * outside the account; its denies stay.
 */
export function effectivePolicy(
  { policy, publicAccessBlock }: Pick<BucketSettings, 'policy' | 'publicAccessBlock'>,
  principal: Principal,
): PolicyDocument | undefined {
  if (!policy || principal.kind !== 'anonymous') return policy
  if (!publicAccessBlock?.restrictPublicBuckets || !isPublicPolicy(policy)) return policy
  return { ...policy, Statement: policy.Statement.filter(statement => statement.Effect === 'Deny') }
}
