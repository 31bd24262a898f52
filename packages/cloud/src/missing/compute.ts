import { type Architecture, nodesOf } from '@terrace/model'
import { managedPolicy } from '../identity/managed-policies.ts'
import type { MissingFeature } from './feature.ts'

/** Machines and roles. */
export const COMPUTE: readonly MissingFeature[] = [
  {
    properties: ['AWS::IAM::Role ManagedPolicyArns', 'AWS::IAM::Role PermissionsBoundary'],
    partly: true,
    askedFor: unknownPolicies,
    consequence: 'a managed policy that is not known allows nothing, and as a boundary it lets nothing through',
  },
]

function unknownPolicies(architecture: Architecture): readonly string[] {
  const own = new Set(nodesOf(architecture, 'managedPolicy').map(({ arn }) => arn))
  return nodesOf(architecture, 'role').flatMap(({ name, managedPolicies, permissionsBoundary }) =>
    [...managedPolicies, ...(permissionsBoundary === undefined ? [] : [permissionsBoundary])]
      .filter(arn => !own.has(arn) && !managedPolicy(arn))
      .map(arn => `the managed policy ${arn} of ${name}`),
  )
}
