import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { acknowledgeWildcards } from './acknowledge.ts'
import { isFolder } from './workload/document.ts'
import type { ImageProcess, Processes, WorkloadFiles } from './workload/workload.ts'

export interface InstanceRoleProps {
  readonly processes: Processes
  readonly logGroup: LogGroup
}

/**
 * The role of an instance: exactly what its processes name (images to pull, secrets and files to read), its own log
 * group, and Session Manager, which replaces SSH. The managed policy for that would also open every SSM parameter.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
export class InstanceRole extends Construct {
  readonly role: Role

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id)
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })
    this.#allowSessions()
    props.logGroup.grantWrite(this.role)
    for (const process of Object.values(props.processes)) {
      for (const files of process.files ?? []) this.#allowFiles(files)
      if (process.kind === 'image') this.#allowImage(process)
    }
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
      const secret = 'secret' in value ? value.secret : value
      secret.grantRead(this.role)
    }
  }

  #allowFiles({ bucket, key }: WorkloadFiles): void {
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
    acknowledgeWildcards(this, 'All files of a folder are fetched, whatever their names.', [`Resource::${objects}`])
  }
}
