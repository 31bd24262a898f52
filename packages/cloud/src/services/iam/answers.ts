import type { PolicyDocument, Role } from '@terrace/model'
import { timestamp } from '../../gateway/time.ts'
import { uniqueId } from '../../identity/unique-id.ts'
import { type Directory, type KnownPolicy, type Profile, pathOf } from './directory.ts'
import { MAX_SESSION_SECONDS } from './limits.ts'

/** Documents are percent-encoded, by RFC 3986. IAM API Reference "GetRole". */
export const encodedDocument = (document: PolicyDocument): string =>
  encodeURIComponent(JSON.stringify(document)).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const tagList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** A role in a list. */
export const roleSummary = (role: Role, { createdAt }: Directory) => ({
  Path: pathOf(role.arn),
  RoleName: role.name,
  RoleId: uniqueId('AROA', role.arn),
  Arn: role.arn,
  CreateDate: timestamp(createdAt),
  AssumeRolePolicyDocument: encodedDocument(role.trust),
  MaxSessionDuration: MAX_SESSION_SECONDS,
})

/** A role by itself: boundary and tags are in no list. */
export const roleAnswer = (role: Role, directory: Directory) => ({
  ...roleSummary(role, directory),
  PermissionsBoundary:
    role.permissionsBoundary === undefined
      ? undefined
      : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.permissionsBoundary },
  Tags: tagList(role.tags),
})

/** An instance profile with its role. */
export const profileAnswer = ({ arn, name, role }: Profile, directory: Directory) => ({
  Path: pathOf(arn),
  InstanceProfileName: name,
  InstanceProfileId: uniqueId('AIPA', arn),
  Arn: arn,
  CreateDate: timestamp(directory.createdAt),
  Roles: [roleSummary(role, directory)],
})

/** The only version there is. differs: AWS's own policies have had several */
export const POLICY_VERSION = 'v1'

/** A managed policy without its document. */
export function policyAnswer({ arn, name, tags }: KnownPolicy, directory: Directory) {
  const { attached, boundary } = directory.usesOf(arn)
  return {
    PolicyName: name,
    PolicyId: uniqueId('ANPA', arn),
    Arn: arn,
    Path: pathOf(arn),
    DefaultVersionId: POLICY_VERSION,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: boundary,
    IsAttachable: true,
    CreateDate: timestamp(directory.createdAt),
    UpdateDate: timestamp(directory.createdAt),
    Tags: tagList(tags),
  }
}
