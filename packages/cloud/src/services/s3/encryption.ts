import { NotEmulated } from '../../gateway/errors.ts'
import { InvalidArgument } from './errors.ts'

export const ENCRYPTION_ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const

/** How an object is encrypted, or is to be. differs: nothing is, and no permission for a key is asked */
export interface Encryption {
  readonly algorithm: (typeof ENCRYPTION_ALGORITHMS)[number]
  /** The key of KMS as it was named; absent: the one that AWS keeps for S3. */
  readonly keyId?: string | undefined
  readonly bucketKey?: boolean | undefined
}

const PREFIX = 'x-amz-server-side-encryption'

/**
 * The encryption that an upload asks for, else that of its bucket.
 *
 * @throws InvalidArgument for a key without KMS, NotEmulated for keys of the customer's own
 * @see S3 API Reference "PutObject", x-amz-server-side-encryption
 */
export function encryptionOf(header: (name: string) => string | undefined, byDefault: Encryption): Encryption {
  const own = `${PREFIX}-customer-algorithm`
  if (header(own) !== undefined) throw new NotEmulated(`the header field ${own}`)
  const asked = header(PREFIX)
  const keyId = header(`${PREFIX}-aws-kms-key-id`)
  const algorithm = ENCRYPTION_ALGORITHMS.find(each => each === asked)
  if (asked !== undefined && !algorithm) {
    throw new InvalidArgument('The encryption method specified is not supported', PREFIX, asked)
  }
  if (keyId !== undefined && (algorithm === undefined || algorithm === 'AES256')) {
    const message = `Server Side Encryption with AWS KMS managed key requires HTTP header ${PREFIX} : aws:kms`
    throw new InvalidArgument(message, PREFIX, asked ?? 'null')
  }
  if (!algorithm) return byDefault
  const bucketKey = header(`${PREFIX}-bucket-key-enabled`) === 'true'
  return { algorithm, ...(keyId === undefined ? {} : { keyId }), ...(bucketKey ? { bucketKey } : {}) }
}

/** What an answer says about an object's encryption. */
export function encryptionHeaders(
  { algorithm, keyId, bucketKey }: Encryption,
  { region, account }: { readonly region: string; readonly account: string },
): Readonly<Record<string, string | undefined>> {
  if (algorithm === 'AES256') return { [PREFIX]: algorithm }
  return {
    [PREFIX]: algorithm,
    [`${PREFIX}-aws-kms-key-id`]: keyArn(keyId ?? 'alias/aws/s3', region, account),
    [`${PREFIX}-bucket-key-enabled`]: bucketKey ? 'true' : undefined,
  }
}

/** differs: AWS resolves an alias to its key */
const keyArn = (id: string, region: string, account: string) => {
  if (id.startsWith('arn:')) return id
  return `arn:aws:kms:${region}:${account}:${id.startsWith('alias/') ? id : `key/${id}`}`
}
