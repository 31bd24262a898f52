const CHANGES = [
  'AddRoleToInstanceProfile',
  'AttachRolePolicy',
  'CreateAccessKey',
  'CreateInstanceProfile',
  'CreatePolicy',
  'CreatePolicyVersion',
  'CreateRole',
  'CreateServiceLinkedRole',
  'CreateUser',
  'DeleteInstanceProfile',
  'DeletePolicy',
  'DeletePolicyVersion',
  'DeleteRole',
  'DeleteRolePermissionsBoundary',
  'DeleteRolePolicy',
  'DetachRolePolicy',
  'PutRolePermissionsBoundary',
  'PutRolePolicy',
  'RemoveRoleFromInstanceProfile',
  'SetDefaultPolicyVersion',
  'TagRole',
  'UntagRole',
  'UpdateAssumeRolePolicy',
  'UpdateRole',
  'UpdateRoleDescription',
] as const

const BECAUSE = 'the template is the source of roles and policies, change it there and run terrace up again'

/** What would change identities: refused, each by its name. */
export const REFUSED: Readonly<Record<string, string>> = Object.fromEntries(CHANGES.map(name => [name, BECAUSE]))
