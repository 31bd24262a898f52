import type { Clock } from '@terrace/kit'
import type { Architecture, PolicyDocument } from '@terrace/model'
import { AccessDenied } from '../gateway/errors.ts'
import type { Journal } from '../journal.ts'
import type { Calls } from './calls.ts'
import { PolicyCompiler } from './compile.ts'
import { type ContextValues, RequestContext } from './context.ts'
import { callerName, deniedMessage, reasonOf } from './denial.ts'
import { type Decision, evaluate, type NamedPolicy } from './evaluate.ts'
import { globalKeys } from './global-keys.ts'
import type { Principal } from './principal.ts'
import { RolePolicies } from './role-policies.ts'

/** One permission that a call needs. */
export interface Access {
  /** Such as `s3:GetObject`. */
  readonly action: string
  /** ARN of what it is done to; `*` for actions that know no resource. */
  readonly resource: string
  /** The policy of that resource, when it has one. */
  readonly resourcePolicy?: NamedPolicy | undefined
  /** Role trust and key policies: they must allow it, whatever the caller's own policies say. */
  readonly resourceMustAllow?: boolean | undefined
  /** Condition keys of the service, such as `s3:prefix`. */
  readonly context?: ContextValues | undefined
}

/** Who calls, and how the call came in. */
export interface Caller {
  readonly principal: Principal
  /** Condition keys of the connection: `aws:SecureTransport`, `aws:SourceIp`, `aws:SourceVpce`. */
  readonly context?: ContextValues | undefined
  /** The VPC endpoint it came through. */
  readonly endpoint?: CallerEndpoint | undefined
}

/** A VPC endpoint with its policy; without one it lets everything pass. */
export interface CallerEndpoint {
  /** `vpce-…` */
  readonly id: string
  readonly policy?: PolicyDocument | undefined
}

/** Decides calls by the template's policies. */
export interface Authorizer {
  /** Decides, without a word in the journal. Like every decision about a role it counts as a call. */
  decide(caller: Caller, access: Access): Decision
  /** Lets an allowed call pass. @throws AccessDenied with AWS's message; the journal says which statement denied */
  require(caller: Caller, access: Access): void
}

interface Surroundings {
  readonly architecture: Architecture
  readonly journal: Journal
  readonly clock: Clock
  /** Where it notes what it decides about roles. */
  readonly calls: Calls
}

/** An authorizer over the roles of an architecture: their inline policies, managed ones and permissions boundaries. */
export function createAuthorizer({ architecture, journal, clock, calls }: Surroundings): Authorizer {
  const roles = new RolePolicies(architecture, journal)
  const compiler = new PolicyCompiler()
  const decide = ({ principal, context, endpoint }: Caller, access: Access): Decision => {
    const attached = principal.kind === 'role' ? roles.of(principal.role) : undefined
    const now = clock.now()
    const decision = evaluate(
      {
        principal,
        account: architecture.account,
        action: access.action,
        resource: access.resource,
        identityPolicies: attached?.identity ?? [],
        boundary: attached?.boundary,
        sessionPolicies: sessionPoliciesOf(principal),
        endpointPolicy: endpointPolicyOf(endpoint),
        resourcePolicy: access.resourcePolicy,
        resourceMustAllow: access.resourceMustAllow,
        context: new RequestContext({
          ...globalKeys(principal, attached?.role, architecture, now),
          ...(endpoint && { 'aws:SourceVpce': endpoint.id }),
          ...context,
          ...access.context,
        }),
      },
      compiler,
    )
    if (principal.kind === 'role') calls.note(principal.role, access.action, access.resource, decision, now)
    return decision
  }
  return {
    decide,
    require(caller, access) {
      const decision = decide(caller, access)
      if (decision.kind === 'allowed') return
      const { principal } = caller
      const trust = access.action === 'sts:AssumeRole'
      const role = principal.kind === 'role' ? { node: principal.role } : {}
      journal.write({
        kind: 'identity.denied',
        ...role,
        message: `${callerName(principal)} may not ${access.action} ${access.resource}: ${reasonOf(decision, trust)}`,
        details: {
          action: access.action,
          resource: access.resource,
          decision: decision.kind,
          ...(decision.kind === 'explicitDeny' ? { statement: decision.by } : { missing: decision.missing }),
          ...(decision.notes.length > 0 ? { notes: decision.notes } : {}),
        },
      })
      throw new AccessDenied(deniedMessage(principal, access, decision))
    },
  }
}

const sessionPoliciesOf = (principal: Principal): readonly NamedPolicy[] | undefined =>
  principal.kind === 'role'
    ? principal.sessionPolicies?.map(document => ({ name: 'the session policy', document }))
    : undefined

const endpointPolicyOf = (endpoint: CallerEndpoint | undefined): NamedPolicy | undefined =>
  endpoint?.policy && { name: `the policy of ${endpoint.id}`, document: endpoint.policy }
