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
export const uniqueId = (prefix: IdPrefix, arn: string): string => prefix + digest(arn, 17, ID_ALPHABET)
