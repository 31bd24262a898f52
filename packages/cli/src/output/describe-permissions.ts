import type { GrantedAction, RolePermissions } from '@terrace/control'
import type { Context } from '../context.ts'
import { table } from './table.ts'

type Colors = Context['colors']

/** Roles for people: what was denied first, then what was called, what never was, and what is wider than needed. */
export const describePermissions = (roles: readonly RolePermissions[], colors: Colors): string =>
  roles.length === 0 ? 'the template has no roles' : roles.map(role => describeRole(role, colors)).join('\n\n')

function describeRole({ name, calls, granted, denied }: RolePermissions, colors: Colors): string {
  const called = granted.filter(grant => grant.called.length > 0)
  const unused = granted.filter(grant => grant.called.length === 0)
  return [
    `${colors.bold(name)}  ${calls === 0 ? colors.dim('has called nothing') : plural(calls, 'call')}`,
    ...denied.flatMap(({ action, resource, count, reason }) => [
      colors.red(`  denied ${count}×  ${action} on ${resource}`),
      `    ${reason}`,
    ]),
    ...(called.length > 0
      ? [table(['calls', 'allowed action', 'resources', 'by'], called.map(calledRow), colors)]
      : []),
    ...called.flatMap(({ action, wide }) =>
      wide.map(({ resource, touched }) => colors.yellow(`  wide  ${action} on ${resource}: touched only ${touched}`)),
    ),
    ...neverCalled(unused, colors),
  ].join('\n')
}

const calledRow = ({ called, action, resources, condition, policy, statement }: GrantedAction): string[] => [
  String(called.reduce((sum, { count }) => sum + count, 0)),
  /[*?]/.test(action) || action.startsWith('all but')
    ? `${action}: ${called.map(call => call.action).join(', ')}`
    : action,
  shortened(resources) + (condition ? ', on conditions' : ''),
  `${policy} ${statement}`,
]

/** By statement: a managed policy has dozens of actions. */
function neverCalled(unused: readonly GrantedAction[], { dim }: Colors): string[] {
  const statements = Map.groupBy(unused, ({ policy, statement }) => `${policy} ${statement}`)
  return [...statements].map(
    ([by, grants]) => `  never called  ${grants.map(({ action }) => action).join(', ')}  ${dim(by)}`,
  )
}

const shortened = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} and ${others.length} more`

const plural = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`
