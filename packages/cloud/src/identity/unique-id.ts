import { digest } from '@terrace/kit'

/** Characters of the ids and key ids that IAM makes. */
export const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What IAM's unique ids begin with. Source: IAM User Guide "IAM identifiers". */
export type IdPrefix = 'AIDA' | 'AIPA' | 'ANPA' | 'AROA'

/**
 * The same id for the same ARN, always. differs: IAM makes a new one when something of the same name is made again.
 *
 * @param prefix  `AIDA` for users, `AROA` for roles, `AIPA` for instance profiles, `ANPA` for managed policies
 */
export function uniqueId(prefix: IdPrefix, arn: string): string {
  const name = prefix + arn
  const known = made.get(name)
  if (known !== undefined) return known
  const id = prefix + digest(arn, 17, ID_ALPHABET)
  if (made.size >= MOST_KEPT) made.clear()
  made.set(name, id)
  return id
}

/** Every call is decided with the id of who calls: those few are made once. */
const made = new Map<string, string>()
const MOST_KEPT = 1000
