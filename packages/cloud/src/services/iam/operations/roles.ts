import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { policyName } from '../../../identity/role-policies.ts'
import { encodedDocument, roleAnswer, roleSummary } from '../answers.ts'
import { type Directory, pathOf } from '../directory.ts'
import { NoSuchEntity } from '../errors.ts'
import { pageInput, pageOf } from '../pages.ts'

const name = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[\w+=,.@-]+$/)

const roleName = name(64)

/** What IAM tells of roles and of what is attached to them. */
export function roleOperations(directory: Directory): readonly Operation[] {
  const onRole = (action: string) => (input: { readonly RoleName: string }) => ({
    action: `iam:${action}`,
    resource:
      directory.roles.find(role => role.name === input.RoleName)?.arn ??
      `arn:aws:iam::${directory.account}:role/${input.RoleName}`,
  })
  return [
    operation({
      name: 'GetRole',
      input: shape({ RoleName: roleName }),
      authorize: onRole('GetRole'),
      run: ({ RoleName }) => ({ Role: roleAnswer(directory.role(RoleName), directory) }),
    }),
    operation({
      name: 'ListRoles',
      input: shape({ PathPrefix: z.string().startsWith('/').optional(), ...pageInput }),
      authorize: () => ({ action: 'iam:ListRoles', resource: `arn:aws:iam::${directory.account}:role/` }),
      run({ PathPrefix = '/', ...page }) {
        const { items, ...rest } = pageOf(
          directory.roles.filter(({ arn }) => pathOf(arn).startsWith(PathPrefix)),
          page,
        )
        return { Roles: items.map(role => roleSummary(role, directory)), ...rest }
      },
    }),
    operation({
      name: 'GetRolePolicy',
      input: shape({ RoleName: roleName, PolicyName: name(128) }),
      authorize: onRole('GetRolePolicy'),
      run({ RoleName, PolicyName }) {
        const policy = directory.role(RoleName).policies.find(each => each.name === PolicyName)
        if (!policy) throw new NoSuchEntity(`The role policy with name ${PolicyName} cannot be found.`)
        return { RoleName, PolicyName, PolicyDocument: encodedDocument(policy.document) }
      },
    }),
    operation({
      name: 'ListRolePolicies',
      input: shape({ RoleName: roleName, ...pageInput }),
      authorize: onRole('ListRolePolicies'),
      run({ RoleName, ...page }) {
        const names = directory.role(RoleName).policies.map(policy => policy.name)
        const { items, ...rest } = pageOf(names, page)
        return { PolicyNames: items, ...rest }
      },
    }),
    operation({
      name: 'ListAttachedRolePolicies',
      input: shape({ RoleName: roleName, PathPrefix: z.string().startsWith('/').optional(), ...pageInput }),
      authorize: onRole('ListAttachedRolePolicies'),
      run({ RoleName, PathPrefix = '/', ...page }) {
        const attached = directory.role(RoleName).managedPolicies.filter(arn => pathOf(arn).startsWith(PathPrefix))
        const { items, ...rest } = pageOf(attached, page)
        return { AttachedPolicies: items.map(arn => ({ PolicyName: policyName(arn), PolicyArn: arn })), ...rest }
      },
    }),
  ]
}
