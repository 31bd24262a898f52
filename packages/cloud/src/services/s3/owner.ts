import { digest } from '@terrace/kit'

/** Canonical user id of an account. */
export const ownerId = (account: string): string => digest(`canonical user ${account}`, 64)

/** The account as owner of buckets and objects. */
export const ownerOf = (account: string) => ({ ID: ownerId(account) })
