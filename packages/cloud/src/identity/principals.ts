import type { PolicyStatement } from '@terrace/model'
import type { Principal } from './principal.ts'

interface Caller {
  readonly principal: Principal
  readonly account: string
}

/**
 * Whether a resource policy's statement means this caller.
 *
 * The account's own number stands for everybody in it when it denies; when it allows, it only hands the decision to the
 * identity policies. A role is meant by its ARN or by its session's ARN; names cannot hold partial wildcards.
 *
 * @see IAM User Guide "AWS JSON policy elements: Principal". differs: `Federated` and `CanonicalUser` mean nobody here
 */
export function matchesPrincipal(statement: PolicyStatement, caller: Caller): boolean {
  if (statement.NotPrincipal !== undefined) return !isNamed(statement.NotPrincipal, caller, true)
  return statement.Principal !== undefined && isNamed(statement.Principal, caller, statement.Effect === 'Deny')
}

type Named = NonNullable<PolicyStatement['Principal']>

function isNamed(named: Named, caller: Caller, accountMeansAll: boolean): boolean {
  if (typeof named === 'string') return named === '*'
  return Object.entries(named).some(([type, names]) => {
    const list = typeof names === 'string' ? [names] : names
    if (type === 'AWS') return list.some(name => isAwsName(name, caller, accountMeansAll))
    if (type === 'Service') return caller.principal.kind === 'service' && list.includes(caller.principal.service)
    return false
  })
}

function isAwsName(name: string, { principal, account }: Caller, accountMeansAll: boolean): boolean {
  if (name === '*') return true
  const inAccount = principal.kind === 'administrator' || principal.kind === 'role'
  if (name === account || name === `arn:aws:iam::${account}:root`) {
    return principal.kind === 'administrator' || (inAccount && accountMeansAll)
  }
  if (principal.kind === 'role') return name === principal.arn || name === principal.sessionArn
  return principal.kind === 'administrator' && name === principal.arn
}
