import type { ManagedPolicy, NodeId, PolicyDocument } from '@terrace/model'
import { type BuildContext, type BuilderTable, type FoldContext, fold, node } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'

/** IAM roles with the policies inside and beside them, and the customer's managed policies. */
export const identityAccess: BuilderTable = {
  'AWS::IAM::Role': node(context => {
    const { properties, resource } = context
    properties.readElsewhere('RoleName', 'Path')
    properties.withoutEffect({ Description: 'for people' })
    listLongSessions(context)
    const permissionsBoundary = properties.text('PermissionsBoundary')
    return {
      ...context.base('role'),
      name: resource.physicalId,
      arn: context.attribute('Arn'),
      trust: policyDocumentOf(properties, 'AssumeRolePolicyDocument'),
      policies: properties.objects('Policies').map(policy => ({
        name: policy.requiredText('PolicyName'),
        document: policyDocumentOf(policy, 'PolicyDocument'),
      })),
      managedPolicies: properties.texts('ManagedPolicyArns'),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    }
  }),
  'AWS::IAM::Policy': fold(context => {
    const { properties } = context
    const name = properties.requiredText('PolicyName')
    const document = policyDocumentOf(properties, 'PolicyDocument')
    for (const role of context.findAll(properties, 'Roles', 'role')) addPolicy(context, role, name, document)
  }),
  'AWS::IAM::RolePolicy': fold(context => {
    const { properties } = context
    const name = properties.requiredText('PolicyName')
    const document = policyDocumentOf(properties, 'PolicyDocument')
    const role = context.find(properties, 'RoleName', 'role')
    if (role !== undefined) addPolicy(context, role, name, document)
  }),
  'AWS::IAM::ManagedPolicy': node(
    (context): ManagedPolicy => {
      const { properties, resource } = context
      properties.readElsewhere('Path', 'ManagedPolicyName')
      properties.withoutEffect({ Description: 'for people' })
      const arn = resource.physicalId
      return {
        ...context.base('managedPolicy'),
        name: arn.slice(arn.lastIndexOf('/') + 1),
        arn,
        document: policyDocumentOf(properties, 'PolicyDocument'),
      }
    },
    context => {
      const arn = context.resource.physicalId
      for (const role of context.findAll(context.properties, 'Roles', 'role')) {
        context.update(role, 'role', old => ({
          ...old,
          managedPolicies: [...new Set([...old.managedPolicies, arn])],
        }))
      }
    },
  ),
}

// What the default allows is what STS gives here.
function listLongSessions(context: BuildContext): void {
  const { properties } = context
  const key = 'MaxSessionDuration'
  if ((properties.number(key) ?? 0) <= 3600) return
  const message = 'sessions of a role last an hour at most here'
  context.gap('value', properties.pathOf(key), properties.placeOf(key).line, message)
}

function addPolicy(context: FoldContext, role: NodeId, name: string, document: PolicyDocument): void {
  context.update(role, 'role', old => ({ ...old, policies: [...old.policies, { name, document }] }))
}
