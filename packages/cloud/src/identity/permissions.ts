import type { RolePermissions } from '@terrace/control'
import { type Architecture, nodesOf } from '@terrace/model'
import type { Calls } from './calls.ts'
import { compareCalls } from './compare-calls.ts'
import { RolePolicies } from './role-policies.ts'

/** What every role of an architecture may do, and what of it was called until now; in the order of the template. */
export function permissionsOf(architecture: Architecture, calls: Calls): readonly RolePermissions[] {
  // Those who decide have told the journal already which managed policies nobody knows.
  const policies = new RolePolicies(architecture, { write() {} })
  const seen = calls.seen()
  return nodesOf(architecture, 'role').flatMap(({ id }) => {
    const attached = policies.of(id)
    return attached ? [compareCalls(attached, seen)] : []
  })
}
