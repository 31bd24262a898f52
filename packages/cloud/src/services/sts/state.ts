import { type Principal, sessionNameOf } from '../../identity/principal.ts'
import { uniqueId } from '../../identity/unique-id.ts'

/** Who somebody is to STS. */
export interface CallerIdentity {
  readonly UserId: string
  readonly Account: string
  readonly Arn: string
}

/** Nothing for callers that have no identity in the account. */
export function identityOf(principal: Principal, account: string): CallerIdentity | undefined {
  switch (principal.kind) {
    case 'administrator':
      return { UserId: uniqueId('AIDA', principal.arn), Account: account, Arn: principal.arn }
    case 'role': {
      const id = `${uniqueId('AROA', principal.arn)}:${sessionNameOf(principal)}`
      return { UserId: id, Account: account, Arn: principal.sessionArn }
    }
    case 'anonymous':
    case 'service':
      return undefined
  }
}
