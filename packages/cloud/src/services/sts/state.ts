import { digest } from '@terrace/kit'
import type { Principal } from '../../identity/principal.ts'

/** Who somebody is to STS. */
export interface CallerIdentity {
  readonly UserId: string
  readonly Account: string
  readonly Arn: string
}

/** Characters of the ids that IAM makes. */
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The same id for the same ARN, always. @param prefix `AIDA` for users, `AROA` for roles: IAM User Guide "IAM identifiers" */
const uniqueId = (prefix: string, arn: string) => prefix + digest(arn, 17, ID_ALPHABET)

/** Nothing for callers that have no identity in the account. */
export function identityOf(principal: Principal, account: string): CallerIdentity | undefined {
  switch (principal.kind) {
    case 'administrator':
      return { UserId: uniqueId('AIDA', principal.arn), Account: account, Arn: principal.arn }
    case 'role': {
      const session = principal.sessionArn.slice(principal.sessionArn.lastIndexOf('/') + 1)
      return { UserId: `${uniqueId('AROA', principal.arn)}:${session}`, Account: account, Arn: principal.sessionArn }
    }
    case 'anonymous':
    case 'service':
      return undefined
  }
}
