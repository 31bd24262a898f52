import type { GrantedAction, RolePermissions } from '@terrace/control'
import type { PolicyStatement } from '@terrace/model'
import { commonPattern, type SeenCall } from './calls.ts'
import { listOf } from './compile.ts'
import { RequestContext } from './context.ts'
import { reasonOf } from './denial.ts'
import { actionMatcher, resourceMatcher } from './matcher.ts'
import type { PoliciesOfRole } from './role-policies.ts'

/**
 * Holds what a role's own policies allow, managed ones among them, against what it has called: which permission was
 * never needed, which was missing, which could name its resource.
 *
 * A statement counts as called when an allowed call fits its actions and resources, even where another statement, or
 * the resource's policy, decided: either could be left away. Conditions are told, not evaluated; policy variables stand
 * for anything. Denials, boundaries and session policies take nothing away from what is shown as granted.
 *
 * @param seen  calls of any roles; those of others don't count
 */
export function compareCalls({ role, identity }: PoliciesOfRole, seen: readonly SeenCall[]): RolePermissions {
  const own = seen.filter(call => call.role === role.id)
  const allowed = own.filter(({ decision }) => decision.kind === 'allowed')
  const granted = identity.flatMap(({ name, document }) =>
    listOf(document.Statement).flatMap((statement, i) =>
      statement.Effect === 'Allow' ? grantsOf(statement, name, statement.Sid || `#${i + 1}`, allowed) : [],
    ),
  )
  return {
    node: role.id,
    name: role.name,
    arn: role.arn,
    calls: own.reduce((sum, { count }) => sum + count, 0),
    granted,
    denied: own.flatMap(({ action, decision, pattern, count, latest }) =>
      decision.kind === 'allowed'
        ? []
        : [{ action, resource: pattern, count, latest, reason: reasonOf(decision, action === 'sts:AssumeRole') }],
    ),
  }
}

function grantsOf(
  statement: PolicyStatement,
  policy: string,
  label: string,
  allowed: readonly SeenCall[],
): GrantedAction[] {
  const fitting = allowed.flatMap(call => {
    const resources = call.resources.filter(coveredBy(statement))
    return resources.length === 0 ? [] : [{ ...call, resources }]
  })
  return actionsOf(statement).map(({ action, matches }) => {
    const called = fitting.filter(call => matches(call.action))
    return {
      policy,
      statement: label,
      action,
      resources: resourcesOf(statement),
      ...(statement.Condition ? { condition: statement.Condition } : {}),
      called: countsOf(called),
      wide: resourcesOf(statement).flatMap(resource => widthOf(resource, called)),
    }
  })
}

interface ActionPattern {
  readonly action: string
  matches(action: string): boolean
}

/** Each action on its own; what `NotAction` leaves is one. */
function actionsOf({ Action, NotAction }: PolicyStatement): readonly ActionPattern[] {
  const patterns = listOf(Action).map(action => {
    const fits = actionMatcher(action)
    return { action, matches: (called: string) => fits(called, NOTHING_KNOWN) }
  })
  if (NotAction === undefined) return patterns
  const others = listOf(NotAction)
  const excepted = others.map(actionMatcher)
  const matches = (called: string) => !excepted.some(fits => fits(called, NOTHING_KNOWN))
  return [...patterns, { action: `all but ${others.join(', ')}`, matches }]
}

const resourcesOf = ({ Resource, NotResource }: PolicyStatement): readonly string[] =>
  NotResource === undefined ? listOf(Resource) : [`all but ${listOf(NotResource).join(', ')}`]

const NOTHING_KNOWN = new RequestContext({})

/** Who calls with which tags is no longer known: a variable stands for anything. */
const fitting = (pattern: string) => resourceMatcher(pattern.replace(/\$\{[^}]*\}/g, '*'), false)

function coveredBy({ Resource, NotResource }: PolicyStatement): (resource: string) => boolean {
  const matchers = listOf(NotResource ?? Resource).map(fitting)
  const any = (resource: string) => matchers.some(matches => matches(resource, NOTHING_KNOWN))
  return NotResource === undefined ? any : resource => !any(resource)
}

function countsOf(called: readonly SeenCall[]): GrantedAction['called'] {
  const counts = new Map<string, number>()
  for (const { action, count } of called) counts.set(action, (counts.get(action) ?? 0) + count)
  return [...counts].map(([action, count]) => ({ action, count }))
}

/**
 * Nothing when the pattern is as narrow as it can be: it has no wildcard, or was needed for several resources. `*` is
 * too wide for every action that names resources.
 */
function widthOf(resource: string, called: readonly SeenCall[]): GrantedAction['wide'] {
  if (!/[*?]/.test(resource)) return []
  const matches = fitting(resource)
  const touched = called.filter(call => call.resources.some(each => matches(each, NOTHING_KNOWN)))
  const names = new Set(touched.flatMap(call => call.resources).filter(each => matches(each, NOTHING_KNOWN)))
  // `*` as the resource of a call: the action knows none, and the policy has to say `*`.
  if (names.size === 0 || names.has('*')) return []
  const common = [...names, ...touched.filter(({ more }) => more).map(({ pattern }) => pattern)].reduce(commonPattern)
  return names.size > 1 && resource !== '*' ? [] : [{ resource, touched: common }]
}
