import { LOWER_ALPHANUMERIC } from '@terrace/kit'
import type { IdentityTable, Subject } from './identity.ts'
import { arn, generatedName, globalArn, nameOf, upper } from './ids.ts'

const pathOf = (subject: Subject) => subject.text('Path') ?? '/'
const roleName = nameOf('RoleName', { most: 64 })
const profileName = nameOf('InstanceProfileName', { most: 128 })
const managedPolicyArn = (subject: Subject) =>
  globalArn(subject, 'iam', `policy${pathOf(subject)}${nameOf('ManagedPolicyName', { most: 128 })(subject)}`)
const secretArn = (subject: Subject) =>
  arn(
    subject,
    'secretsmanager',
    `secret:${secretName(subject)}-${subject.characters('secret suffix', 6, LOWER_ALPHANUMERIC)}`,
  )
const keyId = (subject: Subject) => subject.characters('key', 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

// CloudFormation makes up <logical id>-<12 characters>, without the stack's name.
const secretName = (subject: Subject) =>
  subject.text('Name') ?? `${subject.logicalId}-${subject.characters('name', 12, LOWER_ALPHANUMERIC)}`

/** IAM, Secrets Manager, SSM and KMS. */
export const identityAccess: IdentityTable = {
  'AWS::IAM::Role': {
    ref: roleName,
    attributes: { Arn: s => globalArn(s, 'iam', `role${pathOf(s)}${roleName(s)}`), RoleId: upper('AROA', 17) },
    alsoKnownBy: ['Arn'],
  },
  'AWS::IAM::InstanceProfile': {
    ref: profileName,
    attributes: { Arn: s => globalArn(s, 'iam', `instance-profile${pathOf(s)}${profileName(s)}`) },
    alsoKnownBy: ['Arn'],
  },
  'AWS::IAM::Policy': { ref: generatedName, attributes: { Id: generatedName } },
  'AWS::IAM::RolePolicy': { ref: generatedName },
  'AWS::IAM::ManagedPolicy': {
    ref: managedPolicyArn,
    attributes: {
      PolicyArn: managedPolicyArn,
      PolicyId: upper('ANPA', 17),
      DefaultVersionId: () => 'v1',
      AttachmentCount: () => undefined,
      CreateDate: () => undefined,
      UpdateDate: () => undefined,
      PermissionsBoundaryUsageCount: () => undefined,
      IsAttachable: () => 'true',
    },
  },
  'AWS::IAM::User': {
    ref: nameOf('UserName', { most: 64 }),
    attributes: { Arn: s => globalArn(s, 'iam', `user${pathOf(s)}${nameOf('UserName', { most: 64 })(s)}`) },
  },
  'AWS::IAM::Group': {
    ref: nameOf('GroupName', { most: 128 }),
    attributes: { Arn: s => globalArn(s, 'iam', `group${pathOf(s)}${nameOf('GroupName', { most: 128 })(s)}`) },
  },
  'AWS::IAM::AccessKey': {
    ref: upper('AKIA', 16),
    attributes: { Id: upper('AKIA', 16), SecretAccessKey: () => undefined },
  },
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
  'AWS::SecretsManager::SecretTargetAttachment': {
    ref: s => s.text('SecretId') ?? '',
    attributes: { Id: s => s.text('SecretId') },
  },
  'AWS::SecretsManager::ResourcePolicy': {
    ref: s => s.text('SecretId') ?? '',
    attributes: { Id: s => s.text('SecretId') },
  },
  'AWS::SecretsManager::RotationSchedule': {
    ref: s => s.text('SecretId') ?? '',
    attributes: { Id: s => s.text('SecretId') },
  },
  'AWS::SSM::Parameter': {
    ref: nameOf('Name'),
    attributes: { Type: s => s.text('Type'), Value: s => s.text('Value') },
  },
  'AWS::KMS::Key': {
    ref: keyId,
    attributes: { KeyId: keyId, Arn: s => arn(s, 'kms', `key/${keyId(s)}`) },
    alsoKnownBy: ['Arn'],
  },
  'AWS::KMS::Alias': { ref: s => s.text('AliasName') ?? '' },
}
