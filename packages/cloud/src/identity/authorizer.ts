import type { Clock } from '@terrace/kit'
import { type Architecture, findNode } from '@terrace/model'
import { AccessDenied } from '../gateway/errors.ts'
import type { Journal } from '../journal.ts'
import { type ContextValues, RequestContext } from './context.ts'
import { type Decision, evaluate, type NamedPolicy } from './evaluate.ts'
import { managedPolicy } from './managed-policies.ts'
import type { Principal } from './principal.ts'

/** One permission that a call needs. */
export interface Access {
  /** Such as `s3:GetObject`. */
  readonly action: string
  /** ARN of what it is done to; `*` for actions that know no resource. */
  readonly resource: string
  /** The policy of that resource, when it has one. */
  readonly resourcePolicy?: NamedPolicy | undefined
  /** Condition keys of the service, such as `s3:prefix`. */
  readonly context?: ContextValues | undefined
}

/** Who calls, and how the call came in. */
export interface Caller {
  readonly principal: Principal
  /** Condition keys of the connection: `aws:SecureTransport`, `aws:SourceIp`, `aws:SourceVpce`. */
  readonly context?: ContextValues | undefined
}

/** Decides calls by the template's policies. */
export interface Authorizer {
  /** Decides without a trace. */
  decide(caller: Caller, access: Access): Decision
  /** Lets an allowed call pass. @throws AccessDenied with AWS's message; the journal says which statement denied */
  require(caller: Caller, access: Access): void
}

interface Surroundings {
  readonly architecture: Architecture
  readonly journal: Journal
  readonly clock: Clock
}

/** An authorizer over the roles of an architecture: their inline policies and the managed ones of the table. */
export function createAuthorizer({ architecture, journal, clock }: Surroundings): Authorizer {
  const decide = ({ principal, context }: Caller, access: Access): Decision =>
    evaluate({
      principal,
      account: architecture.account,
      action: access.action,
      resource: access.resource,
      identityPolicies: identityPolicies(principal, architecture, journal),
      resourcePolicy: access.resourcePolicy,
      context: contextOf(principal, architecture, clock)
        .with({ ...context })
        .with({ ...access.context }),
    })
  return {
    decide,
    require(caller, access) {
      const decision = decide(caller, access)
      if (decision.kind === 'allowed') return
      const message = deniedMessage(caller.principal, access, decision)
      const role = caller.principal.kind === 'role' ? { node: caller.principal.role } : {}
      journal.write({
        kind: 'identity.denied',
        ...role,
        message: `${nameOf(caller.principal)} may not ${access.action} ${access.resource}: ${reasonOf(decision)}`,
        details: {
          action: access.action,
          resource: access.resource,
          decision: decision.kind,
          ...(decision.kind === 'explicitDeny' ? { statement: decision.by } : {}),
          ...(decision.notes.length > 0 ? { notes: decision.notes } : {}),
        },
      })
      throw new AccessDenied(message)
    },
  }
}

function identityPolicies(principal: Principal, architecture: Architecture, journal: Journal): readonly NamedPolicy[] {
  if (principal.kind !== 'role') return []
  const role = findNode(architecture, principal.role, 'role')
  if (!role) return []
  const managed = role.managedPolicies.flatMap(arn => {
    const document = managedPolicy(arn)
    if (!document) sayOnce(journal, arn, role.id)
    return document ? [{ name: arn.slice(arn.lastIndexOf('/') + 1), document }] : []
  })
  return [...role.policies, ...managed]
}

function sayOnce(journal: Journal, arn: string, node: string): void {
  const kind = 'identity.unknownManagedPolicy'
  const said = journal.since(0).some(entry => entry.kind === kind && entry.details?.policy === arn)
  if (said) return
  const message = `managed policy ${arn} is not known here: it allows nothing`
  journal.write({ kind, node, message, details: { policy: arn } })
}

/** The condition keys that every call has. Source: IAM User Guide "AWS global condition context keys". */
function contextOf(principal: Principal, architecture: Architecture, clock: Clock): RequestContext {
  const now = clock.now()
  const everywhere = {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:RequestedRegion': architecture.region,
    'aws:PrincipalIsAWSService': String(principal.kind === 'service'),
  }
  switch (principal.kind) {
    case 'administrator':
      return new RequestContext({
        ...everywhere,
        'aws:PrincipalArn': principal.arn,
        'aws:PrincipalAccount': architecture.account,
        'aws:PrincipalType': 'User',
        'aws:username': principal.arn.slice(principal.arn.lastIndexOf('/') + 1),
      })
    case 'role':
      return new RequestContext({
        ...everywhere,
        'aws:PrincipalArn': principal.arn,
        'aws:PrincipalAccount': architecture.account,
        'aws:PrincipalType': 'AssumedRole',
      })
    case 'service':
      return new RequestContext({
        ...everywhere,
        'aws:PrincipalServiceName': principal.service,
        'aws:SourceArn': principal.sourceArn,
        'aws:SourceAccount': architecture.account,
      })
    case 'anonymous':
      return new RequestContext({ ...everywhere, 'aws:PrincipalType': 'Anonymous' })
  }
}

type Denial = Exclude<Decision, { kind: 'allowed' }>

/** AWS's text; callers outside the account learn nothing. Source: IAM User Guide "Troubleshoot access denied error messages". */
function deniedMessage(principal: Principal, { action, resource }: Access, decision: Denial): string {
  if (principal.kind === 'anonymous' || principal.kind === 'service') return 'Access Denied'
  const quoted = action.startsWith('s3:') ? `"${resource}"` : resource
  const user = principal.kind === 'role' ? principal.sessionArn : principal.arn
  const reason =
    decision.kind === 'implicitDeny'
      ? `because no identity-based policy allows the ${action} action`
      : `with an explicit deny in ${decision.by.source === 'identity' ? 'an identity' : 'a resource'}-based policy`
  return `User: ${user} is not authorized to perform: ${action} on resource: ${quoted} ${reason}`
}

const nameOf = (principal: Principal): string => {
  if (principal.kind === 'anonymous') return 'an anonymous caller'
  if (principal.kind === 'service') return `${principal.service} for ${principal.sourceArn}`
  return principal.arn
}

function reasonOf(decision: Denial): string {
  const notes = decision.notes.length > 0 ? ` (${decision.notes.join('; ')})` : ''
  if (decision.kind === 'implicitDeny') return `no policy allows it${notes}`
  return `statement ${decision.by.statement} of ${decision.by.policy} denies it${notes}`
}
