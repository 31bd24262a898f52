import type { Instant } from '@terrace/kit'
import { type DbInstance, getNode, subnetsOf } from '@terrace/model'
import { Timestamp } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { backupWindow } from '../backup/automated.ts'
import type { Snapshot } from '../backup/snapshots.ts'
import type { RunningDatabase } from '../databases.ts'
import { engineDefaults } from '../engine-versions.ts'
import { ServerInstance } from '../server-instance.ts'
import { type RdsView, rdsArn } from './view.ts'

/** What an instance and its automated backups have in common. */
export async function describeParties(
  view: RdsView,
  database: RunningDatabase,
): Promise<Readonly<Record<string, unknown>>> {
  const node = database.definition
  return {
    DBInstanceIdentifier: database.identifier,
    DBInstanceArn: node.arn,
    DbiResourceId: node.resourceId,
    Engine: node.engine,
    EngineVersion: engineDefaults(node.engine, node.engineVersion).version,
    LicenseModel: node.engine === 'postgres' ? 'postgresql-license' : 'general-public-license',
    MasterUsername: await view.resolve(node.masterUsername),
    AvailabilityZone: database.members[0]?.zone,
    AllocatedStorage: node.storageGiB,
    StorageType: node.storageType,
    BackupRetentionPeriod: node.backupRetentionDays,
    InstanceCreateTime: momentOf(database instanceof ServerInstance ? database.createdAt : undefined),
  }
}

/** RDS API Reference, "DBInstance", as far as the model knows its values. */
export async function describeInstance(view: RdsView, database: RunningDatabase): Promise<unknown> {
  const node = database.definition
  const standby = database.members[1]
  const groups = node.securityGroups.map(id => getNode(view.world.architecture, id, 'securityGroup'))
  const server = database instanceof ServerInstance ? database : undefined
  return {
    ...(await describeParties(view, database)),
    DBInstanceStatus: database.status,
    DBInstanceClass: node.instanceClass,
    DBName: node.databaseName,
    MasterUserSecret:
      node.managedSecretArn === undefined ? undefined : { SecretArn: node.managedSecretArn, SecretStatus: 'active' },
    Endpoint: { Address: node.endpoint, Port: node.port },
    SecondaryAvailabilityZone: standby?.zone,
    MultiAZ: standby !== undefined,
    StorageEncrypted: node.encrypted,
    PreferredBackupWindow: backupWindow(node),
    LatestRestorableTime: momentOf(
      server && node.backupRetentionDays > 0 ? view.backups.timelineOf(server).latest : undefined,
    ),
    DeletionProtection: node.deletionProtection,
    PubliclyAccessible: node.publiclyAccessible,
    VpcSecurityGroups: namedList(
      'VpcSecurityGroupMembership',
      groups.map(group => ({ VpcSecurityGroupId: group.physicalId, Status: 'active' })),
    ),
    DBParameterGroups: namedList(
      'DBParameterGroup',
      server
        ? [{ DBParameterGroupName: server.parameters.group.name, ParameterApplyStatus: server.parameters.status }]
        : [],
    ),
    DBSubnetGroup: describeSubnetGroup(view, node),
    TagList: tagList(node),
  }
}

const momentOf = (at: Instant | undefined): Timestamp | undefined => (at === undefined ? undefined : new Timestamp(at))

/** What an instance's subnet group is called; one that the model has no name for is called after the instance. */
export const subnetGroupName = ({ subnetGroup, identifier }: DbInstance): string => subnetGroup?.name ?? identifier

/** RDS API Reference, "DBSubnetGroup". */
export function describeSubnetGroup(view: RdsView, node: DbInstance): unknown {
  const { architecture } = view.world
  const subnets = subnetsOf(architecture, node.subnets)
  const name = subnetGroupName(node)
  const vpc = subnets[0] && getNode(architecture, subnets[0].vpc, 'vpc')
  return {
    DBSubnetGroupName: name,
    DBSubnetGroupDescription: node.subnetGroup?.description ?? '',
    DBSubnetGroupArn: rdsArn(view, 'subgrp', name),
    VpcId: vpc?.physicalId,
    SubnetGroupStatus: 'Complete',
    Subnets: namedList(
      'Subnet',
      subnets.map(({ physicalId, zone }) => ({
        SubnetIdentifier: physicalId,
        SubnetAvailabilityZone: { Name: zone },
        SubnetStatus: 'Active',
      })),
    ),
  }
}

/** RDS API Reference, "DBSnapshot". */
export async function describeSnapshot(view: RdsView, snapshot: Snapshot): Promise<unknown> {
  const { definition, identifier, status, type, createdAt } = snapshot
  return {
    DBSnapshotIdentifier: identifier,
    DBSnapshotArn: rdsArn(view, 'snapshot', identifier),
    DBInstanceIdentifier: definition.identifier,
    SnapshotType: type,
    Status: status,
    PercentProgress: status === 'available' ? 100 : 0,
    SnapshotCreateTime: new Timestamp(createdAt),
    Engine: definition.engine,
    EngineVersion: definition.engineVersion,
    AllocatedStorage: definition.storageGiB,
    StorageType: definition.storageType,
    Encrypted: definition.encrypted,
    Port: definition.port,
    MasterUsername: await view.resolve(definition.masterUsername),
    AvailabilityZone: definition.zone,
  }
}

export const tagList = (node: DbInstance) =>
  namedList(
    'Tag',
    Object.entries(node.tags).map(([Key, Value]) => ({ Key, Value })),
  )
