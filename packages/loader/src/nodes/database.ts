import type { DbInstance, DbParameterGroup } from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuildContext, type BuilderTable, node, notModelled, part } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

// What only matters to a managed service: windows, upgrades, copies, watching.
const WITHOUT_EFFECT = {
  AllowMajorVersionUpgrade: 'it concerns updates of a stack',
  ApplyImmediately: 'it concerns updates of a stack',
  AutoMinorVersionUpgrade: 'the engine is the one of this machine',
  CACertificateIdentifier: 'no TLS is spoken to the database here',
  CopyTagsToSnapshot: 'tags are for people and for bills',
  DatabaseInsightsMode: 'it only watches',
  DeleteAutomatedBackups: 'backups go with the state of the local cloud',
  EnablePerformanceInsights: 'it only watches',
  EngineLifecycleSupport: 'it concerns bills',
  KmsKeyId: 'data lies on this machine, not encrypted with a key of KMS',
  LicenseModel: 'it concerns bills',
  MaxAllocatedStorage: 'the disk is the one of this machine',
  MonitoringInterval: 'it only watches',
  MonitoringRoleArn: 'it only watches',
  PerformanceInsightsKMSKeyId: 'it only watches',
  PerformanceInsightsRetentionPeriod: 'it only watches',
  PreferredMaintenanceWindow: 'nothing is maintained here',
  StorageThroughput: 'the disk is the one of this machine',
}

const ENGINES = { mysql: 3306, mariadb: 3306, postgres: 5432 } as const

/** RDS database instances with their subnet and parameter groups. */
export const database: BuilderTable = {
  'AWS::RDS::DBSubnetGroup': part(context => {
    const { properties, resource } = context
    properties.readElsewhere('DBSubnetGroupName')
    return {
      kind: 'dbSubnetGroup',
      name: resource.physicalId,
      description: properties.text('DBSubnetGroupDescription') ?? '',
      subnets: context.findAll(properties, 'SubnetIds', 'subnet'),
    }
  }),
  'AWS::RDS::DBParameterGroup': node((context): DbParameterGroup => {
    const { properties, resource } = context
    properties.readElsewhere('DBParameterGroupName')
    return {
      ...context.base('dbParameterGroup'),
      name: resource.physicalId,
      family: properties.text('Family') ?? '',
      description: properties.text('Description') ?? '',
      parameters: properties.dictionary('Parameters'),
    }
  }),
  'AWS::RDS::DBInstance': node((context): DbInstance => {
    const { properties, resource } = context
    refuseOtherDatabases(properties)
    properties.readElsewhere('DBInstanceIdentifier')
    properties.withoutEffect(WITHOUT_EFFECT)
    const snapshotIdentifier = properties.text('DBSnapshotIdentifier') || undefined
    if (snapshotIdentifier !== undefined && !properties.has('Engine')) {
      throw notModelled(properties, 'DBSnapshotIdentifier', 'its engine is that of a snapshot which is not here')
    }
    const engine = properties.requiredText('Engine').toLowerCase()
    if (!isEngine(engine)) throw notModelled(properties, 'Engine', `the database engine ${engine} is not modelled`)
    const zone = properties.text('AvailabilityZone')
    const multiAz = properties.boolean('MultiAZ') ?? false
    if (multiAz && zone !== undefined) throw properties.bad('AvailabilityZone', 'left out when MultiAZ is true')
    refuseIamAuthentication(context)
    const iops = properties.number('Iops')
    return {
      ...context.base('dbInstance'),
      identifier: resource.physicalId,
      resourceId: context.attribute('DbiResourceId'),
      arn: context.attribute('DBInstanceArn'),
      engine,
      engineVersion: properties.text('EngineVersion') ?? '',
      instanceClass: properties.text('DBInstanceClass') ?? '',
      multiAz,
      ...subnetsOf(context, properties),
      securityGroups: context.findAll(properties, 'VPCSecurityGroups', 'securityGroup'),
      endpoint: context.attribute('Endpoint.Address'),
      port: properties.number('Port', { least: 1150, most: 65_535 }) ?? ENGINES[engine],
      masterUsername: properties.text('MasterUsername') ?? '',
      ...passwordOf(context, properties),
      publiclyAccessible: properties.boolean('PubliclyAccessible') ?? false,
      storageGiB: properties.number('AllocatedStorage') ?? 0,
      storageType: properties.text('StorageType') ?? (iops === undefined ? 'gp3' : 'io1'),
      encrypted: properties.boolean('StorageEncrypted') ?? false,
      backupRetentionDays: properties.number('BackupRetentionPeriod', { least: 0, most: 35 }) ?? 1,
      deletionProtection: properties.boolean('DeletionProtection') ?? false,
      ...parameterGroupOf(context, properties),
      ...defined({
        zone,
        databaseName: properties.text('DBName'),
        snapshotIdentifier,
        backupWindow: backupWindowOf(properties),
        logExports: properties.has('EnableCloudwatchLogsExports')
          ? properties.texts('EnableCloudwatchLogsExports')
          : undefined,
      }),
    }
  }),
}

