import type { KmsKeyUsage } from '@terrace/model'
import { DisabledException, InvalidKeyUsageException, KMSInvalidStateException } from './errors.ts'
import type { Key } from './key.ts'

/** @throws DisabledException, KMSInvalidStateException @see Developer Guide "Key states of AWS KMS keys" */
export function requireEnabled({ state, arn }: Key): void {
  if (state === 'PendingDeletion') throw pending(arn)
  if (state === 'Disabled') throw new DisabledException(arn)
}

/** @throws KMSInvalidStateException when it waits for its deletion */
export function requireKept({ state, arn }: Key): void {
  if (state === 'PendingDeletion') throw pending(arn)
}

const pending = (arn: string) => new KMSInvalidStateException(`${arn} is pending deletion.`)

/** @throws DisabledException, KMSInvalidStateException, InvalidKeyUsageException */
export function requireUsable(key: Key, operation: string, usage: KmsKeyUsage): void {
  requireEnabled(key)
  if (key.usage === usage) return
  throw new InvalidKeyUsageException(`${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`)
}
