import type { NodeId, PolicyDocument } from '@terrace/model'
import { type BuilderTable, type FoldContext, fold, node } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'

/** IAM roles with the policies inside and beside them. */
export const identityAccess: BuilderTable = {
  'AWS::IAM::Role': node(context => {
    const { properties, resource } = context
    properties.withoutEffect('RoleName', 'Path', 'Description', 'MaxSessionDuration')
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
  // A managed policy of the template itself counts as a policy of each role that has it.
  'AWS::IAM::ManagedPolicy': fold(context => {
    const { properties, resource } = context
    properties.withoutEffect('Description', 'Path')
    const name = properties.text('ManagedPolicyName') ?? resource.origin.logicalId
    const document = policyDocumentOf(properties, 'PolicyDocument')
    const named = new Set(context.findAll(properties, 'Roles', 'role'))
    for (const role of context.all('role')) {
      if (named.has(role.id) || role.managedPolicies.includes(resource.physicalId)) {
        addPolicy(context, role.id, name, document)
      }
    }
  }),
}

function addPolicy(context: FoldContext, role: NodeId, name: string, document: PolicyDocument): void {
  context.update(role, 'role', old => ({ ...old, policies: [...old.policies, { name, document }] }))
}
