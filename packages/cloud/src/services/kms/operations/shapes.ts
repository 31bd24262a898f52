import type { Random } from '@terrace/kit'
import { z } from 'zod'
import { accepted } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { Authorizer } from '../../../identity/authorizer.ts'
import type { KeyAccess } from '../access.ts'
import { DryRunOperationException, InvalidMarkerException } from '../errors.ts'
import { type Key, storedKey } from '../key.ts'
import { isRotatable, type Keys, newestOf } from '../keys.ts'
import { LARGEST_PAGE, USUAL_PAGE } from '../limits.ts'
import { SPECS } from '../specs.ts'

/** What the operations work on. */
export interface KmsContext {
  readonly keys: Keys
  readonly access: KeyAccess
  readonly authorizer: Authorizer
  readonly random: Random
}

export const keyReference = z.string().min(1).max(2048)
export const aliasName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[a-zA-Z0-9:/_-]+$/)
export const encryptionContext = z.record(z.string(), z.string()).optional()
export const dryRun = z.boolean().optional()
export const grantTokens = () =>
  accepted(z.array(z.string().min(1).max(8192)).max(10).optional(), 'a grant holds from its creation on')

/** Bytes, in base 64 on the wire. */
export const blob = (most: number) =>
  z
    .base64()
    .transform(text => Buffer.from(text, 'base64'))
    .refine(({ length }) => length > 0, 'Member must have length greater than or equal to 1')
    .refine(({ length }) => length <= most, `Member must have length less than or equal to ${most}`)

export const base64 = (bytes: Buffer): string => bytes.toString('base64')

export const tagList = z.array(
  z.strictObject({ TagKey: z.string().min(1).max(128), TagValue: z.string().min(0).max(256) }),
)

export const paging = {
  Limit: z.int().min(1).max(LARGEST_PAGE).optional(),
  Marker: z.string().min(1).max(1024).optional(),
}

/** The part of a list that was asked for. @param nameOf  tells the items apart, and is the marker @throws InvalidMarkerException */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { Limit = USUAL_PAGE, Marker }: { readonly Limit?: number | undefined; readonly Marker?: string | undefined },
) {
  const before = Marker === undefined ? undefined : Buffer.from(Marker, 'base64url').toString()
  const start = before === undefined ? 0 : items.findIndex(item => nameOf(item) === before) + 1
  if (before !== undefined && start === 0) throw new InvalidMarkerException()
  const page = items.slice(start, start + Limit)
  const last = page.at(-1)
  const truncated = start + page.length < items.length
  return {
    items: page,
    rest: {
      Truncated: truncated,
      NextMarker: truncated && last !== undefined ? Buffer.from(nameOf(last)).toString('base64url') : undefined,
    },
  }
}

/** Nothing more happens in a dry run. @throws DryRunOperationException */
export function endDryRun(isDry: boolean | undefined): void {
  if (isDry) throw new DryRunOperationException()
}

/** `KeyMetadata` */
export function describeKey(key: Key, account: string) {
  const { encryption, signing, mac } = SPECS[key.spec]
  return {
    AWSAccountId: account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: timestamp(key.created),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    DeletionDate: key.deletion && timestamp(key.deletion.at),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    EncryptionAlgorithms: key.usage === 'ENCRYPT_DECRYPT' ? encryption : undefined,
    SigningAlgorithms: key.usage === 'SIGN_VERIFY' ? signing : undefined,
    MacAlgorithms: mac === undefined ? undefined : [mac],
    MultiRegion: false,
    CurrentKeyMaterialId: isRotatable(key) ? newestOf(key).id : undefined,
  }
}

export const keySpec = storedKey.shape.spec
export const keyUsage = storedKey.shape.usage
