import type { Role } from '@terrace/model'
import type { Access } from './authorizer.ts'

/**
 * The permission that a caller needs who hands a role to a service, for an operation's `authorize`: RunInstances with an
 * instance profile, RegisterTaskDefinition with a task role, CreateAutoScalingGroup with a launch template that has one.
 *
 * @param service  who gets it, such as `ec2.amazonaws.com`
 * @param associatedResourceArn  what will carry the role, for `iam:AssociatedResourceArn`
 * @see IAM User Guide "Grant a user permissions to pass a role to an AWS service"
 */
export function requirePassRole(role: Pick<Role, 'arn'>, service: string, associatedResourceArn?: string): Access {
  return {
    action: 'iam:PassRole',
    resource: role.arn,
    context: { 'iam:PassedToService': service, 'iam:AssociatedResourceArn': associatedResourceArn },
  }
}