const isEngine = (name: string): name is keyof typeof ENGINES => Object.hasOwn(ENGINES, name)

function refuseOtherDatabases(properties: PropertyReader): void {
  const others = {
    DBClusterIdentifier: 'members of database clusters are not modelled',
    SourceDBInstanceIdentifier: 'read replicas are not modelled',
  }
  for (const [key, message] of Object.entries(others))
    if (properties.has(key)) throw notModelled(properties, key, message)
}

function subnetsOf(context: BuildContext, properties: PropertyReader): Pick<DbInstance, 'subnets' | 'subnetGroup'> {
  const wanted = properties.text('DBSubnetGroupName')
  const group = wanted === undefined ? undefined : context.part(wanted, 'dbSubnetGroup')
  if (group) {
    const { subnets, name, description } = group
    return { subnets, subnetGroup: { name, description } }
  }
  const message =
    wanted === undefined
      ? 'it names no subnet group, so that AWS puts it into its default VPC'
      : `its subnet group ${wanted} is not in these stacks`
  throw notModelled(properties, 'DBSubnetGroupName', message)
}

/** @see "Password management with Amazon RDS and AWS Secrets Manager" in the RDS User Guide */
function passwordOf(
  context: BuildContext,
  properties: PropertyReader,
): Pick<DbInstance, 'masterPassword' | 'managedSecretArn'> {
  if (!properties.boolean('ManageMasterUserPassword')) {
    return { masterPassword: properties.text('MasterUserPassword') ?? '' }
  }
  if (properties.has('MasterUserPassword')) {
    throw properties.bad('MasterUserPassword', 'left out when ManageMasterUserPassword is true')
  }
  properties.withoutEffect({ MasterUserSecret: 'it names the key that the secret is encrypted with' })
  const arn = context.attribute('MasterUserSecret.SecretArn')
  return { masterPassword: `{{resolve:secretsmanager:${arn}:SecretString:password}}`, managedSecretArn: arn }
}

function backupWindowOf(properties: PropertyReader): string | undefined {
  const window = properties.text('PreferredBackupWindow')
  if (window === undefined || /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/.test(window)) return window
  throw properties.bad('PreferredBackupWindow', 'hh:mm-hh:mm in UTC, such as 03:00-04:00')
}

function refuseIamAuthentication(context: BuildContext): void {
  const { properties } = context
  const key = 'EnableIAMDatabaseAuthentication'
  if (!properties.boolean(key)) return
  const message = 'the database takes passwords alone here, no tokens of IAM'
  context.gap('property', properties.pathOf(key), properties.placeOf(key).line, message)
}

function parameterGroupOf(context: BuildContext, properties: PropertyReader): Pick<DbInstance, 'parameterGroup'> {
  const key = 'DBParameterGroupName'
  const name = properties.text(key)
  // RDS's own groups hold its defaults.
  if (name === undefined || name.startsWith('default.')) return {}
  const parameterGroup = context.find(properties, key, 'dbParameterGroup')
  return parameterGroup === undefined ? {} : { parameterGroup }
}
