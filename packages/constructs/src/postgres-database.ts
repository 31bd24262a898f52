import { Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib'
import {
  type IConnectable,
  InstanceType,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2'
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds'
import { Construct } from 'constructs'
import type { SecureParameter } from './secure-parameter.ts'

export interface PostgresDatabaseProps {
  readonly vpc: IVpc
  /** Private subnets, in two zones at least. */
  readonly subnets: SubnetSelection
  /** The database that is there from the start. */
  readonly databaseName: string
  /** The master user; not `admin` or `rdsadmin`, which are reserved. */
  readonly username: string
  readonly password: SecureParameter
  /** `db.…` class without its prefix. Default `t4g.micro`. */
  readonly instanceType?: string
  /** GiB of general-purpose storage. Default 20. */
  readonly storage?: number
  /** A second instance in another zone that takes over. Default true. */
  readonly multiAz?: boolean
  /** Days that automatic backups are kept, 1 to 35. Default 7. */
  readonly backupDays?: number
  /** Refuse to be deleted until this is switched off. Default true. */
  readonly deletionProtection?: boolean
}

/** The port that PostgreSQL listens on. */
export const POSTGRES_PORT = 5432

/**
 * RDS for PostgreSQL 16 in private subnets: encrypted, backed up, Multi-AZ, with a last snapshot when it is deleted. Its
 * master password is in Parameter Store. It takes connections by TLS alone, and nobody's until `allowFrom`.
 */
export class PostgresDatabase extends Construct {
  readonly instance: DatabaseInstance

  constructor(scope: Construct, id: string, props: PostgresDatabaseProps) {
    super(scope, id)
    const { vpc } = props
    this.instance = new DatabaseInstance(this, 'Instance', {
      engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_16 }),
      instanceType: new InstanceType(props.instanceType ?? 't4g.micro'),
      vpc,
      vpcSubnets: props.subnets,
      securityGroups: [new SecurityGroup(this, 'Group', { vpc, description: 'PostgreSQL', allowAllOutbound: false })],
      port: POSTGRES_PORT,
      databaseName: props.databaseName,
      credentials: Credentials.fromPassword(props.username, SecretValue.ssmSecure(props.password.parameterName)),
      multiAz: props.multiAz ?? true,
      storageType: StorageType.GP3,
      allocatedStorage: props.storage ?? 20,
      storageEncrypted: true,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      backupRetention: Duration.days(props.backupDays ?? 7),
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      deletionProtection: props.deletionProtection ?? true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
    })
    Validations.of(this).acknowledge(
      {
        id: 'AwsSolutions-RDS10',
        reason:
          'Deletion protection is a choice of the system that owns the data; a last snapshot is taken by default.',
      },
      {
        id: 'AwsSolutions-RDS11',
        reason: 'The default port is part of the documented architecture; only one security group can reach it.',
      },
    )
  }

  /** The name that the current primary answers to. */
  get host(): string {
    return this.instance.dbInstanceEndpointAddress
  }

  /** Opens the database's port to a client's security group, and the client's way out to it. */
  allowFrom(client: IConnectable, description: string): void {
    this.instance.connections.allowFrom(client, Port.tcp(POSTGRES_PORT), description)
  }
}
