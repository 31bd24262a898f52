import type { Architecture } from '@terrace/model'
import type { Access } from '../../identity/authorizer.ts'
import type { ContextValues } from '../../identity/context.ts'
import { readPolicy } from '../../identity/read-policy.ts'
import type { SecretsState } from './state.ts'

/** What a caller needs for an action on a secret, whether there is one of that name or not. */
export function secretAccess(
  state: SecretsState,
  { region, account }: Architecture,
  action: string,
  id: string,
  context: ContextValues = {},
): Access {
  const secret = state.find(id)
  const arn = secret?.arn ?? (id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${account}:secret:${id}`)
  const document = secret?.policy === undefined ? undefined : readPolicy(secret.policy)
  return {
    action: `secretsmanager:${action}`,
    resource: arn,
    resourcePolicy: document && { name: `the policy of secret ${secret?.name}`, document },
    context: {
      'secretsmanager:SecretId': arn,
      'secretsmanager:resource/AllowRotationLambdaArn': secret?.rotation?.functionArn,
      ...tagKeys('aws:ResourceTag/', secret?.tags),
      ...tagKeys('secretsmanager:ResourceTag/', secret?.tags),
      ...context,
    },
  }
}

/** What a request's tags are for policies. */
export const requestTags = (tags: Readonly<Record<string, string>>): ContextValues => ({
  ...tagKeys('aws:RequestTag/', tags),
  ...(Object.keys(tags).length > 0 && { 'aws:TagKeys': Object.keys(tags) }),
})

const tagKeys = (prefix: string, tags: Readonly<Record<string, string>> = {}): ContextValues =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${prefix}${name}`, value]))
