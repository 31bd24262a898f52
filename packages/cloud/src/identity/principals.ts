import type { PolicyStatement } from '@terrace/model'
import type { Principal } from './principal.ts'

interface Caller {
  readonly principal: Principal
  readonly account: string
}

/**
 * How a resource policy's statement means a caller: `session` by the ARN of its session, user or service, which nothing
 * but an explicit deny can take back; `identity` by its role or as anybody; `account` as one of the account, which only
 * hands the decision to the identity policies.
 */
export type Meant = 'session' | 'identity' | 'account'

/**
 * Whether and how a resource policy's statement means this caller.
 *
 * The account's own number stands for everybody in it when it denies; when it allows, it only hands the decision to the
 * identity policies. A role is meant by its ARN or by its session's ARN; names cannot hold partial wildcards.
 *
 * @see IAM User Guide "AWS JSON policy elements: Principal". differs: `Federated` means nobody here, `CanonicalUser` origin access identities alone
 */
export function meansPrincipal(statement: PolicyStatement, caller: Caller): Meant | undefined {
  if (statement.NotPrincipal !== undefined) return meantBy(statement.NotPrincipal, caller) ? undefined : 'identity'
  return statement.Principal === undefined ? undefined : meantBy(statement.Principal, caller)
}

type Named = NonNullable<PolicyStatement['Principal']>

const STRENGTH: Readonly<Record<Meant, number>> = { session: 3, identity: 2, account: 1 }

function meantBy(named: Named, caller: Caller): Meant | undefined {
  if (typeof named === 'string') return named === '*' ? 'identity' : undefined
  let strongest: Meant | undefined
  for (const [type, names] of Object.entries(named)) {
    for (const name of typeof names === 'string' ? [names] : names) {
      const meant = type === 'AWS' ? meantByName(name, caller) : meantByOther(type, name, caller)
      if (meant && (!strongest || STRENGTH[meant] > STRENGTH[strongest])) strongest = meant
    }
  }
  return strongest
}

function meantByOther(type: string, name: string, { principal }: Caller): Meant | undefined {
  if (type === 'Service') return principal.kind === 'service' && principal.service === name ? 'session' : undefined
  return type === 'CanonicalUser' && principal.kind === 'role' && principal.canonicalUser === name
    ? 'session'
    : undefined
}

function meantByName(name: string, { principal, account }: Caller): Meant | undefined {
  if (name === '*') return 'identity'
  if (principal.kind !== 'administrator' && principal.kind !== 'role') return undefined
  if (name === account || name === `arn:aws:iam::${account}:root`) return 'account'
  if (principal.kind === 'administrator') return name === principal.arn ? 'session' : undefined
  if (name === principal.sessionArn) return 'session'
  return name === principal.arn ? 'identity' : undefined
}
