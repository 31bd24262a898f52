import type { Architecture } from '@terrace/model'
import type { Access } from '../../identity/authorizer.ts'
import type { ContextValues } from '../../identity/context.ts'
import type { SecretsState } from './state.ts'

/** What a caller needs for an action on a secret, whether there is one of that name or not. */
export function secretAccess(
  state: SecretsState,
  { region, account }: Architecture,
  action: string,
  id: string,
  context: ContextValues = {},
): Access {
  const arn =
    state.find(id)?.arn ?? (id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${account}:secret:${id}`)
  return { action: `secretsmanager:${action}`, resource: arn, context: { 'secretsmanager:SecretId': arn, ...context } }
}
