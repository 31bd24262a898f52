import { Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib'
import { type IConnectable, InstanceType, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2'
import {
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  MysqlEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { ThreeTierNetwork } from './network.ts'
import type { SecureParameter } from './secure-parameter.ts'

export interface MySqlDatabaseProps {
  /** A network with a data tier; the subnet group takes its subnets. */
  readonly network: ThreeTierNetwork<'data'>
  /** The database that is there from the start. */
  readonly databaseName: string
  /** Its security group, where that is made elsewhere. Default one of its own that lets nothing out. */
  readonly securityGroup?: SecurityGroup
  /** The master password, where it is in Parameter Store. Default: generated into Secrets Manager. */
  readonly password?: SecureParameter
  /** `db.…` class without its prefix. Default `t3.micro`. */
  readonly instanceType?: string
  /** GiB of general-purpose storage. Default 20. */
  readonly storage?: number
  /** A second instance in another zone that takes over. Default true. */
  readonly multiAz?: boolean
  /** Days that automatic backups are kept, 1 to 35. Default 7. */
  readonly backupDays?: number
  /** Refuse to be deleted until this is switched off. Default true. */
  readonly deletionProtection?: boolean
  /** What becomes of the data with the stack: a last snapshot, the database stays, or nothing. Default `snapshot`. */
  readonly whenDeleted?: 'snapshot' | 'keep' | 'delete'
}

/** The port that MySQL listens on. */
export const MYSQL_PORT = 3306

/** The master user. */
const USERNAME = 'admin'

/**
 * RDS for MySQL 8.4 in the data tier: private, encrypted, backed up, Multi-AZ. The master password is generated into
 * Secrets Manager, or read from Parameter Store, and stands in no template. Nobody reaches it until `allowFrom`.
 */
export class MySqlDatabase extends Construct {
  readonly instance: DatabaseInstance
  readonly username = USERNAME

  constructor(scope: Construct, id: string, props: MySqlDatabaseProps) {
    super(scope, id)
    const { vpc } = props.network
    this.instance = new DatabaseInstance(this, 'Instance', {
      engine: DatabaseInstanceEngine.mysql({ version: MysqlEngineVersion.VER_8_4_8 }),
      instanceType: new InstanceType(props.instanceType ?? 't3.micro'),
      vpc,
      vpcSubnets: props.network.in('data'),
      securityGroups: [
        props.securityGroup ?? new SecurityGroup(this, 'Group', { vpc, description: 'MySQL', allowAllOutbound: false }),
      ],
      port: MYSQL_PORT,
      databaseName: props.databaseName,
      credentials: props.password
        ? Credentials.fromPassword(USERNAME, SecretValue.ssmSecure(props.password.parameterName))
        : Credentials.fromGeneratedSecret(USERNAME),
      multiAz: props.multiAz ?? true,
      storageType: StorageType.GP2,
      allocatedStorage: props.storage ?? 20,
      storageEncrypted: true,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      backupRetention: Duration.days(props.backupDays ?? 7),
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['error'],
      deletionProtection: props.deletionProtection ?? true,
      removalPolicy: removalPolicies[props.whenDeleted ?? 'snapshot'],
    })
    this.#acknowledge()
  }

  /**
   * The generated credentials, `{"username","password","host","port","dbname",…}` as JSON.
   *
   * @throws where the password is a parameter
   */
  get secret(): ISecret {
    const { secret } = this.instance
    if (!secret) throw new Error(`${this.node.path}: its password is in Parameter Store, there is no secret`)
    return secret
  }

  /** The name that the current primary answers to. */
  get host(): string {
    return this.instance.dbInstanceEndpointAddress
  }

  /** Opens the database's port to a client's security group, and the client's way out to it. */
  allowFrom(client: IConnectable, description: string): void {
    this.instance.connections.allowFrom(client, Port.tcp(MYSQL_PORT), description)
  }

  #acknowledge(): void {
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
      {
        id: 'AwsSolutions-SMG4',
        reason: 'Applications read the password once, at start. Rotation would need instances to be replaced with it.',
      },
    )
  }
}

const removalPolicies = {
  snapshot: RemovalPolicy.SNAPSHOT,
  keep: RemovalPolicy.RETAIN,
  delete: RemovalPolicy.DESTROY,
}
