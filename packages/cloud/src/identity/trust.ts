import type { Role } from '@terrace/model'
import type { ContextValues } from './context.ts'
import { RequestContext } from './context.ts'
import { type Decision, evaluate } from './evaluate.ts'
import type { Principal } from './principal.ts'

/** What a caller does that takes on a role. */
export const ASSUME_ROLE = 'sts:AssumeRole'

/** Decides by a role's trust policy alone whether somebody may take it on. */
export function decideTrust(role: Role, principal: Principal, context: ContextValues = {}): Decision {
  return evaluate({
    principal,
    account: accountOf(role),
    action: ASSUME_ROLE,
    resource: role.arn,
    identityPolicies: [],
    resourcePolicy: trustOf(role),
    context: new RequestContext({ 'aws:PrincipalIsAWSService': String(principal.kind === 'service'), ...context }),
  })
}

/**
 * Whether a service of AWS may take on a role: an instance or a task whose role doesn't trust `ec2.amazonaws.com` or
 * `ecs-tasks.amazonaws.com` gets no credentials.
 *
 * @param service  its principal, such as `ec2.amazonaws.com`
 * @param sourceArn  the resource it acts for, which trust policies may ask for against the confused deputy
 * @see IAM User Guide "Use an IAM role to grant permissions to applications running on Amazon EC2 instances"
 */
export function mayAssume(role: Role, service: string, sourceArn = ''): boolean {
  const context = { 'aws:SourceAccount': accountOf(role), ...(sourceArn ? { 'aws:SourceArn': sourceArn } : {}) }
  return decideTrust(role, { kind: 'service', service, sourceArn }, context).kind === 'allowed'
}

/** A role's trust policy, under the name that denials have for it. */
export const trustOf = (role: Role) => ({ name: `the trust policy of role ${role.name}`, document: role.trust })

/** The account in a role's ARN. */
const accountOf = ({ arn }: Role): string => arn.split(':')[4] ?? ''
