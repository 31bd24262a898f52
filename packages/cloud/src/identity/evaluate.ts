import { type CompiledStatement, type NamedPolicy, PolicyCompiler } from './compile.ts'
import type { RequestContext } from './context.ts'
import type { Principal } from './principal.ts'
import { type Meant, meansPrincipal } from './principals.ts'

export type { NamedPolicy } from './compile.ts'

/** A call as policies see it. */
export interface PolicyQuestion {
  readonly principal: Principal
  readonly account: string
  /** Such as `s3:GetObject`. */
  readonly action: string
  readonly resource: string
  readonly context: RequestContext
  /** The policies of the caller. */
  readonly identityPolicies: readonly NamedPolicy[]
  /** What the others can give at most. */
  readonly boundary?: NamedPolicy | undefined
  /** What AssumeRole limited the session to. */
  readonly sessionPolicies?: readonly NamedPolicy[] | undefined
  /** Of the VPC endpoint that the call came through. */
  readonly endpointPolicy?: NamedPolicy | undefined
  /** The policy of the resource, such as a bucket's. */
  readonly resourcePolicy?: NamedPolicy | undefined
  /** Roles and keys: what the caller's own policies allow is not enough, the resource's must allow it, too. */
  readonly resourceMustAllow?: boolean | undefined
}

/** The kinds of policy that take part in a decision. */
export type PolicySource = 'identity' | 'boundary' | 'session' | 'endpoint' | 'resource'

/** The statement that decided. */
export interface DecidingStatement {
  readonly source: PolicySource
  readonly policy: string
  /** Its `Sid`, else its position in the policy, counted from 1: `#2`. */
  readonly statement: string
}

/** What came out. `notes` tell what could not be evaluated and was therefore taken for a refusal. */
export type Decision =
  | { readonly kind: 'allowed'; readonly by: DecidingStatement | 'administrator'; readonly notes: readonly string[] }
  | { readonly kind: 'explicitDeny'; readonly by: DecidingStatement; readonly notes: readonly string[] }
  /** `missing` is the first kind of policy that would have had to allow it. */
  | { readonly kind: 'implicitDeny'; readonly missing: PolicySource; readonly notes: readonly string[] }

/**
 * Decides a call within one account. An explicit deny anywhere wins. A VPC endpoint's policy must allow what comes
 * through it. Then an allow of the resource's policy or of the identity policies is needed, and of boundary and session
 * policies, too, unless the resource's policy names the very session. The administrator needs no allow but that of a role
 * or key itself.
 *
 * A condition operator that isn't known makes an allow worth nothing and a deny apply.
 *
 * @param compiler  keeps what policies were read as; pass the same one for many questions
 * @see IAM User Guide "Policy evaluation logic". differs: no organisations, one account
 */
export function evaluate(question: PolicyQuestion, compiler = new PolicyCompiler()): Decision {
  const notes: string[] = []
  const found = (source: PolicySource, policies: readonly NamedPolicy[]) =>
    search(source, policies, question, compiler, notes)
  const limit = (source: PolicySource, policies: readonly NamedPolicy[] | undefined) =>
    policies && found(source, policies)
  const results = {
    identity: found('identity', question.identityPolicies),
    boundary: limit('boundary', only(question.boundary)),
    session: limit('session', question.sessionPolicies),
    endpoint: limit('endpoint', only(question.endpointPolicy)),
    resource: limit('resource', only(question.resourcePolicy)),
  }
  for (const result of Object.values(results)) {
    if (result?.deny) return { kind: 'explicitDeny', by: result.deny, notes }
  }
  const outcome = weigh(question, results)
  return typeof outcome === 'string'
    ? { kind: 'implicitDeny', missing: outcome, notes }
    : { kind: 'allowed', by: outcome.by, notes }
}

const only = (policy: NamedPolicy | undefined) => policy && [policy]

interface Found {
  readonly deny?: DecidingStatement | undefined
  readonly allow?: DecidingStatement | undefined
  /** How the allow means the caller, in policies that have principals. */
  readonly meant?: Meant | undefined
}

type Allowed = { readonly by: DecidingStatement | 'administrator' }

/** With every deny out of the way: what allows it, or which kind of policy would have had to. */
function weigh(
  { principal, resourceMustAllow }: PolicyQuestion,
  results: Readonly<Record<PolicySource, Found | undefined>>,
): Allowed | PolicySource {
  const { identity, boundary, session, endpoint, resource } = results
  if (endpoint && !endpoint.allow) return 'endpoint'
  if (resourceMustAllow && !resource?.allow) return 'resource'
  if (principal.kind === 'administrator') return { by: 'administrator' }
  const granted = resource?.meant === 'account' ? undefined : resource?.allow
  if (granted && resource?.meant === 'session') return { by: granted }
  if (principal.kind !== 'role') return granted ? { by: granted } : 'resource'
  const base = granted ?? identity?.allow
  if (!base) return 'identity'
  if (boundary && !boundary.allow) return 'boundary'
  if (session && !session.allow) return 'session'
  return { by: base }
}

const WITH_PRINCIPALS: ReadonlySet<PolicySource> = new Set(['resource', 'endpoint'])

const STRENGTH: Readonly<Record<Meant, number>> = { session: 3, identity: 2, account: 1 }

/** The first statement that denies and the strongest that allows. */
function search(
  source: PolicySource,
  policies: readonly NamedPolicy[],
  question: PolicyQuestion,
  compiler: PolicyCompiler,
  notes: string[],
): Found {
  let allow: DecidingStatement | undefined
  let strongest: Meant | undefined
  for (const { name, document } of policies) {
    for (const statement of compiler.statementsOf(document)) {
      if (!statement.matchesAction(question.action, question.context)) continue
      const meant = WITH_PRINCIPALS.has(source) ? meansPrincipal(statement.source, question) : 'identity'
      if (!meant || !applies(statement, name, question, notes)) continue
      const by = { source, policy: name, statement: statement.label }
      if (statement.effect === 'Deny') return { deny: by }
      if (strongest && STRENGTH[meant] <= STRENGTH[strongest]) continue
      allow = by
      strongest = meant
    }
  }
  return { allow, meant: strongest }
}

function applies(statement: CompiledStatement, policy: string, question: PolicyQuestion, notes: string[]): boolean {
  if (!statement.matchesResource(question.resource, question.context)) return false
  const conditions = statement.condition.evaluate(question.context)
  if (conditions.kind !== 'unknown') return conditions.kind === 'met'
  const denies = statement.effect === 'Deny'
  const meaning = denies ? 'its deny applies' : 'its allow does not count'
  notes.push(`condition operator ${conditions.operator} of ${policy} ${statement.label} is not known: ${meaning}`)
  return denies
}
