import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { MalformedPolicyDocument, PublicPolicy } from '../errors.ts'
import { LONGEST_POLICY } from '../limits.ts'
import { isPublic, parsePolicy } from '../resource-policy.ts'
import { accessTo, type SecretsContext, secretId } from './shapes.ts'

const document = z.string().min(1).max(LONGEST_POLICY)

/** Policies of secrets. */
export function policyOperations(context: SecretsContext): readonly Operation[] {
  const { state } = context
  const on = accessTo(context)
  return [
    operation({
      name: 'PutResourcePolicy',
      input: shape({ SecretId: secretId, ResourcePolicy: document, BlockPublicPolicy: z.boolean().optional() }),
      authorize: ({ SecretId, BlockPublicPolicy = false }) =>
        on('PutResourcePolicy', SecretId, { 'secretsmanager:BlockPublicPolicy': String(BlockPublicPolicy) }),
      run({ SecretId, ResourcePolicy, BlockPublicPolicy = false }) {
        const secret = state.live(SecretId)
        const policy = parsePolicy(ResourcePolicy)
        if (BlockPublicPolicy && isPublic(policy)) throw new PublicPolicy()
        state.change(secret, { policy: ResourcePolicy })
        return { ARN: secret.arn, Name: secret.name }
      },
    }),
    operation({
      name: 'GetResourcePolicy',
      input: shape({ SecretId: secretId }),
      authorize: ({ SecretId }) => on('GetResourcePolicy', SecretId),
      run({ SecretId }) {
        const { arn, name, policy } = state.live(SecretId)
        return { ARN: arn, Name: name, ResourcePolicy: policy }
      },
    }),
    operation({
      name: 'DeleteResourcePolicy',
      input: shape({ SecretId: secretId }),
      authorize: ({ SecretId }) => on('DeleteResourcePolicy', SecretId),
      run({ SecretId }) {
        const secret = state.live(SecretId)
        state.change(secret, { policy: undefined })
        return { ARN: secret.arn, Name: secret.name }
      },
    }),
    operation({
      name: 'ValidateResourcePolicy',
      input: shape({ SecretId: secretId.optional(), ResourcePolicy: document }),
      authorize: ({ SecretId }) =>
        SecretId === undefined
          ? { action: 'secretsmanager:ValidateResourcePolicy', resource: '*' }
          : on('ValidateResourcePolicy', SecretId),
      run({ SecretId, ResourcePolicy }) {
        if (SecretId !== undefined) state.live(SecretId)
        const errors = problemsOf(ResourcePolicy)
        return { PolicyValidationPassed: errors.length === 0, ValidationErrors: errors }
      },
    }),
  ]
}

function problemsOf(text: string) {
  try {
    if (!isPublic(parsePolicy(text))) return []
    return [{ CheckName: 'PUBLIC_POLICY', ErrorMessage: new PublicPolicy().message }]
  } catch (error) {
    if (!(error instanceof MalformedPolicyDocument)) throw error
    return [{ CheckName: 'POLICY_SYNTAX', ErrorMessage: error.message }]
  }
}
