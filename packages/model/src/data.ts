import type { SecretRotation } from './keys.ts'
import type { BaseNode, NodeId, Zone } from './node.ts'

export interface DbInstance extends BaseNode<'dbInstance'> {
  readonly identifier: string
  /** `db-…`: unlike the identifier, nobody else ever has it. */
  readonly resourceId?: string
  readonly arn: string
  readonly engine: 'mysql' | 'mariadb' | 'postgres'
  readonly engineVersion: string
  readonly instanceClass: string
  readonly multiAz: boolean
  /** Preferred zone of a single-zone instance. */
  readonly zone?: Zone
  readonly subnets: readonly NodeId[]
  /** The subnet group that lists them. */
  readonly subnetGroup?: { readonly name: string; readonly description: string }
  readonly securityGroups: readonly NodeId[]
  /** Name that clients connect to. */
  readonly endpoint: string
  readonly port: number
  readonly databaseName?: string
  /** May hold a dynamic reference such as `{{resolve:secretsmanager:…}}`, to be resolved when it is used. */
  readonly masterUsername: string
  readonly masterPassword: string
  readonly publiclyAccessible: boolean
  readonly storageGiB: number
  readonly storageType: string
  readonly encrypted: boolean
  readonly backupRetentionDays: number
  /** `hh:mm-hh:mm` UTC. */
  readonly backupWindow?: string
  /** The snapshot that it starts from. */
  readonly snapshotIdentifier?: string
  /** Of the secret that RDS makes and keeps, with `ManageMasterUserPassword`. */
  readonly managedSecretArn?: string
  readonly deletionProtection: boolean
  /** Which logs go to CloudWatch Logs, such as `error`. */
  readonly logExports?: readonly string[]
  /** The `DbParameterGroup` that it names; absent for the default one of its engine. */
  readonly parameterGroup?: NodeId
}

/** `AWS::RDS::DBParameterGroup`: what an engine's settings are, as far as they are not its defaults. */
export interface DbParameterGroup extends BaseNode<'dbParameterGroup'> {
  readonly name: string
  /** Engine and version, such as `mysql8.4`. */
  readonly family: string
  readonly description: string
  /** Values may be formulas of RDS, such as `{DBInstanceClassMemory/12582880}`. */
  readonly parameters: Readonly<Record<string, string>>
}

/** What `Custom::CDKBucketDeployment` copies into a bucket. */
export interface BucketDeployment extends BaseNode<'bucketDeployment'> {
  readonly destination: NodeId
  readonly destinationPrefix: string
  readonly sources: readonly DeploymentSource[]
  readonly prune: boolean
  readonly extract: boolean
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Header fields set on every object, such as `cache-control`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly distribution?: NodeId
  readonly invalidationPaths: readonly string[]
}

export interface DeploymentSource {
  /** Absolute path of the asset: a directory, or a zip file. */
  readonly path: string
  /** Text in the files that is replaced by a value of the template. */
  readonly markers: Readonly<Record<string, string>>
}

export interface Secret extends BaseNode<'secret'> {
  readonly name: string
  readonly arn: string
  readonly description: string
  readonly value:
    | { readonly kind: 'generated'; readonly rules: GenerateSecretString }
    | { readonly kind: 'literal'; readonly text: string }
  /** The database whose address is added to the secret, by `AWS::SecretsManager::SecretTargetAttachment`. */
  readonly attachedTo?: NodeId
  /** The key of KMS that encrypts it: id, ARN or alias; absent: `alias/aws/secretsmanager`. */
  readonly kmsKeyId?: string
  /** The document of `AWS::SecretsManager::ResourcePolicy`. */
  readonly policy?: PolicyDocument
  readonly rotation?: SecretRotation
}

export interface GenerateSecretString {
  readonly template?: string
  readonly key?: string
  readonly length: number
  readonly excludeCharacters: string
  readonly excludeLowercase: boolean
  readonly excludeUppercase: boolean
  readonly excludeNumbers: boolean
  readonly excludePunctuation: boolean
  readonly includeSpace: boolean
  readonly requireEachIncludedType: boolean
}

/** `AWS::SSM::Parameter`. */
export interface Parameter extends BaseNode<'parameter'> {
  readonly name: string
  readonly type: 'String' | 'StringList'
  readonly value: string
  readonly description?: string
  /** Every value that is put has to match it as a whole. */
  readonly allowedPattern?: string
  readonly tier?: 'Standard' | 'Advanced' | 'Intelligent-Tiering'
  readonly dataType?: 'text' | 'aws:ec2:image'
}

/** An IAM policy, as written; the cloud's evaluation interprets it. */
export interface PolicyDocument {
  readonly Version?: string
  readonly Statement: readonly PolicyStatement[]
}

export interface PolicyStatement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>
  readonly NotPrincipal?: '*' | Readonly<Record<string, string | readonly string[]>>
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | boolean | number | readonly string[]>>>>
}

export interface Role extends BaseNode<'role'> {
  readonly name: string
  readonly arn: string
  readonly trust: PolicyDocument
  /** Inline policies and those of `AWS::IAM::Policy`. */
  readonly policies: readonly { readonly name: string; readonly document: PolicyDocument }[]
  /** ARNs of managed policies. */
  readonly managedPolicies: readonly string[]
  /** ARN of the managed policy that limits what the others can give. */
  readonly permissionsBoundary?: string
}

/** `AWS::IAM::ManagedPolicy`: of the customer, attached to roles by its ARN. */
export interface ManagedPolicy extends BaseNode<'managedPolicy'> {
  readonly name: string
  readonly arn: string
  readonly document: PolicyDocument
}

export interface LogGroup extends BaseNode<'logGroup'> {
  readonly name: string
  readonly arn: string
  readonly retentionDays?: number
}
