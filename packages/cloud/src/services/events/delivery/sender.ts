import { nodesOf } from '@terrace/model'
import type { Principal } from '../../../identity/principal.ts'
import { mayAssume } from '../../../identity/trust.ts'
import type { World } from '../../../world.ts'

/** EventBridge itself, on behalf of a rule: the policy of the receiver decides. */
export const serviceOn = (ruleArn: string): Principal => ({
  kind: 'service',
  service: 'events.amazonaws.com',
  sourceArn: ruleArn,
})

/** Who sends for a rule: the role of the target, or EventBridge; nothing when it may not take on that role. */
export function senderOf(
  architecture: World['architecture'],
  ruleArn: string,
  roleArn: string | undefined,
): Principal | undefined {
  if (roleArn === undefined) return serviceOn(ruleArn)
  const role = nodesOf(architecture, 'role').find(({ arn }) => arn === roleArn)
  if (!role || !mayAssume(role, 'events.amazonaws.com', ruleArn)) return undefined
  const sessionArn = `arn:aws:sts::${architecture.account}:assumed-role/${role.name}/events`
  return { kind: 'role', role: role.id, arn: role.arn, sessionArn }
}
