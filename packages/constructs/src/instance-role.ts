import { Stack } from 'aws-cdk-lib'
import {
  type IGrantable,
  type IInstanceProfile,
  InstanceProfile,
  type IPrincipal,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam'
import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge.ts'
import { allowTracing } from './collector.ts'
import type { SecureParameter } from './secure-parameter.ts'
import { isFolder } from './workload/document.ts'
import { postgresStatements } from './workload/postgres.ts'
import type { ImageProcess, PostgresProcess, Processes } from './workload/workload.ts'

export interface InstanceRoleProps {
  readonly logGroup: LogGroup
}

/**
 * The role of an instance, and the profile that carries it: exactly what its processes name (images to pull, secrets
 * and files to read), its own log group, and Session Manager, which replaces SSH. The managed policy for that would also
 * open every SSM parameter.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
export class InstanceRole extends Construct implements IGrantable {
  readonly role: Role
  readonly profile: InstanceProfile

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id)
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })
    this.profile = new InstanceProfile(this, 'Profile', { role: this.role })
    this.#allowSessions()
    props.logGroup.grantWrite(this.role)
  }

  /** Whom other resources grant to: a process that calls AWS itself does so as this role. */
  get grantPrincipal(): IPrincipal {
    return this.role
  }

  /**
   * The profile for a launch template. To a stack after its own the role is as it is: what CDK would add to it there
   * would name the wrong stack, and no instance needs a permission to signal its own.
   *
   * @see CloudFormation Template Reference "CloudFormation helper scripts reference", "Permissions for helper scripts"
   */
  profileFor(scope: Construct): IInstanceProfile {
    if (Stack.of(scope) === Stack.of(this)) return this.profile
    const { instanceProfileArn } = this.profile
    const role = this.role.withoutPolicyUpdates()
    return InstanceProfile.fromInstanceProfileAttributes(scope, 'Profile', { instanceProfileArn, role })
  }

  /** Lets the instance fetch what these processes need to start, and no more. */
  allow(processes: Processes): void {
    for (const process of Object.values(processes)) {
      for (const { bucket, key } of process.files ?? []) this.allowReading(bucket, key)
      if (process.kind === 'image') this.#allowImage(process)
      if (process.kind === 'helper') process.image.grantPull(this.role)
      if (process.kind === 'postgres') this.#allowPostgres(process)
    }
  }

  /**
   * Lets the CloudWatch agent put metrics into one namespace and find out which group the instance is in.
   *
   * @see CloudWatch User Guide "Create IAM roles and users for use with the CloudWatch agent"
   */
  allowMetrics(namespace: string): void {
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'Metrics',
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
      }),
    )
    this.role.addToPolicy(new PolicyStatement({ sid: 'OwnTags', actions: ['ec2:DescribeTags'], resources: ['*'] }))
  }

  /** Lets a collector on the instance give spans to X-Ray. */
  allowTracing(): void {
    allowTracing(this, this.role)
  }

  #allowSessions(): void {
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'SessionManager',
        actions: [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        resources: ['*'],
      }),
    )
    acknowledgeWildcards(
      this,
      'The channels of Session Manager and ecr:GetAuthorizationToken have no resource that a policy could name.',
      ['Resource::*'],
    )
  }

  #allowImage(process: ImageProcess): void {
    process.image.grantPull(this.role)
    for (const value of Object.values(process.secrets ?? {})) {
      if ('parameterArn' in value) this.#allowParameter(value)
      else ('secret' in value ? value.secret : value).grantRead(this.role)
    }
  }

  #allowPostgres(process: PostgresProcess): void {
    for (const statement of postgresStatements(process)) this.role.addToPolicy(statement)
    if (!process.backups) return
    const { bucket, key } = process.backups
    const dumps = bucket.arnForObjects(`${key}*`)
    acknowledgeWildcards(this, 'The names of dumps carry the time at which they were made.', [`Resource::${dumps}`])
  }

  #allowParameter({ parameterArn }: SecureParameter): void {
    this.role.addToPolicy(new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameterArn] }))
  }

  /** Lets the instance, and what calls AWS from it, read one object, or all beneath a key that is empty or ends in `/`. */
  allowReading(bucket: IBucket, key = ''): void {
    const objects = bucket.arnForObjects(isFolder(key) ? `${key}*` : key)
    this.role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }))
    if (!isFolder(key)) return
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        ...(key && { conditions: { StringLike: { 's3:prefix': `${key}*` } } }),
      }),
    )
    acknowledgeWildcards(this, 'All objects of a folder are read, whatever their names.', [`Resource::${objects}`])
  }
}
