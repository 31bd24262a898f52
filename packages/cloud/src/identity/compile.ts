import type { PolicyDocument, PolicyStatement } from '@terrace/model'
import { type CompiledCondition, compileConditions } from './conditions.ts'
import { actionMatcher, anyOf, type Matcher, resourceMatcher } from './matcher.ts'

/** A policy and the name under which people know it. */
export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}

/** A statement, read once, so that a call only has to be held against it. */
export interface CompiledStatement {
  /** Its `Sid`, else its position in the policy, counted from 1: `#2`. */
  readonly label: string
  readonly effect: 'Allow' | 'Deny'
  readonly matchesAction: Matcher
  readonly matchesResource: Matcher
  readonly condition: CompiledCondition
  readonly source: PolicyStatement
}

/** Reads policies once and keeps what it made of them for as long as the document is in use. */
export class PolicyCompiler {
  readonly #compiled = new WeakMap<PolicyDocument, readonly CompiledStatement[]>()

  statementsOf(document: PolicyDocument): readonly CompiledStatement[] {
    const known = this.#compiled.get(document)
    if (known) return known
    // Only policies of this version have variables. IAM User Guide "IAM JSON policy elements: Version".
    const variables = document.Version === '2012-10-17'
    const statements = listOf(document.Statement).map((statement, i) => compile(statement, `#${i + 1}`, variables))
    this.#compiled.set(document, statements)
    return statements
  }
}

function compile(statement: PolicyStatement, position: string, variables: boolean): CompiledStatement {
  return {
    label: statement.Sid ? statement.Sid : position,
    effect: statement.Effect,
    matchesAction: oneSide(statement.Action, statement.NotAction, actionMatcher, () => false),
    // Resource policies of some services have no Resource: they stand for the resource that carries them.
    matchesResource: oneSide(
      statement.Resource,
      statement.NotResource,
      pattern => resourceMatcher(pattern, variables),
      () => true,
    ),
    condition: compileConditions(statement.Condition, variables),
    source: statement,
  }
}

type Patterns = string | readonly string[] | undefined

function oneSide(wanted: Patterns, unwanted: Patterns, make: (pattern: string) => Matcher, absent: Matcher): Matcher {
  if (unwanted !== undefined) {
    const matches = anyOf(listOf(unwanted).map(make))
    return (text, context) => !matches(text, context)
  }
  return wanted === undefined ? absent : anyOf(listOf(wanted).map(make))
}

/** Policies write one thing as itself or as a list of one. */
export function listOf<T extends string | object>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as T]
}
