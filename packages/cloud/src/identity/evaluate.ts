import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { evaluateConditions } from './conditions.ts'
import type { RequestContext } from './context.ts'
import type { Principal } from './principal.ts'
import { matchesPrincipal } from './principals.ts'
import { substitute, wildcard } from './wildcard.ts'

/** A policy and the name under which people know it. */
export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}

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
  /** The policy of the resource, such as a bucket's. */
  readonly resourcePolicy?: NamedPolicy | undefined
}

/** The statement that decided. */
export interface DecidingStatement {
  readonly source: 'identity' | 'resource'
  readonly policy: string
  /** Its `Sid`, else its position in the policy, counted from 1: `#2`. */
  readonly statement: string
}

/** What came out. `notes` tell what could not be evaluated and was therefore taken for a refusal. */
export type Decision =
  | { readonly kind: 'allowed'; readonly by: DecidingStatement | 'administrator'; readonly notes: readonly string[] }
  | { readonly kind: 'explicitDeny'; readonly by: DecidingStatement; readonly notes: readonly string[] }
  | { readonly kind: 'implicitDeny'; readonly notes: readonly string[] }

/**
 * Decides a call within one account: an explicit deny anywhere wins; an allow in the identity policies or in the
 * resource's policy is enough; otherwise it is denied. The administrator needs no allow.
 *
 * A condition operator that isn't known makes an allow worth nothing and a deny apply.
 *
 * @see IAM User Guide "Policy evaluation logic". differs: no permission boundaries, session policies, organisations
 */
export function evaluate(question: PolicyQuestion): Decision {
  const notes: string[] = []
  const applying = [...statementsOf(question)].filter(candidate => applies(candidate, question, notes))
  const denying = applying.find(candidate => candidate.statement.Effect === 'Deny')
  if (denying) return { kind: 'explicitDeny', by: denying.name, notes }
  if (question.principal.kind === 'administrator') return { kind: 'allowed', by: 'administrator', notes }
  const allowing = applying.find(candidate => candidate.statement.Effect === 'Allow')
  return allowing ? { kind: 'allowed', by: allowing.name, notes } : { kind: 'implicitDeny', notes }
}

interface Candidate {
  readonly name: DecidingStatement
  readonly statement: PolicyStatement
  /** Policies before this version have no variables. */
  readonly variables: boolean
}

function* statementsOf(question: PolicyQuestion): Generator<Candidate> {
  for (const policy of question.identityPolicies) yield* candidates('identity', policy)
  if (question.resourcePolicy) yield* candidates('resource', question.resourcePolicy)
}

function* candidates(source: DecidingStatement['source'], { name, document }: NamedPolicy): Generator<Candidate> {
  for (const [index, statement] of listOf(document.Statement).entries()) {
    const label = statement.Sid ? statement.Sid : `#${index + 1}`
    yield { name: { source, policy: name, statement: label }, statement, variables: document.Version === '2012-10-17' }
  }
}

function applies({ name, statement, variables }: Candidate, question: PolicyQuestion, notes: string[]): boolean {
  if (name.source === 'resource' && !matchesPrincipal(statement, question)) return false
  if (!matchesAction(statement, question.action)) return false
  if (!matchesResource(statement, question, variables)) return false
  const conditions = evaluateConditions(statement.Condition, question.context)
  if (conditions.kind === 'unknown') {
    const meaning = statement.Effect === 'Deny' ? 'its deny applies' : 'its allow does not count'
    notes.push(`condition operator ${conditions.operator} of ${name.policy} ${name.statement} is not known: ${meaning}`)
    return statement.Effect === 'Deny'
  }
  return conditions.kind === 'met'
}

function matchesAction(statement: PolicyStatement, action: string): boolean {
  const fits = (patterns: readonly string[]) => patterns.some(pattern => wildcard(pattern, 'i').test(action))
  if (statement.NotAction !== undefined) return !fits(listOf(statement.NotAction))
  return fits(listOf(statement.Action))
}

function matchesResource(statement: PolicyStatement, question: PolicyQuestion, variables: boolean): boolean {
  const fits = (patterns: readonly string[]) =>
    patterns.some(pattern => {
      const complete = variables ? substitute(pattern, key => question.context.single(key)) : pattern
      return complete !== undefined && wildcard(complete).test(question.resource)
    })
  if (statement.NotResource !== undefined) return !fits(listOf(statement.NotResource))
  // Resource policies of some services have no Resource: they stand for the resource that carries them.
  return statement.Resource === undefined || fits(listOf(statement.Resource))
}

/** Policies write one thing as itself or as a list of one. */
function listOf<T extends string | object>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as T]
}
