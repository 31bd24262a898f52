import { type Architecture, displayName, nodesOf } from '@terrace/model'
import { managedPolicy } from '../identity/managed-policies.ts'
import type { MissingFeature } from './feature.ts'

const GROUP = 'AWS::AutoScaling::AutoScalingGroup'

/** Groups, machines and roles. */
export const COMPUTE: readonly MissingFeature[] = [
  {
    properties: [`${GROUP} CreationPolicy.ResourceSignal.Count`, `${GROUP} CreationPolicy.ResourceSignal.Timeout`],
    askedFor: architecture =>
      nodesOf(architecture, 'autoScalingGroup')
        .filter(({ creation }) => creation)
        .map(group => `waiting for the success signals of ${displayName(group)}`),
    consequence: 'terrace up waits for healthy targets instead',
  },
  {
    properties: ['AWS::AutoScaling::LifecycleHook LifecycleTransition'],
    partly: true,
    askedFor: architecture =>
      nodesOf(architecture, 'autoScalingGroup').flatMap(group =>
        group.lifecycleHooks
          .filter(({ addedLater, transition }) => addedLater && transition === 'autoscaling:EC2_INSTANCE_LAUNCHING')
          .map(({ name }) => `making the hook ${name} after the first instances of ${displayName(group)}`),
      ),
    consequence: 'the first instances of the group wait for the hook, too',
  },
  {
    properties: [`${GROUP} Tags[].PropagateAtLaunch`],
    askedFor: architecture =>
      nodesOf(architecture, 'autoScalingGroup')
        .filter(({ tags, instanceTags = tags }) => Object.keys(tags).some(key => !Object.hasOwn(instanceTags, key)))
        .map(group => `keeping tags of ${displayName(group)} from its instances`),
    consequence: 'instances get all tags of their group',
  },
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
