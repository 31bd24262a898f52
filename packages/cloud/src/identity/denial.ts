import type { Access } from './authorizer.ts'
import type { Decision, PolicySource } from './evaluate.ts'
import type { Principal } from './principal.ts'

/** A decision that isn't an allow. */
export type Denial = Exclude<Decision, { kind: 'allowed' }>

/**
 * AWS's text; callers outside the account learn nothing.
 * @see IAM User Guide "Troubleshoot access denied error messages"
 */
export function deniedMessage(principal: Principal, { action, resource }: Access, decision: Denial): string {
  if (principal.kind === 'anonymous' || principal.kind === 'service') return 'Access Denied'
  const quoted = action.startsWith('s3:') ? `"${resource}"` : resource
  const user = principal.kind === 'role' ? principal.sessionArn : principal.arn
  const trust = action === 'sts:AssumeRole'
  const reason =
    decision.kind === 'implicitDeny'
      ? `because no ${kindOf(decision.missing, trust)} allows the ${action} action`
      : `with an explicit deny in ${articleOf(decision.by.source, trust)} ${kindOf(decision.by.source, trust)}`
  return `User: ${user} is not authorized to perform: ${action} on resource: ${quoted} ${reason}`
}

const KINDS: Readonly<Record<PolicySource, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  endpoint: 'VPC endpoint policy',
  resource: 'resource-based policy',
}

const kindOf = (source: PolicySource, trust: boolean) =>
  trust && source === 'resource' ? 'role trust policy' : KINDS[source]

function articleOf(source: PolicySource, trust: boolean): string {
  if (source === 'identity') return 'an'
  return trust && source === 'resource' ? 'the' : 'a'
}

/** Why, in half a sentence for the journal: the statement that denied, or what would have had to allow it. */
export function reasonOf(decision: Denial, trust: boolean): string {
  const notes = decision.notes.length > 0 ? ` (${decision.notes.join('; ')})` : ''
  if (decision.kind === 'explicitDeny')
    return `statement ${decision.by.statement} of ${decision.by.policy} denies it${notes}`
  // Either of the two could have allowed it.
  const either = decision.missing === 'identity' || (decision.missing === 'resource' && !trust)
  return either ? `no policy allows it${notes}` : `no ${kindOf(decision.missing, trust)} allows it${notes}`
}

/** Who was denied. */
export function callerName(principal: Principal): string {
  if (principal.kind === 'anonymous') return 'an anonymous caller'
  if (principal.kind === 'service') return `${principal.service} for ${principal.sourceArn}`
  return principal.arn
}
